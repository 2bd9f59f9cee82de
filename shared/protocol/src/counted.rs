//! Records of the event stream, read again as far as counting needs them.

use domain::fact::FactKind;
use domain::id::Token;
use domain::objective::{AT_ONCE, PUT_BACK};
use domain::tally::{EventMark, Gauge, Happening, Slot, Stay, Timing};
use domain::time::{SpanMs, TimeMs};
use serde::Deserialize;

use crate::event::VERSION;

/// Letters of what tells events of one type apart.
const LABEL_CHARS_MAX: usize = 60;

#[derive(Deserialize)]
struct Record {
    id: String,
    r#type: String,
    version: u32,
    data: Data,
}

/// The fields that any number is made of, whatever the type. A field that is not there yet, as in a record of an earlier
/// deployment, adds nothing.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data {
    slot_at: Option<u64>,
    slots_at: Option<[Option<u64>; 2]>,
    waits_ms: Option<[u64; 2]>,
    connection_time_ms: Option<u64>,
    connection_type: Option<String>,
    signaling_ms: Option<u64>,
    reason: Option<String>,
    what: Option<String>,
    asked: Option<bool>,
    voices: Option<[String; 2]>,
    voice: Option<String>,
}

/// What a record that [`crate::event::encode`] wrote adds to the counters; `None` for anything else.
#[must_use]
pub fn read(record: &[u8]) -> Option<Happening> {
    let Record { id, r#type, version, data } = serde_json::from_slice(record).ok()?;
    let kind = (version == VERSION).then(|| FactKind::NAMES.into_iter().find(|name| *name == r#type))??;
    let mark = EventMark::of(&Token::parse(&id).ok()?);
    let (timings, stays, at_once) = (timings(kind, &data), stays(kind, &data), data.found_at_once());
    let voices = data.voices.and_then(|voices| Some([EventMark::parse(&voices[0])?, EventMark::parse(&voices[1])?]));
    let said_by = match kind {
        // Without a voice, as in a record of an earlier deployment, it is nobody's: no voice is the event's own mark.
        "session.connected" | "ice.failed" => {
            Some(data.voice.as_deref().and_then(EventMark::parse).unwrap_or_else(|| mark.clone()))
        }
        _ => None,
    };
    let label = match kind {
        "session.connected" => Some(data.connection_type.unwrap_or_else(|| "unknown".to_owned())),
        "session.ended" => data.reason,
        "limit.hit" | "request.failed" => data.what,
        "queue.joined" => (data.asked == Some(false)).then(|| PUT_BACK.to_owned()),
        "match.made" => at_once.then(|| AT_ONCE.to_owned()),
        _ => None,
    };
    let label = label.map(|label| label.chars().take(LABEL_CHARS_MAX).collect());
    Some(Happening { mark, kind, label, timings, stays, voices, said_by })
}

impl Data {
    /// Whether one of the two of a match had not waited.
    fn found_at_once(&self) -> bool {
        matches!(self.slots_at, Some([None, Some(_)] | [Some(_), None]))
    }
}

fn timings(kind: &str, data: &Data) -> Vec<(Timing, SpanMs)> {
    match kind {
        // Two who meet again have not waited for each other.
        "match.made" => match (data.waits_ms, data.slots_at) {
            (Some(waits), Some(slots)) if slots.iter().any(Option::is_some) => {
                waits.map(|ms| (Timing::Match, SpanMs(ms))).into()
            }
            _ => Vec::new(),
        },
        "session.connected" => {
            let connection = data.connection_time_ms.map(|ms| (Timing::Connection, SpanMs(ms)));
            let signaling = data.signaling_ms.map(|ms| (Timing::Signaling, SpanMs(ms)));
            connection.into_iter().chain(signaling).collect()
        }
        _ => Vec::new(),
    }
}

fn stays(kind: &str, data: &Data) -> Vec<Stay> {
    let both = data.slots_at.into_iter().flatten().flatten();
    let slots = data.slot_at.into_iter().chain(both).map(|at| Slot::of(TimeMs(at)));
    let stay: fn(Slot) -> Stay = match kind {
        "connection.opened" => |slot| Stay::begins(Gauge::Connections, slot),
        "connection.closed" => |slot| Stay::ends(Gauge::Connections, slot),
        "room.joined" => |slot| Stay::begins(Gauge::Rooms, slot),
        "room.left" => |slot| Stay::ends(Gauge::Rooms, slot),
        "queue.joined" => |slot| Stay::begins(Gauge::Queue, slot),
        "queue.left" | "match.made" => |slot| Stay::ends(Gauge::Queue, slot),
        _ => return Vec::new(),
    };
    slots.map(stay).collect()
}
