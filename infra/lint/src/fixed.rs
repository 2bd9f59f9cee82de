//! What stands in a file word for word, because a change of it would let somebody in: the same is written down a second time, in
//! `fixed.yaml` for the template and `fixed-role.yaml` for the roles of a deploy.

use crate::Finding;
use crate::tree::{self, Kind, Node};

const TEMPLATE: &str = include_str!("../fixed.yaml");
const ROLES: &str = include_str!("../fixed-role.yaml");
/// Marks a map or a list that may hold more.
const SOME: &str = "Some";

/// Of the template.
///
/// # Errors
/// A text that is no YAML.
pub(crate) fn template(text: &str) -> anyhow::Result<Vec<Finding>> {
    let (wanted, there) = (tree::parse(TEMPLATE)?, tree::parse(text)?);
    let mut findings = compared(&wanted, &there, &["Transform", "Globals", "Parameters", "Conditions", "Resources"]);
    findings.extend(further(&wanted, &there));
    findings.extend(variables(&wanted, &there));
    Ok(findings)
}

/// Of `infra/deploy/github-role.yaml`.
///
/// # Errors
/// A text that is no YAML.
pub(crate) fn roles(text: &str) -> anyhow::Result<Vec<Finding>> {
    Ok(compared(&tree::parse(ROLES)?, &tree::parse(text)?, &["Resources"]))
}

fn compared(wanted: &Node, there: &Node, sections: &[&str]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for section in sections {
        if let Some(wanted) = wanted.at(&[section]) {
            compare(wanted, there.at(&[section]), there.line, section, &mut findings);
        }
    }
    findings
}

/// Resources beside those that are fixed, of a type that only they may have.
fn further(wanted: &Node, there: &Node) -> Vec<Finding> {
    let resources = |root: &Node| root.at(&["Resources"]).map(|section| section.entries().to_vec()).unwrap_or_default();
    let fixed = resources(wanted);
    let is_closed = |body: &Node| {
        let kind = body.text(&["Type"]);
        kind.is_some() && fixed.iter().any(|(.., fixed)| fixed.text(&["Type"]) == kind)
    };
    let is_known = |name: &String| fixed.iter().any(|(known, ..)| known == name);
    let others = resources(there).into_iter().filter(|(name, _, body)| is_closed(body) && !is_known(name));
    others.map(|(name, line, _)| finding(line, &format!("Resources.{name}"), "was not there")).collect()
}

/// Variables of functions: each says the same wherever it is.
fn variables(wanted: &Node, there: &Node) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (function, _, body) in there.at(&["Resources"]).map_or(&[][..], Node::entries) {
        let given = body.at(&["Properties", "Environment", "Variables"]).map_or(&[][..], Node::entries);
        for (name, line, value) in given {
            let path = format!("Resources.{function}.Properties.Environment.Variables.{name}");
            match wanted.at(&["Variables", name]) {
                Some(wanted) => compare(wanted, Some(value), *line, &path, &mut findings),
                None => findings.push(finding(*line, &path, "was not there")),
            }
        }
    }
    findings
}

fn compare(wanted: &Node, there: Option<&Node>, line: usize, path: &str, findings: &mut Vec<Finding>) {
    let Some(there) = there else { return findings.push(finding(line, path, "is not there")) };
    match (&wanted.kind, &there.kind) {
        (Kind::Map(entries), Kind::Map(given)) => {
            for (name, _, wanted) in entries {
                compare(wanted, there.at(&[name]), there.line, &format!("{path}.{name}"), findings);
            }
            let further = given.iter().filter(|(name, ..)| wanted.at(&[name]).is_none() && wanted.tag != SOME);
            findings.extend(further.map(|(name, line, _)| finding(*line, &format!("{path}.{name}"), "was not there")));
        }
        (Kind::List(items), Kind::List(given)) if wanted.tag == SOME => {
            let missing = items.iter().filter(|item| !given.iter().any(|given| is_same(item, given)));
            findings.extend(missing.map(|_| finding(there.line, path, "lacks an item")));
        }
        (Kind::List(items), Kind::List(given)) if wanted.tag == there.tag && items.len() == given.len() => {
            for (place, (wanted, there)) in items.iter().zip(given).enumerate() {
                compare(wanted, Some(there), there.line, &format!("{path}[{place}]"), findings);
            }
        }
        (Kind::Text(wanted_text), Kind::Text(text)) if wanted_text == text && wanted.tag == there.tag => {}
        (Kind::Map(_) | Kind::List(_) | Kind::Text(_), Kind::Map(_) | Kind::List(_) | Kind::Text(_)) => {
            findings.push(finding(there.line, path, "is another"));
        }
    }
}

fn is_same(wanted: &Node, there: &Node) -> bool {
    let mut findings = Vec::new();
    compare(wanted, Some(there), 0, "", &mut findings);
    findings.is_empty()
}

fn finding(line: usize, path: &str, what: &str) -> Finding {
    Finding {
        line,
        message: format!("{path} {what}: if that lets nobody in, write it into infra/lint/fixed*.yaml too"),
    }
}
