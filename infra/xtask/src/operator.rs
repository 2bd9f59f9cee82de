//! Hands over to the operator's program; it is a crate of its own, so that this one stays small.

use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode};

use anyhow::bail;
use clap::Args;

use crate::child::Job;
use crate::place::Place;

/// What the program is told; `help` says what there is.
#[derive(Debug, Args)]
#[command(disable_help_flag = true)]
pub struct Options {
    /// What is to be done, and where
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, default_value = "help")]
    words: Vec<OsString>,
}

/// Builds the program and becomes it.
///
/// # Errors
/// When it does not build.
pub fn run(place: &Place, office: &str, options: &Options) -> anyhow::Result<ExitCode> {
    // With the features of the whole workspace, so that nothing is compiled twice.
    if !Job::cargo(&place.root).args(["build", "--quiet", "--workspace", "--bin", "operator"]).shown()? {
        bail!("the operator's program did not build; the compiler's words are above");
    }
    let failed = Command::new(place.binaries(false).join("operator")).arg(office).args(&options.words).exec();
    bail!("the operator's program cannot be started: {failed}")
}
