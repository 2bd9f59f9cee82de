//! `cargo xtask bench`: builds what is measured, and the measure, then becomes it.

use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode};

use anyhow::bail;
use clap::Args;

use crate::child::Job;
use crate::place::Place;
use crate::release;
use crate::test;

/// Near to release where it counts, and soon built; the root manifest says what it is.
const PROFILE: &str = "bench-run";

/// The section that is measured with two browsers; all others are sections of the measure.
const CALLS: &str = "calls";

/// The section that measures the packages; they are built for it, and little else is.
const COLD: &str = "cold";

/// What `bench` is told.
#[derive(Debug, Args)]
pub struct Options {
    /// What to measure; everything but `calls` and `cold` when none is named. `calls`: a hundred calls in browsers
    /// while KVS fails; `cold`: starts of the packages that are deployed
    sections: Vec<String>,
    /// The section `bill`: what a session costs, by service, and what would halve its dearest lines
    #[arg(long)]
    bill: bool,
}

/// Builds the functions, the local stack and the measure with optimisation, and measures. What is measured in browsers is
/// built without: pictures cost more than all of it.
///
/// # Errors
/// A build that fails, a measure that cannot be started, a call that does not connect.
pub fn run(place: &Place, options: &Options) -> anyhow::Result<ExitCode> {
    let (calls, mut sections): (Vec<&str>, Vec<&str>) =
        options.sections.iter().map(String::as_str).partition(|name| *name == CALLS);
    sections.extend(options.bill.then_some("bill"));
    if !calls.is_empty() {
        test::calls(place)?;
        if sections.is_empty() {
            return Ok(ExitCode::SUCCESS);
        }
    }
    if sections.contains(&COLD) {
        release::there(place)?;
    }
    let parts: &[&str] = if sections.iter().all(|name| *name == COLD) && !sections.is_empty() {
        &["-p", "bench", "-p", "local"]
    } else {
        &["--workspace"]
    };
    if !Job::cargo(&place.root).args(["build"]).args(parts).args(["--bins", "--profile", PROFILE]).shown()? {
        bail!("what is to be measured did not build; the compiler's words are above");
    }
    let measure = place.target.join(PROFILE).join("bench");
    let out = place.target.join("bench");
    let failed = Command::new(&measure)
        .current_dir(&place.root)
        .args(sections)
        .arg("--out")
        .arg(out)
        .args(release::paths(place))
        .exec();
    bail!("{} cannot be started: {failed}", measure.display())
}
