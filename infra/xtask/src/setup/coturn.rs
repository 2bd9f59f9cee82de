//! The real coturn of Debian's packages: unpacked beside our tools, never installed, so that no server is started by it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::stamp;
use crate::child::{Job, found};
use crate::place::Place;

/// What the folder holds; another text unpacks it anew.
const WANTED: &str = "coturn and what it needs, from Debian's packages";

/// The folder in which `usr/bin/turnserver` is, with the libraries that this machine lacks.
///
/// # Errors
/// Outside Debian, or when its packages cannot be fetched.
pub fn unpacked(place: &Place) -> anyhow::Result<PathBuf> {
    let folder = place.tools.join("coturn");
    let mark = folder.join(".unpacked");
    if stamp::is_current(&mark, WANTED) {
        return Ok(folder);
    }
    if found("apt-get").is_none() || found("dpkg-deb").is_none() {
        bail!("coturn comes from Debian's packages, and this is no Debian");
    }
    println!("      unpacking coturn from Debian's packages into {} ...", folder.display());
    let packages = folder.join("packages");
    fs::create_dir_all(packages.join("partial")).with_context(|| format!("{} cannot be made", packages.display()))?;
    let log = place.reports()?.join("coturn.log");
    // Nobody need be root to download. What this machine has already is not fetched.
    let fetch = || {
        Job::new("apt-get", &place.root)
            .args(["install", "--download-only", "--reinstall", "-y", "--no-install-recommends"])
            .args(["-o", "Debug::NoLocking=1", "-o"])
            .args([format!("Dir::Cache::archives={}", packages.display())])
            .args(["coturn"])
            .quiet(&log)
    };
    // The list of packages may be old, or missing; only root renews it.
    let update = || Job::new("apt-get", &place.root).args(["update"]).quiet(&log);
    fetch().or_else(|_| update().and_then(|()| fetch()))?;
    for package in archives(&packages)? {
        Job::new("dpkg-deb", &place.root).args(["--extract"]).args([&package, &folder]).quiet(&log)?;
    }
    stamp::write(&mark, WANTED)?;
    Ok(folder)
}

fn archives(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<anyhow::Result<Vec<_>>>()?;
    Ok(entries.into_iter().filter(|path| path.extension().is_some_and(|ending| ending == "deb")).collect())
}
