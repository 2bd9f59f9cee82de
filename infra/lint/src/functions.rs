//! A function is one paragraph: itself, its logs, where its failures go.

use crate::Finding;
use crate::template::{Resource, Template};

/// Events that call a function without anybody waiting for the answer
/// ("Invoking Lambda with events from other AWS services", Lambda Developer Guide).
const ASYNCHRONOUS: [&str; 5] = ["Schedule", "ScheduleV2", "EventBridgeRule", "S3", "SNS"];

pub(crate) fn check(template: &Template) -> Vec<Finding> {
    template.functions().flat_map(|function| one(template, function)).collect()
}

fn one(template: &Template, function: &Resource) -> Vec<Finding> {
    let mut findings = Vec::new();
    let binary = function.body.text(&["Metadata", "BuildProperties", "Binary"]).unwrap_or_default();
    let rules = [
        (
            template.function_setting(function, &["Runtime"]) == Some("provided.al2023")
                && template.function_setting(function, &["Handler"]) == Some("bootstrap"),
            "Runtime must be provided.al2023 and Handler bootstrap",
        ),
        (
            function.body.text(&["Metadata", "BuildMethod"]) == Some("rust-cargolambda")
                && function.text(&["CodeUri"]) == Some(&format!("functions/{binary}")),
            "Metadata must build the binary of the folder that CodeUri names, by rust-cargolambda",
        ),
        (
            function.has(&["FunctionName"], &format!("${{AWS::StackName}}-{binary}")),
            "FunctionName must be the stack's name and the binary's",
        ),
        (template.function_setting(function, &["Timeout"]).is_some(), "Timeout must be given"),
        (
            template.function_setting(function, &["Tracing"]).is_some_and(|mode| mode != "PassThrough"),
            "Tracing must be given, by a parameter or Active",
        ),
        (
            function.at(&["ReservedConcurrentExecutions"]).is_some_and(|most| most.text(&[]) != Some("0")),
            "ReservedConcurrentExecutions must bound how many run at once, and let some run",
        ),
        (logs_are_kept(template, function), "must log to a neighbouring log group with RetentionInDays"),
        (
            failures_are_kept(template, function),
            "is called asynchronously and must name a neighbouring OnFailure queue",
        ),
    ];
    findings.extend(rules.iter().filter(|(holds, _)| !holds).map(|(_, wanted)| function.finding(wanted)));
    findings
}

fn logs_are_kept(template: &Template, function: &Resource) -> bool {
    let group = function.at(&["LoggingConfig", "LogGroup"]).and_then(|reference| template.named_by(reference));
    let name = function.text(&["FunctionName"]).unwrap_or_default();
    group.is_some_and(|group| {
        group.kind == "AWS::Logs::LogGroup"
            && group.has(&["LogGroupName"], &format!("/aws/lambda/{name}"))
            && group.number(&["RetentionInDays"]).is_some()
            && is_neighbour(template, function, group)
    })
}

fn failures_are_kept(template: &Template, function: &Resource) -> bool {
    let events = function.at(&["Events"]).map_or(&[][..], |events| events.entries());
    let asynchronous =
        events.iter().any(|(.., event)| event.text(&["Type"]).is_some_and(|kind| ASYNCHRONOUS.contains(&kind)));
    let destination = function.at(&["EventInvokeConfig", "DestinationConfig", "OnFailure", "Destination"]);
    let queue = destination.and_then(|reference| template.named_by(reference));
    !asynchronous || queue.is_some_and(|queue| is_neighbour(template, function, queue))
}

fn is_neighbour(template: &Template, function: &Resource, other: &Resource) -> bool {
    template.neighbours(function).any(|neighbour| neighbour.logical_id == other.logical_id)
}
