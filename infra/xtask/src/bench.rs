//! `cargo xtask bench`: builds what is measured, and the measure, then becomes it.

use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode};

use anyhow::bail;
use clap::Args;

use crate::child::Job;
use crate::place::Place;

/// Near to release where it counts, and soon built; the root manifest says what it is.
const PROFILE: &str = "bench-run";

/// What `bench` is told.
#[derive(Debug, Args)]
pub struct Options {
    /// What to measure; everything when none is named
    sections: Vec<String>,
}

/// Builds the functions, the local stack and the measure with optimisation, and measures.
///
/// # Errors
/// A build that fails, a measure that cannot be started.
pub fn run(place: &Place, options: &Options) -> anyhow::Result<ExitCode> {
    if !Job::cargo(&place.root).args(["build", "--workspace", "--bins", "--profile", PROFILE]).shown()? {
        bail!("what is to be measured did not build; the compiler's words are above");
    }
    let measure = place.target.join(PROFILE).join("bench");
    let out = place.target.join("bench");
    let failed = Command::new(&measure).current_dir(&place.root).args(&options.sections).arg("--out").arg(out).exec();
    bail!("{} cannot be started: {failed}", measure.display())
}
