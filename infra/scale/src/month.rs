//! What a month of thirty days costs.

use prices::Unit;

use crate::day::{NEW_DEVICES, REQUESTS, VISITS, edge_requests, sessions_a_day};
use crate::session::{CALL_SECONDS, UNITS};

const DAYS: f64 = 30.0;
/// Which part of the calls is relayed by TURN.
const RELAYED: f64 = 0.2;
/// Bits a second that each of the two sends, video and sound.
const BITS_PER_SECOND: f64 = 1_000_000.0;
/// The page, compressed, with its fonts; a visit of a device that has it costs a few requests.
const PAGE_GIGABYTES: f64 = 0.000_45;
/// What alarms refer to: $0.10 each ("Amazon CloudWatch pricing", standard resolution).
const ALARM_METRICS: f64 = 34.0;
/// Two queues are asked by five pollers each, for 20 s a time, while nothing is in them ("Using Lambda with Amazon SQS").
const EMPTY_RECEIVES: f64 = 2.0 * 5.0 * SECONDS / 20.0;
/// The row of the counters is up to 12 KB, written once in 5 s; of X-Ray, the first invocation of each second.
const COUNTERS_WRITTEN: f64 = 12.0 * SECONDS / 5.0;
/// A dozen types of events within ten minutes, each an object that Firehose partitions and S3 takes, half a cent for a thousand each.
const EVENT_OBJECTS: f64 = 12.0 * SECONDS / 600.0;
const SECONDS: f64 = DAYS * 86_400.0;

/// What is paid however few come, in dollars.
fn fixed() -> [(&'static str, f64); 9] {
    [
        ("Kinesis shard", 10.95),
        ("alarms", 0.1 * ALARM_METRICS),
        ("dashboard", 3.0),
        ("key", 1.0),
        ("metrics of its own", 9.0),
        ("empty receives of queues", Unit::QueueRequest.dollars(EMPTY_RECEIVES)),
        ("counters", Unit::WriteUnit.dollars(COUNTERS_WRITTEN)),
        ("traces", Unit::Trace.dollars(SECONDS)),
        ("objects of events", 2.0 * 0.005 / 1_000.0 * EVENT_OBJECTS),
    ]
}

/// One line.
#[derive(Debug)]
pub struct Line {
    /// What is paid for.
    pub name: String,
    /// US dollars.
    pub dollars: f64,
}

/// Lines before media, by service and unit; the dearest first comes of the largest town.
pub fn lines(people: f64) -> Vec<Line> {
    let sessions = DAYS * sessions_a_day(people);
    let visits = DAYS * people * VISITS;
    let devices = visits * NEW_DEVICES;
    let line = |name: &str, dollars: f64| Line { name: name.to_owned(), dollars };
    let mut lines: Vec<Line> =
        UNITS.iter().map(|(unit, count)| line(&unit.to_string(), unit.dollars(count * sessions))).collect();
    lines.push(line("http requests of visits", Unit::HttpRequest.dollars(visits * REQUESTS)));
    lines.push(line("CloudFront requests", Unit::EdgeRequest.dollars(visits * edge_requests())));
    lines.push(line("CloudFront traffic", Unit::EdgeGigabyte.dollars(devices * PAGE_GIGABYTES)));
    lines.push(line("fixed, a region", fixed().iter().map(|(_, dollars)| dollars).sum()));
    lines
}

/// What media costs where TURN of KVS relays it.
pub fn media(people: f64) -> Vec<Line> {
    let relayed = DAYS * sessions_a_day(people) * RELAYED;
    let gigabytes = 2.0 * BITS_PER_SECOND * CALL_SECONDS / 8.0 / 1e9;
    let line = |name: &str, dollars: f64| Line { name: name.to_owned(), dollars };
    vec![
        line("TURN minutes", Unit::TurnMinute.dollars(relayed * 2.0 * CALL_SECONDS / 60.0)),
        line("TURN traffic to the internet", Unit::EgressGigabyte.dollars(relayed * gigabytes)),
    ]
}

/// What is paid for so many people's month, before media.
pub fn total(people: f64) -> f64 {
    lines(people).iter().map(|line| line.dollars).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_alarms_of_the_template_are_paid_for() {
        let template = include_str!("../../../cloudformation.yaml");
        let alarms = template.split("\n\n").filter(|resource| resource.contains("Type: AWS::CloudWatch::Alarm\n"));
        let metrics: usize = alarms.map(|alarm| alarm.matches("MetricName:").count()).sum();
        assert_eq!(metrics as f64, ALARM_METRICS);
    }
}
