//! Secrets stay where they are kept: functions know their names, and nobody else anything. Logs hold nothing of a person.

use crate::Finding;
use crate::template::{Resource, Template};
use crate::tree::{Kind, Node};

/// The one whose value the template itself needs, for CloudFront to show.
const READ: &str = "OriginSecretsParameter";
/// Which functions read what is kept; no other does.
const READERS: [(&str, &[&str]); 8] = [
    ("DeviceSecretParameter", &["AuthFunction"]),
    ("EvidenceKeysParameter", &["ApiFunction"]),
    ("MetricsTokenParameter", &["ApiFunction"]),
    ("PublicKeysParameter", &["AuthFunction", "ApiFunction"]),
    ("PushKeyParameter", &["CourierFunction"]),
    ("PushPublicKeyParameter", &["ApiFunction"]),
    ("SigningKeyParameter", &["AuthFunction"]),
    ("TurnSharedSecretParameter", &["ApiFunction", "MessageFunction", "ClockFunction"]),
];
/// By which CloudFormation would write a value down ("Dynamic references", `CloudFormation` User Guide).
const RESOLVED: &str = "{{resolve:";
/// Below it the runtime logs what it handles.
const LEVELS: [&str; 3] = ["INFO", "WARN", "ERROR"];

pub(crate) fn check(template: &Template) -> Vec<Finding> {
    let named = template.parameters.iter().filter(|(name, ..)| name.ends_with("Parameter"));
    let inline = named.filter(|(name, _, parameter)| !is_a_name(name, parameter));
    let mut findings: Vec<Finding> = inline
        .map(|(name, line, _)| Finding {
            line: *line,
            message: format!("{name}: must be the name of an SSM parameter"),
        })
        .collect();
    let told = template.outputs.iter().filter(|(.., output)| any(output, &|text| text.names(READ)));
    findings.extend(told.map(|(name, line, _)| Finding { line: *line, message: format!("{name}: tells secrets") }));
    let written = template.resources.iter().filter(|it| any(&it.body, &|text| has(text, RESOLVED)));
    findings.extend(written.map(|it| it.finding("a function reads a secret by its name, when it starts")));
    findings.extend(template.functions().flat_map(strange_secrets));
    let silent = template.of("AWS::Serverless::HttpApi").filter(|api| !logs_requests(api));
    findings.extend(silent.map(|api| api.finding("AccessLogSettings must log each request, and nothing of a person")));
    let talkative = template.functions().filter(|function| !is_discreet(function));
    findings.extend(talkative.map(|function| function.finding("ApplicationLogLevel must be INFO at least")));
    findings
}

fn is_a_name(name: &str, parameter: &Node) -> bool {
    let kind = if name == READ { "AWS::SSM::Parameter::Value<List<String>>" } else { "String" };
    parameter.text(&["Type"]) == Some(kind)
        && parameter.text(&["Default"]).is_some_and(|default| default.starts_with("/speed-connect/"))
}

/// What a function may read that is another's.
fn strange_secrets(function: &Resource) -> Vec<Finding> {
    let policies = function.at(&["Policies"]);
    let another = READERS.iter().filter(|(name, readers)| {
        let read = policies.is_some_and(|policies| any(policies, &|text| has(text, &format!("${{{name}}}"))));
        read && !readers.contains(&function.logical_id.as_str())
    });
    another
        .map(|(name, _)| function.finding(&format!("{name} is not its to read: see READERS in secrets.rs")))
        .collect()
}

fn is_discreet(function: &Resource) -> bool {
    function.text(&["LoggingConfig", "ApplicationLogLevel"]).is_none_or(|level| LEVELS.contains(&level))
}

/// What a log of requests may hold ("Logging variables" of API Gateway).
const LOGGED: [&str; 5] = ["requestId", "routeKey", "status", "responseLatency", "error.message"];

fn logs_requests(api: &Resource) -> bool {
    let format = api.text(&["AccessLogSettings", "Format"]).unwrap_or_default();
    let mut variables = format.split("$context.").skip(1).map(|rest| rest.split('"').next().unwrap_or_default());
    api.at(&["AccessLogSettings", "DestinationArn"]).is_some()
        && format.contains("$context.")
        && variables.all(|variable| LOGGED.contains(&variable))
}

fn has(node: &Node, words: &str) -> bool {
    node.text(&[]).is_some_and(|text| text.contains(words))
}

fn any(node: &Node, is: &impl Fn(&Node) -> bool) -> bool {
    match &node.kind {
        Kind::Text(_) => is(node),
        Kind::List(items) => items.iter().any(|item| any(item, is)),
        Kind::Map(entries) => entries.iter().any(|(.., value)| any(value, is)),
    }
}
