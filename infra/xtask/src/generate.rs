//! The page's types of the wire, generated from `shared/protocol`.

use std::fs;
use std::process::ExitCode;

use anyhow::{Context, ensure};

use crate::child::Job;
use crate::place::Place;

/// The file that is generated.
pub const TARGET: &str = "frontend/src/protocol/messages.ts";

const PRINT: [&str; 8] = ["run", "--quiet", "--package", "protocol", "--features", "contract", "--example", "contract"];

/// Writes the file.
///
/// # Errors
/// When the generator does not build or run.
pub fn run(place: &Place) -> anyhow::Result<ExitCode> {
    let text = generated(place)?;
    let target = place.root.join(TARGET);
    fs::write(&target, text).with_context(|| format!("{} cannot be written", target.display()))?;
    println!("{TARGET} is written");
    Ok(ExitCode::SUCCESS)
}

/// Whether the file is what would be written.
///
/// # Errors
/// When the generator does not build or run.
pub fn is_current(place: &Place) -> anyhow::Result<bool> {
    let written = fs::read_to_string(place.root.join(TARGET)).with_context(|| format!("{TARGET} is missing"))?;
    Ok(written == generated(place)?)
}

fn generated(place: &Place) -> anyhow::Result<String> {
    let (succeeded, text) = Job::cargo(&place.root).args(PRINT).kept(|_| false)?;
    ensure!(succeeded && !text.is_empty(), "the generator in shared/protocol failed; the reason is above");
    Ok(text)
}
