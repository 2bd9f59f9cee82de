//! The page: its packages and its build.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::stamp;
use crate::child::{Job, found};
use crate::place::Place;

/// The oldest Node.js that the front end's tools run on, as in frontend/package.json.
const NODE_MAJOR_MIN: u32 = 20;

/// Everything the page is built from.
const SOURCES: [&str; 13] = [
    "src",
    "public",
    "stubs",
    "index.html",
    "package.json",
    "package-lock.json",
    "vite.config.ts",
    "tsconfig.json",
    "tsconfig.base.json",
    "tsconfig.app.json",
    "tsconfig.core.json",
    "tsconfig.node.json",
    "tsconfig.worker.json",
];

/// Installs the front end's packages and builds the page, each only when something changed.
///
/// # Errors
/// When Node.js is missing or too old, or a step fails.
pub fn built(place: &Place) -> anyhow::Result<&'static str> {
    installed(place, &place.frontend())?;
    let frontend = place.frontend();
    let sources: Vec<PathBuf> = SOURCES.iter().map(|source| frontend.join(source)).collect();
    let state = stamp::state_of(&sources)?;
    let mark = frontend.join("node_modules/.built");
    if frontend.join("dist/index.html").is_file() && stamp::is_current(&mark, &state) {
        return Ok("up to date");
    }
    npm(&frontend)?.args(["run", "build"]).quiet(&place.reports()?.join("page-build.log"))?;
    stamp::write(&mark, &state)?;
    Ok("built")
}

/// Installs exactly what the lock file of a folder says, when it has changed.
///
/// # Errors
/// When Node.js is missing or too old, or npm fails.
pub fn installed(place: &Place, folder: &Path) -> anyhow::Result<()> {
    let lock = folder.join("package-lock.json");
    let wanted = std::fs::read_to_string(&lock).with_context(|| format!("{} is missing", lock.display()))?;
    let mark = folder.join("node_modules/.installed");
    if stamp::is_current(&mark, &wanted) {
        return Ok(());
    }
    println!("      installing the packages of {} ...", place.short(folder).display());
    // The lock file's registry is asked once more before giving up: networks hiccup.
    let log = place.reports()?.join("npm-ci.log");
    let install = || npm(folder)?.args(["ci", "--no-audit", "--no-fund"]).quiet(&log);
    install().or_else(|_| install())?;
    stamp::write(&mark, &wanted)
}

/// Runs npm in a folder.
///
/// # Errors
/// When Node.js is missing or too old.
pub fn npm(folder: &Path) -> anyhow::Result<Job> {
    node_is_there()?;
    // Playwright would download browsers of its own.
    Ok(Job::new("npm", folder).env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"))
}

fn node_is_there() -> anyhow::Result<()> {
    let advice =
        format!("install Node.js {NODE_MAJOR_MIN} or newer with npm, from https://nodejs.org or your packages");
    if found("node").is_none() || found("npm").is_none() {
        bail!("Node.js and npm are needed to build the page and are missing: {advice}");
    }
    let told = std::process::Command::new("node").arg("--version").output().context("node cannot be started")?;
    let version = String::from_utf8_lossy(&told.stdout).trim().to_owned();
    match major(&version) {
        Some(major) if major >= NODE_MAJOR_MIN => Ok(()),
        _ => bail!("Node.js {version} is too old: {advice}"),
    }
}

fn major(version: &str) -> Option<u32> {
    version.strip_prefix('v')?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_of_node_is_read() {
        assert_eq!(major("v20.20.2"), Some(20));
        assert_eq!(major("20"), None);
        assert_eq!(major(""), None);
    }
}
