//! Stages over the templates and the workflows.

use anyhow::Context;

use super::counts::Counts;
use super::skip;
use crate::child::Job;
use crate::place::Place;
use crate::setup::python;

/// Every template; infra/checkov.yaml names them as well.
const TEMPLATES: [&str; 3] = ["cloudformation.yaml", ROLES, "infra/deploy/waf.yaml"];
/// The roles by which a workflow deploys.
const ROLES: &str = "infra/deploy/github-role.yaml";
/// As many of checkov's checks may be skipped, each with its reason.
const CHECKOV_SKIPPED_MAX: usize = 10;

/// The rules of `infra/lint`.
pub(super) fn rules(place: &Place) -> anyhow::Result<Counts> {
    let path = place.root.join("cloudformation.yaml");
    let text = std::fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    let findings = template_lint::check(&text)?;
    findings.iter().for_each(|finding| println!("cloudformation.yaml:{finding}"));
    let roles = std::fs::read_to_string(place.root.join(ROLES)).with_context(|| format!("{ROLES} cannot be read"))?;
    let of_roles = template_lint::check_roles(&roles)?;
    of_roles.iter().for_each(|finding| println!("{ROLES}:{finding}"));
    let mut counts = Counts::one(findings.is_empty());
    counts += Counts::one(of_roles.is_empty());
    Ok(counts)
}

/// cfn-lint, without findings of any kind; and by its schemas, whether CloudFormation may make what the template declares.
pub(super) fn cfn_lint(place: &Place) -> anyhow::Result<Counts> {
    let python = python::installed(place).map_err(skip)?;
    let lint = Job::new(python.with_file_name("cfn-lint"), &place.root);
    let regions = ["us-east-1", "eu-central-1"];
    let mut counts = Counts::one(lint.args(["--regions"]).args(regions).args(["--"]).args(TEMPLATES).shown()?);
    counts += Counts::one(Job::new(&python, &place.root).args(["infra/deploy/rights.py", "."]).shown()?);
    Ok(counts)
}

/// checkov, without findings.
pub(super) fn checkov(place: &Place) -> anyhow::Result<Counts> {
    let python = python::linters(place).map_err(skip)?;
    let config = place.root.join("infra/checkov.yaml");
    let text = std::fs::read_to_string(&config).with_context(|| format!("{} cannot be read", config.display()))?;
    let skipped = text.lines().filter(|line| line.trim_start().starts_with("- CKV")).count();
    if skipped > CHECKOV_SKIPPED_MAX {
        println!("infra/checkov.yaml skips {skipped} checks; {CHECKOV_SKIPPED_MAX} is the most");
        return Ok(Counts::one(false));
    }
    let checkov = Job::new(&python, &place.root).args([
        python.with_file_name("checkov").as_path(),
        "--config-file".as_ref(),
        &config,
    ]);
    Ok(Counts::one(checkov.shown()?))
}

/// The workflows: their shape by GitHub's own schema, their safety by zizmor.
pub(super) fn workflows(place: &Place) -> anyhow::Result<Counts> {
    let python = python::linters(place).map_err(skip)?;
    let folder = place.root.join(".github/workflows");
    let mut files: Vec<_> =
        std::fs::read_dir(&folder)?.map(|file| file.map(|file| file.path())).collect::<Result<_, _>>()?;
    files.sort();
    let shape = Job::new(python.with_file_name("check-jsonschema"), &place.root)
        .args(["--builtin-schema", "vendor.github-workflows"])
        .args(&files);
    let mut counts = Counts::one(shape.shown()?);
    counts += Counts::one(
        Job::new(python.with_file_name("zizmor"), &place.root)
            .args(["--offline", "--no-progress"])
            .args([&folder])
            .shown()?,
    );
    Ok(counts)
}
