//! Streams, records and checkpoints as rows.

use std::collections::BTreeMap;
use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::record::{Position, Record};
use super::stream::Stream;
use crate::store::{OpenError, Store, Write};

#[derive(Serialize, Deserialize)]
struct StreamRow {
    shards: usize,
    born_at_ms: u64,
    retention_hours: u64,
    on_demand: bool,
}

#[derive(Serialize, Deserialize)]
struct RecordRow {
    partition_key: String,
    data: String,
    arrived_at_ms: u64,
}

pub(super) fn stream(stream: &Stream) -> Write {
    let row = StreamRow {
        shards: stream.shards().len(),
        born_at_ms: stream.born_at_ms,
        retention_hours: stream.retention_hours,
        on_demand: stream.on_demand,
    };
    Write::Put(format!("stream/{}", stream.name), json(&row))
}

pub(super) fn no_stream(stream: &Stream, records: &[(usize, Position)]) -> Vec<Write> {
    let mut rows = vec![Write::Delete(format!("stream/{}", stream.name))];
    rows.extend(records.iter().map(|(shard, position)| no_record(&stream.name, *shard, *position)));
    rows
}

pub(super) fn record(stream: &str, shard: usize, record: &Record) -> Write {
    let row = RecordRow {
        partition_key: record.partition_key.clone(),
        data: STANDARD.encode(&record.data),
        arrived_at_ms: record.arrived_at_ms,
    };
    Write::Put(record_key(stream, shard, record.position), json(&row))
}

pub(super) fn no_record(stream: &str, shard: usize, position: Position) -> Write {
    Write::Delete(record_key(stream, shard, position))
}

pub(super) fn checkpoint(mapping: &str, shard: &str, position: Position) -> Write {
    Write::Put(format!("checkpoint/{mapping}/{shard}"), json(&position.0))
}

pub(super) fn load_checkpoint(store: &Store, mapping: &str, shard: &str) -> Option<Position> {
    let key = format!("checkpoint/{mapping}/{shard}");
    let rows = store.rows(&key).ok()?;
    let (_, value) = rows.into_iter().find(|(found, _)| *found == key)?;
    serde_json::from_slice(&value).ok().map(Position)
}

pub(super) fn load(store: &Store) -> Result<BTreeMap<String, Stream>, OpenError> {
    let mut streams = BTreeMap::new();
    for (key, value) in store.rows("stream/").map_err(|error| broken(&error))? {
        let row: StreamRow = serde_json::from_slice(&value).map_err(|error| broken(&error))?;
        let name = key.trim_start_matches("stream/");
        let mut stream = Stream::new(name, row.shards, row.born_at_ms).map_err(|refusal| broken(&refusal.message))?;
        stream.retention_hours = row.retention_hours;
        stream.on_demand = row.on_demand;
        streams.insert(name.to_owned(), stream);
    }
    for (key, value) in store.rows("record/").map_err(|error| broken(&error))? {
        let row: RecordRow = serde_json::from_slice(&value).map_err(|error| broken(&error))?;
        append(&mut streams, &key, row).ok_or_else(|| broken(&format!("row {key}")))?;
    }
    Ok(streams)
}

fn append(streams: &mut BTreeMap<String, Stream>, key: &str, row: RecordRow) -> Option<()> {
    let mut parts = key.trim_start_matches("record/").split('/');
    let stream = streams.get_mut(parts.next()?)?;
    let shard = stream.shard_mut(parts.next()?.parse().ok()?)?;
    shard.append(Record {
        position: Position(parts.next()?.parse().ok()?),
        partition_key: row.partition_key,
        data: STANDARD.decode(row.data).ok()?.into(),
        arrived_at_ms: row.arrived_at_ms,
    });
    Some(())
}

/// Keys of equal width keep the records of a shard in their order.
fn record_key(stream: &str, shard: usize, position: Position) -> String {
    format!("record/{stream}/{shard:06}/{:020}", position.0)
}

fn json<T: Serialize>(value: &T) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_default()
}

fn broken(reason: &dyn std::fmt::Display) -> OpenError {
    OpenError::File { path: PathBuf::from("kinesis.sqlite"), reason: reason.to_string() }
}
