//! `cargo xtask deploy`: builds everything and hands it to AWS.

use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode};

use anyhow::{Context, bail};
use clap::Args;

use crate::place::Place;
use crate::setup::lambda::{Architecture, path_with};
use crate::setup::{page, python};

/// What `deploy` is told.
#[derive(Debug, Args)]
pub struct Options {
    /// Which environment of samconfig.toml
    #[arg(long, value_name = "ENV")]
    env: String,
    /// What the functions run on; without it arm64, where the compiler can build for it
    #[arg(long, value_enum)]
    arch: Option<Architecture>,
    /// Changes what is to be changed without asking
    #[arg(long)]
    yes: bool,
    /// Builds the page and the functions, and asks for no account
    #[arg(long, conflicts_with = "yes")]
    only_build: bool,
}

/// Builds the page, then becomes `infra/deploy`, which builds the functions, changes the stack and publishes the page: it may
/// ask whoever started us.
///
/// # Errors
/// A tool that cannot be installed, a page that does not build.
pub fn run(place: &Place, options: &Options) -> anyhow::Result<ExitCode> {
    println!("==> the page: {}", page::built(place)?);
    let python = python::deploy(place)?;
    let architecture = options.arch.unwrap_or_else(|| Architecture::best(place));
    let tools = python.parent().context("the interpreter is in no folder")?;
    let failed = Command::new(&python)
        .current_dir(&place.root)
        .arg(place.root.join("infra/deploy/deploy.py"))
        .args(["--root".as_ref(), place.root.as_os_str()])
        .args(["--env", &options.env, "--arch", architecture.name()])
        .args(options.yes.then_some("--yes"))
        .args(options.only_build.then_some(["--only", "build"]).into_iter().flatten())
        .env("PATH", path_with(&[tools])?)
        .env("CARGO_ENCODED_RUSTFLAGS", architecture.flags(&[]))
        .env("SAM_CLI_TELEMETRY", "0")
        .exec();
    bail!("{} cannot be started: {failed}", python.display())
}
