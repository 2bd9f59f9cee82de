//! `GetShardIterator` and `GetRecords`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use local_wire::Refusal;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::iterator::Iterator;
use super::super::record::Position;
use super::super::shard::Shard;
use super::super::{Kinesis, invalid, not_found};
use super::streams::Named;
use crate::{ACCOUNT, clock};

/// Records in one answer, and the default.
const RECORDS_MAX: usize = 10_000;
/// Bytes in one answer.
const BYTES_MAX: usize = 10 << 20;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::kinesis) struct GetShardIterator {
    #[serde(flatten)]
    stream: Named,
    shard_id: String,
    shard_iterator_type: String,
    starting_sequence_number: Option<String>,
    /// Seconds since the epoch, with a fraction.
    timestamp: Option<f64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::kinesis) struct GetRecords {
    shard_iterator: String,
    limit: Option<usize>,
}

impl Kinesis {
    pub(in crate::kinesis) fn get_shard_iterator(&self, request: &GetShardIterator) -> Result<Value, Refusal> {
        let name = request.stream.name()?;
        let now_ms = clock::now_ms();
        let streams = self.streams();
        let stream = streams.get(name).ok_or_else(|| not_found(name))?;
        let shard = stream.shard(&request.shard_id).ok_or_else(|| {
            let message = format!("Shard {} in stream {name} under account {ACCOUNT} does not exist", request.shard_id);
            Refusal::new(400, "ResourceNotFoundException", message)
        })?;
        let position = starting_position(request, shard)?;
        let iterator = Iterator { stream: name.to_owned(), shard: shard.index, position };
        Ok(json!({"ShardIterator": iterator.token(now_ms)}))
    }

    pub(in crate::kinesis) fn get_records(&self, request: &GetRecords) -> Result<Value, Refusal> {
        let limit = request.limit.unwrap_or(RECORDS_MAX);
        if !(1..=RECORDS_MAX).contains(&limit) {
            return Err(Refusal::new(400, "ValidationException", format!("Limit must be 1 to {RECORDS_MAX}.")));
        }
        let now_ms = clock::now_ms();
        let iterator = Iterator::from_token(&request.shard_iterator, now_ms)?;
        let mut streams = self.streams();
        let stream = streams.get_mut(&iterator.stream).ok_or_else(|| not_found(&iterator.stream))?;
        self.forget(stream.trim(now_ms));
        let shard = stream.shard_mut(iterator.shard).ok_or_else(|| invalid("Invalid ShardIterator.".to_owned()))?;
        if !shard.admits_get(now_ms) {
            let message = format!(
                "Rate exceeded for shard {} in stream {} under account {ACCOUNT}.",
                shard.id(),
                iterator.stream
            );
            return Err(Refusal::new(400, "ProvisionedThroughputExceededException", message));
        }
        let read = shard.read(iterator.position, limit, BYTES_MAX, now_ms);
        shard.gave(read.records.iter().map(super::super::Record::size).sum());
        let record = |record: &super::super::Record| {
            json!({
                "SequenceNumber": shard.sequence_number(record.position),
                "ApproximateArrivalTimestamp": clock::epoch_seconds(record.arrived_at_ms),
                "Data": STANDARD.encode(&record.data),
                "PartitionKey": record.partition_key,
            })
        };
        let records: Vec<Value> = read.records.iter().map(record).collect();
        let next = Iterator { position: read.next, ..iterator };
        Ok(json!({
            "Records": records,
            "NextShardIterator": next.token(now_ms),
            "MillisBehindLatest": read.behind_ms,
        }))
    }
}

fn starting_position(request: &GetShardIterator, shard: &Shard) -> Result<Position, Refusal> {
    let named = || {
        let sequence = request.starting_sequence_number.as_deref().unwrap_or_default();
        shard.position_of(sequence).ok_or_else(|| {
            invalid(format!("StartingSequenceNumber {sequence} is not a sequence number of shard {}.", shard.id()))
        })
    };
    match request.shard_iterator_type.as_str() {
        "TRIM_HORIZON" => Ok(Position::START),
        "LATEST" => Ok(shard.end()),
        "AT_SEQUENCE_NUMBER" => named(),
        "AFTER_SEQUENCE_NUMBER" => named().map(Position::after),
        "AT_TIMESTAMP" => {
            let seconds =
                request.timestamp.ok_or_else(|| invalid("Must specify Timestamp with AT_TIMESTAMP.".to_owned()))?;
            Ok(shard.position_at(milliseconds(seconds)))
        }
        other => Err(Refusal::new(400, "ValidationException", format!("ShardIteratorType {other} does not exist."))),
    }
}

/// The millisecond in which a time lies, as the clock counts them for arrivals.
///
/// Clients may send finer times than Kinesis keeps. A double of this era holds a quarter of a
/// microsecond: rounding to the microsecond mends what it lost of a whole millisecond.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a timestamp; casts saturate")]
fn milliseconds(seconds: f64) -> u64 {
    (seconds * 1_000_000.0).round() as u64 / 1_000
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Seconds as an SDK sends them, down to the microsecond: what arrives later in the same
        /// millisecond is not before them.
        #[test]
        fn a_timestamp_is_the_millisecond_it_lies_in(
            at_ms in 0_u64..4_000_000_000_000,
            microseconds in 0_u64..1_000,
        ) {
            let seconds: f64 = format!("{}.{:03}{microseconds:03}", at_ms / 1000, at_ms % 1000).parse().unwrap();
            prop_assert_eq!(milliseconds(seconds), at_ms);
        }
    }
}
