//! Making, finding, changing and emptying queues.

use std::collections::BTreeMap;

use local_wire::Refusal;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::watch;

use super::super::attributes::Attributes;
use super::super::message::invalid_parameter;
use super::super::queue::Queue;
use super::super::{Entry, Sqs, kept, no_queue};
use super::Named;
use crate::clock;
use crate::request::without_nulls;

/// Queues in one answer of `ListQueues`.
const LISTED_MAX: usize = 1_000;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::sqs) struct Create {
    queue_name: String,
    #[serde(default)]
    attributes: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::sqs) struct ByName {
    queue_name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::sqs) struct GetAttributes {
    #[serde(flatten)]
    queue: Named,
    #[serde(default)]
    attribute_names: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::sqs) struct SetAttributes {
    #[serde(flatten)]
    queue: Named,
    attributes: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::sqs) struct List {
    queue_name_prefix: Option<String>,
    max_results: Option<usize>,
    next_token: Option<String>,
}

impl Sqs {
    /// Makes a queue, or finds the one with the same name and attributes.
    pub(in crate::sqs) fn create(&self, name: &str, attributes: &BTreeMap<String, String>) -> Result<String, Refusal> {
        let fits = |letter: char| letter.is_ascii_alphanumeric() || "_-".contains(letter);
        if name.is_empty() || name.len() > 80 || !name.chars().all(fits) {
            let message = "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length";
            return Err(invalid_parameter(message.to_owned()));
        }
        let checked = Attributes::default().with(attributes)?;
        let mut queues = self.queues();
        if let Some(entry) = queues.get(name) {
            if entry.queue.attributes.agree_with(attributes) {
                return Ok(self.url(name));
            }
            let message = "A queue already exists with the same name and a different value for an attribute.";
            return Err(Refusal::new(400, "QueueNameExists", message));
        }
        let queue = Queue::new(name, checked, clock::now_ms());
        self.store.write(&[kept::queue(&queue)])?;
        queues.insert(name.to_owned(), Entry { queue, stirred: watch::Sender::new(0) });
        Ok(self.url(name))
    }

    pub(in crate::sqs) fn create_by_call(&self, request: &Create) -> Result<Value, Refusal> {
        let url = self.create(&request.queue_name, &request.attributes)?;
        Ok(json!({"QueueUrl": url}))
    }

    pub(in crate::sqs) fn get_url(&self, request: &ByName) -> Result<Value, Refusal> {
        if !self.has(&request.queue_name) {
            return Err(no_queue());
        }
        Ok(json!({"QueueUrl": self.url(&request.queue_name)}))
    }

    pub(in crate::sqs) fn set_attributes(&self, name: &str, changes: &BTreeMap<String, String>) -> Result<(), Refusal> {
        let mut queues = self.queues();
        let entry = queues.get_mut(name).ok_or_else(no_queue)?;
        let mut changed = Queue::new(name, entry.queue.attributes.with(changes)?, entry.queue.born_at_ms);
        changed.changed_at_ms = clock::now_ms();
        self.store.write(&[kept::queue(&changed)])?;
        entry.queue.attributes = changed.attributes;
        entry.queue.changed_at_ms = changed.changed_at_ms;
        entry.stirred.send_modify(|count| *count += 1);
        Ok(())
    }

    pub(in crate::sqs) fn set_by_call(&self, request: &SetAttributes) -> Result<(), Refusal> {
        self.set_attributes(request.queue.name()?, &request.attributes)
    }

    pub(in crate::sqs) fn get_attributes(&self, request: &GetAttributes) -> Result<Value, Refusal> {
        let queues = self.queues();
        let queue = &queues.get(request.queue.name()?).ok_or_else(no_queue)?.queue;
        let known = all_attributes(queue);
        let wanted = |name: &str| request.attribute_names.iter().any(|wanted| wanted == "All" || wanted == name);
        let given: BTreeMap<_, _> = known.into_iter().filter(|(name, _)| wanted(name)).collect();
        Ok(if given.is_empty() { json!({}) } else { json!({"Attributes": given}) })
    }

    pub(in crate::sqs) fn list(&self, request: &List) -> Result<Value, Refusal> {
        let prefix = request.queue_name_prefix.as_deref().unwrap_or("");
        let after = request.next_token.as_deref().unwrap_or("");
        let limit = request.max_results.unwrap_or(LISTED_MAX);
        if !(1..=LISTED_MAX).contains(&limit) {
            return Err(invalid_parameter(format!("MaxResults must be 1 to {LISTED_MAX}.")));
        }
        let queues = self.queues();
        let found: Vec<&String> =
            queues.keys().filter(|name| name.starts_with(prefix) && name.as_str() > after).collect();
        let shown = &found[..found.len().min(limit)];
        // Without `MaxResults` AWS gives the first thousand and no token.
        let more = request.max_results.is_some() && shown.len() < found.len();
        let next_token = shown.last().filter(|_| more);
        let urls: Option<Vec<String>> = (!shown.is_empty()).then(|| shown.iter().map(|name| self.url(name)).collect());
        Ok(without_nulls(json!({"QueueUrls": urls, "NextToken": next_token})))
    }

    pub(in crate::sqs) fn delete_queue(&self, request: &Named) -> Result<(), Refusal> {
        let name = request.name()?;
        let mut queues = self.queues();
        let entry = queues.get_mut(name).ok_or_else(no_queue)?;
        let mut rows: Vec<_> = entry.queue.purge().iter().map(|number| kept::no_message(name, *number)).collect();
        rows.push(kept::no_queue(name));
        self.store.write(&rows)?;
        queues.remove(name);
        Ok(())
    }

    pub(in crate::sqs) fn purge(&self, request: &Named) -> Result<(), Refusal> {
        let name = request.name()?;
        let mut queues = self.queues();
        let queue = &mut queues.get_mut(name).ok_or_else(no_queue)?.queue;
        let rows: Vec<_> = queue.purge().iter().map(|number| kept::no_message(name, *number)).collect();
        self.store.write(&rows)
    }
}

fn all_attributes(queue: &Queue) -> BTreeMap<String, String> {
    let mut all = queue.attributes.all();
    let counts = queue.counts(clock::now_ms());
    let measured = [
        ("QueueArn", Sqs::arn(&queue.name)),
        ("CreatedTimestamp", (queue.born_at_ms / 1000).to_string()),
        ("LastModifiedTimestamp", (queue.changed_at_ms / 1000).to_string()),
        ("ApproximateNumberOfMessages", counts.visible.to_string()),
        ("ApproximateNumberOfMessagesNotVisible", counts.in_flight.to_string()),
        ("ApproximateNumberOfMessagesDelayed", counts.delayed.to_string()),
    ];
    all.extend(measured.map(|(name, value)| (name.to_owned(), value)));
    all
}
