//! `cargo xtask test`: every test there is, in stages, each timed.

mod analysts;
mod counts;
mod deployed;
mod page;
mod report;
mod rust;
mod stages;
mod template;

use std::collections::BTreeSet;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::bail;
use clap::Args;

pub(crate) use self::page::calls;

use self::counts::Counts;
use self::report::{Outcome, Report};
use self::stages::{STAGES, Stage};
use crate::place::Place;

/// What `test` is told.
#[derive(Debug, Default, Args)]
pub struct Options {
    /// Runs these stages only, and what they need built
    #[arg(long, value_name = "STAGE", value_delimiter = ',')]
    only: Vec<String>,
    /// Lists the stages
    #[arg(long)]
    list: bool,
}

impl Options {
    /// The stages that take seconds.
    pub fn fast() -> Self {
        let fast = STAGES.iter().filter(|stage| stage.fast);
        Self { only: fast.map(|stage| stage.name.to_owned()).collect(), list: false }
    }
}

/// A reason why a stage could not be run here. It is no failure, but it is said aloud.
#[derive(Debug)]
struct Skip(String);

impl std::fmt::Display for Skip {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Skip {}

/// Turns what went wrong while setting up into a reason to skip.
fn skip(error: anyhow::Error) -> anyhow::Error {
    anyhow::Error::new(Skip(format!("{error:#}")))
}

/// Runs the stages; the closing line says how many tests passed and failed.
///
/// # Errors
/// When a stage is named that does not exist.
pub fn run(place: &Place, options: &Options) -> anyhow::Result<ExitCode> {
    if options.list {
        STAGES.iter().for_each(|stage| println!("{:10} {}", stage.name, stage.what));
        return Ok(ExitCode::SUCCESS);
    }
    let chosen = choose(&options.only)?;
    let mut report = Report::default();
    for (index, stage) in chosen.iter().enumerate() {
        println!("\n== {}/{} {}: {}", index + 1, chosen.len(), stage.name, stage.what);
        let started = Instant::now();
        let outcome = one(place, stage, &report);
        report.add(stage.name, outcome, started.elapsed());
    }
    report.print();
    Ok(if report.failed() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn one(place: &Place, stage: &Stage, report: &Report) -> Outcome {
    if let Some(missing) = stage.after.iter().find(|name| !report.succeeded(name)) {
        return Outcome::Skipped(format!("{missing} did not succeed"));
    }
    match (stage.run)(place) {
        Ok(counts) => Outcome::Ran(counts),
        Err(error) => match error.downcast::<Skip>() {
            Ok(Skip(reason)) => Outcome::Skipped(reason),
            Err(error) => {
                eprintln!("{error:#}");
                Outcome::Ran(Counts::failure())
            }
        },
    }
}

/// The stages asked for with everything they build upon, in their order; all when none is named.
fn choose(only: &[String]) -> anyhow::Result<Vec<&'static Stage>> {
    let mut wanted: BTreeSet<&str> = BTreeSet::new();
    for name in only {
        match STAGES.iter().find(|stage| stage.name == name) {
            Some(stage) => wanted.extend(stage.after.iter().chain([&stage.name])),
            None => bail!("there is no stage {name}; `cargo xtask test --list` names them"),
        }
    }
    Ok(STAGES.iter().filter(|stage| only.is_empty() || wanted.contains(stage.name)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stage_brings_what_it_builds_upon() {
        let names: Vec<&str> = choose(&["browser".to_owned()]).expect("known").iter().map(|stage| stage.name).collect();
        assert_eq!(names, ["site", "build", "browser"]);
    }

    #[test]
    fn an_unknown_stage_is_refused() {
        assert!(choose(&["nonsense".to_owned()]).is_err());
    }

    #[test]
    fn every_prerequisite_exists_and_comes_before() {
        for (index, stage) in STAGES.iter().enumerate() {
            for name in stage.after {
                assert!(STAGES[..index].iter().any(|earlier| earlier.name == *name), "{} after {name}", stage.name);
            }
        }
    }
}
