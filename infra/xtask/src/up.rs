//! `cargo xtask up`: from a fresh clone to a page that people can meet on.

use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::time::Instant;

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};

use crate::child::Job;
use crate::place::Place;
use crate::setup::page;
use crate::stack;

/// What `up` is told.
#[derive(Debug, Args)]
pub struct Options {
    /// Port of the page, the API and the socket
    #[arg(long, default_value_t = 4000)]
    port: u16,
    /// Port at which AWS SDKs and the AWS CLI reach the imitated services
    #[arg(long, default_value_t = 4566)]
    aws_port: u16,
    /// Keeps data in this folder; without it everything is in memory
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Length of a call in seconds, for trying how it ends
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=3600))]
    session_seconds: Option<u32>,
    /// Whose limits hold: generous ones for one machine, or those of production
    #[arg(long, value_enum, default_value_t = Limits::Local)]
    limits: Limits,
    /// Builds with optimisation: slower to build, faster to run
    #[arg(long)]
    release: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Limits {
    Local,
    Production,
}

/// Sets up, builds, then becomes the local stack: signals reach it directly and nothing stands between.
///
/// # Errors
/// A missing tool, a build that fails, a stack that cannot be started.
pub fn run(place: &Place, options: &Options) -> anyhow::Result<ExitCode> {
    step("1/3", "page", || page::built(place))?;
    step("2/3", "functions and local stack", || build(place, options.release))?;
    println!("[3/3] start");
    let command = stack::command(place, options.release, config(options.limits));
    let mut command = command.into_iter();
    let program = command.next().context("the stack has no program")?;
    let failed = Command::new(&program).current_dir(&place.root).args(command).args(arguments(options)?).exec();
    bail!("{} cannot be started: {failed}", program.to_string_lossy())
}

/// The section of samconfig.toml.
fn config(limits: Limits) -> &'static str {
    match limits {
        Limits::Local => "local",
        Limits::Production => "local-production",
    }
}

fn arguments(options: &Options) -> anyhow::Result<Vec<OsString>> {
    let mut arguments: Vec<OsString> = vec![
        "--port".into(),
        options.port.to_string().into(),
        "--aws-port".into(),
        options.aws_port.to_string().into(),
    ];
    if let Some(folder) = &options.data {
        let folder = std::path::absolute(folder).context("--data names no folder")?;
        arguments.extend(["--data".into(), folder.into()]);
    }
    if let Some(seconds) = options.session_seconds {
        arguments.extend(["--parameter".into(), format!("SessionSeconds={seconds}").into()]);
    }
    Ok(arguments)
}

fn step(number: &str, what: &str, act: impl FnOnce() -> anyhow::Result<&'static str>) -> anyhow::Result<()> {
    let started = Instant::now();
    println!("[{number}] {what} ...");
    let outcome = act()?;
    println!("[{number}] {what}: {outcome}, {:.1} s", started.elapsed().as_secs_f64());
    Ok(())
}

fn build(place: &Place, release: bool) -> anyhow::Result<&'static str> {
    let profile = release.then_some("--release");
    let built = Job::cargo(&place.root).args(stack::BUILD).args(profile).shown()?;
    if !built {
        bail!("the functions and the local stack did not build; the compiler's words are above");
    }
    Ok("built")
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        options: Options,
    }

    fn arguments_of(line: &[&str]) -> Vec<OsString> {
        let line = Line::try_parse_from([&["up"], line].concat()).expect("a valid line");
        arguments(&line.options).expect("valid options")
    }

    #[test]
    fn without_options_the_documented_ports_are_used() {
        assert_eq!(arguments_of(&[]), ["--port", "4000", "--aws-port", "4566"]);
    }

    #[test]
    fn options_reach_the_local_stack() {
        let line = ["--port", "1", "--aws-port", "2", "--data", "/d", "--session-seconds", "30"];
        let wanted = ["--port", "1", "--aws-port", "2", "--data", "/d", "--parameter", "SessionSeconds=30"];
        assert_eq!(arguments_of(&line), wanted);
    }

    #[test]
    fn a_call_of_no_length_is_refused() {
        assert!(Line::try_parse_from(["up", "--session-seconds", "0"]).is_err());
    }
}
