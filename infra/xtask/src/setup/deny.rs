//! cargo-deny.

use std::path::PathBuf;

use super::crates;
use crate::place::Place;

/// The version that deny.toml is written for.
const VERSION: &str = "0.20.2";

/// Finds cargo-deny, or compiles it (about a minute and a half on 2 cores).
///
/// # Errors
/// When it does not compile, or its sources cannot be fetched.
pub fn installed(place: &Place) -> anyhow::Result<PathBuf> {
    crates::installed(place, "cargo-deny", VERSION)
}
