//! One queue as a value: time is an argument, nothing here waits or writes.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use local_wire::Refusal;

use super::attributes::Attributes;
use super::message::{Message, NewMessage, Received, invalid_parameter};
use super::{DELAY_SECONDS_MAX, MESSAGE_BYTES_MAX};

/// Messages received and neither deleted nor visible again.
const IN_FLIGHT_MAX: usize = 120_000;
/// The longest visibility timeout, 12 hours.
pub(crate) const VISIBILITY_SECONDS_MAX: u64 = 43_200;

/// One queue.
#[derive(Debug, Clone)]
pub(crate) struct Queue {
    pub(crate) name: String,
    pub(crate) attributes: Attributes,
    pub(crate) born_at_ms: u64,
    pub(crate) changed_at_ms: u64,
    messages: BTreeMap<u64, Message>,
    /// `(visible_at_ms, number)` of every message, in the order in which they become receivable.
    order: BTreeSet<(u64, u64)>,
    next_number: u64,
}

/// What a receive took out of the queue's visible part.
#[derive(Debug, Default)]
pub(crate) struct Taken {
    pub(crate) received: Vec<Received>,
    /// Received too often, with the numbers they had; they are in this queue no more.
    pub(crate) dead: Vec<(u64, Message)>,
    /// Numbers of those that lived longer than the retention.
    pub(crate) expired: Vec<u64>,
}

/// `ApproximateNumberOfMessages` and its kin; exact here.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) visible: usize,
    pub(crate) in_flight: usize,
    pub(crate) delayed: usize,
}

impl Queue {
    pub(crate) fn new(name: &str, attributes: Attributes, now_ms: u64) -> Self {
        Self {
            name: name.to_owned(),
            attributes,
            born_at_ms: now_ms,
            changed_at_ms: now_ms,
            messages: BTreeMap::new(),
            order: BTreeSet::new(),
            next_number: 1,
        }
    }

    /// The message as it would stand in this queue, checked, but not yet in it.
    pub(crate) fn prepared(&mut self, new: NewMessage, now_ms: u64) -> Result<Message, Refusal> {
        new.check()?;
        let bytes_max = self.attributes.message_bytes_max().min(MESSAGE_BYTES_MAX as u64);
        if new.size() as u64 > bytes_max {
            return Err(invalid_parameter(format!(
                "One or more parameters are invalid. Reason: Message must be shorter than {bytes_max} bytes."
            )));
        }
        let delay_seconds = new.delay_seconds.unwrap_or_else(|| self.attributes.delay_seconds());
        if delay_seconds > DELAY_SECONDS_MAX {
            return Err(invalid_parameter(format!(
                "Value {delay_seconds} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= {DELAY_SECONDS_MAX}."
            )));
        }
        Ok(Message {
            number: self.number(),
            id: uuid::Uuid::new_v4().to_string(),
            body: new.body,
            attributes: new.attributes,
            sender_id: new.sender_id,
            trace_header: new.trace_header,
            group_id: new.group_id,
            sent_at_ms: now_ms,
            visible_at_ms: now_ms + delay_seconds * 1000,
            receive_count: 0,
            first_received_at_ms: None,
            dead_letter_source: None,
        })
    }

    /// A dead letter of another queue as it would stand here: it keeps its id and its time of sending.
    pub(crate) fn adopted(&mut self, message: Message, source_arn: &str) -> Message {
        Message {
            number: self.number(),
            receive_count: 0,
            first_received_at_ms: None,
            dead_letter_source: Some(source_arn.to_owned()),
            ..message
        }
    }

    pub(crate) fn insert(&mut self, message: Message) {
        self.next_number = self.next_number.max(message.number + 1);
        self.order.insert((message.visible_at_ms, message.number));
        self.messages.insert(message.number, message);
    }

    pub(crate) fn remove(&mut self, number: u64) -> Option<Message> {
        let message = self.messages.remove(&number)?;
        self.order.remove(&(message.visible_at_ms, number));
        Some(message)
    }

    /// Receives up to `count` visible messages and hides them; sorts out expired and dead ones.
    pub(crate) fn receive(
        &mut self,
        count: usize,
        visibility_seconds: Option<u64>,
        has_dead_letter_queue: bool,
        now_ms: u64,
    ) -> Result<Taken, Refusal> {
        let mut taken = Taken::default();
        let hidden_ms = visibility_seconds.unwrap_or_else(|| self.attributes.visibility_seconds()) * 1000;
        let born_after_ms = now_ms.saturating_sub(self.attributes.retention_seconds() * 1000);
        let receives_max = self.attributes.receives_max().filter(|_| has_dead_letter_queue).unwrap_or(u64::MAX);
        if self.order.len() >= IN_FLIGHT_MAX && self.counts(now_ms).in_flight >= IN_FLIGHT_MAX {
            return Err(Refusal::new(403, "OverLimit", "Too many messages in flight."));
        }
        while taken.received.len() < count
            && let Some(message) = self.next_visible(now_ms)
        {
            if message.sent_at_ms < born_after_ms {
                taken.expired.push(message.number);
            } else if message.receive_count >= receives_max {
                taken.dead.push((message.number, Message { visible_at_ms: now_ms, ..message }));
            } else {
                taken.received.push(self.handed_out(message, now_ms, hidden_ms));
            }
        }
        // Only now: with a visibility timeout of zero they would be found again above.
        taken.received.iter().for_each(|received| self.insert(received.message.clone()));
        Ok(taken)
    }

    fn next_visible(&mut self, now_ms: u64) -> Option<Message> {
        let (at_ms, number) = *self.order.first()?;
        if at_ms <= now_ms { self.remove(number) } else { None }
    }

    fn handed_out(&self, mut message: Message, now_ms: u64, hidden_ms: u64) -> Received {
        message.receive_count += 1;
        message.first_received_at_ms.get_or_insert(now_ms);
        message.visible_at_ms = now_ms + hidden_ms;
        let handle = format!("{}/{}/{}/{}", self.name, message.number, message.receive_count, message.id);
        Received { message, receipt_handle: STANDARD.encode(handle) }
    }

    /// The message that a receipt handle stands for, as long as nobody has received it since.
    pub(crate) fn held(&self, receipt_handle: &str) -> Result<Option<u64>, Refusal> {
        let (number, count, id) = self.parse(receipt_handle).ok_or_else(|| {
            let message = "The input receipt handle is invalid.";
            Refusal::new(400, "ReceiptHandleIsInvalid", message)
        })?;
        let message = self.messages.get(&number).filter(|message| message.receive_count == count && message.id == id);
        Ok(message.map(|message| message.number))
    }

    /// Hides a received message for so long from now on, or shows it at once.
    pub(crate) fn change_visibility(
        &mut self,
        receipt_handle: &str,
        seconds: u64,
        now_ms: u64,
    ) -> Result<&Message, Refusal> {
        let gone = || {
            invalid_parameter(format!(
                "Value {receipt_handle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is \
                 not available for visibility timeout change."
            ))
        };
        let number = self.held(receipt_handle)?.ok_or_else(gone)?;
        let mut message = self.messages.get(&number).cloned().ok_or_else(gone)?;
        if message.visible_at_ms <= now_ms {
            let text = "The specified message isn't in flight.";
            return Err(Refusal::new(400, "MessageNotInflight", text));
        }
        self.remove(number);
        message.visible_at_ms = now_ms + seconds * 1000;
        self.insert(message);
        self.messages.get(&number).ok_or_else(gone)
    }

    /// When the next message becomes receivable.
    pub(crate) fn next_due(&self) -> Option<u64> {
        self.order.first().map(|(at_ms, _)| *at_ms)
    }

    pub(crate) fn counts(&self, now_ms: u64) -> Counts {
        let hidden = self.order.range((now_ms + 1, 0)..);
        let in_flight =
            hidden.clone().filter(|(_, number)| self.messages.get(number).is_some_and(|m| m.receive_count > 0)).count();
        let hidden = hidden.count();
        Counts { visible: self.order.len() - hidden, in_flight, delayed: hidden - in_flight }
    }

    /// Takes everything out, and gives back the numbers.
    pub(crate) fn purge(&mut self) -> Vec<u64> {
        self.order.clear();
        std::mem::take(&mut self.messages).into_keys().collect()
    }

    fn number(&mut self) -> u64 {
        self.next_number += 1;
        self.next_number - 1
    }

    fn parse(&self, receipt_handle: &str) -> Option<(u64, u64, String)> {
        let text = String::from_utf8(STANDARD.decode(receipt_handle).ok()?).ok()?;
        let mut parts = text.strip_prefix(&self.name)?.strip_prefix('/')?.split('/');
        Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.to_owned()))
    }
}

#[cfg(test)]
#[path = "queue_tests.rs"]
mod tests;
