//! SQS standard queues, by the JSON protocol.
//!
//! Sources: "Amazon SQS API Reference" and "Amazon SQS message quotas" (developer guide). Not
//! imitated: FIFO queues, encryption keys, queue policies and tags (kept, without effect),
//! dead-letter redrive tasks, and the query protocol of old clients. A queue and its attributes
//! take effect at once, a short poll sees the whole queue, and a purge may follow a purge.

mod api;
mod attributes;
mod checksum;
mod kept;
mod message;
mod queue;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use local_wire::{Call, Refusal, Reply, Service};
use serde_json::Value;
use tokio::sync::watch;

use crate::request::{JSON_1_0, empty, read, unknown_operation};
use crate::store::{OpenError, Store};
use crate::{ACCOUNT, REGION, clock};

pub(crate) use checksum::of_attributes as md5_of_attributes;
pub(crate) use message::{Attribute, Message, NewMessage, Received};
use queue::Queue;

/// The longest delay of a message, in seconds.
pub const DELAY_SECONDS_MAX: u64 = 900;
/// The largest message, attributes among it, and the largest batch: 1 MiB since August 2025.
pub const MESSAGE_BYTES_MAX: usize = 1 << 20;

/// A queue to make.
#[derive(Debug, Clone, Default)]
pub struct Spec {
    /// The name, 1 to 80 of letters, digits, `-` and `_`.
    pub name: String,
    /// Attributes by AWS's names, with values as SQS takes them:
    /// `{"VisibilityTimeout": "60", "RedrivePolicy": "{...}"}`.
    pub attributes: BTreeMap<String, String>,
}

/// SQS on this machine.
pub struct Sqs {
    base_url: String,
    queues: Mutex<BTreeMap<String, Entry>>,
    store: Store,
    requests: AtomicU64,
}

struct Entry {
    queue: Queue,
    /// Counts up when a message may have become visible, or its time to do so has changed.
    stirred: watch::Sender<u64>,
}

impl Sqs {
    /// Opens the queues kept in `<data>/sqs.sqlite`, or none, in memory. Queue URLs are
    /// `<base_url>/000000000000/<name>`.
    ///
    /// # Errors
    /// [`OpenError`] when the folder or the file cannot be used.
    pub fn open(data: Option<&Path>, base_url: impl Into<String>) -> Result<Self, OpenError> {
        let store = Store::open(data, "sqs")?;
        let entry = |queue| Entry { queue, stirred: watch::Sender::new(0) };
        let queues = kept::load(&store)?.into_iter().map(|(name, queue)| (name, entry(queue))).collect();
        Ok(Self {
            base_url: base_url.into().trim_end_matches('/').to_owned(),
            queues: Mutex::new(queues),
            store,
            requests: AtomicU64::new(0),
        })
    }

    /// Makes a queue and gives its URL; a queue that is there already gets the new attributes and
    /// keeps its messages.
    ///
    /// # Errors
    /// AWS's refusal of a name or an attribute.
    pub fn create_queue(&self, spec: &Spec) -> Result<String, Refusal> {
        let there = self.queues().contains_key(&spec.name);
        if there {
            self.set_attributes(&spec.name, &spec.attributes)?;
            return Ok(self.url(&spec.name));
        }
        self.create(&spec.name, &spec.attributes)
    }

    /// Requests that AWS would have metered since the start, those of event source mappings among them.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    pub(crate) fn meter(&self, requests: u64) {
        self.requests.fetch_add(requests, Ordering::Relaxed);
    }

    /// The ARN of a queue of that name.
    #[must_use]
    pub fn arn(name: &str) -> String {
        format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{name}")
    }

    /// Sends one message, as AWS's own services do to a failure destination.
    pub(crate) fn send(&self, name: &str, message: NewMessage) -> Result<Message, Refusal> {
        let now_ms = clock::now_ms();
        let mut queues = self.queues();
        let entry = queues.get_mut(name).ok_or_else(no_queue)?;
        let message = entry.queue.prepared(message, now_ms)?;
        self.store.write(&[kept::message(name, &message)])?;
        entry.queue.insert(message.clone());
        entry.stirred.send_modify(|count| *count += 1);
        Ok(message)
    }

    /// Receives up to `count` messages; waits for the first one until `wait` is over.
    pub(crate) async fn receive(
        &self,
        name: &str,
        count: usize,
        visibility_seconds: Option<u64>,
        wait: Duration,
    ) -> Result<Vec<Received>, Refusal> {
        let deadline = tokio::time::Instant::now() + wait;
        let mut stirred = self.queues().get(name).ok_or_else(no_queue)?.stirred.subscribe();
        loop {
            stirred.mark_unchanged();
            let (received, due_ms) = self.take(name, count, visibility_seconds)?;
            let now = tokio::time::Instant::now();
            if !received.is_empty() || now >= deadline {
                return Ok(received);
            }
            let wake = due_ms.map_or(deadline, |due_ms| deadline.min(now + clock::until(due_ms)));
            tokio::select! {
                changed = stirred.changed() => changed.map_err(|_| no_queue())?,
                () = tokio::time::sleep_until(wake) => {}
            }
        }
    }

    /// Deletes a message that was received; an outdated handle deletes nothing, as AWS allows.
    pub(crate) fn delete(&self, name: &str, receipt_handle: &str) -> Result<(), Refusal> {
        let mut queues = self.queues();
        let queue = &mut queues.get_mut(name).ok_or_else(no_queue)?.queue;
        if let Some(number) = queue.held(receipt_handle)? {
            self.store.write(&[kept::no_message(name, number)])?;
            queue.remove(number);
        }
        Ok(())
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.queues().contains_key(name)
    }

    /// What is visible now, and when the next message becomes so.
    fn take(
        &self,
        name: &str,
        count: usize,
        visibility_seconds: Option<u64>,
    ) -> Result<(Vec<Received>, Option<u64>), Refusal> {
        let now_ms = clock::now_ms();
        let mut queues = self.queues();
        let mut entry = queues.remove(name).ok_or_else(no_queue)?;
        let dead_letters = entry.queue.attributes.dead_letter_queue().filter(|target| queues.contains_key(*target));
        let dead_letters = dead_letters.map(str::to_owned);
        let outcome = entry.queue.receive(count, visibility_seconds, dead_letters.is_some(), now_ms);
        let due_ms = entry.queue.next_due();
        queues.insert(name.to_owned(), entry);
        let taken = outcome?;
        let mut rows: Vec<_> = taken.expired.iter().map(|number| kept::no_message(name, *number)).collect();
        rows.extend(taken.received.iter().map(|received| kept::message(name, &received.message)));
        if let Some((target, entry)) = dead_letters.and_then(|target| Some((target.clone(), queues.get_mut(&target)?)))
        {
            for (number, message) in taken.dead {
                let message = entry.queue.adopted(message, &Self::arn(name));
                rows.push(kept::no_message(name, number));
                rows.push(kept::message(&target, &message));
                entry.queue.insert(message);
            }
            entry.stirred.send_modify(|count| *count += 1);
        }
        self.store.write(&rows)?;
        Ok((taken.received, due_ms))
    }

    fn url(&self, name: &str) -> String {
        format!("{}/{ACCOUNT}/{name}", self.base_url)
    }

    fn queues(&self) -> MutexGuard<'_, BTreeMap<String, Entry>> {
        self.queues.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn carry_out(&self, call: &Call) -> Result<Reply, Refusal> {
        self.meter(1);
        let value: Value = match call.operation.as_str() {
            "ChangeMessageVisibility" => return self.change_visibility(&read(call)?).map(|()| empty(JSON_1_0)),
            "CreateQueue" => self.create_by_call(&read(call)?)?,
            "DeleteMessage" => return self.delete_message(&read(call)?).map(|()| empty(JSON_1_0)),
            "DeleteMessageBatch" => self.delete_batch(&read(call)?)?,
            "DeleteQueue" => return self.delete_queue(&read(call)?).map(|()| empty(JSON_1_0)),
            "GetQueueAttributes" => self.get_attributes(&read(call)?)?,
            "GetQueueUrl" => self.get_url(&read(call)?)?,
            "ListQueues" => self.list(&read(call)?)?,
            "PurgeQueue" => return self.purge(&read(call)?).map(|()| empty(JSON_1_0)),
            "ReceiveMessage" => self.receive_message(read(call)?).await?,
            "SendMessage" => self.send_message(&read(call)?, &call.caller)?,
            "SendMessageBatch" => self.send_batch(&read(call)?, &call.caller)?,
            "SetQueueAttributes" => return self.set_by_call(&read(call)?).map(|()| empty(JSON_1_0)),
            _ => return Err(unknown_operation(call)),
        };
        Ok(Reply { status: 200, content_type: JSON_1_0, body: Bytes::from(value.to_string()) })
    }
}

impl Service for Sqs {
    fn call(&self, call: Call) -> BoxFuture<'_, Result<Reply, Refusal>> {
        Box::pin(async move { self.carry_out(&call).await })
    }
}

/// The value of the header `x-amzn-query-error`, by which clients know the code of the older
/// query protocol ("AWS JSON protocol in Amazon SQS").
pub(crate) fn query_error(code: &str) -> String {
    let code = match code {
        "QueueDoesNotExist" => "AWS.SimpleQueueService.NonExistentQueue",
        "QueueNameExists" => "QueueAlreadyExists",
        "MessageNotInflight" => "AWS.SimpleQueueService.MessageNotInflight",
        "PurgeQueueInProgress" => "AWS.SimpleQueueService.PurgeQueueInProgress",
        "EmptyBatchRequest" => "AWS.SimpleQueueService.EmptyBatchRequest",
        "TooManyEntriesInBatchRequest" => "AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
        "BatchEntryIdsNotDistinct" => "AWS.SimpleQueueService.BatchEntryIdsNotDistinct",
        "BatchRequestTooLong" => "AWS.SimpleQueueService.BatchRequestTooLong",
        "InvalidBatchEntryId" => "AWS.SimpleQueueService.InvalidBatchEntryId",
        "UnsupportedOperation" => "AWS.SimpleQueueService.UnsupportedOperation",
        other => other,
    };
    format!("{code};Sender")
}

fn no_queue() -> Refusal {
    Refusal::new(400, "QueueDoesNotExist", "The specified queue does not exist.")
}
