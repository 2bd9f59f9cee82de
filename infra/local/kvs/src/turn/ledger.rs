//! Who holds how many allocations, and what they moved.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::relay::Holder;

/// What one name may hold that is no channel's, as `user-quota` in infra/coturn says.
const ALLOCATIONS_OF_A_NAME: usize = 4;

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
    /// The server handles one request at a time, so the holder of the last user name is the one
    /// an allocation is made for, once the crate has found the request's signature right.
    asking: Option<Holder>,
    count_by_holder: HashMap<Holder, usize>,
    ended: Duration,
    relayed_bytes: u64,
}

impl Ledger {
    pub(super) fn asks(&self, holder: Holder) {
        self.state().asking = Some(holder);
    }

    /// Counts an allocation of the holder that asks; `None` when they have all they may have.
    pub(super) fn begin(&self, allocations_of_a_channel: usize) -> Option<Holder> {
        let mut state = self.state();
        let holder = state.asking.clone()?;
        let max = match &holder {
            Holder::Channel(_) => allocations_of_a_channel,
            Holder::Name(_) => ALLOCATIONS_OF_A_NAME,
        };
        let count = state.count_by_holder.entry(holder.clone()).or_default();
        if *count >= max {
            return None;
        }
        *count += 1;
        Some(holder)
    }

    pub(super) fn end(&self, holder: &Holder, lasted: Duration) {
        let mut state = self.state();
        state.ended += lasted;
        if let Some(count) = state.count_by_holder.get_mut(holder) {
            *count -= 1;
            if *count == 0 {
                state.count_by_holder.remove(holder);
            }
        }
    }

    pub(super) fn moved(&self, bytes: usize) {
        self.state().relayed_bytes += bytes as u64;
    }

    pub(super) fn usage(&self) -> TurnUsage {
        let state = self.state();
        TurnUsage {
            allocations: state.count_by_holder.values().sum(),
            ended: state.ended,
            relayed_bytes: state.relayed_bytes,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
