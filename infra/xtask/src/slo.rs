//! Hands over to the program that says where the service objectives stand; it is a crate of its own, so that this one stays
//! small.

use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode};

use anyhow::bail;
use clap::Args;

use crate::child::Job;
use crate::place::Place;
use crate::tail::output_of;

/// What `slo` is told.
#[derive(Debug, Args)]
pub struct Options {
    /// Port of the page, where the stack tells its table's name
    #[arg(long, default_value_t = 4000)]
    port: u16,
    /// Port at which the stack speaks AWS
    #[arg(long, default_value_t = 4566)]
    aws_port: u16,
    /// Prints all metrics as Prometheus text instead
    #[arg(long)]
    metrics: bool,
}

/// Asks the stack for its table's name, then reads the counters.
///
/// # Errors
/// When no stack runs, or the reader does not build.
pub fn run(place: &Place, options: &Options) -> anyhow::Result<ExitCode> {
    let table = output_of(options.port, "LiveTableName")?;
    // With the features of the whole workspace, so that nothing is compiled twice.
    if !Job::cargo(&place.root).args(["build", "--quiet", "--workspace", "--bin", "slo"]).shown()? {
        bail!("the reader of the counters did not build; the compiler's words are above");
    }
    let endpoint = format!("http://127.0.0.1:{}", options.aws_port);
    let failed = Command::new(place.binaries(false).join("slo"))
        .args(["--endpoint", &endpoint, "--table", &table])
        .args(options.metrics.then_some("--metrics"))
        .exec();
    bail!("the reader of the counters cannot be started: {failed}")
}
