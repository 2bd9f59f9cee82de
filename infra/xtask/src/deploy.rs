//! `cargo xtask deploy`: builds everything and hands it to AWS.

use std::env;
use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};

use crate::child::{Job, found};
use crate::place::Place;
use crate::setup::{page, python};

/// The compiler's name of Lambda's ARM machines.
const ARM: &str = "aarch64-unknown-linux-gnu";

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
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Architecture {
    #[value(name = "arm64")]
    Arm64,
    #[value(name = "x86_64")]
    X86,
}

/// Builds the page, then becomes `infra/deploy`, which builds the functions, changes the stack and publishes the page: it may
/// ask whoever started us.
///
/// # Errors
/// A tool that cannot be installed, a page that does not build.
pub fn run(place: &Place, options: &Options) -> anyhow::Result<ExitCode> {
    println!("==> the page: {}", page::built(place)?);
    let python = python::deploy(place)?;
    let architecture = options.arch.unwrap_or_else(|| architecture(place));
    let tools = python.parent().context("the interpreter is in no folder")?;
    let failed = Command::new(&python)
        .current_dir(&place.root)
        .arg(place.root.join("infra/deploy/deploy.py"))
        .args(["--root".as_ref(), place.root.as_os_str()])
        .args(["--env", &options.env, "--arch", if architecture == Architecture::Arm64 { "arm64" } else { "x86_64" }])
        .args(options.yes.then_some("--yes"))
        .env("PATH", before_path(tools)?)
        .env("SAM_CLI_TELEMETRY", "0")
        .exec();
    bail!("{} cannot be started: {failed}", python.display())
}

/// SAM looks there for cargo-lambda, and that for zig.
fn before_path(folder: &Path) -> anyhow::Result<OsString> {
    let rest = env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(folder.to_owned()).chain(env::split_paths(&rest));
    env::join_paths(folders).context("a folder of PATH has a colon in its name")
}

/// ARM costs a fifth less, if the compiler has its standard library or can have it.
fn architecture(place: &Place) -> Architecture {
    let log = place.reports().map(|folder| folder.join("rustup.log"));
    let added = || -> anyhow::Result<()> {
        if found("rustup").is_none() {
            bail!("rustup is not installed");
        }
        Job::new("rustup", &place.root).args(["target", "add", ARM]).quiet(&log?)
    };
    match added() {
        Ok(()) => Architecture::Arm64,
        Err(error) => {
            println!("==> NOT for arm64 but for x86_64, at a quarter more: {ARM} cannot be built for ({error:#})");
            Architecture::X86
        }
    }
}
