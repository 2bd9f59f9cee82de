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
    /// Steps altogether; with --seed, steps before the faults stop [default: 1000000000, with --seed 16000]
    #[arg(long)]
    steps: Option<u64>,
    /// Replays this seed and tells what happens
    #[arg(long)]
    seed: Option<u64>,
    /// How many people live in the town [default: the seed says]
    #[arg(long)]
    users: Option<usize>,
    /// The faults that may strike, parted by commas [default: all]
    #[arg(long)]
    faults: Option<String>,
    /// Faults that strike whenever they can
    #[arg(long)]
    always: Option<String>,
}

/// Runs it; fails when a law is broken.
///
/// # Errors
/// When it cannot be built or started.
pub fn run(place: &Place, options: &Options) -> anyhow::Result<ExitCode> {
    let asked = [
        ("--steps", options.steps.map(|steps| steps.to_string())),
        ("--seed", options.seed.map(|seed| seed.to_string())),
        ("--users", options.users.map(|users| users.to_string())),
        ("--faults", options.faults.clone()),
        ("--always", options.always.clone()),
    ];
    let asked = asked.into_iter().filter_map(|(name, value)| Some([name.to_owned(), value?])).flatten();
    let kept = Job::cargo(&place.root).args(RUN).args(asked).within(LIMIT).shown()?;
    Ok(if kept { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
