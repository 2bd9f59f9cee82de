//! cargo-deny, compiled once for all checkouts.

use std::fs;
use std::path::PathBuf;

use anyhow::bail;

use crate::child::Job;
use crate::place::Place;

/// The version that deny.toml is written for.
const VERSION: &str = "0.20.2";

/// Finds cargo-deny, or compiles it (about a minute and a half on 2 cores, unoptimised: it runs for a second).
///
/// # Errors
/// When it does not compile, or its sources cannot be fetched.
pub fn installed(place: &Place) -> anyhow::Result<PathBuf> {
    let folder = place.tools.join(format!("cargo-deny-{VERSION}"));
    let program = folder.join("bin/cargo-deny");
    if program.is_file() {
        return Ok(program);
    }
    println!("      compiling cargo-deny {VERSION} into {}, once ...", folder.display());
    let build = folder.join("build");
    let install = Job::cargo(&place.root)
        .without("CARGO_TARGET_DIR")
        .args(["install", "--locked", "--debug", "--version", VERSION, "cargo-deny", "--root"])
        .args([&folder])
        .args(["--target-dir"])
        .args([&build]);
    let installed = install.shown()?;
    // Only the program is worth keeping.
    let _ = fs::remove_dir_all(&build);
    if !installed {
        bail!("cargo-deny {VERSION} could not be compiled; the reason is above");
    }
    Ok(program)
}
