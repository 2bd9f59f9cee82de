//! What was counted, as Prometheus text (exposition format 0.0.4) and as lines of CloudWatch's embedded metric format.
//!
//! <https://prometheus.io/docs/instrumenting/exposition_formats/>

use std::fmt::Write as _;

use domain::objective::{Aim, Objective};
use domain::tally::{Figures, Gauge, Histogram, Timing};
use domain::time::TimeMs;
use serde_json::{Value, json};

/// The content type of the text.
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// A counter that adds up events of these types.
struct Counter {
    name: &'static str,
    help: &'static str,
    kinds: &'static [&'static str],
    /// What tells its events apart, where that is shown.
    label: Option<&'static str>,
    /// Values that are there from the start, with zero.
    known: &'static [&'static str],
}

const COUNTERS: [Counter; 9] = [
    Counter {
        name: "video_chat_sessions_created_total",
        help: "Sessions that were made, by a match or by a friend who answered.",
        kinds: &["match.made", "call.answered"],
        label: None,
        known: &[],
    },
    Counter {
        name: "video_chat_webrtc_offers_total",
        help: "Offers that were called for: one when a session starts, one more when its signaling falls back to our own \
               socket. Offers pass from browser to browser; those of an ICE restart are not seen.",
        kinds: &["session.started", "signaling.fell_back"],
        label: None,
        known: &[],
    },
    Counter {
        name: "video_chat_reports_submitted_total",
        help: "Reports about a partner.",
        kinds: &["report.submitted"],
        label: None,
        known: &[],
    },
    Counter {
        name: "video_chat_connection_success_total",
        help: "Pages that saw media flow, by the way it takes.",
        kinds: &["session.connected"],
        label: Some("connection_type"),
        known: &["direct", "relay", "unknown"],
    },
    Counter {
        name: "video_chat_connection_failures_total",
        help: "Pages that could not connect.",
        kinds: &["ice.failed"],
        label: None,
        known: &[],
    },
    Counter {
        name: "video_chat_rate_limit_hits_total",
        help: "Requests that were refused for asking too often.",
        kinds: &["limit.hit"],
        label: None,
        known: &[],
    },
    Counter {
        name: "video_chat_sessions_ended_total",
        help: "Sessions that are over, by why.",
        kinds: &["session.ended"],
        label: Some("reason"),
        known: &["timeout", "peer-left", "skipped", "moderation", "failed"],
    },
    Counter {
        name: "video_chat_sign_ins_total",
        help: "People who came in.",
        kinds: &["user.signed_in"],
        label: None,
        known: &[],
    },
    Counter {
        name: "video_chat_requests_failed_total",
        help: "Requests that failed by our fault, by what was asked for.",
        kinds: &["request.failed"],
        label: Some("request"),
        known: &[],
    },
];

/// Everything as Prometheus text.
#[must_use]
pub fn text(figures: &Figures, now: TimeMs) -> String {
    let mut text = String::new();
    for counter in &COUNTERS {
        head(&mut text, counter.name, counter.help, "counter");
        count(&mut text, counter, figures);
    }
    for timing in Timing::ALL {
        let (name, help) = timed(timing);
        head(&mut text, name, help, "histogram");
        buckets(&mut text, name, &figures.timing(timing));
    }
    for gauge in Gauge::ALL {
        let (name, help) = gauged(gauge);
        head(&mut text, name, help, "gauge");
        line(&mut text, name, None, figures.level(gauge, now));
    }
    let all = "video_chat_events_total";
    head(&mut text, all, "Events on the stream, by their type.", "counter");
    for (kind, number) in figures.by_kind() {
        line(&mut text, all, Some(("type", kind)), number);
    }
    text
}

const fn timed(timing: Timing) -> (&'static str, &'static str) {
    match timing {
        Timing::Match => {
            ("video_chat_match_latency_seconds", "From joining the queue to the match, of each of the two.")
        }
        Timing::Connection => ("video_chat_connection_time_seconds", "From the match to media, as pages saw it."),
        Timing::Signaling => {
            ("video_chat_signaling_seconds", "From the offer sent to the answer applied, as the offerer's page saw it.")
        }
    }
}

const fn gauged(gauge: Gauge) -> (&'static str, &'static str) {
    match gauge {
        Gauge::Connections => (
            "video_chat_active_connections",
            "Open sockets. One whose end nobody has told is counted until it can no longer be open.",
        ),
        Gauge::Queue => ("video_chat_queue_length", "People who wait for a partner."),
        Gauge::Rooms => ("video_chat_people_in_rooms", "People who are in rooms."),
    }
}

fn count(text: &mut String, counter: &Counter, figures: &Figures) {
    let Some(label) = counter.label else {
        let number = counter.kinds.iter().map(|kind| figures.total(kind)).sum();
        return line(text, counter.name, None, number);
    };
    let found: Vec<(&str, u64)> = counter
        .kinds
        .iter()
        .flat_map(|kind| figures.by_label(kind))
        .map(|(value, number)| (value.unwrap_or("unknown"), number))
        .collect();
    let unseen = counter.known.iter().filter(|known| found.iter().all(|(value, _)| value != *known));
    for (value, number) in found.iter().copied().chain(unseen.map(|value| (*value, 0))) {
        line(text, counter.name, Some((label, value)), number);
    }
}

fn buckets(text: &mut String, name: &str, histogram: &Histogram) {
    let bucket = format!("{name}_bucket");
    for (bound, number) in histogram.up_to() {
        line(text, &bucket, Some(("le", &seconds(bound.0))), number);
    }
    line(text, &bucket, Some(("le", "+Inf")), histogram.total());
    let _ = writeln!(text, "{name}_sum {}", seconds(histogram.sum().0));
    line(text, &format!("{name}_count"), None, histogram.total());
}

fn head(text: &mut String, name: &str, help: &str, kind: &str) {
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

fn line(text: &mut String, name: &str, label: Option<(&str, &str)>, number: u64) {
    let _ = match label {
        None => writeln!(text, "{name} {number}"),
        Some((label, value)) => writeln!(text, "{name}{{{label}=\"{}\"}} {number}", escaped(value)),
    };
}

fn escaped(value: &str) -> String {
    value.replace('\\', r"\\").replace('"', "\\\"").replace('\n', r"\n")
}

/// Milliseconds as seconds, to the digit.
fn seconds(ms: u64) -> String {
    let (whole, rest) = (ms / 1000, ms % 1000);
    if rest == 0 { whole.to_string() } else { format!("{whole}.{rest:03}").trim_end_matches('0').to_owned() }
}

/// What a batch has added, as lines for CloudWatch: one for each type of event, and one for what was timed.
/// The namespace is that of one stack: several share an account.
///
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>
#[must_use]
pub fn batch_lines(added: &Figures, namespace: &str, now: TimeMs) -> Vec<Value> {
    let counted = added.totals.iter().map(|((kind, label), number)| {
        let mut members = json!({ "Event": kind, "Events": number });
        let dimensions = match label {
            // What was asked for has too many values to pay for a metric each.
            Some(label) if kind != "limit.hit" && kind != "request.failed" => {
                members["Of"] = json!(label);
                json!([["Event"], ["Event", "Of"]])
            }
            Some(_) | None => json!([["Event"]]),
        };
        embedded(members, &dimensions, &[("Events", "Count")], (namespace, now))
    });
    let mut timed = json!({});
    let mut metrics = Vec::new();
    for (timing, histogram) in &added.timings {
        let name = match timing {
            Timing::Match => "MatchLatency",
            Timing::Connection => "ConnectionTime",
            Timing::Signaling => "SignalingTime",
        };
        timed[name] = values(histogram);
        metrics.push((name, "Milliseconds"));
    }
    let timed = (!metrics.is_empty()).then(|| embedded(timed, &json!([[]]), &metrics, (namespace, now)));
    counted.chain(timed).collect()
}

/// Values with how often each was: CloudWatch takes at most 100 of them, and there are fewer buckets. A value is the end of
/// its bucket.
fn values(histogram: &Histogram) -> Value {
    let ends = histogram.up_to().map(|(bound, _)| bound.0).chain([domain::limits::TIMING_MAX.0]);
    let found: Vec<(u64, u64)> = ends.zip(histogram.counts().iter().copied()).filter(|(_, count)| *count > 0).collect();
    let (values, counts): (Vec<u64>, Vec<u64>) = found.into_iter().unzip();
    json!({ "Values": values, "Counts": counts })
}

fn embedded(
    mut members: Value,
    dimensions: &Value,
    metrics: &[(&str, &str)],
    (namespace, now): (&str, TimeMs),
) -> Value {
    let metrics: Vec<Value> = metrics.iter().map(|(name, unit)| json!({ "Name": name, "Unit": unit })).collect();
    members["_aws"] = json!({
        "Timestamp": now.0,
        "CloudWatchMetrics": [{ "Namespace": namespace, "Dimensions": dimensions, "Metrics": metrics }],
    });
    members
}

/// An objective as a line for people.
#[must_use]
pub fn objective_line(objective: &Objective) -> String {
    let (aim, figure) = match objective.aim {
        Aim::Within(span) => {
            (format!("<= {} s", seconds(span.0)), objective.figure.map(|ms| format!("{} s", seconds(ms))))
        }
        Aim::Above(share) => (format!("> {}", percent(share)), objective.figure.map(percent)),
    };
    let verdict = match objective.is_met() {
        None => "no data yet",
        Some(true) => "met",
        Some(false) => "MISSED",
    };
    let Objective { name, what, samples, .. } = objective;
    let figure = figure.unwrap_or_else(|| "-".to_owned());
    format!("{name:<13} {figure:>10}  aim {aim:<10} {samples:>8} samples  {verdict:<11}  {what}")
}

/// Parts of a million as a percentage with two digits.
fn percent(parts: u64) -> String {
    format!("{}.{:02} %", parts / 10_000, parts % 10_000 / 100)
}
