//! Hands over to the program that prints the event stream; it is a crate of its own, so that this one stays small.

use std::process::ExitCode;

use clap::{Args, ValueEnum};

use crate::child::Job;
use crate::place::Place;

/// What `tail` is told.
#[derive(Debug, Args)]
pub struct Options {
    /// Port of the page, where the stack tells its stream's name
    #[arg(long, default_value_t = 4000)]
    port: u16,
    /// Port at which the stack speaks AWS
    #[arg(long, default_value_t = 4566)]
    aws_port: u16,
    /// Prints each record as it is, one JSON object a line
    #[arg(long)]
    json: bool,
    /// Where to begin: with what is in the stream already, or with what comes now
    #[arg(long, value_enum, default_value_t = From::Start)]
    from: From,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum From {
    Start,
    Now,
}

/// Builds and runs it.
///
/// # Errors
/// When cargo cannot be started.
pub fn run(place: &Place, options: &Options) -> anyhow::Result<ExitCode> {
    let from = match options.from {
        From::Start => "start",
        From::Now => "now",
    };
    let mut args = vec!["run", "--quiet", "--package", "tail", "--"].into_iter().map(str::to_owned).collect::<Vec<_>>();
    args.extend(["--port".to_owned(), options.port.to_string()]);
    args.extend(["--aws-port".to_owned(), options.aws_port.to_string()]);
    args.extend(["--from".to_owned(), from.to_owned()]);
    args.extend(options.json.then(|| "--json".to_owned()));
    let done = Job::cargo(&place.root).args(args).without_limit().shown()?;
    Ok(if done { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
