//! Stages over cloudformation.yaml.

use anyhow::Context;

use super::counts::Counts;
use super::skip;
use crate::child::Job;
use crate::place::Place;
use crate::setup::python;

/// The rules of `infra/lint`.
pub(super) fn rules(place: &Place) -> anyhow::Result<Counts> {
    let path = place.root.join("cloudformation.yaml");
    let text = std::fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    let findings = template_lint::check(&text)?;
    findings.iter().for_each(|finding| println!("{finding}"));
    Ok(Counts::one(findings.is_empty()))
}

/// cfn-lint, without findings of any kind.
pub(super) fn cfn_lint(place: &Place) -> anyhow::Result<Counts> {
    let python = python::installed(place).map_err(skip)?;
    let lint = Job::new(python.with_file_name("cfn-lint"), &place.root);
    let regions = ["us-east-1", "eu-central-1"];
    let passed = lint.args(["--regions"]).args(regions).args(["--", "cloudformation.yaml"]).shown()?;
    Ok(Counts::one(passed))
}
