//! Telling pages, analysts and our later selves.

use std::future::Future;

use domain::email::Email;
use domain::id::{CallId, ConnectionId};
use domain::notice::Letter;
use domain::push::Subscription;
use domain::time::SpanMs;

use crate::Error;

/// What became of a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// Handed to the gateway; the page may still never see it.
    Delivered,
    /// There is no such connection any more.
    Gone,
}

/// Posts frames to pages.
pub trait Mailbox {
    /// Posts one frame of at most 32 KB.
    fn post(&self, to: &ConnectionId, frame: String) -> impl Future<Output = Result<Delivery, Error>> + Send;

    /// Closes a connection; one that is closed already is as well.
    fn close(&self, connection: &ConnectionId) -> impl Future<Output = Result<(), Error>> + Send;
}

/// Sends mail.
pub trait Mail {
    /// Hands one letter over; whether it arrives is not known.
    fn deliver(&self, to: &Email, letter: &Letter) -> impl Future<Output = Result<(), Error>> + Send;
}

/// What became of a push.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pushed {
    /// Taken by the push service, or refused for good: either way there is nothing more to do.
    Done,
    /// The browser has ended the subscription.
    Gone,
}

/// Wakes browsers (RFC 8030).
pub trait Push {
    /// Hands one message over, encrypted for the browser: to be kept for at most `life`, and replacing an earlier one of the
    /// same `topic` that still waits there. Whether it is shown is not known.
    fn push(
        &self,
        to: &Subscription,
        topic: &CallId,
        message: String,
        life: SpanMs,
    ) -> impl Future<Output = Result<Pushed, Error>> + Send;
}

/// Messages to whoever sends things out to people, delivered at least once and soon.
pub trait Errands {
    /// Sends one; it names rows and holds nothing of a person.
    fn entrust(&self, message: String) -> impl Future<Output = Result<(), Error>> + Send;
}

/// A record on the event stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Records of one subject keep their order.
    pub partition_key: String,
    /// One JSON object.
    pub json: String,
}

/// Appends to the event stream, at least once.
pub trait Journal {
    /// Appends all records, in any order.
    fn append(&self, records: Vec<Record>) -> impl Future<Output = Result<(), Error>> + Send;
}

/// Whether what is only written to is there.
pub trait Probes {
    /// The event stream.
    fn stream_is_there(&self) -> impl Future<Output = Result<(), Error>> + Send;

    /// The queue of timers.
    fn timers_are_there(&self) -> impl Future<Output = Result<(), Error>> + Send;

    /// The queue of errands.
    fn errands_are_there(&self) -> impl Future<Output = Result<(), Error>> + Send;
}

/// Messages to ourselves, delivered at least once, not before `delay` and usually soon after.
pub trait Timers {
    /// Sends one; `delay` is at most 900 s and is rounded up to whole seconds.
    fn send(&self, message: String, delay: SpanMs) -> impl Future<Output = Result<(), Error>> + Send;
}
