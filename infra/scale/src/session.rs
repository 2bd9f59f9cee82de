//! What one session uses: two people, a wait of a minute, a call of five, twenty lines of chat, media peer to peer.

use domain::limits::CHANNEL_COOL_DOWN;
use prices::{TRACED_PART, Unit};

/// How long a call lasts, in seconds.
pub const CALL_SECONDS: f64 = 300.0;
/// How long somebody is there without a call before each of theirs, in seconds.
pub const PAUSE_SECONDS: f64 = 60.0;
/// How long the sockets of the two are open for it.
pub const SOCKET_MINUTES: f64 = 2.0 * (CALL_SECONDS + PAUSE_SECONDS) / 60.0;
/// Messages of a channel in which each of the two tells its candidates: what is gathered within a tenth of a second goes in one.
pub const CANDIDATE_MESSAGES: usize = 4;
/// The busiest hour of a day has so much more than the mean one. What is there for the peak rests in the other hours.
pub const PEAK_TO_MEAN: f64 = 2.5;

/// Units of one session, as `cargo xtask bench --bill` measured them on 23 November 2026 with a join that is
/// acknowledged, both certificates told, one ping while waiting and one of each in the call. What `analytics` writes is not
/// among them: its counters are written every few seconds, whoever comes.
pub const UNITS: [(Unit, f64); 14] = [
    (Unit::SocketMessage, 61.0),
    (Unit::SocketMinute, SOCKET_MINUTES),
    (Unit::Invocation, INVOCATIONS),
    // Not as measured: 12 ms of 256 MB an invocation, for in the cloud each call to a service takes some of them.
    (Unit::GigabyteSecond, 0.1),
    (Unit::WriteUnit, 55.0),
    (Unit::ReadUnit, 37.0),
    (Unit::QueueRequest, 7.0),
    (Unit::StreamPut, EVENTS),
    (Unit::FirehoseGigabyte, EVENTS * 5e-6),
    (Unit::PartitionedGigabyte, EVENTS * 2e-7),
    (Unit::ChannelMessage, 20.0),
    (Unit::ChannelMonth, CHANNEL_MONTHS),
    (Unit::LogGigabyte, 0.000_000_1),
    (Unit::Trace, INVOCATIONS * TRACED_PART),
];

/// Units of one kind in one session.
pub fn units(unit: Unit) -> f64 {
    UNITS.iter().find(|(one, _)| *one == unit).map_or(0.0, |(_, count)| *count)
}

/// Which part of a month's channel a session uses: the call, and the rest after it, in a pool as large as the peak wants.
pub const CHANNEL_MONTHS: f64 = (CALL_SECONDS + SECONDS_OF_REST) * PEAK_TO_MEAN / (30.0 * 86_400.0);
/// Events on the stream, most of them of lines of chat.
pub const EVENTS: f64 = 26.0;

const INVOCATIONS: f64 = 33.0;
const SECONDS_OF_REST: f64 = (CHANNEL_COOL_DOWN.0 / 1000) as f64;
