//! Hands over to the program that prints the event stream; it is a crate of its own, so that this one stays small.

use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode};

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use serde_json::Value;

use crate::child::Job;
use crate::place::Place;
use crate::stack;

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

/// Asks the stack for its stream's name, then reads.
///
/// # Errors
/// When no stack runs, or the reader does not build.
pub fn run(place: &Place, options: &Options) -> anyhow::Result<ExitCode> {
    let from = match options.from {
        From::Start => "start",
        From::Now => "now",
    };
    let mut reader = reader(place, options.port, options.aws_port)?;
    let failed = reader.args(["--from", from]).args(options.json.then_some("--json")).exec();
    bail!("the reader of the stream cannot be started: {failed}")
}

/// The program that reads the stream of the stack that runs there, built.
///
/// # Errors
/// When no stack runs there, or the reader does not build.
pub fn reader(place: &Place, port: u16, aws_port: u16) -> anyhow::Result<Command> {
    let stream = output_of(port, "EventStreamName")?;
    // With the features of the whole workspace, so that nothing is compiled twice.
    if !Job::cargo(&place.root).args(["build", "--quiet", "--workspace", "--bin", "tail"]).shown()? {
        bail!("the reader of the stream did not build; the compiler's words are above");
    }
    let mut reader = Command::new(place.binaries(false).join("tail"));
    reader.args(["--endpoint", &format!("http://127.0.0.1:{aws_port}"), "--stream", &stream]);
    Ok(reader)
}

/// An output of the stack that runs there.
///
/// # Errors
/// When no stack runs there, or it has no such output.
pub fn output_of(port: u16, name: &str) -> anyhow::Result<String> {
    let asked = stack::get(&format!("localhost:{port}"), "/_local/outputs");
    let answer = asked.context("no local stack runs there: start one with `cargo xtask up`")?;
    let (_, body) = answer.split_once("\r\n\r\n").context("the local stack gave no whole answer")?;
    let outputs: Value = serde_json::from_str(body).context("the local stack's outputs are no JSON")?;
    let output = outputs[name].as_str().with_context(|| format!("the local stack has no output {name}"))?;
    Ok(output.to_owned())
}
