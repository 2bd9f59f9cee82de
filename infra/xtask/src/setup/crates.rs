//! Tools that are crates, compiled once for all checkouts.

use std::fs;
use std::path::PathBuf;

use anyhow::bail;

use crate::child::Job;
use crate::place::Place;

/// The path of a tool, compiled if it is not there: unoptimised, for each runs for a second.
///
/// # Errors
/// When it does not compile, or its sources cannot be fetched.
pub fn installed(place: &Place, name: &str, version: &str) -> anyhow::Result<PathBuf> {
    let folder = place.tools.join(format!("{name}-{version}"));
    let program = folder.join("bin").join(name);
    if program.is_file() {
        return Ok(program);
    }
    println!("      compiling {name} {version} into {}, once ...", folder.display());
    let build = folder.join("build");
    let install = Job::cargo(&place.root)
        .without("CARGO_TARGET_DIR")
        .args(["install", "--locked", "--debug", "--version", version, name, "--root"])
        .args([&folder])
        .args(["--target-dir"])
        .args([&build]);
    let installed = install.shown()?;
    // Only the program is worth keeping.
    let _ = fs::remove_dir_all(&build);
    if !installed {
        bail!("{name} {version} could not be compiled; the reason is above");
    }
    Ok(program)
}
