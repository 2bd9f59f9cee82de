//! The attributes of a queue.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use local_wire::Refusal;
use serde_json::Value;

use super::{DELAY_SECONDS_MAX, MESSAGE_BYTES_MAX};

/// The attributes with a number, their range and their default.
const NUMBERS: [(&str, RangeInclusive<u64>, u64); 5] = [
    ("DelaySeconds", 0..=DELAY_SECONDS_MAX, 0),
    ("MaximumMessageSize", 1_024..=MESSAGE_BYTES_MAX as u64, MESSAGE_BYTES_MAX as u64),
    ("MessageRetentionPeriod", 60..=1_209_600, 345_600),
    ("ReceiveMessageWaitTimeSeconds", 0..=20, 0),
    ("VisibilityTimeout", 0..=43_200, 30),
];
/// Attributes that are kept and given back, and change nothing here.
const WITHOUT_EFFECT: [&str; 5] =
    ["Policy", "RedriveAllowPolicy", "KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds", "SqsManagedSseEnabled"];

/// The attributes of one queue, checked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Attributes {
    given: BTreeMap<String, String>,
    redrive: Option<Redrive>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Redrive {
    target: String,
    receives_max: u64,
}

impl Attributes {
    /// Adds or replaces attributes; an empty `RedrivePolicy` takes it away.
    pub(crate) fn with(&self, changes: &BTreeMap<String, String>) -> Result<Self, Refusal> {
        let mut new = self.clone();
        for (name, value) in changes {
            check(name, value)?;
            if name == "RedrivePolicy" {
                new.redrive = redrive(value)?;
            }
            if value.is_empty() {
                new.given.remove(name);
            } else {
                new.given.insert(name.clone(), value.clone());
            }
        }
        Ok(new)
    }

    /// Whether every one of `wanted` has the value it has here.
    pub(crate) fn agree_with(&self, wanted: &BTreeMap<String, String>) -> bool {
        let all = self.all();
        wanted.iter().all(|(name, value)| all.get(name.as_str()) == Some(value))
    }

    pub(crate) fn delay_seconds(&self) -> u64 {
        self.number("DelaySeconds")
    }

    pub(crate) fn message_bytes_max(&self) -> u64 {
        self.number("MaximumMessageSize")
    }

    pub(crate) fn retention_seconds(&self) -> u64 {
        self.number("MessageRetentionPeriod")
    }

    pub(crate) fn wait_seconds(&self) -> u64 {
        self.number("ReceiveMessageWaitTimeSeconds")
    }

    pub(crate) fn visibility_seconds(&self) -> u64 {
        self.number("VisibilityTimeout")
    }

    /// The name of the dead-letter queue.
    pub(crate) fn dead_letter_queue(&self) -> Option<&str> {
        self.redrive.as_ref().map(|redrive| redrive.target.as_str())
    }

    /// How often a message may be received before it goes to the dead-letter queue.
    pub(crate) fn receives_max(&self) -> Option<u64> {
        self.redrive.as_ref().map(|redrive| redrive.receives_max)
    }

    /// As they were given, for the data folder.
    pub(crate) fn given(&self) -> &BTreeMap<String, String> {
        &self.given
    }

    /// Those that were given, and the defaults of the others.
    pub(crate) fn all(&self) -> BTreeMap<String, String> {
        let mut all: BTreeMap<String, String> =
            NUMBERS.iter().map(|(name, _, default)| ((*name).to_owned(), default.to_string())).collect();
        all.insert("SqsManagedSseEnabled".to_owned(), "true".to_owned());
        all.extend(self.given.clone());
        all
    }

    fn number(&self, name: &str) -> u64 {
        let default = NUMBERS.iter().find(|(known, ..)| *known == name).map_or(0, |(.., default)| *default);
        self.given.get(name).and_then(|value| value.parse().ok()).unwrap_or(default)
    }
}

fn check(name: &str, value: &str) -> Result<(), Refusal> {
    if name == "FifoQueue" || name == "ContentBasedDeduplication" {
        let message = format!("The local stack does not imitate FIFO queues ({name}).");
        return Err(Refusal::new(400, "UnsupportedOperation", message));
    }
    if let Some((_, range, _)) = NUMBERS.iter().find(|(known, ..)| *known == name) {
        let fits = value.parse().is_ok_and(|number| range.contains(&number));
        return if fits { Ok(()) } else { Err(invalid_value(name)) };
    }
    if name == "RedrivePolicy" || WITHOUT_EFFECT.contains(&name) {
        return Ok(());
    }
    Err(Refusal::new(400, "InvalidAttributeName", format!("Unknown Attribute {name}.")))
}

/// The policy is JSON in a string; clients write the count as a number or as a string.
fn redrive(policy: &str) -> Result<Option<Redrive>, Refusal> {
    if policy.is_empty() {
        return Ok(None);
    }
    let policy: Value = serde_json::from_str(policy).map_err(|_| invalid_value("RedrivePolicy"))?;
    let target = policy["deadLetterTargetArn"].as_str().and_then(|arn| arn.rsplit(':').next());
    let count = &policy["maxReceiveCount"];
    let receives_max =
        count.as_u64().or_else(|| count.as_str()?.parse().ok()).filter(|count| (1..=1_000).contains(count));
    match (target, receives_max) {
        (Some(target), Some(receives_max)) => Ok(Some(Redrive { target: target.to_owned(), receives_max })),
        _ => Err(invalid_value("RedrivePolicy")),
    }
}

fn invalid_value(name: &str) -> Refusal {
    Refusal::new(400, "InvalidAttributeValue", format!("Invalid value for the parameter {name}."))
}
