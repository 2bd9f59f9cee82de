#![doc = include_str!("../README.md")]

mod alarms;
mod analysts;
mod fixed;
mod functions;
mod kinds;
mod origin;
mod permissions;
mod rollout;
mod secrets;
mod sources;
mod storage;
mod template;
mod tree;

use std::fmt;

pub use alarms::RUNBOOKS;
pub use template::Template;

/// One thing to repair.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// Line in the file, from 1.
    pub line: usize,
    /// What is wrong and what the rule wants.
    pub message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.line, self.message)
    }
}

/// Checks a template's text against all rules; findings come in the order of the file.
///
/// # Errors
/// When the text is no YAML or has no resources.
pub fn check(text: &str) -> anyhow::Result<Vec<Finding>> {
    let template = Template::parse(text)?;
    let rules = [
        kinds::check,
        functions::check,
        rollout::check,
        sources::check,
        permissions::check,
        secrets::check,
        storage::check,
        origin::check,
        analysts::check,
        alarms::check,
    ];
    let mut findings: Vec<Finding> = rules.iter().flat_map(|rule| rule(&template)).collect();
    findings.extend(fixed::template(text)?);
    findings.sort();
    Ok(findings)
}

/// Checks the roles by which a workflow deploys.
///
/// # Errors
/// When the text is no YAML.
pub fn check_roles(text: &str) -> anyhow::Result<Vec<Finding>> {
    fixed::roles(text)
}
