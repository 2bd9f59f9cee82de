//! One stream: its shards, and which of them a record goes to.

use local_wire::Refusal;

use super::record::{Position, Record, hash_key};
use super::shard::Shard;
use super::{SHARDS_MAX, invalid, kept};
use crate::store::Write;

const RETENTION_HOURS_DEFAULT: u64 = 24;
const HOUR_MS: u64 = 3_600_000;

/// What a read gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Read {
    pub(crate) records: Vec<Record>,
    /// Where the next read goes on.
    pub(crate) next: Position,
    /// Whether there are records behind these.
    pub(crate) more: bool,
    /// The age of the first record that was not read; 0 at the tip.
    pub(crate) behind_ms: u64,
}

/// Whether a batch can be made of what stands in a shard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Backlog {
    /// Nothing is there.
    Empty,
    /// Less than a batch takes.
    Some,
    /// A whole batch, or more.
    Full,
}

impl Read {
    pub(crate) fn nothing(from: Position) -> Self {
        Self { records: Vec::new(), next: from, more: false, behind_ms: 0 }
    }
}

/// A record as a producer gives it.
pub(crate) struct Put {
    pub(crate) partition_key: String,
    pub(crate) explicit_hash_key: Option<u128>,
    pub(crate) data: bytes::Bytes,
}

/// One stream.
#[derive(Debug, Clone)]
pub(crate) struct Stream {
    pub(crate) name: String,
    pub(crate) born_at_ms: u64,
    pub(crate) retention_hours: u64,
    pub(crate) on_demand: bool,
    shards: Vec<Shard>,
}

impl Stream {
    pub(crate) fn new(name: &str, shards: usize, now_ms: u64) -> Result<Self, Refusal> {
        let fits = |letter: char| letter.is_ascii_alphanumeric() || "_.-".contains(letter);
        if name.is_empty() || name.len() > 128 || !name.chars().all(fits) {
            return Err(invalid(format!("The stream name {name:?} must be 1 to 128 of a-z A-Z 0-9 _ . and -")));
        }
        if !(1..=SHARDS_MAX).contains(&shards) {
            return Err(invalid(format!("Stream {name} must have 1 to {SHARDS_MAX} shards, not {shards}.")));
        }
        Ok(Self {
            name: name.to_owned(),
            born_at_ms: now_ms,
            retention_hours: RETENTION_HOURS_DEFAULT,
            on_demand: false,
            shards: ranges(shards).enumerate().map(|(index, range)| Shard::new(index, range, now_ms)).collect(),
        })
    }

    pub(crate) fn shards(&self) -> &[Shard] {
        &self.shards
    }

    pub(crate) fn shard_mut(&mut self, index: usize) -> Option<&mut Shard> {
        self.shards.get_mut(index)
    }

    /// The shard by its id.
    pub(crate) fn shard(&self, id: &str) -> Option<&Shard> {
        self.shards.iter().find(|shard| shard.id() == id)
    }

    /// The shard whose range holds the record's hash key.
    pub(crate) fn shard_for(&self, put: &Put) -> usize {
        let hash = put.explicit_hash_key.unwrap_or_else(|| hash_key(&put.partition_key));
        self.shards.partition_point(|shard| shard.hash_last < hash)
    }

    /// Drops what is older than the retention, and gives back the rows to delete.
    pub(crate) fn trim(&mut self, now_ms: u64) -> Vec<Write> {
        let before_ms = now_ms.saturating_sub(self.retention_hours * HOUR_MS);
        let mut rows = Vec::new();
        for shard in &mut self.shards {
            let index = shard.index;
            rows.extend(shard.trim(before_ms).into_iter().map(|position| kept::no_record(&self.name, index, position)));
        }
        rows
    }
}

/// All hash keys in as many equal ranges as there are shards; the last takes the rest.
fn ranges(shards: usize) -> impl Iterator<Item = (u128, u128)> {
    let shards = shards as u128;
    // There are 2^128 keys, one more than a u128 can count: with one shard the width is never used.
    let width = (u128::MAX / shards).saturating_add(u128::from(u128::MAX % shards == shards - 1));
    (0..shards).map(move |index| {
        let first = index * width;
        let last = if index + 1 == shards { u128::MAX } else { first + width - 1 };
        (first, last)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_shard_has_all_hash_keys() {
        let stream = Stream::new("one", 1, 0).unwrap();
        assert_eq!((stream.shards()[0].hash_first, stream.shards()[0].hash_last), (0, u128::MAX));
    }

    #[test]
    fn two_shards_halve_the_hash_keys_as_aws_does() {
        let stream = Stream::new("two", 2, 0).unwrap();
        let ranges: Vec<_> = stream.shards().iter().map(|s| (s.hash_first, s.hash_last)).collect();
        let half = 170_141_183_460_469_231_731_687_303_715_884_105_728;
        assert_eq!(ranges, [(0, half - 1), (half, u128::MAX)]);
    }

    #[test]
    fn records_are_trimmed_after_the_retention_and_numbers_go_on() {
        let mut stream = Stream::new("s", 1, 0).unwrap();
        let shard = stream.shard_mut(0).unwrap();
        for at_ms in [1_000, 2_000] {
            let position = shard.next(at_ms);
            let data = bytes::Bytes::from_static(b"x");
            shard.append(Record { position, partition_key: "k".to_owned(), data, arrived_at_ms: at_ms });
        }
        let last = shard.next(2_000);
        assert_eq!(stream.trim(24 * HOUR_MS + 1_000).len(), 0);
        assert_eq!(stream.trim(24 * HOUR_MS + 1_001).len(), 1);
        let left = stream.shards()[0].read(Position::START, 10, 1_000, 2_000).records;
        assert_eq!(left.iter().map(|record| record.arrived_at_ms).collect::<Vec<_>>(), [2_000]);
        assert_eq!(stream.trim(25 * HOUR_MS).len(), 1);
        assert!(stream.shards()[0].next(25 * HOUR_MS) > last);
    }

    #[test]
    fn what_is_put_after_the_clock_fell_back_is_behind_the_end() {
        let mut stream = Stream::new("s", 1, 0).unwrap();
        let shard = stream.shard_mut(0).unwrap();
        for at_ms in [2_000, 1_000] {
            let end = shard.end();
            let position = shard.next(at_ms);
            assert!(position >= end);
            let data = bytes::Bytes::from_static(b"x");
            shard.append(Record { position, partition_key: "k".to_owned(), data, arrived_at_ms: at_ms });
            assert_eq!(shard.read(end, 10, 1_000, at_ms).records.len(), 1);
        }
    }

    proptest! {
        #[test]
        fn every_key_has_exactly_the_shard_whose_range_holds_its_md5(key in ".{1,40}", shards in 1_usize..40) {
            let stream = Stream::new("any", shards, 0).unwrap();
            let hash = u128::from_str_radix(&format!("{:x}", md5::compute(&key)), 16).unwrap();
            let put = Put { partition_key: key, explicit_hash_key: None, data: bytes::Bytes::new() };
            let holders: Vec<usize> = stream
                .shards()
                .iter()
                .filter(|shard| (shard.hash_first..=shard.hash_last).contains(&hash))
                .map(|shard| shard.index)
                .collect();
            prop_assert_eq!(holders, vec![stream.shard_for(&put)]);
        }

        #[test]
        fn the_ranges_lie_side_by_side_from_zero_to_the_end(shards in 1_usize..=SHARDS_MAX) {
            let stream = Stream::new("any", shards, 0).unwrap();
            prop_assert_eq!(stream.shards()[0].hash_first, 0);
            prop_assert_eq!(stream.shards()[shards - 1].hash_last, u128::MAX);
            for pair in stream.shards().windows(2) {
                prop_assert_eq!(pair[0].hash_last + 1, pair[1].hash_first);
            }
        }
    }
}
