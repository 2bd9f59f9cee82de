//! One shard: an ordered log of records, with its range of hash keys and its limits.

use std::collections::VecDeque;

use super::rate::Bucket;
use super::record::{Position, Record, position_of, sequence_number};
use super::stream::{Backlog, Read};

/// Records per second that one shard takes.
pub(crate) const PUT_RECORDS_PER_SECOND: u32 = 1_000;
/// Bytes per second, partition keys among them, that one shard takes.
pub(crate) const PUT_BYTES_PER_SECOND: u32 = 1 << 20;
/// `GetRecords` calls per second and shard.
pub(crate) const GETS_PER_SECOND: u32 = 5;
/// Bytes per second that one shard gives to `GetRecords`.
pub(crate) const GET_BYTES_PER_SECOND: u32 = 2 << 20;

/// One shard.
#[derive(Debug, Clone)]
pub(crate) struct Shard {
    pub(crate) index: usize,
    pub(crate) hash_first: u128,
    pub(crate) hash_last: u128,
    born_at_ms: u64,
    records: VecDeque<Record>,
    last: Position,
    put_count: Bucket,
    put_bytes: Bucket,
    get_count: Bucket,
    get_bytes: Bucket,
}

impl Shard {
    pub(crate) fn new(index: usize, (hash_first, hash_last): (u128, u128), born_at_ms: u64) -> Self {
        Self {
            index,
            hash_first,
            hash_last,
            born_at_ms,
            records: VecDeque::new(),
            last: Position::START,
            put_count: Bucket::full(PUT_RECORDS_PER_SECOND, born_at_ms),
            put_bytes: Bucket::full(PUT_BYTES_PER_SECOND, born_at_ms),
            get_count: Bucket::full(GETS_PER_SECOND, born_at_ms),
            get_bytes: Bucket::full(GET_BYTES_PER_SECOND, born_at_ms),
        }
    }

    pub(crate) fn id(&self) -> String {
        format!("shardId-{:012}", self.index)
    }

    /// Whether one more record of that size may be put now; if so it is counted.
    pub(crate) fn admits(&mut self, size: usize, now_ms: u64) -> bool {
        let admitted = self.put_count.has(1, now_ms) && self.put_bytes.has(size, now_ms);
        if admitted {
            self.put_count.take(1);
            self.put_bytes.take(size);
        }
        admitted
    }

    /// Whether `GetRecords` may be called now; if so it is counted.
    pub(crate) fn admits_get(&mut self, now_ms: u64) -> bool {
        let admitted = self.get_count.has(1, now_ms) && self.get_bytes.has(1, now_ms);
        if admitted {
            self.get_count.take(1);
        }
        admitted
    }

    /// Counts what a `GetRecords` gave.
    pub(crate) fn gave(&mut self, bytes: usize) {
        self.get_bytes.take(bytes);
    }

    /// Behind every record, and before every one to come, whatever the clock says by then.
    pub(crate) fn end(&self) -> Position {
        self.last.after()
    }

    /// Where a record put now stands.
    pub(crate) fn next(&self, now_ms: u64) -> Position {
        self.end().max(Position::at(now_ms))
    }

    /// Appends a record whose position is at or behind [`Shard::end`].
    pub(crate) fn append(&mut self, record: Record) {
        self.last = record.position;
        self.records.push_back(record);
    }

    /// Takes the newest record back, as if it had never been put.
    pub(crate) fn take_back(&mut self) {
        self.records.pop_back();
    }

    /// Records from a position on, within both limits (one record always fits).
    pub(crate) fn read(&self, from: Position, records_max: usize, bytes_max: usize, now_ms: u64) -> Read {
        let first = self.records.partition_point(|record| record.position < from);
        let mut bytes = 0;
        let mut records = Vec::new();
        for record in self.records.range(first..).take(records_max) {
            bytes += record.size();
            if bytes > bytes_max && !records.is_empty() {
                break;
            }
            records.push(record.clone());
        }
        let next = records.last().map_or(from, |record: &Record| record.position.after());
        let unread = self.records.get(first + records.len());
        let behind_ms = unread.map_or(0, |record| now_ms.saturating_sub(record.arrived_at_ms));
        Read { records, next, more: unread.is_some(), behind_ms }
    }

    /// How much stands from a position on, against both limits of a batch; nothing is copied.
    pub(crate) fn backlog(&self, from: Position, records_max: usize, bytes_max: usize) -> Backlog {
        let first = self.records.partition_point(|record| record.position < from);
        let mut bytes = 0;
        for (count, record) in self.records.range(first..).enumerate() {
            bytes += record.size();
            if count + 1 >= records_max || bytes > bytes_max {
                return Backlog::Full;
            }
        }
        if first == self.records.len() { Backlog::Empty } else { Backlog::Some }
    }

    /// The first position whose record arrived at or after a time; the end when there is none.
    pub(crate) fn position_at(&self, time_ms: u64) -> Position {
        let first = self.records.partition_point(|record| record.arrived_at_ms < time_ms);
        self.records.get(first).map_or_else(|| self.end(), |record| record.position)
    }

    /// Drops what arrived before a time and gives back where it stood.
    pub(crate) fn trim(&mut self, before_ms: u64) -> Vec<Position> {
        let old = self.records.partition_point(|record| record.arrived_at_ms < before_ms);
        self.records.drain(..old).map(|record| record.position).collect()
    }

    pub(crate) fn sequence_number(&self, position: Position) -> String {
        sequence_number(self.born_at_ms, self.index, position)
    }

    pub(crate) fn position_of(&self, sequence: &str) -> Option<Position> {
        position_of(self.born_at_ms, self.index, sequence)
    }

    /// The sequence number at which the shard begins.
    pub(crate) fn starting_sequence_number(&self) -> String {
        self.sequence_number(Position::START)
    }
}
