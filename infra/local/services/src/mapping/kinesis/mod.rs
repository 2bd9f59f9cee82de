//! Records of a stream that invoke a function, shard by shard and in order.

mod batch;
mod discard;
mod event;

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use local_wire::Functions;

use super::{SpecError, check_batch};
use crate::kinesis::{Kinesis, Position, ShardOfStream};
use crate::sqs::Sqs;
use crate::task::{Stop, Task};
use batch::Shard;

/// Where a mapping without a checkpoint begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// `TRIM_HORIZON`: the oldest record there is.
    TrimHorizon,
    /// `LATEST`: what is put from now on.
    Latest,
}

/// A mapping of a stream to a function.
#[derive(Debug, Clone)]
pub struct KinesisSpec {
    /// The stream's name.
    pub stream: String,
    /// The function's logical id.
    pub function: String,
    /// The function's ARN, as the failure destination is told.
    pub function_arn: String,
    /// `StartingPosition`; a checkpoint in the data folder goes first.
    pub start: Start,
    /// `BatchSize`, 1 to 10000; AWS's default is 100.
    pub batch_size: usize,
    /// `MaximumBatchingWindowInSeconds`: how long a batch that is not full may gather, 0 to 300 s.
    pub window: Duration,
    /// `BisectBatchOnFunctionError`.
    pub bisect: bool,
    /// `MaximumRetryAttempts`; `None` stands for -1, for ever.
    pub retries_max: Option<u32>,
    /// `MaximumRecordAgeInSeconds`; `None` stands for -1, as long as the stream keeps it.
    pub age_max: Option<Duration>,
    /// `FunctionResponseTypes: [ReportBatchItemFailures]`.
    pub report_item_failures: bool,
    /// `DestinationConfig.OnFailure`: the name of a queue that is told of what was given up.
    pub on_failure: Option<String>,
}

/// Starts a mapping. Its checkpoints are kept with the stream: what was done before a restart is
/// not delivered again, what was under way is.
///
/// # Errors
/// [`SpecError`] when a number is out of its range, or the stream or destination does not exist.
pub fn kinesis(
    spec: KinesisSpec,
    kinesis: Arc<Kinesis>,
    sqs: Arc<Sqs>,
    functions: Arc<dyn Functions>,
) -> Result<Task, SpecError> {
    let mapping = format!("{} -> {}", spec.stream, spec.function);
    check_batch(&mapping, spec.batch_size, spec.window)?;
    if let Some(queue) = spec.on_failure.as_ref().filter(|queue| !sqs.has(queue)) {
        return Err(SpecError::NoSource { mapping, source_name: queue.clone() });
    }
    let Some(shards) = kinesis.shards(&spec.stream) else {
        return Err(SpecError::NoSource { mapping, source_name: spec.stream });
    };
    let reader = Arc::new(Reader { spec, mapping, kinesis, sqs, functions });
    // Before the task runs: `LATEST` means the moment of this call.
    let shards: Vec<Shard> = shards.into_iter().map(|shard| Shard::open(Arc::clone(&reader), shard)).collect();
    Ok(Task::spawn(|stop| run(shards, stop)))
}

/// What the shards of one mapping share.
struct Reader {
    spec: KinesisSpec,
    /// Names the mapping's checkpoints.
    mapping: String,
    kinesis: Arc<Kinesis>,
    sqs: Arc<Sqs>,
    functions: Arc<dyn Functions>,
}

impl Reader {
    fn checkpoint(&self, shard: &ShardOfStream, position: Position) {
        if let Err(refusal) = self.kinesis.set_checkpoint(&self.mapping, &shard.id, position) {
            tracing::warn!(mapping = self.mapping, reason = refusal.message, "a checkpoint was not kept");
        }
    }
}

async fn run(shards: Vec<Shard>, stop: Stop) {
    join_all(shards.into_iter().map(|shard| shard.run(stop.clone()))).await;
}
