//! Prometheus' own reader of metrics, from Debian's package. The package is unpacked and not installed: it would start a
//! server.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, ensure};

use super::apt;
use crate::child::found;
use crate::place::Place;

/// Finds promtool, or unpacks Debian's.
///
/// # Errors
/// When there is none and it cannot be fetched.
pub fn installed(place: &Place) -> anyhow::Result<PathBuf> {
    if let Some(program) = found("promtool") {
        return Ok(program);
    }
    let folder = place.tools.join("prometheus");
    let program = folder.join("usr/bin/promtool");
    if !program.is_file() {
        fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
        apt::unpack(place, "prometheus", &folder)?;
        ensure!(program.is_file(), "Debian's package prometheus holds no promtool");
    }
    Ok(program)
}
