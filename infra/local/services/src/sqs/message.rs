//! A message and what belongs to it.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use local_wire::Refusal;
use serde::{Deserialize, Serialize};

use super::checksum;

/// Attributes of one message.
pub(crate) const ATTRIBUTES_MAX: usize = 10;

/// A message attribute as the JSON protocol writes it; binary values stay base64.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Attribute {
    pub(crate) data_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) string_value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) binary_value: Option<String>,
}

impl Attribute {
    /// The value as bytes; text counts in UTF-8.
    pub(crate) fn value(&self) -> Vec<u8> {
        match (&self.string_value, &self.binary_value) {
            (Some(text), _) => text.clone().into_bytes(),
            (None, Some(base64)) => STANDARD.decode(base64).unwrap_or_default(),
            (None, None) => Vec::new(),
        }
    }

    fn check(&self, name: &str) -> Result<(), Refusal> {
        let refused = |why: &str| Err(invalid_parameter(format!("The message attribute '{name}' {why}")));
        let kind = self.data_type.split('.').next().unwrap_or_default();
        match (kind, &self.string_value, &self.binary_value) {
            ("String" | "Number", Some(text), None) if !text.is_empty() => Ok(()),
            ("Binary", None, Some(base64)) if STANDARD.decode(base64).is_ok_and(|bytes| !bytes.is_empty()) => Ok(()),
            ("String" | "Number" | "Binary", _, _) => refused("must contain a non-empty value of its type."),
            _ => refused(
                "has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.",
            ),
        }
    }
}

/// A message as a sender gives it.
#[derive(Debug, Clone, Default)]
pub(crate) struct NewMessage {
    pub(crate) body: String,
    pub(crate) attributes: BTreeMap<String, Attribute>,
    /// Overrides the queue's delay.
    pub(crate) delay_seconds: Option<u64>,
    pub(crate) sender_id: String,
    /// `AWSTraceHeader`.
    pub(crate) trace_header: Option<String>,
    pub(crate) group_id: Option<String>,
}

impl NewMessage {
    /// Bytes that count against the limits: body, and attribute names, types and values.
    pub(crate) fn size(&self) -> usize {
        let attribute =
            |(name, attribute): (&String, &Attribute)| name.len() + attribute.data_type.len() + attribute.value().len();
        self.body.len() + self.attributes.iter().map(attribute).sum::<usize>()
    }

    /// AWS's refusal of a body or attribute that no queue takes.
    pub(crate) fn check(&self) -> Result<(), Refusal> {
        if self.body.is_empty() {
            return Err(Refusal::new(400, "MissingParameter", "The request must contain the parameter MessageBody."));
        }
        let allowed = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..);
        if !self.body.chars().all(allowed) {
            let message = "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | \
                           #xE000 to #xFFFD | #x10000 to #x10FFFF";
            return Err(Refusal::new(400, "InvalidMessageContents", message));
        }
        if self.attributes.len() > ATTRIBUTES_MAX {
            return Err(invalid_parameter(format!(
                "Number of message attributes [{}] exceeds the allowed maximum [{ATTRIBUTES_MAX}].",
                self.attributes.len()
            )));
        }
        self.attributes.iter().try_for_each(|(name, attribute)| attribute.check(name))
    }
}

/// A message in a queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Message {
    /// Its place among the messages of its queue, in the order of sending.
    pub(crate) number: u64,
    pub(crate) id: String,
    pub(crate) body: String,
    pub(crate) attributes: BTreeMap<String, Attribute>,
    pub(crate) sender_id: String,
    pub(crate) trace_header: Option<String>,
    pub(crate) group_id: Option<String>,
    pub(crate) sent_at_ms: u64,
    /// Receivable from then on: after its delay, or after the visibility timeout of its last receipt.
    pub(crate) visible_at_ms: u64,
    pub(crate) receive_count: u64,
    pub(crate) first_received_at_ms: Option<u64>,
    /// Set by the move to a dead-letter queue.
    pub(crate) dead_letter_source: Option<String>,
}

impl Message {
    pub(crate) fn md5_of_body(&self) -> String {
        checksum::of_body(&self.body)
    }

    /// The system attributes by AWS's names.
    pub(crate) fn system_attributes(&self) -> BTreeMap<&'static str, String> {
        let mut all = BTreeMap::from([
            ("SenderId", self.sender_id.clone()),
            ("SentTimestamp", self.sent_at_ms.to_string()),
            ("ApproximateReceiveCount", self.receive_count.to_string()),
        ]);
        let first = self.first_received_at_ms.map(|at_ms| at_ms.to_string());
        all.extend(first.map(|at_ms| ("ApproximateFirstReceiveTimestamp", at_ms)));
        all.extend(self.trace_header.clone().map(|header| ("AWSTraceHeader", header)));
        all.extend(self.group_id.clone().map(|group| ("MessageGroupId", group)));
        all.extend(self.dead_letter_source.clone().map(|arn| ("DeadLetterQueueSourceArn", arn)));
        all
    }
}

/// A message as a receiver gets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Received {
    pub(crate) message: Message,
    pub(crate) receipt_handle: String,
}

pub(crate) fn invalid_parameter(message: String) -> Refusal {
    Refusal::new(400, "InvalidParameterValue", message)
}
