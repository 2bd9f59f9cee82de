//! House rules that no compiler keeps: lengths, arrows between crates, versions, words.

mod arrows;
mod functions;
mod lengths;
mod manifests;
mod rust_text;
mod sources;
mod words;

use crate::place::Place;

/// Everything against the rules, one line each.
///
/// # Errors
/// When the sources cannot be read.
pub fn findings(place: &Place) -> anyhow::Result<Vec<String>> {
    let sources = sources::read(&place.root)?;
    let mut findings = lengths::check(&sources);
    findings.extend(manifests::check(&sources));
    findings.extend(words::check(&sources));
    findings.extend(functions::check(&sources));
    findings.extend(arrows::check(place)?);
    findings.sort();
    Ok(findings)
}
