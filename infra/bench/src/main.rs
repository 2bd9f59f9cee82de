#![doc = include_str!("../README.md")]

mod cold;
mod crowd;
mod decision;
mod growth;
mod heat;
mod load;
mod machine;
mod optimum;
mod people;
mod quality;
mod report;
mod stack;
mod town;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, ValueEnum};

use crate::report::{Section, sum_up};
use crate::stack::Part;

/// Measures, prints and keeps the figures.
#[derive(Debug, Parser)]
struct Options {
    /// What to measure; everything but `cold` when none is named
    sections: Vec<Name>,
    /// Where the figures are kept as JSON
    #[arg(long, default_value = "target/bench")]
    out: PathBuf,
    /// The functions that `cold` starts, as `cargo xtask release` has built them: <function>/bootstrap
    #[arg(long, default_value = "target/release-build/lambda")]
    bootstraps: PathBuf,
    /// Their packages: <function>.zip
    #[arg(long, default_value = "target/release-packages")]
    packages: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Name {
    Decision,
    Crowd,
    Growth,
    Heat,
    Sockets,
    Paced,
    Relay,
    Burst,
    Bill,
    Cold,
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> anyhow::Result<()> {
    let all = Name::value_variants();
    let named =
        |name: &Name| if options.sections.is_empty() { *name != Name::Cold } else { options.sections.contains(name) };
    let mut sections = Vec::new();
    for name in all.iter().filter(|name| named(name)) {
        let section = measure(*name, options)?;
        section.keep(&options.out)?;
        sections.push(section);
    }
    sum_up(&sections);
    println!("all figures: {}/*.json", options.out.display());
    Ok(())
}

fn measure(name: Name, options: &Options) -> anyhow::Result<Section> {
    let out: &Path = &options.out;
    match name {
        Name::Decision => decision::measure(),
        Name::Crowd => crowd::measure(),
        Name::Growth => growth::measure(),
        Name::Heat => heat::measure(),
        Name::Sockets => stack::measure(Part::Sockets, "sockets", out),
        Name::Paced => stack::measure(Part::Paced, "paced", out),
        Name::Relay => stack::measure(Part::Relay, "relay", out),
        Name::Burst => stack::measure(Part::Burst, "burst", out),
        Name::Bill => stack::measure(Part::Bill, "bill", out),
        Name::Cold => cold::measure(&options.bootstraps, &options.packages, out),
    }
}
