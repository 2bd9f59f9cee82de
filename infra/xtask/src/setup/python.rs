//! Python environments of our own.

use std::fs;
use std::path::PathBuf;

use anyhow::Context;

use super::{apt, stamp};
use crate::child::Job;
use crate::place::Place;

/// cfn-lint, and clients that nobody here wrote: boto3, http_ece. The environment's interpreter.
///
/// # Errors
/// When Python is missing or the packages cannot be fetched.
pub fn installed(place: &Place) -> anyhow::Result<PathBuf> {
    environment(place, "python", "requirements.txt")
}

/// What lints the template and the workflows besides: checkov, zizmor, check-jsonschema. The environment's interpreter.
///
/// # Errors
/// When Python is missing or the packages cannot be fetched.
pub fn linters(place: &Place) -> anyhow::Result<PathBuf> {
    environment(place, "linters", "requirements-lint.txt")
}

/// The emulator in which the template is deployed, with the clients that it pins. The environment's interpreter.
///
/// # Errors
/// When Python is missing or the packages cannot be fetched.
pub fn ministack(place: &Place) -> anyhow::Result<PathBuf> {
    environment(place, "ministack", "ministack/requirements.txt")
}

/// What analysts ask with: DuckDB, and what reads Athena's SQL. The environment's interpreter.
///
/// # Errors
/// When Python is missing or the packages cannot be fetched.
pub fn analysts(place: &Place) -> anyhow::Result<PathBuf> {
    environment(place, "analysts", "analysts/requirements.txt")
}

/// What deploys: SAM, cargo-lambda, zig. The environment's interpreter.
///
/// # Errors
/// When Python is missing or the packages cannot be fetched.
pub fn deploy(place: &Place) -> anyhow::Result<PathBuf> {
    environment(place, "deploy", "deploy/requirements.txt")
}

/// An environment, made anew when its lock changes: `requirements.txt` names every package with its hash, made by the command in
/// its first lines from the few that `requirements.in` asks for.
fn environment(place: &Place, name: &str, requirements: &str) -> anyhow::Result<PathBuf> {
    let requirements = place.root.join("infra").join(requirements);
    let wanted = fs::read_to_string(&requirements).with_context(|| format!("{} is missing", requirements.display()))?;
    let folder = place.tools.join(name);
    let python = folder.join("bin/python");
    let mark = folder.join(".installed");
    if python.is_file() && stamp::is_current(&mark, &wanted) {
        return Ok(python);
    }
    println!("      installing what {} names into {} ...", requirements.display(), folder.display());
    fs::create_dir_all(&place.tools).with_context(|| format!("{} cannot be made", place.tools.display()))?;
    let log = place.reports()?.join(format!("{name}.log"));
    let environment = || Job::new("python3", &place.root).args(["-m", "venv", "--clear"]).args([&folder]).quiet(&log);
    // Debian ships venv apart from Python.
    environment().or_else(|_| apt::install(place, "python3-venv").and_then(|()| environment()))?;
    let packages = || {
        Job::new(&python, &place.root)
            .args(["-m", "pip", "install", "--quiet", "--no-deps", "--requirement"])
            .args([&requirements])
            .quiet(&log)
    };
    packages().or_else(|_| packages())?;
    stamp::write(&mark, &wanted)?;
    Ok(python)
}
