//! Whoever is woken is told, and knows what to do.

use crate::Finding;
use crate::template::{Resource, Template};

/// Where runbooks are: one heading for each alarm.
pub const RUNBOOKS: &str = "docs/OPERATIONS.md#";

pub(crate) fn check(template: &Template) -> Vec<Finding> {
    let mut findings: Vec<Finding> = template.of("AWS::CloudWatch::Alarm").flat_map(alarm).collect();
    let unwatched =
        template.of("AWS::SQS::Queue").filter(|queue| queue.number(&["MessageRetentionPeriod"]) == Some(KEPT));
    let unwatched = unwatched.filter(|queue| !template.of("AWS::CloudWatch::Alarm").any(|alarm| watches(alarm, queue)));
    findings.extend(unwatched.map(|queue| queue.finding("keeps what failed for good: an alarm must watch it")));
    findings
}

/// 14 days, in seconds: what only queues of failures keep.
const KEPT: i64 = 1_209_600;

fn alarm(alarm: &Resource) -> Vec<Finding> {
    let told = |property: &str| {
        let list = alarm.at(&[property]).map(|list| list.items()).unwrap_or_default();
        list.iter().any(|topic| topic.names("Alarms"))
    };
    let name = alarm.text(&["AlarmName"]).and_then(|name| name.strip_prefix("${AWS::StackName}-")).unwrap_or_default();
    let runbook = format!("{RUNBOOKS}{name}");
    let rules = [
        (told("AlarmActions") && told("OKActions"), "must tell the topic Alarms when it begins and when it is over"),
        (
            !name.is_empty() && alarm.text(&["AlarmDescription"]).is_some_and(|text| text.ends_with(&runbook)),
            "must end its description with its runbook, which is called as it is",
        ),
        (alarm.text(&["ActionsEnabled"]).is_none(), "ActionsEnabled must not be given: it acts"),
        (alarm.text(&["TreatMissingData"]).is_some(), "must say what silence means: TreatMissingData"),
    ];
    rules.iter().filter(|(holds, _)| !holds).map(|(_, wanted)| alarm.finding(wanted)).collect()
}

fn watches(alarm: &Resource, queue: &Resource) -> bool {
    let metrics = alarm.at(&["Metrics"]).map(|list| list.items()).unwrap_or_default();
    let dimensions =
        metrics.iter().filter_map(|one| one.at(&["MetricStat", "Metric", "Dimensions"])).flat_map(|list| list.items());
    let failing = metrics
        .iter()
        .any(|one| one.text(&["MetricStat", "Metric", "MetricName"]) == Some("ApproximateNumberOfMessagesVisible"));
    let values = dimensions.filter_map(|one| one.at(&["Value"]));
    failing && values.into_iter().any(|value| value.names(&queue.logical_id))
}
