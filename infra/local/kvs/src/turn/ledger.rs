//! Which channel holds how many allocations, and what they moved.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Counts since start, for a bill.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TurnUsage {
    /// Allocations that exist now.
    pub allocations: usize,
    /// Allocations that have ended, together: their time.
    pub ended: Duration,
    /// Bytes to and from peers, of all allocations.
    pub relayed_bytes: u64,
}

/// What the authentication and the relay sockets tell each other.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// The server handles one request at a time, so the channel of the last user name is the one
    /// an allocation is made for, once the crate has found the request's signature right.
    asking: String,
    count_by_channel: HashMap<String, usize>,
    ended: Duration,
    relayed_bytes: u64,
}

impl Ledger {
    pub(super) fn asks(&self, channel: String) {
        self.state().asking = channel;
    }

    /// Counts an allocation of the channel that asks; `None` when it has all it may have.
    pub(super) fn begin(&self, allocations_max: usize) -> Option<String> {
        let mut state = self.state();
        let channel = state.asking.clone();
        let count = state.count_by_channel.entry(channel.clone()).or_default();
        if *count >= allocations_max {
            return None;
        }
        *count += 1;
        Some(channel)
    }

    pub(super) fn end(&self, channel: &str, lasted: Duration) {
        let mut state = self.state();
        state.ended += lasted;
        if let Some(count) = state.count_by_channel.get_mut(channel) {
            *count -= 1;
            if *count == 0 {
                state.count_by_channel.remove(channel);
            }
        }
    }

    pub(super) fn moved(&self, bytes: usize) {
        self.state().relayed_bytes += bytes as u64;
    }

    pub(super) fn usage(&self) -> TurnUsage {
        let state = self.state();
        TurnUsage {
            allocations: state.count_by_channel.values().sum(),
            ended: state.ended,
            relayed_bytes: state.relayed_bytes,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
