//! The stages in their order: what is quick and often wrong first.

use super::counts::Counts;
use super::{analysts, deployed, page, rust, template};
use crate::place::Place;

/// One row of the table at the end.
#[derive(Debug)]
pub struct Stage {
    /// What `--only` calls it.
    pub name: &'static str,
    /// What it shows, for people.
    pub what: &'static str,
    /// Stages that must have succeeded, in order.
    pub after: &'static [&'static str],
    /// Whether `check` runs it too.
    pub fast: bool,
    /// Runs it.
    pub run: fn(&Place) -> anyhow::Result<Counts>,
}

/// All stages.
pub const STAGES: [Stage; 22] = [
    stage("fmt", "Rust is formatted", &[], true, rust::formatted),
    stage("tidy", "lengths, arrows between crates, leftovers", &[], true, rust::tidy),
    stage("rules", "house rules of the template", &[], true, template::rules),
    stage("cfn-lint", "the template as CloudFormation sees it", &[], false, template::cfn_lint),
    stage("checkov", "the template as checkov sees it", &[], false, template::checkov),
    stage("workflows", "the workflows are in shape, and safe", &[], true, template::workflows),
    stage("eslint", "the page's code obeys its rules", &[], true, page::eslint),
    stage("tsc", "the page's types fit", &[], true, page::types),
    stage("vitest", "the page's own tests", &[], false, page::vitest),
    stage("site", "the page builds", &[], false, page::site),
    stage("clippy", "no warning in any Rust target", &[], true, rust::clippy),
    stage("deny", "licences, sources and versions of all crates", &[], false, rust::deny),
    stage("generated", "what is generated is up to date", &[], false, rust::generated),
    stage("promtool", "the metrics as Prometheus reads them", &[], false, rust::metrics),
    stage("build", "functions, local stack and tests build", &[], false, rust::build),
    stage("rust", "every Rust test", &["build"], false, rust::tests),
    stage(
        "permissions",
        "every permission is needed by a test, and none is missing",
        &["rust"],
        false,
        rust::permissions,
    ),
    stage("boot", "the local stack starts, answers, and stops in time", &["site", "build"], false, rust::boot),
    stage(
        "deployed",
        "the template deploys into an emulator of others, and two strangers meet there",
        &["site", "build"],
        false,
        deployed::there,
    ),
    stage("analysts", "each question of the analysts is answered right", &["build"], false, analysts::answered),
    stage("browser", "two strangers meet, in real browsers", &["site", "build"], false, page::browser),
    stage("advisories", "no crate or package has a known hole", &[], false, rust::advisories),
];

const fn stage(
    name: &'static str,
    what: &'static str,
    after: &'static [&'static str],
    fast: bool,
    run: fn(&Place) -> anyhow::Result<Counts>,
) -> Stage {
    Stage { name, what, after, fast, run }
}
