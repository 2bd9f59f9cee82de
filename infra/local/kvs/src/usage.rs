//! What AWS would have metered.

use std::collections::BTreeSet;

/// Counts since start, for a bill.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Usage {
    /// Messages that clients sent and that were accepted.
    pub messages_received: u64,
    /// Messages that were delivered to clients.
    pub messages_delivered: u64,
    /// ARNs of the channels that anybody connected to: a channel costs in such a month.
    pub channels_used: BTreeSet<String>,
}
