//! Debian packages, where they may be installed.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::child::{Job, found};
use crate::place::Place;

/// Installs a package when this is root on Debian; tries twice, since mirrors hiccup.
///
/// # Errors
/// With what to do by hand.
pub fn install(place: &Place, package: &str) -> anyhow::Result<()> {
    let by_hand = format!("install it by hand, on Debian: apt-get install {package}");
    if found("apt-get").is_none() {
        bail!("{package} is missing and there is no apt-get: {by_hand}");
    }
    if !rustix::process::geteuid().is_root() {
        bail!("{package} is missing and only root may install it: {by_hand}");
    }
    println!("      installing {package} from Debian's packages ...");
    let log = place.reports()?.join("apt.log");
    let apt = |args: &[&str]| {
        Job::new("apt-get", &place.root).env("DEBIAN_FRONTEND", "noninteractive").args(args).quiet(&log)
    };
    let once = || apt(&["update"]).and_then(|()| apt(&["install", "-y", "--no-install-recommends", package]));
    once().or_else(|_| once())
}

/// Fetches a package and unpacks it into a folder, without installing anything; tries twice, with fresh lists.
///
/// # Errors
/// Where there is no Debian, or the package cannot be fetched.
pub fn unpack(place: &Place, package: &str, folder: &Path) -> anyhow::Result<()> {
    if found("apt-get").is_none() || found("dpkg-deb").is_none() {
        bail!("{package} comes from Debian's packages, and there is no apt-get");
    }
    println!("      unpacking {package} from Debian's packages ...");
    let log = place.reports()?.join("apt.log");
    let fetched = || Job::new("apt-get", folder).args(["download", package]).quiet(&log);
    fetched().or_else(|_| Job::new("apt-get", folder).args(["update"]).quiet(&log).and_then(|()| fetched()))?;
    let archive = archive_in(folder)?;
    let unpacked = Job::new("dpkg-deb", folder).args(["--extract".as_ref(), archive.as_os_str(), folder.as_os_str()]);
    unpacked.quiet(&log)?;
    std::fs::remove_file(&archive).with_context(|| format!("{} cannot be deleted", archive.display()))
}

fn archive_in(folder: &Path) -> anyhow::Result<PathBuf> {
    let files = std::fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    let mut archives = files.flatten().map(|file| file.path());
    archives.find(|path| path.extension().is_some_and(|end| end == "deb")).context("apt-get has downloaded nothing")
}
