//! Messages of a queue that invoke a function.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use local_wire::{Functions, Refusal};
use serde_json::{Value, json};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;

use super::report::{self, Report};
use super::{PAYLOAD_BYTES_MAX, SpecError, check_batch};
use crate::REGION;
use crate::sqs::{Attribute, Received, Sqs, md5_of_attributes};
use crate::task::{Stop, Task};

/// Batches at the same time when the template does not say; AWS begins with five.
pub const CONCURRENCY_DEFAULT: usize = 5;
/// A batch above this size needs a batching window.
const BATCH_WITHOUT_WINDOW_MAX: usize = 10;
/// How long one look at an empty queue takes; it is repeated.
const WAIT: Duration = Duration::from_secs(20);
/// Pause after a queue that cannot be read.
const PAUSE: Duration = Duration::from_secs(1);

/// A mapping of a queue to a function.
#[derive(Debug, Clone)]
pub struct SqsSpec {
    /// The queue's name.
    pub queue: String,
    /// The function's logical id.
    pub function: String,
    /// `BatchSize`, 1 to 10000; AWS's default is 10.
    pub batch_size: usize,
    /// `MaximumBatchingWindowInSeconds`: how long a batch that is not full may gather, 0 to 300 s.
    pub window: Duration,
    /// `FunctionResponseTypes: [ReportBatchItemFailures]`.
    pub report_item_failures: bool,
    /// `ScalingConfig.MaximumConcurrency`, 2 to 1000; else [`CONCURRENCY_DEFAULT`].
    pub concurrency_max: Option<usize>,
}

/// Starts a mapping. A batch that succeeds is deleted; what fails comes back to the queue after the
/// visibility timeout. Stopped, it receives no more and gives running invocations their grace.
///
/// # Errors
/// [`SpecError`] when a number is out of its range or the queue does not exist.
pub fn sqs(spec: SqsSpec, sqs: Arc<Sqs>, functions: Arc<dyn Functions>) -> Result<Task, SpecError> {
    let mapping = format!("{} -> {}", spec.queue, spec.function);
    check_batch(&mapping, spec.batch_size, spec.window)?;
    if spec.batch_size > BATCH_WITHOUT_WINDOW_MAX && spec.window < Duration::from_secs(1) {
        return Err(SpecError::Window { mapping });
    }
    if let Some(wanted) = spec.concurrency_max
        && !(2..=1_000).contains(&wanted)
    {
        return Err(SpecError::Concurrency { mapping, wanted });
    }
    if !sqs.has(&spec.queue) {
        return Err(SpecError::NoSource { mapping, source_name: spec.queue });
    }
    let mapping = Arc::new(Mapping { spec, sqs, functions });
    Ok(Task::spawn(|stop| mapping.run(stop)))
}

struct Mapping {
    spec: SqsSpec,
    sqs: Arc<Sqs>,
    functions: Arc<dyn Functions>,
}

impl Mapping {
    async fn run(self: Arc<Self>, mut stop: Stop) {
        let slots = Arc::new(Semaphore::new(self.spec.concurrency_max.unwrap_or(CONCURRENCY_DEFAULT)));
        let mut running = JoinSet::new();
        loop {
            let batch = tokio::select! {
                // Messages that were received and not handed on come back after the visibility timeout.
                batch = self.next_batch(&slots) => batch,
                () = stop.requested() => break,
            };
            match batch {
                Ok((batch, slot)) => {
                    running.spawn(Arc::clone(&self).process(batch, slot));
                }
                Err(refusal) => {
                    tracing::warn!(queue = self.spec.queue, reason = refusal.message, "the queue cannot be read");
                    if !stop.sleep(PAUSE).await {
                        break;
                    }
                }
            }
            while running.try_join_next().is_some() {}
        }
        running.join_all().await;
    }

    /// The next batch, gathered only when it can be processed at once: else its visibility
    /// timeout would run while it waits.
    async fn next_batch(&self, slots: &Arc<Semaphore>) -> Result<(Vec<Received>, OwnedSemaphorePermit), Refusal> {
        let closed = |_| Refusal::new(500, "InternalFailure", "the mapping has ended");
        let slot = Arc::clone(slots).acquire_owned().await.map_err(closed)?;
        loop {
            let mut batch = self.sqs.receive(&self.spec.queue, self.spec.batch_size, None, WAIT).await?;
            if batch.is_empty() {
                continue;
            }
            let deadline = tokio::time::Instant::now() + self.spec.window;
            while batch.len() < self.spec.batch_size && event_size(&batch) < PAYLOAD_BYTES_MAX {
                let left = deadline.saturating_duration_since(tokio::time::Instant::now());
                if left.is_zero() {
                    break;
                }
                let room = self.spec.batch_size - batch.len();
                batch.extend(self.sqs.receive(&self.spec.queue, room, None, left).await?);
            }
            return Ok((batch, slot));
        }
    }

    async fn process(self: Arc<Self>, batch: Vec<Received>, _slot: OwnedSemaphorePermit) {
        // The batch was received, and will be deleted, by one request each.
        self.sqs.meter(2);
        for part in parts(batch) {
            self.invoke(&part).await;
        }
    }

    async fn invoke(&self, batch: &[Received]) {
        let payload = Bytes::from(event(&self.spec.queue, batch).to_string());
        let report = match self.functions.invoke(&self.spec.function, payload).await {
            Ok(answer) if self.spec.report_item_failures => report::read(&answer),
            Ok(_) => Report::Done,
            Err(error) => {
                let function = &self.spec.function;
                tracing::warn!(function, ?error, messages = batch.len(), "a batch failed and comes back");
                Report::AllFailed
            }
        };
        for received in batch.iter().filter(|received| is_done(&report, batch, received)) {
            if let Err(refusal) = self.sqs.delete(&self.spec.queue, &received.receipt_handle) {
                tracing::warn!(queue = self.spec.queue, reason = refusal.message, "a message stays in its queue");
            }
        }
    }
}

/// A reported id that is not in the batch makes the whole batch fail.
fn is_done(report: &Report, batch: &[Received], received: &Received) -> bool {
    match report {
        Report::Done => true,
        Report::AllFailed => false,
        Report::Failed(ids) => {
            let known = |id: &String| batch.iter().any(|received| received.message.id == *id);
            ids.iter().all(known) && !ids.contains(&received.message.id)
        }
    }
}

/// The batch in as few parts as the size of an event allows.
fn parts(batch: Vec<Received>) -> Vec<Vec<Received>> {
    let mut parts: Vec<Vec<Received>> = Vec::new();
    let mut size = usize::MAX;
    for received in batch {
        let own = record_size(&received);
        match parts.last_mut() {
            Some(part) if size.saturating_add(own) <= PAYLOAD_BYTES_MAX => {
                size += own;
                part.push(received);
            }
            _ => {
                size = own;
                parts.push(vec![received]);
            }
        }
    }
    parts
}

fn event_size(batch: &[Received]) -> usize {
    batch.iter().map(record_size).sum()
}

/// An estimate from above: escaping at most doubles a text of letters and JSON.
fn record_size(received: &Received) -> usize {
    const FRAME: usize = 1_024;
    FRAME
        + 2 * (received.message.body.len()
            + received.message.attributes.values().map(|a| a.value().len()).sum::<usize>())
}

/// "Example standard queue message event" of "Using Lambda with Amazon SQS".
fn event(queue: &str, batch: &[Received]) -> Value {
    json!({"Records": batch.iter().map(|received| record(queue, received)).collect::<Vec<_>>()})
}

fn record(queue: &str, received: &Received) -> Value {
    let message = &received.message;
    let attributes: BTreeMap<&String, Value> =
        message.attributes.iter().map(|(name, attribute)| (name, attribute_value(attribute))).collect();
    let mut record = json!({
        "messageId": message.id,
        "receiptHandle": received.receipt_handle,
        "body": message.body,
        "attributes": message.system_attributes(),
        "messageAttributes": attributes,
        "md5OfBody": message.md5_of_body(),
        "eventSource": "aws:sqs",
        "eventSourceARN": Sqs::arn(queue),
        "awsRegion": REGION,
    });
    if let Some(sum) = md5_of_attributes(&message.attributes) {
        record["md5OfMessageAttributes"] = json!(sum);
    }
    record
}

fn attribute_value(attribute: &Attribute) -> Value {
    let mut value = json!({"stringListValues": [], "binaryListValues": [], "dataType": attribute.data_type});
    if let Some(text) = &attribute.string_value {
        value["stringValue"] = json!(text);
    }
    if let Some(base64) = &attribute.binary_value {
        value["binaryValue"] = json!(base64);
    }
    value
}
