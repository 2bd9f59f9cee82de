//! Event source mappings: messages and records that invoke functions.
//!
//! Sources: "Using Lambda with Amazon SQS", "Using Lambda with Kinesis Data Streams" and their
//! pages on error handling (Lambda developer guide). A mapping is woken by what arrives and does
//! not poll, so a message reaches its function within milliseconds of becoming due; AWS takes up
//! to a second or two. Not imitated: filters, tumbling windows, several batches of a shard at once
//! (`ParallelizationFactor`), provisioned pollers, and the slow growth of concurrency.

mod kinesis;
mod report;
mod sqs;

use std::time::Duration;

pub use kinesis::{KinesisSpec, Start, kinesis};
pub use sqs::{CONCURRENCY_DEFAULT, SqsSpec, sqs};

/// The largest batch of a mapping.
const BATCH_MAX: usize = 10_000;
/// The longest batching window.
const WINDOW_MAX: Duration = Duration::from_secs(300);
/// The largest event of a synchronous invocation, 6 MB.
const PAYLOAD_BYTES_MAX: usize = 6 << 20;

/// Why a mapping is refused, in words for whoever wrote the template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SpecError {
    /// `BatchSize`.
    #[error("BatchSize of {mapping} must be 1 to 10000, not {size}")]
    BatchSize {
        /// The mapping, as `source -> function`.
        mapping: String,
        /// What was wanted.
        size: usize,
    },
    /// `MaximumBatchingWindowInSeconds`.
    #[error(
        "MaximumBatchingWindowInSeconds of {mapping} must be 0 to 300, and at least 1 for more than 10 messages of a queue"
    )]
    Window {
        /// The mapping.
        mapping: String,
    },
    /// `MaximumConcurrency`.
    #[error("MaximumConcurrency of {mapping} must be 2 to 1000, not {wanted}")]
    Concurrency {
        /// The mapping.
        mapping: String,
        /// What was wanted.
        wanted: usize,
    },
    /// The queue, the stream or the failure destination.
    #[error("{mapping} needs {source_name}, which does not exist")]
    NoSource {
        /// The mapping.
        mapping: String,
        /// The name that was looked for.
        source_name: String,
    },
}

fn check_batch(mapping: &str, batch_size: usize, window: Duration) -> Result<(), SpecError> {
    if !(1..=BATCH_MAX).contains(&batch_size) {
        return Err(SpecError::BatchSize { mapping: mapping.to_owned(), size: batch_size });
    }
    if window > WINDOW_MAX {
        return Err(SpecError::Window { mapping: mapping.to_owned() });
    }
    Ok(())
}
