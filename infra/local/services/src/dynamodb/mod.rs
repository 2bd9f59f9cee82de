//! DynamoDB and DynamoDB Streams, by the embedded engine `dynoxide-rs`.
//!
//! Calls are dispatched in this process, with no second HTTP hop. What the engine does not do:
//! - It never answers `TransactionConflictException`, nor a cancellation reason `TransactionConflict`:
//!   writes are serialised. Code that handles conflicts needs injected faults.
//! - No throttling, backups or point-in-time recovery; every read is strongly consistent.
//! - Malformed requests that no SDK sends (a boolean written as a string, a value with two types)
//!   get `SerializationException` or `ValidationException` with words of their own.
//! - A table is known by its name only; an ARN in `TableName` is refused.
//! - A stream's shard id is `shardId-00000001-<table>`, which `boto3` takes only for table names
//!   of 11 characters and more.
//!
//! In memory a call takes some tens of microseconds, less than handing it to another thread and
//! back, so it runs where it arrives. With a data folder a commit may wait for the disk; those
//! calls go to the blocking pool. `tests/dynamodb_speed.rs` measures both.

mod dispatch;
mod tables;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use dynoxide::Database;
use futures_util::future::BoxFuture;
use local_wire::{Call, Caller, Refusal, Reply, Service};

use crate::request::{JSON_1_0, unknown_operation};
use crate::store::{self, OpenError};
use crate::task::Task;

pub use tables::TableError;

/// DynamoDB on this machine. Clones share the tables.
#[derive(Clone)]
pub struct DynamoDb {
    database: Database,
    on_disk: bool,
    usage: Arc<Mutex<Usage>>,
}

/// What AWS would have metered since the start.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Usage {
    /// Read request units.
    pub read_units: f64,
    /// Write request units, those of indexes among them.
    pub write_units: f64,
    /// Those of each function, by logical id.
    pub write_units_of: BTreeMap<String, f64>,
}

impl DynamoDb {
    /// Opens the tables kept in `<data>/dynamodb.sqlite`, or an empty database in memory.
    ///
    /// On disk a commit survives the death of the process; the last ones may be lost with the
    /// machine's power (WAL with `synchronous = NORMAL`).
    ///
    /// # Errors
    /// [`OpenError`] when the folder or the file cannot be used.
    pub fn open(data: Option<&Path>) -> Result<Self, OpenError> {
        let Some(folder) = data else {
            let database = Database::memory()
                .map_err(|error| OpenError::File { path: ":memory:".into(), reason: error.to_string() })?;
            return Ok(Self { database, on_disk: false, usage: Arc::default() });
        };
        let path = store::file_in(folder, "dynamodb")?;
        let open = || {
            let database = Database::new(&path.to_string_lossy())?;
            // The engine's only way to `PRAGMA synchronous = NORMAL`; its default waits for the disk
            // at every commit, which is six times slower.
            database.disable_bulk_loading()?;
            Ok(database)
        };
        let database = open().map_err(|error: dynoxide::DynoxideError| OpenError::File {
            path: path.clone(),
            reason: error.to_string(),
        })?;
        Ok(Self { database, on_disk: true, usage: Arc::default() })
    }

    /// Deletes expired items every `period`. AWS does it within days of the expiry; readers must
    /// not rely on it in either place.
    #[must_use]
    pub fn sweep_every(&self, period: Duration) -> Task {
        let database = self.database.clone();
        Task::spawn(|mut stop| async move {
            while stop.sleep(period).await {
                let database = database.clone();
                let swept = tokio::task::spawn_blocking(move || database.sweep_ttl()).await;
                match swept {
                    Ok(Ok(0)) => {}
                    Ok(Ok(items)) => tracing::debug!(items, "expired items deleted"),
                    Ok(Err(error)) => tracing::error!(%error, "expired items cannot be deleted"),
                    Err(error) => tracing::error!(%error, "the deletion of expired items broke off"),
                }
            }
        })
    }

    /// Deletes the items that have expired by now, and tells how many.
    ///
    /// # Errors
    /// What the engine says when its storage fails.
    pub fn sweep(&self) -> Result<usize, TableError> {
        self.database.sweep_ttl().map_err(TableError::from_engine)
    }

    /// What AWS would have metered since the start.
    #[must_use]
    pub fn usage(&self) -> Usage {
        self.usage.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn carry_out(&self, call: Call) -> Result<Reply, Refusal> {
        if !dispatch::knows(&call.operation) {
            return Err(unknown_operation(&call));
        }
        let database = self.database.clone();
        let caller = call.caller.clone();
        let run = move || dispatch::run(&database, &call.operation, &call.body);
        let answer = if self.on_disk {
            tokio::task::spawn_blocking(run).await.map_err(|error| {
                tracing::error!(%error, "a DynamoDB call broke off");
                Refusal::new(500, "InternalServerError", "The call broke off; see the log of the local stack.")
            })?
        } else {
            run()
        };
        let mut usage = self.usage.lock().unwrap_or_else(PoisonError::into_inner);
        usage.read_units += answer.units.read;
        usage.write_units += answer.units.write;
        if let Caller::Function(name) = caller {
            *usage.write_units_of.entry(name).or_default() += answer.units.write;
        }
        drop(usage);
        Ok(Reply { status: answer.status, content_type: JSON_1_0, body: Bytes::from(answer.body) })
    }
}

impl Service for DynamoDb {
    fn call(&self, call: Call) -> BoxFuture<'_, Result<Reply, Refusal>> {
        Box::pin(self.carry_out(call))
    }
}
