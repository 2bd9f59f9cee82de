#![doc = include_str!("../README.md")]

mod ambient;
#[cfg(feature = "fake")]
pub mod fake;
mod messaging;
mod signaling;
mod store;

pub use ambient::{Ambient, Parameters, SystemAmbient};
pub use messaging::{Delivery, Errands, Journal, Mail, Mailbox, Probes, Push, Pushed, Record, Timers};
pub use signaling::{ChannelPool, IceConfig, PoolChannel};
pub use store::{Commit, Consistency, Limit, Store};

/// A port that did not answer, or not in time. Whether it did what was asked is unknown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Too much is asked of it; later it may answer.
    #[error("{port} is throttled")]
    Throttled {
        /// Which port.
        port: &'static str,
    },
    /// It failed.
    #[error("{port} failed: {why}")]
    Failed {
        /// Which port.
        port: &'static str,
        /// In the words of whoever speaks to it; names no person.
        why: String,
    },
    /// A stored row cannot be read; the row is at fault, not the caller.
    #[error("a stored {row} row is corrupt: {field}")]
    Corrupt {
        /// Which kind of row.
        row: &'static str,
        /// Which field.
        field: &'static str,
    },
}

/// Every port at once: what a use case that touches everything asks for.
pub trait World: Store + Mailbox + Journal + Timers + Errands + IceConfig + Ambient + Sync {}

impl<W: Store + Mailbox + Journal + Timers + Errands + IceConfig + Ambient + Sync> World for W {}
