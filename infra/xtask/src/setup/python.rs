//! A Python environment of our own: cfn-lint, and clients that nobody here wrote: boto3, http_ece.

use std::fs;
use std::path::PathBuf;

use anyhow::Context;

use super::{apt, stamp};
use crate::child::Job;
use crate::place::Place;

/// The environment's interpreter, made anew when `infra/requirements.txt` changes.
///
/// # Errors
/// When Python is missing or the packages cannot be fetched.
pub fn installed(place: &Place) -> anyhow::Result<PathBuf> {
    let requirements = place.root.join("infra/requirements.txt");
    let wanted = fs::read_to_string(&requirements).context("infra/requirements.txt is missing")?;
    let folder = place.tools.join("python");
    let python = folder.join("bin/python");
    let mark = folder.join(".installed");
    if python.is_file() && stamp::is_current(&mark, &wanted) {
        return Ok(python);
    }
    println!("      installing cfn-lint, boto3 and http_ece into {} ...", folder.display());
    fs::create_dir_all(&place.tools).with_context(|| format!("{} cannot be made", place.tools.display()))?;
    let log = place.reports()?.join("python.log");
    let environment = || Job::new("python3", &place.root).args(["-m", "venv", "--clear"]).args([&folder]).quiet(&log);
    // Debian ships venv apart from Python.
    environment().or_else(|_| apt::install(place, "python3-venv").and_then(|()| environment()))?;
    let packages = || {
        Job::new(&python, &place.root)
            .args(["-m", "pip", "install", "--quiet", "--requirement"])
            .args([&requirements])
            .quiet(&log)
    };
    packages().or_else(|_| packages())?;
    stamp::write(&mark, &wanted)?;
    Ok(python)
}
