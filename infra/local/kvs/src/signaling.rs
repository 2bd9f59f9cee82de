//! The signaling service as a pure machine: connects, frames and time in; frames and closes out.
//!
//! No socket, clock or lock is in here. Source of the rules: "WebSocket APIs" of the KVS WebRTC
//! developer guide (`ConnectAsMaster`, `ConnectAsViewer`, `SendSdpOffer`, `SendSdpAnswer`,
//! `SendIceCandidate`, asynchronous message reception). Where AWS says nothing:
//!
//! - a displaced socket (a newer master, or the same client id again) stays open, hears nothing
//!   more, and what it says reaches nobody;
//! - a superfluous `recipientClientId` of a viewer is ignored, as AWS does.

mod frame;
mod hub;
mod mailbox;

#[cfg(test)]
mod hub_laws;
#[cfg(test)]
mod hub_tests;

pub(crate) use hub::{ConnectionId, Hub, Output, Refused};

use std::fmt;

/// Characters of a client id or correlation id, `[a-zA-Z0-9_.-]`.
const ID_CHARS_MAX: usize = 256;

/// A viewer's own name on a channel.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ClientId(String);

impl ClientId {
    /// 1 to 256 of `[a-zA-Z0-9_.-]`, not beginning with `AWS_` in any case.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let reserved = text.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("AWS_"));
        (is_id(text) && !reserved).then(|| Self(text.to_owned()))
    }
}

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Who speaks on a channel; the path that was connected to decides it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Peer {
    Master,
    Viewer(ClientId),
}

fn is_id(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
    (1..=ID_CHARS_MAX).contains(&text.len()) && text.bytes().all(plain)
}
