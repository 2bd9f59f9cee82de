//! Live counters of the event stream, one row for each shard. What was counted is not counted again: a shard's records come
//! in the order of their sequence numbers, however often the stream delivers them, and what a sender has sent twice carries
//! the same id both times.

mod figures;
mod histogram;

pub use figures::{Figures, Gauge, Happening, Slot, Stay, Stays};
pub use histogram::{Histogram, Timing};

use crate::id::{ConnectionId, SessionId, Token};
use crate::limits::{EVENTS_REMEMBERED, VOICES_REMEMBERED};
use crate::row::Version;

/// The counters of one shard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// Which shard.
    pub shard: String,
    /// The fence of every change.
    pub version: Version,
    /// The last record that is counted.
    pub counted_to: Sequence,
    /// The events counted last, oldest first. A sender whose answer was lost sends again within seconds, under the same id,
    /// and to the same shard.
    pub recent: Vec<EventMark>,
    /// The voices of the calls that were made last, oldest first, which have not yet said what they saw.
    pub voices: Vec<EventMark>,
    /// What is counted.
    pub figures: Figures,
}

/// A Kinesis sequence number: a decimal of up to 128 digits, increasing within a shard (`PutRecord` in the Kinesis
/// API).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sequence(String);

/// As much of an event's id as tells it from the few before it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct EventMark(String);

impl Sequence {
    /// Takes a sequence number; `None` when it is no decimal of at most 128 digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.trim_start_matches('0');
        (digits.len() <= 128 && digits.bytes().all(|byte| byte.is_ascii_digit())).then(|| Self(digits.to_owned()))
    }

    /// The number as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl PartialOrd for Sequence {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Sequence {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.0.len(), &self.0).cmp(&(other.0.len(), &other.0))
    }
}

impl EventMark {
    /// How many letters it has: 50 bits.
    pub const LETTERS: usize = 10;

    /// The mark of an event.
    #[must_use]
    pub fn of(id: &Token) -> Self {
        Self(id.as_str().chars().take(Self::LETTERS).collect())
    }

    /// The voice of a connection in a session, by which the stream knows who says what they saw of it. Without the
    /// connection's own id nobody can reckon it, and it is another one in every session.
    #[must_use]
    pub fn voice(session: &SessionId, connection: &ConnectionId) -> Self {
        Self::of(&Token::derived(&["voice", session.as_str(), connection.as_str()]))
    }

    /// Takes a mark from the stream or from a stored row.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let plain = text.len() == Self::LETTERS && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        plain.then(|| Self(text.to_owned()))
    }

    /// The mark as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Tally {
    /// The counters of a shard of which nothing is counted.
    #[must_use]
    pub fn empty(shard: String) -> Self {
        let (recent, voices, figures) = (Vec::new(), Vec::new(), Figures::default());
        Self { shard, version: Version(0), counted_to: Sequence::default(), recent, voices, figures }
    }

    /// The counters with the records of a batch that are not in them yet, and what those added. `None` when none is new.
    /// What a page says it saw is believed of the two voices of a call, and once of each.
    #[must_use]
    pub fn count(&self, records: &[(Sequence, Happening)]) -> Option<(Self, Figures)> {
        let mut added = Figures::default();
        let mut next = Self { version: self.version.next(), ..self.clone() };
        for (sequence, happening) in records {
            if *sequence <= next.counted_to {
                continue;
            }
            next.counted_to = sequence.clone();
            let is_heard = happening.said_by.as_ref().is_none_or(|voice| next.hears(voice));
            if is_heard && !next.recent.contains(&happening.mark) {
                next.recent.push(happening.mark.clone());
                next.voices.extend(happening.voices.iter().flatten().cloned());
                added.take(happening);
            }
        }
        for (marks, most) in [(&mut next.recent, EVENTS_REMEMBERED), (&mut next.voices, VOICES_REMEMBERED)] {
            marks.drain(..marks.len().saturating_sub(most));
        }
        next.figures.merge(&added);
        (next.counted_to != self.counted_to).then_some((next, added))
    }

    /// Whether a voice is that of a call and speaks for the first time.
    fn hears(&mut self, voice: &EventMark) -> bool {
        let place = self.voices.iter().position(|awaited| awaited == voice);
        place.map(|place| self.voices.remove(place)).is_some()
    }
}
