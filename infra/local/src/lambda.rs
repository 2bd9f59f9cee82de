//! Lambda: the real function binaries as child processes behind the Runtime API.
//!
//! A function is a [`pool`] of [`worker`]s. Each worker is one process with a Runtime API of its own on
//! a port of 127.0.0.1 and handles one invocation at a time. Invocations beyond the workers there may be
//! wait in line; AWS would answer 429 there, or start more.
//!
//! Not imitated: the memory limit (it is reported to the function, not enforced), `/tmp` per worker,
//! freezing between invocations, extensions, response streaming.

pub mod asynchronous;
pub mod environment;
mod output;
mod pool;
mod runtime_api;
mod spawner;
mod worker;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::{BoxFuture, join_all};
use local_wire::{Functions, InvokeError};

use pool::Pool;
use spawner::Spawner;

/// Workers a function may have when the template reserves no concurrency for it: as many as a small machine keeps busy.
/// More would only be at the same rows at the same time, and each of their lost races is work.
pub const WORKERS_MAX_DEFAULT: usize = 4;
/// The largest payload and the largest answer of an invocation, in bytes ("Lambda quotas").
pub const PAYLOAD_MAX_BYTES: usize = 6 * 1024 * 1024;

/// How long workers may take and rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// From the start of the process to its first request for work ("Lambda execution environment": 10 s).
    pub init_max: Duration,
    /// How long a worker may rest before it is ended; the last one of a function stays.
    pub idle_max: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { init_max: Duration::from_secs(10), idle_max: Duration::from_secs(300) }
    }
}

/// A function that can be started.
#[derive(Debug, Clone)]
pub struct Program {
    /// Logical id in the template.
    pub logical_id: String,
    /// The name in front of its output lines.
    pub label: String,
    /// ARN.
    pub arn: String,
    /// The binary.
    pub path: PathBuf,
    /// The memory that is billed, in MB.
    pub memory_mb: u32,
    /// How long an invocation may take.
    pub timeout: Duration,
    /// How many invocations may run at once.
    pub workers_max: usize,
    /// The whole environment but `AWS_LAMBDA_RUNTIME_API`.
    pub environment: BTreeMap<String, String>,
}

/// All functions of a stack.
pub struct Lambda {
    pools: BTreeMap<String, Arc<Pool>>,
}

impl Lambda {
    /// Functions without a worker yet.
    pub fn new(programs: Vec<Program>, limits: Limits) -> Self {
        let spawner = Arc::new(Spawner::start());
        let pool = |program: Program| (program.logical_id.clone(), Pool::new(program, limits, Arc::clone(&spawner)));
        Self { pools: programs.into_iter().map(pool).collect() }
    }

    /// Starts one worker of every function and waits until all ask for work.
    ///
    /// # Errors
    /// A line for every function that cannot start.
    pub async fn warm(&self) -> Result<(), Vec<String>> {
        let results = join_all(self.pools.values().map(|pool| pool.warm())).await;
        let failed: Vec<String> = results.into_iter().filter_map(Result::err).collect();
        if failed.is_empty() { Ok(()) } else { Err(failed) }
    }

    /// Ends every worker, even in the middle of an invocation, and waits until they are gone.
    pub async fn stop(&self) {
        join_all(self.pools.values().map(|pool| pool.stop())).await;
    }

    /// How many workers a function has; for tests and the health page.
    pub fn workers(&self, function: &str) -> usize {
        self.pools.get(function).map_or(0, |pool| pool.workers())
    }

    /// How often each function was invoked, by logical id.
    pub fn invocations(&self) -> BTreeMap<&str, u64> {
        self.pools.iter().map(|(name, pool)| (name.as_str(), pool.invocations())).collect()
    }

    /// Invocations of functions that are traced.
    pub fn traced(&self) -> u64 {
        self.pools.values().filter(|pool| pool.is_traced()).map(|pool| pool.invocations()).sum()
    }

    /// Gigabytes of memory times seconds, of all functions.
    pub fn gigabyte_seconds(&self) -> f64 {
        self.pools.values().map(|pool| pool.gigabyte_seconds()).sum()
    }

    /// Bytes that all functions have logged.
    pub fn logged_bytes(&self) -> u64 {
        self.pools.values().map(|pool| pool.logged().load(Ordering::Relaxed)).sum()
    }

    /// The functions by logical id.
    pub fn functions(&self) -> impl Iterator<Item = &str> {
        self.pools.keys().map(String::as_str)
    }
}

impl Functions for Lambda {
    fn invoke(&self, function: &str, payload: Bytes) -> BoxFuture<'_, Result<Bytes, InvokeError>> {
        let pool = self.pools.get(function).cloned();
        let name = function.to_owned();
        Box::pin(async move {
            match pool {
                Some(pool) => pool.invoke(payload).await,
                None => Err(InvokeError::Unavailable(format!("there is no function {name}"))),
            }
        })
    }
}
