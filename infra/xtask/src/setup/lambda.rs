//! How functions are built for Lambda: cargo-lambda links by zig against the glibc of Lambda's own system.

use std::env;
use std::ffi::OsString;
use std::path::Path;

use anyhow::{Context, bail};
use clap::ValueEnum;

use crate::child::{Job, found};
use crate::place::Place;

/// The compiler's name of Lambda's ARM machines.
const ARM: &str = "aarch64-unknown-linux-gnu";
/// What is left out of binaries; the compiler runs in the root of the workspace.
const SECTIONS: &str = "infra/deploy/bootstrap.ld";

/// What functions run on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Architecture {
    /// Graviton
    #[value(name = "arm64")]
    Arm64,
    /// Intel and AMD
    #[value(name = "x86_64")]
    X86,
}

impl Architecture {
    /// ARM costs a fifth less, if the compiler has its standard library or can have it.
    pub fn best(place: &Place) -> Self {
        let log = place.reports().map(|folder| folder.join("rustup.log"));
        let added = || -> anyhow::Result<()> {
            if found("rustup").is_none() {
                bail!("rustup is not installed");
            }
            Job::new("rustup", &place.root).args(["target", "add", ARM]).quiet(&log?)
        };
        match added() {
            Ok(()) => Self::Arm64,
            Err(error) => {
                println!("==> NOT for arm64 but for x86_64, at a quarter more: {ARM} cannot be built for ({error:#})");
                Self::X86
            }
        }
    }

    /// As the template and Lambda call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Arm64 => "arm64",
            Self::X86 => "x86_64",
        }
    }

    /// As cargo-lambda calls it.
    pub fn option(self) -> &'static str {
        match self {
            Self::Arm64 => "--arm64",
            Self::X86 => "--x86-64",
        }
    }

    /// What the compiler is told besides the profile: the oldest processor that Lambda has (cargo-lambda's own choice, which
    /// these flags take the place of); no tables for unwinding; no path of this machine.
    pub fn flags(self, paths: &[(&Path, &str)]) -> OsString {
        let processor = match self {
            Self::Arm64 => "neoverse-n1",
            Self::X86 => "haswell",
        };
        let mut flags = OsString::from(format!("-Ctarget-cpu={processor}\u{1f}-Clink-arg=-Wl,-T,{SECTIONS}"));
        for (path, name) in paths {
            flags.push("\u{1f}--remap-path-prefix=");
            flags.push(path);
            flags.push(format!("={name}"));
        }
        flags
    }
}

/// `PATH` with further folders in front: cargo looks there for cargo-lambda, and that for zig.
///
/// # Errors
/// A folder with a colon in its name.
pub fn path_with(folders: &[&Path]) -> anyhow::Result<OsString> {
    let rest = env::var_os("PATH").unwrap_or_default();
    let folders = folders.iter().map(|folder| folder.to_path_buf()).chain(env::split_paths(&rest));
    env::join_paths(folders).context("a folder of PATH has a colon in its name")
}
