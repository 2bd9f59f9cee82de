//! What waits for a client that is not connected.

use std::collections::VecDeque;

use super::Peer;
use super::frame::Kind;

/// Undelivered messages for one client, oldest first. One offer or answer a sender: the next one
/// overwrites it. Candidates queue up.
#[derive(Debug, Default)]
pub(super) struct Mailbox {
    waiting: VecDeque<Waiting>,
}

#[derive(Debug)]
struct Waiting {
    from: Peer,
    kind: Kind,
    text: String,
    expires_at_ms: u64,
}

impl Mailbox {
    /// Keeps a message; beyond `waiting_max` the oldest one is lost.
    pub(super) fn put(&mut self, from: Peer, kind: Kind, text: String, expires_at_ms: u64, waiting_max: usize) {
        if kind.is_sdp() {
            self.waiting.retain(|other| !(other.kind.is_sdp() && other.from == from));
        }
        if self.waiting.len() >= waiting_max {
            self.waiting.pop_front();
        }
        self.waiting.push_back(Waiting { from, kind, text, expires_at_ms });
    }

    /// Takes everything that has not expired, in order of arrival.
    pub(super) fn empty(self, now_ms: u64) -> impl Iterator<Item = String> {
        self.waiting.into_iter().filter(move |message| message.expires_at_ms > now_ms).map(|message| message.text)
    }

    /// Forgets what has expired; `false` when nothing is left.
    pub(super) fn keep_fresh(&mut self, now_ms: u64) -> bool {
        self.waiting.retain(|message| message.expires_at_ms > now_ms);
        !self.waiting.is_empty()
    }
}
