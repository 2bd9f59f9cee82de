//! Debian packages, where they may be installed.

use anyhow::bail;

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
