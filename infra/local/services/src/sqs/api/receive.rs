//! `ReceiveMessage`, `DeleteMessage(Batch)` and `ChangeMessageVisibility`.

use std::collections::BTreeMap;
use std::time::Duration;

use local_wire::Refusal;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::checksum;
use super::super::message::{Attribute, Received, invalid_parameter};
use super::super::queue::VISIBILITY_SECONDS_MAX;
use super::super::{Sqs, kept, no_queue};
use super::Named;
use super::batch::{Entries, failed, outcome};
use crate::clock;
use crate::request::without_nulls;

/// Messages in one answer.
const MESSAGES_MAX: u64 = 10;
/// The longest wait of a long poll, in seconds.
const WAIT_SECONDS_MAX: u64 = 20;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::sqs) struct Receive {
    #[serde(flatten)]
    queue: Named,
    max_number_of_messages: Option<u64>,
    visibility_timeout: Option<u64>,
    wait_time_seconds: Option<u64>,
    #[serde(default)]
    attribute_names: Vec<String>,
    #[serde(default)]
    message_system_attribute_names: Vec<String>,
    #[serde(default)]
    message_attribute_names: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::sqs) struct Delete {
    #[serde(flatten)]
    queue: Named,
    #[serde(flatten)]
    entry: DeleteEntry,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DeleteEntry {
    receipt_handle: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::sqs) struct DeleteBatch {
    #[serde(flatten)]
    queue: Named,
    #[serde(flatten)]
    batch: Entries<DeleteEntry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::sqs) struct ChangeVisibility {
    #[serde(flatten)]
    queue: Named,
    receipt_handle: String,
    visibility_timeout: u64,
}

impl Sqs {
    pub(in crate::sqs) async fn receive_message(&self, request: Receive) -> Result<Value, Refusal> {
        let name = request.queue.name()?;
        let count = in_range("MaxNumberOfMessages", request.max_number_of_messages.unwrap_or(1), 1, MESSAGES_MAX)?;
        let visibility = match request.visibility_timeout {
            Some(seconds) => Some(in_range("VisibilityTimeout", seconds, 0, VISIBILITY_SECONDS_MAX)?),
            None => None,
        };
        let queue_wait = self.queues().get(name).ok_or_else(no_queue)?.queue.attributes.wait_seconds();
        let wait = in_range("WaitTimeSeconds", request.wait_time_seconds.unwrap_or(queue_wait), 0, WAIT_SECONDS_MAX)?;
        let count = usize::try_from(count).unwrap_or(1);
        let received = self.receive(name, count, visibility, Duration::from_secs(wait)).await?;
        if received.is_empty() {
            return Ok(json!({}));
        }
        Ok(json!({"Messages": received.iter().map(|received| shown(received, &request)).collect::<Vec<_>>()}))
    }

    pub(in crate::sqs) fn delete_message(&self, request: &Delete) -> Result<(), Refusal> {
        self.delete(request.queue.name()?, &request.entry.receipt_handle)
    }

    pub(in crate::sqs) fn delete_batch(&self, request: &DeleteBatch) -> Result<Value, Refusal> {
        let name = request.queue.name()?;
        if !self.has(name) {
            return Err(no_queue());
        }
        let (mut successes, mut failures) = (Vec::new(), Vec::new());
        for (id, entry) in request.batch.checked()? {
            match self.delete(name, &entry.receipt_handle) {
                Ok(()) => successes.push(json!({"Id": id})),
                Err(refusal) => failures.push(failed(id, &refusal)),
            }
        }
        Ok(outcome(successes, failures))
    }

    pub(in crate::sqs) fn change_visibility(&self, request: &ChangeVisibility) -> Result<(), Refusal> {
        let name = request.queue.name()?;
        let seconds = in_range("VisibilityTimeout", request.visibility_timeout, 0, VISIBILITY_SECONDS_MAX)?;
        let mut queues = self.queues();
        let entry = queues.get_mut(name).ok_or_else(no_queue)?;
        let message = entry.queue.change_visibility(&request.receipt_handle, seconds, clock::now_ms())?;
        let row = kept::message(name, message);
        entry.stirred.send_modify(|count| *count += 1);
        self.store.write(&[row])
    }
}

fn in_range(name: &str, value: u64, min: u64, max: u64) -> Result<u64, Refusal> {
    if (min..=max).contains(&value) {
        return Ok(value);
    }
    Err(invalid_parameter(format!(
        "Value {value} for parameter {name} is invalid. Reason: Must be between {min} and {max}, if provided."
    )))
}

fn shown(received: &Received, request: &Receive) -> Value {
    let message = &received.message;
    let system = |wanted: &str| {
        let mut names = request.attribute_names.iter().chain(&request.message_system_attribute_names);
        names.any(|name| name == "All" || name == wanted)
    };
    let system: BTreeMap<_, _> = message.system_attributes().into_iter().filter(|(name, _)| system(name)).collect();
    let attributes: BTreeMap<String, Attribute> = message
        .attributes
        .iter()
        .filter(|(name, _)| request.message_attribute_names.iter().any(|wanted| selects(wanted, name)))
        .map(|(name, attribute)| (name.clone(), attribute.clone()))
        .collect();
    without_nulls(json!({
        "MessageId": message.id,
        "ReceiptHandle": received.receipt_handle,
        "MD5OfBody": message.md5_of_body(),
        "Body": message.body,
        "Attributes": (!system.is_empty()).then_some(system),
        "MD5OfMessageAttributes": checksum::of_attributes(&attributes),
        "MessageAttributes": (!attributes.is_empty()).then_some(attributes),
    }))
}

/// `All` and `.*` select everything, `prefix.*` what begins so.
fn selects(wanted: &str, name: &str) -> bool {
    wanted == "All" || wanted == name || wanted.strip_suffix(".*").is_some_and(|prefix| name.starts_with(prefix))
}
