//! `SendMessage` and `SendMessageBatch`.

use std::collections::BTreeMap;

use local_wire::{Caller, Refusal};
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::checksum;
use super::super::message::{Attribute, Message, NewMessage, invalid_parameter};
use super::super::{MESSAGE_BYTES_MAX, Sqs};
use super::Named;
use super::batch::{Entries, failed, outcome};
use crate::request::without_nulls;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::sqs) struct Send {
    #[serde(flatten)]
    queue: Named,
    #[serde(flatten)]
    entry: SendEntry,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SendEntry {
    message_body: String,
    delay_seconds: Option<i64>,
    #[serde(default)]
    message_attributes: BTreeMap<String, Attribute>,
    #[serde(default)]
    message_system_attributes: BTreeMap<String, Attribute>,
    message_group_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::sqs) struct SendBatch {
    #[serde(flatten)]
    queue: Named,
    #[serde(flatten)]
    batch: Entries<SendEntry>,
}

impl Sqs {
    pub(in crate::sqs) fn send_message(&self, request: &Send, caller: &Caller) -> Result<Value, Refusal> {
        let message = new_message(&request.entry, caller)?;
        let sums = sums(&message);
        let sent = self.send(request.queue.name()?, message)?;
        Ok(answer(&sent, sums))
    }

    pub(in crate::sqs) fn send_batch(&self, request: &SendBatch, caller: &Caller) -> Result<Value, Refusal> {
        let name = request.queue.name()?;
        let entries = request.batch.checked()?;
        let prepared: Vec<_> = entries.into_iter().map(|(id, entry)| (id, new_message(entry, caller))).collect();
        let bytes: usize = prepared.iter().filter_map(|(_, message)| message.as_ref().ok()).map(NewMessage::size).sum();
        if bytes > MESSAGE_BYTES_MAX {
            let message =
                format!("Batch requests cannot be longer than {MESSAGE_BYTES_MAX} bytes. You have sent {bytes} bytes.");
            return Err(Refusal::new(400, "BatchRequestTooLong", message));
        }
        if !self.has(name) {
            return Err(super::no_queue());
        }
        let (mut successes, mut failures) = (Vec::new(), Vec::new());
        for (id, message) in prepared {
            let sent = message.and_then(|message| {
                let sums = sums(&message);
                self.send(name, message).map(|sent| answer(&sent, sums))
            });
            match sent {
                Ok(mut sent) => {
                    sent["Id"] = json!(id);
                    successes.push(sent);
                }
                Err(refusal) => failures.push(failed(id, &refusal)),
            }
        }
        Ok(outcome(successes, failures))
    }
}

fn new_message(entry: &SendEntry, caller: &Caller) -> Result<NewMessage, Refusal> {
    let delay_seconds = match entry.delay_seconds {
        Some(seconds) => Some(u64::try_from(seconds).map_err(|_| {
            invalid_parameter(format!(
                "Value {seconds} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900."
            ))
        })?),
        None => None,
    };
    let trace = entry.message_system_attributes.get("AWSTraceHeader").and_then(|header| header.string_value.clone());
    let message = NewMessage {
        body: entry.message_body.clone(),
        attributes: entry.message_attributes.clone(),
        delay_seconds,
        sender_id: match caller {
            Caller::Administrator => "AIDALOCAL".to_owned(),
            Caller::Function(id) => format!("AROALOCAL:{id}"),
        },
        trace_header: trace,
        group_id: entry.message_group_id.clone(),
    };
    message.check()?;
    Ok(message)
}

/// MD5 of the attributes, and of the system attributes.
fn sums(message: &NewMessage) -> (Option<String>, Option<String>) {
    let trace = message.trace_header.clone().map(|header| {
        let attribute = Attribute { data_type: "String".to_owned(), string_value: Some(header), binary_value: None };
        BTreeMap::from([("AWSTraceHeader".to_owned(), attribute)])
    });
    (checksum::of_attributes(&message.attributes), trace.as_ref().and_then(checksum::of_attributes))
}

fn answer(sent: &Message, (md5_of_attributes, md5_of_system): (Option<String>, Option<String>)) -> Value {
    without_nulls(json!({
        "MessageId": sent.id,
        "MD5OfMessageBody": sent.md5_of_body(),
        "MD5OfMessageAttributes": md5_of_attributes,
        "MD5OfMessageSystemAttributes": md5_of_system,
    }))
}
