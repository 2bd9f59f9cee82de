//! Whoever calls a function calls its alias, so that a new version takes over step by step and is turned back.

use crate::Finding;
use crate::template::{Resource, Template};

/// Where a function is named by whoever calls it.
const CALLERS: [(&str, &str); 3] = [
    ("AWS::Lambda::Permission", "FunctionName"),
    ("AWS::Lambda::EventSourceMapping", "FunctionName"),
    ("AWS::ApiGatewayV2::Integration", "IntegrationUri"),
];

pub(crate) fn check(template: &Template) -> Vec<Finding> {
    let mut findings: Vec<Finding> = template.functions().flat_map(|function| one(template, function)).collect();
    for (kind, property) in CALLERS {
        let past = template.of(kind).filter(|caller| !calls_the_alias(caller, property));
        findings.extend(past.map(|caller| caller.finding("must call the function's Alias, not whatever is newest")));
    }
    findings
}

fn one(template: &Template, function: &Resource) -> Vec<Finding> {
    let preference = |key| template.global(&["DeploymentPreference", key]);
    let rung = preference("Alarms").is_some_and(|alarms| alarms.items().iter().any(|alarm| alarm.names("CanaryAlarm")));
    let rules = [
        (template.function_setting(function, &["AutoPublishAlias"]).is_some(), "AutoPublishAlias must be given"),
        (preference("Type").is_some_and(|how| how.names("Rollout")), "DeploymentPreference must be as Rollout says"),
        (rung, "DeploymentPreference must be turned back by CanaryAlarm"),
    ];
    rules.iter().filter(|(holds, _)| !holds).map(|(_, wanted)| function.finding(wanted)).collect()
}

fn calls_the_alias(caller: &Resource, property: &str) -> bool {
    let named = caller.at(&[property]).map(|named| named.items()).unwrap_or_default();
    let alias = named.last().and_then(|last| last.text(&[]).or_else(|| last.text(&["Alias"])));
    alias.is_some_and(|alias| alias.ends_with("Function.Alias"))
}
