//! Event-source mappings: what fails goes somewhere, and nothing is tried for ever.

use crate::Finding;
use crate::template::{Resource, Template};

/// "Creating and configuring an Amazon SQS event source mapping", Lambda Developer Guide.
const VISIBILITY_PER_TIMEOUT: i64 = 6;

pub(crate) fn check(template: &Template) -> Vec<Finding> {
    let mapped = template.of("AWS::Lambda::EventSourceMapping").flat_map(|mapping| one(template, mapping));
    mapped.chain(sam_events(template)).collect()
}

fn one(template: &Template, mapping: &Resource) -> Vec<Finding> {
    let source = mapping.at(&["EventSourceArn"]).and_then(|reference| template.named_by(reference));
    let function = mapping.at(&["FunctionName"]).and_then(|reference| template.named_by(reference));
    let (Some(source), Some(function)) = (source, function) else {
        return vec![mapping.finding("EventSourceArn and FunctionName must name resources of this template")];
    };
    let partial = mapping
        .at(&["FunctionResponseTypes"])
        .is_some_and(|types| types.items().iter().any(|item| item.text(&[]) == Some("ReportBatchItemFailures")));
    let mut rules = vec![(partial, "FunctionResponseTypes must hold ReportBatchItemFailures")];
    match source.kind.as_str() {
        "AWS::SQS::Queue" => {
            let timeout = template.function_setting(function, &["Timeout"]).and_then(|text| text.parse::<i64>().ok());
            let visibility = source.number(&["VisibilityTimeout"]);
            let wide = timeout.zip(visibility).is_some_and(|(timeout, seen)| seen >= timeout * VISIBILITY_PER_TIMEOUT);
            rules.push((wide, "the queue's VisibilityTimeout must be at least six times the function's Timeout"));
            let bounded = mapping.at(&["ScalingConfig", "MaximumConcurrency"]).is_some();
            rules.push((bounded, "ScalingConfig.MaximumConcurrency must bound it: what is throttled counts as failed"));
            rules.push((source.at(&["RedrivePolicy"]).is_some(), "the queue needs a RedrivePolicy"));
        }
        "AWS::Kinesis::Stream" => {
            let failed = mapping.at(&["DestinationConfig", "OnFailure", "Destination"]);
            let kept = failed.and_then(|reference| template.named_by(reference)).is_some_and(|queue| {
                template.neighbours(function).any(|neighbour| neighbour.logical_id == queue.logical_id)
            });
            let finite = |key| mapping.number(&[key]).is_some_and(|limit| limit >= 0);
            rules.push((kept, "OnFailure must name a queue beside the function"));
            rules.push((
                mapping.has(&["BisectBatchOnFunctionError"], "true"),
                "BisectBatchOnFunctionError must be true",
            ));
            rules.push((
                finite("MaximumRetryAttempts"),
                "MaximumRetryAttempts must be finite, or one record stops a shard",
            ));
            rules.push((finite("MaximumRecordAgeInSeconds"), "MaximumRecordAgeInSeconds must be finite"));
        }
        _ => rules.push((false, "no rule knows this kind of source: write one")),
    }
    rules.iter().filter(|(holds, _)| !holds).map(|(_, wanted)| mapping.finding(wanted)).collect()
}

/// SAM adds a managed policy for these that reaches every queue or stream of the account.
fn sam_events(template: &Template) -> impl Iterator<Item = Finding> {
    template.functions().flat_map(|function| {
        let events = function.at(&["Events"]).map_or(&[][..], |events| events.entries());
        let broad = events.iter().filter(|(.., event)| {
            event.text(&["Type"]).is_some_and(|kind| ["SQS", "Kinesis", "DynamoDB"].contains(&kind))
        });
        broad.map(|(name, line, _)| Finding {
            line: *line,
            message: format!("{name}: write an AWS::Lambda::EventSourceMapping and its own statement instead"),
        })
    })
}
