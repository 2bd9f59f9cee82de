//! `PutRecord` and `PutRecords`.

use std::sync::atomic::Ordering;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use local_wire::Refusal;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::record::Record;
use super::super::shard::Shard;
use super::super::stream::{Put, Stream};
use super::super::{Kinesis, invalid, kept, not_found};
use super::streams::Named;
use crate::store::Write;
use crate::{ACCOUNT, clock};

/// Records in one `PutRecords`.
const RECORDS_MAX: usize = 500;
/// Bytes of data in one record; a stream can be given up to 10 MiB by `UpdateMaxRecordSize`, which
/// is not imitated.
const RECORD_BYTES_MAX: usize = 1 << 20;
/// Bytes in one `PutRecords`, partition keys among them.
const REQUEST_BYTES_MAX: usize = 10 << 20;
/// Characters of a partition key.
const PARTITION_KEY_CHARACTERS: std::ops::RangeInclusive<usize> = 1..=256;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::kinesis) struct PutRecord {
    #[serde(flatten)]
    stream: Named,
    #[serde(flatten)]
    entry: Entry,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::kinesis) struct PutRecords {
    #[serde(flatten)]
    stream: Named,
    records: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Entry {
    data: String,
    partition_key: String,
    explicit_hash_key: Option<String>,
}

/// The shard's id, and the sequence number or why there is none.
type Outcome = (String, Result<String, String>);

impl Kinesis {
    pub(in crate::kinesis) fn put_record(&self, request: PutRecord) -> Result<Value, Refusal> {
        let put = checked(request.entry)?;
        let name = request.stream.name()?;
        let mut taken = self.put(name, vec![put])?;
        let (shard, outcome) = taken.pop().ok_or_else(|| not_found(name))?;
        let sequence = outcome.map_err(|message| Refusal::new(400, THROTTLED, message))?;
        Ok(json!({"ShardId": shard, "SequenceNumber": sequence, "EncryptionType": "NONE"}))
    }

    pub(in crate::kinesis) fn put_records(&self, request: PutRecords) -> Result<Value, Refusal> {
        let count = request.records.len();
        if !(1..=RECORDS_MAX).contains(&count) {
            return Err(invalid(format!("Records must be 1 to {RECORDS_MAX} records, not {count}.")));
        }
        let puts = request.records.into_iter().map(checked).collect::<Result<Vec<Put>, Refusal>>()?;
        let bytes: usize = puts.iter().map(|put| put.data.len() + put.partition_key.len()).sum();
        if bytes > REQUEST_BYTES_MAX {
            return Err(invalid(format!("Records size exceeds {} MB limit", REQUEST_BYTES_MAX >> 20)));
        }
        let taken = self.put(request.stream.name()?, puts)?;
        let failed = taken.iter().filter(|(_, outcome)| outcome.is_err()).count();
        let one = |(shard, outcome): Outcome| match outcome {
            Ok(sequence) => json!({"ShardId": shard, "SequenceNumber": sequence}),
            Err(message) => json!({"ErrorCode": THROTTLED, "ErrorMessage": message}),
        };
        let records: Vec<Value> = taken.into_iter().map(one).collect();
        Ok(json!({"FailedRecordCount": failed, "Records": records, "EncryptionType": "NONE"}))
    }

    /// Puts each record that its shard's rate admits.
    fn put(&self, name: &str, puts: Vec<Put>) -> Result<Vec<Outcome>, Refusal> {
        let units: usize = puts.iter().map(|put| put.data.len().div_ceil(PUT_UNIT_BYTES)).sum();
        self.put_units.fetch_add(units as u64, Ordering::Relaxed);
        let bytes: usize = puts.iter().map(|put| put.data.len()).sum();
        self.put_bytes.fetch_add(bytes as u64, Ordering::Relaxed);
        let now_ms = clock::now_ms();
        let mut streams = self.streams();
        let stream = streams.get_mut(name).ok_or_else(|| not_found(name))?;
        let mut rows = stream.trim(now_ms);
        let mut added = Vec::new();
        let outcomes = puts.into_iter().map(|put| admit(stream, put, now_ms, &mut rows, &mut added)).collect();
        if let Err(refusal) = self.store.write(&rows) {
            added.into_iter().filter_map(|shard| stream.shard_mut(shard).map(Shard::take_back)).for_each(drop);
            return Err(refusal);
        }
        drop(streams);
        self.puts.send_modify(|count| *count += 1);
        Ok(outcomes)
    }
}

/// A PUT payload unit ("Amazon Kinesis Data Streams pricing").
const PUT_UNIT_BYTES: usize = 25_000;
const THROTTLED: &str = "ProvisionedThroughputExceededException";

fn admit(stream: &mut Stream, put: Put, now_ms: u64, rows: &mut Vec<Write>, added: &mut Vec<usize>) -> Outcome {
    let index = stream.shard_for(&put);
    let name = stream.name.clone();
    let Some(shard) = stream.shard_mut(index) else { return (String::new(), Err("no such shard".to_owned())) };
    let id = shard.id();
    let size = put.data.len() + put.partition_key.len();
    if !shard.admits(size, now_ms) {
        return (id.clone(), Err(format!("Rate exceeded for shard {id} in stream {name} under account {ACCOUNT}.")));
    }
    let position = shard.next(now_ms);
    let record = Record { position, partition_key: put.partition_key, data: put.data, arrived_at_ms: now_ms };
    rows.push(kept::record(&name, index, &record));
    added.push(index);
    shard.append(record);
    (id, Ok(shard.sequence_number(position)))
}

fn checked(entry: Entry) -> Result<Put, Refusal> {
    let data =
        STANDARD.decode(&entry.data).map_err(|_| Refusal::new(400, "SerializationException", "Data is not base64."))?;
    if data.len() > RECORD_BYTES_MAX {
        let message = format!("Record data of {} bytes is larger than {RECORD_BYTES_MAX} bytes.", data.len());
        return Err(Refusal::new(400, "ValidationException", message));
    }
    if !PARTITION_KEY_CHARACTERS.contains(&entry.partition_key.chars().count()) {
        return Err(Refusal::new(400, "ValidationException", "PartitionKey must be 1 to 256 characters."));
    }
    let explicit_hash_key = match entry.explicit_hash_key {
        Some(digits) => Some(digits.parse().map_err(|_| {
            invalid("Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1].".to_owned())
        })?),
        None => None,
    };
    Ok(Put { partition_key: entry.partition_key, explicit_hash_key, data: data.into() })
}
