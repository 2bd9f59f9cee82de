//! Live counters of the event stream: per shard, how many events of each type. What was counted is not counted again,
//! however often the stream delivers it, for a shard's records come in the order of their sequence numbers.

use std::collections::BTreeMap;

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
    /// How many, by event type.
    pub totals: BTreeMap<String, u64>,
}

/// A Kinesis sequence number: a decimal of up to 128 digits, increasing within a shard (`PutRecord` in the Kinesis
/// API).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sequence(String);

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

impl Tally {
    /// The counters of a shard of which nothing is counted.
    #[must_use]
    pub fn empty(shard: String) -> Self {
        Self { shard, version: Version(0), counted_to: Sequence::default(), totals: BTreeMap::new() }
    }

    /// The counters with the records of a batch that are not in them yet, and what those added. `None` when none is
    /// new.
    #[must_use]
    pub fn count(&self, records: &[(Sequence, &str)]) -> Option<(Self, BTreeMap<String, u64>)> {
        let mut added: BTreeMap<String, u64> = BTreeMap::new();
        let mut next = Self { version: self.version.next(), ..self.clone() };
        for (sequence, kind) in records {
            if *sequence > next.counted_to {
                next.counted_to = sequence.clone();
                *added.entry((*kind).to_owned()).or_default() += 1;
            }
        }
        for (kind, number) in &added {
            *next.totals.entry(kind.clone()).or_default() += number;
        }
        (!added.is_empty()).then_some((next, added))
    }
}
