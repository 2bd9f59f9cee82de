//! What is generated: from `shared/protocol` the page's types of the wire, the schemas of events, and the analysts' part of the
//! template; from `infra/scale` the tables of `docs/SCALE.md`.

mod analysts;

use std::fs;
use std::process::ExitCode;

use anyhow::{Context, ensure};

use crate::child::Job;
use crate::place::Place;

/// A file that is generated, or has generated parts: its path in the checkout, and what it should hold.
type Generated = (String, String);

const SCALE: &str = "docs/SCALE.md";
const MESSAGES: &str = "frontend/src/protocol/messages.ts";

/// Writes the files.
///
/// # Errors
/// When a generator does not build or run.
pub fn run(place: &Place) -> anyhow::Result<ExitCode> {
    let files = generated(place)?;
    for (path, text) in &files {
        let target = place.root.join(path);
        fs::create_dir_all(target.parent().unwrap_or(&place.root))?;
        fs::write(&target, text).with_context(|| format!("{path} cannot be written"))?;
        println!("{path} is written");
    }
    for path in analysts::leftovers(place, &files)? {
        fs::remove_file(place.root.join(&path)).with_context(|| format!("{path} cannot be deleted"))?;
        println!("{path} is deleted");
    }
    Ok(ExitCode::SUCCESS)
}

/// The files that are not what would be written, or should not be there.
///
/// # Errors
/// When a generator does not build or run.
pub fn outdated(place: &Place) -> anyhow::Result<Vec<String>> {
    let files = generated(place)?;
    let mut outdated = analysts::leftovers(place, &files)?;
    let is_current =
        |path: &str, text: &str| fs::read_to_string(place.root.join(path)).is_ok_and(|there| there == text);
    outdated.extend(files.into_iter().filter(|(path, text)| !is_current(path, text)).map(|(path, _)| path));
    Ok(outdated)
}

fn generated(place: &Place) -> anyhow::Result<Vec<Generated>> {
    let wire = |example| printed(place, &["--package", "protocol", "--features", "contract", "--example", example]);
    let mut files = vec![(MESSAGES.to_owned(), wire("contract")?)];
    files.push((SCALE.to_owned(), printed(place, &["--package", "scale", "--", SCALE])?));
    files.extend(analysts::generated(place, &wire("events")?)?);
    Ok(files)
}

/// What a generator prints.
fn printed(place: &Place, generator: &[&str]) -> anyhow::Result<String> {
    let (succeeded, text) = Job::cargo(&place.root).args(["run", "--quiet"]).args(generator).kept(|_| false)?;
    ensure!(succeeded && !text.is_empty(), "the generator `{}` failed; the reason is above", generator.join(" "));
    Ok(text)
}
