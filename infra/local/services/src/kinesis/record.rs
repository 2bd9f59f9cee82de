//! What a shard holds, and where in it something stands.

use bytes::Bytes;

/// A place in a shard. Every record stands at one, later records at higher ones.
///
/// The number is the time of the put in milliseconds times [`PER_MS`], or one more than the record
/// before: so it never falls behind, even when every record has been trimmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Position(pub(crate) u64);

/// Positions within one millisecond.
const PER_MS: u64 = 1 << 10;

impl Position {
    /// Before everything (`TRIM_HORIZON`).
    pub(crate) const START: Self = Self(0);

    /// The first position of a millisecond.
    pub(crate) fn at(now_ms: u64) -> Self {
        Self(now_ms.saturating_mul(PER_MS))
    }

    /// The next place.
    pub(crate) fn after(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

/// One record of a shard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) position: Position,
    pub(crate) partition_key: String,
    pub(crate) data: Bytes,
    pub(crate) arrived_at_ms: u64,
}

impl Record {
    /// What a record counts against limits: its data and its partition key.
    pub(crate) fn size(&self) -> usize {
        self.data.len() + self.partition_key.len()
    }
}

/// Sequence numbers are decimal, 56 digits as AWS's; they grow within a shard.
///
/// `49`, ten digits of the stream's birth in seconds, ten of the shard, 34 of the position.
pub(crate) fn sequence_number(born_at_ms: u64, shard: usize, position: Position) -> String {
    format!("{}{:034}", sequence_prefix(born_at_ms, shard), position.0)
}

/// The position that a sequence number of this shard names.
pub(crate) fn position_of(born_at_ms: u64, shard: usize, sequence: &str) -> Option<Position> {
    let digits = sequence.strip_prefix(&sequence_prefix(born_at_ms, shard))?;
    (digits.len() == 34).then(|| digits.parse().ok().map(Position)).flatten()
}

fn sequence_prefix(born_at_ms: u64, shard: usize) -> String {
    format!("49{:010}{shard:010}", born_at_ms / 1000)
}

/// The place of a partition key among the hash keys: its MD5 as a number of 128 bits.
pub(crate) fn hash_key(partition_key: &str) -> u128 {
    u128::from_be_bytes(md5::compute(partition_key).0)
}
