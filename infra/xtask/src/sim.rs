//! The simulator of `shared/testkit`: a long search for broken laws, or one life replayed.

use std::process::ExitCode;
use std::time::Duration;

use clap::Args;

use crate::child::Job;
use crate::place::Place;

/// Optimised as the workspace's profile says; the same code as in the tests, so that a seed means the same run.
const RUN: [&str; 7] = ["run", "--quiet", "--package", "testkit", "--example", "sim", "--"];

/// 10^9 steps take the better part of an hour on two processors.
const LIMIT: Duration = Duration::from_secs(12 * 3600);

/// What to run.
#[derive(Debug, Args)]
pub struct Options {
    /// Steps altogether; with --seed, steps before the faults stop [default: 1000000000, with --seed the seed says]
    #[arg(long)]
    steps: Option<u64>,
    /// Replays this seed and tells what happens
    #[arg(long)]
    seed: Option<u64>,
    /// Which town: `calls` is about meeting, `rooms` about that and rooms, `doors` about coming in and staying in [default: calls]
    #[arg(long)]
    town: Option<String>,
    /// How many people live in the town [default: the seed says]
    #[arg(long)]
    users: Option<usize>,
    /// The faults that may strike, parted by commas [default: all]
    #[arg(long)]
    faults: Option<String>,
    /// Faults that strike whenever they can
    #[arg(long)]
    always: Option<String>,
    /// Faults that strike again and again, whatever the seed says [default, without --steps: the seed says]
    #[arg(long)]
    often: Option<String>,
    /// A bug to plant, by its name in the table of `cargo xtask mutants`
    #[arg(long)]
    mutant: Option<String>,
}

/// What to hunt.
#[derive(Debug, Args)]
pub struct Hunted {
    /// Only mutants whose names hold this
    #[arg(default_value = "")]
    name: String,
}

/// Runs it; fails when a law is broken.
///
/// # Errors
/// When it cannot be built or started.
pub fn run(place: &Place, options: &Options) -> anyhow::Result<ExitCode> {
    let asked = [
        ("--steps", options.steps.map(|steps| steps.to_string())),
        ("--seed", options.seed.map(|seed| seed.to_string())),
        ("--town", options.town.clone()),
        ("--users", options.users.map(|users| users.to_string())),
        ("--faults", options.faults.clone()),
        ("--always", options.always.clone()),
        ("--often", options.often.clone()),
        ("--mutant", options.mutant.clone()),
    ];
    let asked = asked.into_iter().filter_map(|(name, value)| Some([name.to_owned(), value?])).flatten();
    simulate(place, asked)
}

/// Hunts every bug that can be made of the code, and prints the table; fails when one survives.
///
/// # Errors
/// As [`run`].
pub fn hunt(place: &Place, hunted: &Hunted) -> anyhow::Result<ExitCode> {
    simulate(place, ["--mutants".to_owned(), hunted.name.clone()])
}

fn simulate(place: &Place, words: impl IntoIterator<Item = String>) -> anyhow::Result<ExitCode> {
    let kept = Job::cargo(&place.root).args(RUN).args(words).within(LIMIT).shown()?;
    Ok(if kept { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
