//! The table of keys that the stack has handed out.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use hmac::Mac;

use super::mac;
use crate::Caller;

/// The secret half of a pair of keys.
#[derive(Clone)]
pub struct Key {
    /// The secret access key.
    pub secret: String,
    /// Temporary keys (`ASIA...`) count only together with this token; permanent ones have none.
    pub session_token: Option<String>,
    /// Whom the keys stand for.
    pub caller: Caller,
}

impl Key {
    /// Whether the token that came with a request (or its absence) belongs to this key, told in
    /// constant time for a given length.
    pub(super) fn takes_token(&self, given: Option<&str>) -> bool {
        match (&self.session_token, given) {
            (None, None) => true,
            (Some(needed), Some(given)) => {
                let given = mac(b"token", given.as_bytes()).finalize().into_bytes();
                mac(b"token", needed.as_bytes()).verify_slice(&given).is_ok()
            }
            (None, Some(_)) | (Some(_), None) => false,
        }
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key").field("caller", &self.caller).finish_non_exhaustive()
    }
}

/// All valid keys by their public half. Clones share one table.
#[derive(Debug, Clone, Default)]
pub struct Credentials {
    key_by_access_key: Arc<RwLock<HashMap<String, Key>>>,
}

impl Credentials {
    /// A table without keys: it refuses everybody.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a pair of keys, or replaces the one with the same access key.
    pub fn insert(&self, access_key: impl Into<String>, key: Key) {
        let mut table = self.key_by_access_key.write().unwrap_or_else(PoisonError::into_inner);
        table.insert(access_key.into(), key);
    }

    /// Takes a pair of keys out of use.
    pub fn remove(&self, access_key: &str) {
        self.key_by_access_key.write().unwrap_or_else(PoisonError::into_inner).remove(access_key);
    }

    pub(super) fn find(&self, access_key: &str) -> Option<Key> {
        self.key_by_access_key.read().unwrap_or_else(PoisonError::into_inner).get(access_key).cloned()
    }
}
