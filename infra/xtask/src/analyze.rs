//! `cargo xtask analyze`: what happened, asked by the analysts' own queries on this machine.

use std::fs::File;
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, bail};
use clap::Args;

use crate::place::Place;
use crate::setup::python;
use crate::tail::reader;

/// What `analyze` is told.
#[derive(Debug, Args)]
pub struct Options {
    /// Answers this question only
    #[arg(long)]
    query: Option<String>,
    /// Lists the questions
    #[arg(long)]
    list: bool,
    /// A file of events, one JSON object a line, instead of the stream of a running local stack
    #[arg(long)]
    from: Option<PathBuf>,
    /// Port of the page, where the stack tells its stream's name
    #[arg(long, default_value_t = 4000)]
    port: u16,
    /// Port at which the stack speaks AWS
    #[arg(long, default_value_t = 4566)]
    aws_port: u16,
}

/// Stores events as Parquet, as Firehose does in the cloud, and asks.
///
/// # Errors
/// When no stack runs, or DuckDB cannot be had.
pub fn run(place: &Place, options: &Options) -> anyhow::Result<ExitCode> {
    let mut asked = Command::new(python::analysts(place)?);
    asked.arg(place.root.join("infra/analysts/analyze.py")).arg("--out").arg(place.target.join("events"));
    if options.list {
        return ended(asked.arg("--list").stdin(Stdio::null()));
    }
    asked.args(options.query.iter().flat_map(|query| ["--query", query]));
    if let Some(path) = &options.from {
        let events = File::open(path).with_context(|| format!("{} cannot be read", path.display()))?;
        return ended(asked.stdin(events));
    }
    let mut reader = reader(place, options.port, options.aws_port)?;
    reader.args(["--json", "--once"]).stdout(Stdio::piped());
    let mut reader = reader.spawn().context("the reader of the stream cannot be started")?;
    let events = reader.stdout.take().context("the reader of the stream says nothing")?;
    let answered = ended(asked.stdin(events));
    if !reader.wait()?.success() {
        bail!("the stream was not read to its end; its reader's words are above");
    }
    answered
}

fn ended(command: &mut Command) -> anyhow::Result<ExitCode> {
    let status = command.status().context("Python cannot be started")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
