//! Queues and messages as rows.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::attributes::Attributes;
use super::message::Message;
use super::queue::Queue;
use crate::store::{OpenError, Store, Write};

#[derive(Serialize, Deserialize)]
struct QueueRow {
    attributes: BTreeMap<String, String>,
    born_at_ms: u64,
    changed_at_ms: u64,
}

pub(super) fn queue(queue: &Queue) -> Write {
    let row = QueueRow {
        attributes: queue.attributes.given().clone(),
        born_at_ms: queue.born_at_ms,
        changed_at_ms: queue.changed_at_ms,
    };
    Write::Put(format!("queue/{}", queue.name), json(&row))
}

pub(super) fn no_queue(queue: &str) -> Write {
    Write::Delete(format!("queue/{queue}"))
}

pub(super) fn message(queue: &str, message: &Message) -> Write {
    Write::Put(message_key(queue, message.number), json(message))
}

pub(super) fn no_message(queue: &str, number: u64) -> Write {
    Write::Delete(message_key(queue, number))
}

pub(super) fn load(store: &Store) -> Result<BTreeMap<String, Queue>, OpenError> {
    let mut queues = BTreeMap::new();
    for (key, value) in store.rows("queue/").map_err(|error| broken(&error))? {
        let row: QueueRow = serde_json::from_slice(&value).map_err(|error| broken(&error))?;
        let name = key.trim_start_matches("queue/");
        let attributes = Attributes::default().with(&row.attributes).map_err(|refusal| broken(&refusal.message))?;
        let mut queue = Queue::new(name, attributes, row.born_at_ms);
        queue.changed_at_ms = row.changed_at_ms;
        queues.insert(name.to_owned(), queue);
    }
    for (key, value) in store.rows("message/").map_err(|error| broken(&error))? {
        let message: Message = serde_json::from_slice(&value).map_err(|error| broken(&error))?;
        let name = key.split('/').nth(1).unwrap_or_default();
        let queue = queues.get_mut(name).ok_or_else(|| broken(&format!("row {key} belongs to no queue")))?;
        queue.insert(message);
    }
    Ok(queues)
}

fn message_key(queue: &str, number: u64) -> String {
    format!("message/{queue}/{number:020}")
}

fn json<T: Serialize>(value: &T) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_default()
}

fn broken(reason: &dyn std::fmt::Display) -> OpenError {
    OpenError::File { path: PathBuf::from("sqs.sqlite"), reason: reason.to_string() }
}
