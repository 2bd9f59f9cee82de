//! How often each operation of each service was called.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use local_wire::Call;

/// Counts of calls since the start. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct Meter(Arc<Mutex<BTreeMap<String, u64>>>);

impl Meter {
    /// The counts, by `service operation`; services with a REST protocol count under their method alone.
    #[must_use]
    pub fn counts(&self) -> BTreeMap<String, u64> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn count(&self, call: &Call) {
        let operation = if call.operation.is_empty() { call.method.as_str() } else { &call.operation };
        let name = format!("{} {operation}", call.service);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(name).or_default() += 1;
    }
}
