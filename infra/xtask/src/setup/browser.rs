//! The browser of the browser tests.

use std::path::PathBuf;

use anyhow::Context;

use super::apt;
use crate::child::found;
use crate::place::Place;

const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

/// Finds Chromium (`SPEED_CONNECT_CHROMIUM` names one), or installs Debian's.
///
/// # Errors
/// When there is none and none can be installed.
pub fn installed(place: &Place) -> anyhow::Result<PathBuf> {
    if let Some(named) = std::env::var_os("SPEED_CONNECT_CHROMIUM") {
        return Ok(named.into());
    }
    let search = || NAMES.iter().find_map(|name| found(name));
    match search() {
        Some(browser) => Ok(browser),
        None => {
            apt::install(place, "chromium")?;
            search().context("chromium was installed but is not on PATH")
        }
    }
}
