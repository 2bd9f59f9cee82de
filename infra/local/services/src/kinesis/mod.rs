//! Kinesis Data Streams: a log of records with shards by MD5 hash key ranges.
//!
//! Source: "Amazon Kinesis Data Streams API Reference" and "Quotas and limits" of its developer
//! guide. Not imitated: resharding, enhanced fan-out (`SubscribeToShard`), encryption, tags,
//! records above 1 MiB, and the limits on control-plane calls. A stream is `ACTIVE` at once.

mod api;
mod iterator;
mod kept;
mod rate;
mod record;
mod shard;
mod stream;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use local_wire::{Call, Refusal, Reply, Service};
use serde_json::Value;
use tokio::sync::watch;

use crate::request::{JSON_1_1, empty, read, unknown_operation};
use crate::store::{OpenError, Store};
use crate::{ACCOUNT, REGION, clock};

pub(crate) use record::{Position, Record};
pub(crate) use stream::{Backlog, Read, Stream};

/// Shards of a stream in on-demand mode, as AWS makes it.
pub const SHARDS_ON_DEMAND: usize = 4;
/// Most shards that one stream may have here.
pub const SHARDS_MAX: usize = 1_000;
/// Shortest and longest time that records are kept.
pub const RETENTION_HOURS: std::ops::RangeInclusive<u64> = 24..=8_760;

/// Kinesis on this machine.
pub struct Kinesis {
    streams: Mutex<BTreeMap<String, Stream>>,
    store: Store,
    /// Counts up with every put, so that readers sleep until there is something to read.
    puts: watch::Sender<u64>,
    put_units: AtomicU64,
    put_bytes: AtomicU64,
}

/// What a consumer needs to know of a shard.
#[derive(Debug, Clone)]
pub(crate) struct ShardOfStream {
    pub(crate) index: usize,
    pub(crate) id: String,
    /// Behind the last record.
    pub(crate) end: Position,
    born_at_ms: u64,
}

impl ShardOfStream {
    pub(crate) fn sequence_number(&self, position: Position) -> String {
        record::sequence_number(self.born_at_ms, self.index, position)
    }
}

impl Kinesis {
    /// Opens the streams kept in `<data>/kinesis.sqlite`, or none, in memory.
    ///
    /// # Errors
    /// [`OpenError`] when the folder or the file cannot be used.
    pub fn open(data: Option<&Path>) -> Result<Self, OpenError> {
        let store = Store::open(data, "kinesis")?;
        let streams = kept::load(&store)?;
        let counter = || AtomicU64::new(0);
        Ok(Self {
            streams: Mutex::new(streams),
            store,
            puts: watch::Sender::new(0),
            put_units: counter(),
            put_bytes: counter(),
        })
    }

    /// Makes a stream; one that is there already with as many shards is left as it is, with the
    /// given retention from now on.
    ///
    /// # Errors
    /// AWS's refusal of a wrong name, shard count or retention, or of another shard count than the
    /// stream has.
    pub fn create_stream(&self, name: &str, shards: usize, retention_hours: u64) -> Result<(), Refusal> {
        if !RETENTION_HOURS.contains(&retention_hours) {
            return Err(invalid(format!(
                "Retention of stream {name} must be 24 to 8760 hours, not {retention_hours}."
            )));
        }
        let mut streams = self.streams();
        let mut stream = match streams.get(name) {
            None => Stream::new(name, shards, clock::now_ms())?,
            Some(stream) if stream.shards().len() == shards => stream.clone(),
            Some(stream) => {
                let there = stream.shards().len();
                return Err(Refusal::new(
                    400,
                    "ResourceInUseException",
                    format!(
                        "Stream {name} is kept with {there} shards, not {shards}; start with an empty --data folder."
                    ),
                ));
            }
        };
        stream.retention_hours = retention_hours;
        self.store.write(&[kept::stream(&stream)])?;
        streams.insert(name.to_owned(), stream);
        Ok(())
    }

    /// PUT payload units since the start: 25 KB of a record each.
    #[must_use]
    pub fn put_units(&self) -> u64 {
        self.put_units.load(Ordering::Relaxed)
    }

    /// Bytes put since the start.
    #[must_use]
    pub fn put_bytes(&self) -> u64 {
        self.put_bytes.load(Ordering::Relaxed)
    }

    /// The ARN of a stream of that name.
    #[must_use]
    pub fn arn(name: &str) -> String {
        format!("arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/{name}")
    }

    /// Whether a batch can be made of a shard's records from a position on.
    pub(crate) fn backlog(
        &self,
        stream: &str,
        shard: usize,
        from: Position,
        records_max: usize,
        bytes_max: usize,
    ) -> Backlog {
        let streams = self.streams();
        let shard = streams.get(stream).and_then(|stream| stream.shards().get(shard));
        shard.map_or(Backlog::Empty, |shard| shard.backlog(from, records_max, bytes_max))
    }

    /// Reads from a shard without touching its rate limit, as an event source mapping does.
    pub(crate) fn read(
        &self,
        stream: &str,
        shard: usize,
        from: Position,
        records_max: usize,
        bytes_max: usize,
    ) -> Read {
        let mut streams = self.streams();
        let Some(stream) = streams.get_mut(stream) else { return Read::nothing(from) };
        self.forget(stream.trim(clock::now_ms()));
        stream
            .shards()
            .get(shard)
            .map_or_else(|| Read::nothing(from), |shard| shard.read(from, records_max, bytes_max, clock::now_ms()))
    }

    /// A stream's shards as a consumer finds them; none without the stream.
    pub(crate) fn shards(&self, stream: &str) -> Option<Vec<ShardOfStream>> {
        let streams = self.streams();
        let stream = streams.get(stream)?;
        let shard = |shard: &shard::Shard| ShardOfStream {
            index: shard.index,
            id: shard.id(),
            born_at_ms: stream.born_at_ms,
            end: shard.end(),
        };
        Some(stream.shards().iter().map(shard).collect())
    }

    /// A signal that changes with every put.
    pub(crate) fn puts(&self) -> watch::Receiver<u64> {
        self.puts.subscribe()
    }

    pub(crate) fn checkpoint(&self, mapping: &str, shard: &str) -> Option<Position> {
        kept::load_checkpoint(&self.store, mapping, shard)
    }

    pub(crate) fn set_checkpoint(&self, mapping: &str, shard: &str, position: Position) -> Result<(), Refusal> {
        self.store.write(&[kept::checkpoint(mapping, shard, position)])
    }

    fn streams(&self) -> MutexGuard<'_, BTreeMap<String, Stream>> {
        self.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Trimmed rows that stay on disk are trimmed again after the next start.
    fn forget(&self, trimmed: Vec<crate::store::Write>) {
        if let Err(refusal) = self.store.write(&trimmed) {
            tracing::warn!(reason = refusal.message, "trimmed records stay in the data folder");
        }
    }

    fn carry_out(&self, call: &Call) -> Result<Reply, Refusal> {
        let value: Value = match call.operation.as_str() {
            "CreateStream" => return self.create(read(call)?).map(|()| empty(JSON_1_1)),
            "DeleteStream" => return self.delete(&read(call)?).map(|()| empty(JSON_1_1)),
            "DescribeStream" => self.describe(&read(call)?)?,
            "DescribeStreamSummary" => self.describe_summary(&read(call)?)?,
            "GetRecords" => self.get_records(&read(call)?)?,
            "GetShardIterator" => self.get_shard_iterator(&read(call)?)?,
            "ListShards" => self.list_shards(&read(call)?)?,
            "ListStreams" => self.list_streams(&read(call)?)?,
            "PutRecord" => self.put_record(read(call)?)?,
            "PutRecords" => self.put_records(read(call)?)?,
            _ => return Err(unknown_operation(call)),
        };
        Ok(Reply { status: 200, content_type: JSON_1_1, body: Bytes::from(value.to_string()) })
    }
}

impl Service for Kinesis {
    fn call(&self, call: Call) -> BoxFuture<'_, Result<Reply, Refusal>> {
        Box::pin(async move { self.carry_out(&call) })
    }
}

fn invalid(message: String) -> Refusal {
    Refusal::new(400, "InvalidArgumentException", message)
}

fn not_found(stream: &str) -> Refusal {
    let message = format!("Stream {stream} under account {ACCOUNT} not found.");
    Refusal::new(400, "ResourceNotFoundException", message)
}
