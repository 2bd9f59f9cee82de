#![doc = include_str!("../README.md")]

mod analyze;
mod bench;
mod child;
mod deploy;
mod generate;
mod operator;
mod place;
mod release;
mod setup;
mod signals;
mod sim;
mod slo;
mod stack;
mod tail;
mod test;
mod tidy;
mod up;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::place::Place;

/// The one tool of Speed Connect.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Sets everything up, builds, and runs Speed Connect on this machine
    Up(up::Options),
    /// Runs every test, installing what it needs
    Test(test::Options),
    /// Runs the fast checks only: format, lints, types
    Check,
    /// Writes what is generated from the Rust types: the page's half of the wire, schemas of events, tables of the docs
    Generate,
    /// Measures speed and scale; tables, and JSON in target/bench
    Bench(bench::Options),
    /// Builds everything and deploys it to AWS
    Deploy(deploy::Options),
    /// Builds what is deployed: a zip of each function, and what is in it
    Release(release::Options),
    /// Prints the event stream of a running local stack
    Tail(tail::Options),
    /// Asks the analysts' questions of the events of a running local stack
    Analyze(analyze::Options),
    /// Says where the service objectives of a running local stack stand
    Slo(slo::Options),
    /// Makes the keys of a deployment, and rotates those that sign access tokens
    Keys(operator::Options),
    /// Says who moderates: `admin grant EMAIL` makes the first moderator; `admin audit` checks the book of what they did
    Admin(operator::Options),
    /// Runs the simulator for long, or replays one of its seeds
    Sim(sim::Options),
    /// Hunts every bug that can be made of the core's decisions, and prints the table
    Mutants(sim::Hunted),
}

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let place = Place::find()?;
    signals::forward()?;
    match cli.command {
        Command::Up(options) => up::run(&place, &options),
        Command::Test(options) => test::run(&place, &options),
        Command::Check => test::run(&place, &test::Options::fast()),
        Command::Generate => generate::run(&place),
        Command::Bench(options) => bench::run(&place, &options),
        Command::Deploy(options) => deploy::run(&place, &options),
        Command::Release(options) => release::run(&place, &options),
        Command::Tail(options) => tail::run(&place, &options),
        Command::Analyze(options) => analyze::run(&place, &options),
        Command::Slo(options) => slo::run(&place, &options),
        Command::Keys(options) => operator::run(&place, "keys", &options),
        Command::Admin(options) => operator::run(&place, "admin", &options),
        Command::Sim(options) => sim::run(&place, &options),
        Command::Mutants(hunted) => sim::hunt(&place, &hunted),
    }
}
