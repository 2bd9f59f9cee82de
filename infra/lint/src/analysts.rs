//! What analysts are given: delivered whole, found without a crawler, asked within limits.

use crate::Finding;
use crate::template::{Resource, Template};
use crate::tree::Node;

/// The most that one question may scan, in bytes: 10 GiB, five cents ("Amazon Athena pricing").
const SCANNED_MAX: i64 = 10 << 30;

pub(crate) fn check(template: &Template) -> Vec<Finding> {
    let mut findings: Vec<Finding> =
        template.of("AWS::KinesisFirehose::DeliveryStream").flat_map(|each| delivery(template, each)).collect();
    findings.extend(template.of("AWS::Athena::WorkGroup").flat_map(workgroup));
    findings
}

fn delivery(template: &Template, stream: &Resource) -> Vec<Finding> {
    let text = |path: &[&str]| stream.at(&["ExtendedS3DestinationConfiguration"])?.text(path);
    let prefix = text(&["Prefix"]).unwrap_or_default();
    let bucket = stream.at(&["ExtendedS3DestinationConfiguration", "BucketARN"]).and_then(|arn| template.named_by(arn));
    let rules = [
        (text(&["DataFormatConversionConfiguration", "Enabled"]) == Some("true"), "must deliver Parquet"),
        (
            prefix == "events/type=!{partitionKeyFromQuery:type}/day=!{partitionKeyFromQuery:day}/",
            "must partition by type and day, which the table's projection finds",
        ),
        (
            text(&["ErrorOutputPrefix"]).is_some_and(|prefix| prefix.starts_with("errors/")),
            "ErrorOutputPrefix must keep what cannot be converted apart",
        ),
        (bucket.is_some_and(expires), "what happened must expire after EventsKeptDays"),
        (bucket.is_some_and(stays), "what happened must stay when its stack goes: DeletionPolicy Retain"),
        (text(&["CloudWatchLoggingOptions", "Enabled"]) == Some("true"), "must log what goes wrong"),
    ];
    rules.iter().filter(|(holds, _)| !holds).map(|(_, wanted)| stream.finding(wanted)).collect()
}

fn expires(bucket: &Resource) -> bool {
    let rules = bucket.at(&["LifecycleConfiguration", "Rules"]).map(Node::items).unwrap_or_default();
    rules.iter().any(|rule| {
        let days = rule.at(&["ExpirationInDays"]);
        let events = rule.text(&["Prefix"]) == Some("events/") && rule.text(&["Status"]) == Some("Enabled");
        events && days.is_some_and(|days| days.names("EventsKeptDays"))
    })
}

fn stays(bucket: &Resource) -> bool {
    bucket.body.text(&["DeletionPolicy"]) == Some("Retain")
}

fn workgroup(workgroup: &Resource) -> Vec<Finding> {
    let set = |path: &[&str]| workgroup.at(&["WorkGroupConfiguration"])?.text(path);
    let scanned: Option<i64> = set(&["BytesScannedCutoffPerQuery"]).and_then(|bytes| bytes.parse().ok());
    let rules = [
        (set(&["EnforceWorkGroupConfiguration"]) == Some("true"), "must enforce its own settings"),
        (scanned.is_some_and(|bytes| bytes <= SCANNED_MAX), "BytesScannedCutoffPerQuery must be 10 GiB at most"),
    ];
    rules.iter().filter(|(holds, _)| !holds).map(|(_, wanted)| workgroup.finding(wanted)).collect()
}
