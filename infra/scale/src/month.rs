//! What a month of thirty days costs.

use prices::Unit;

use crate::day::{NEW_DEVICES, VISITS, sessions_a_day};
use crate::session::{CALL_SECONDS, UNITS};

const DAYS: f64 = 30.0;
/// Which part of the calls is relayed by TURN.
const RELAYED: f64 = 0.2;
/// Bits a second that each of the two sends, video and sound.
const BITS_PER_SECOND: f64 = 1_000_000.0;
/// The page, compressed, with its fonts; a visit of a device that has it costs a few requests.
const PAGE_GIGABYTES: f64 = 0.000_45;
const REQUESTS_OF_THE_PAGE: f64 = 10.0;
/// Requests of the API when somebody comes: session, ticket, friends, settings; and a session that is remembered.
const REQUESTS_OF_A_VISIT: f64 = 5.0;
/// A shard, alarms, a dashboard, a key, metrics, and queues that are asked while nothing is in them, in dollars.
const FIXED: [(&str, f64); 6] = [
    ("Kinesis shard", 10.95),
    ("alarms", 1.2),
    ("dashboard", 3.0),
    ("key", 1.0),
    ("metrics of its own", 9.0),
    ("empty receives of queues", 4.0),
];

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
    lines.push(line("http requests of visits", Unit::HttpRequest.dollars(visits * REQUESTS_OF_A_VISIT)));
    let at_edge = visits * REQUESTS_OF_A_VISIT + devices * REQUESTS_OF_THE_PAGE;
    lines.push(line("CloudFront requests", Unit::EdgeRequest.dollars(at_edge)));
    lines.push(line("CloudFront traffic", Unit::EdgeGigabyte.dollars(devices * PAGE_GIGABYTES)));
    lines.push(line("fixed, a region", FIXED.iter().map(|(_, dollars)| dollars).sum()));
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
