//! What a page believes, and what a person does.

use domain::id::{BlockId, UserId};
use domain::time::{SpanMs, TimeMs};
use serde_json::{Value, json};

use super::law::Law;

/// What a page believes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Belief {
    /// No socket, and none asked for.
    Away,
    /// A socket was asked for.
    Coming(TimeMs),
    /// Asking for nobody.
    Idle,
    /// It has asked to be queued, or where it is.
    Asked(TimeMs),
    /// In the queue.
    Waiting,
    /// In a call.
    InCall {
        /// Which.
        session: String,
        /// Until when at most.
        ends_at: TimeMs,
        /// The transport's epoch.
        epoch: u64,
        /// How many lines it has said.
        said: u32,
    },
    /// In a room, or before its door: then under no alias.
    InRoom {
        /// Which.
        room: String,
        /// The own alias.
        peer: String,
        /// How new what it was told is.
        version: u64,
        /// Who else is there or waits.
        peers: Vec<String>,
        /// How many lines it has said.
        said: u32,
    },
}

/// What a person does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Move {
    /// Says something on the socket.
    Say(String),
    /// Opens a new socket; the old one, if there is one, is closed afterwards.
    Open,
    /// Makes a room.
    MakeRoom,
    /// Closes the tab, or loses the network.
    Vanish,
    /// The device sleeps for a while; nothing is closed.
    Sleep(SpanMs),
    /// Blocks the partner of a call, or somebody whom they never met.
    Block(Option<String>),
    /// Lets somebody go.
    Unblock(UserId, BlockId),
    /// The page was told what cannot be: a law is broken.
    Protest(Law, String),
}

pub(super) fn say(action: &str, data: &Value) -> Move {
    Move::Say(json!({ "action": action, "data": data }).to_string())
}

/// A page in a call reports something, or asks for it.
pub(super) fn report(session: &str, epoch: u64, what: u32) -> Move {
    let status = |status: &str| json!({ "sessionId": session, "status": status });
    match what {
        65..70 => {
            let mut failed = status("signaling-failed");
            failed["epoch"] = Value::from(epoch);
            say("connection-status", &failed)
        }
        70..73 => say("get-match-details", &json!({ "sessionId": session })),
        73..76 => say("connection-status", &status("partner-lost")),
        78 => say("connection-status", &status("connected")),
        79 => say("connection-status", &status("failed")),
        _ => say("fingerprint", &json!({ "sessionId": session, "sha256": fingerprint() })),
    }
}

/// The page's certificate.
pub(super) fn fingerprint() -> String {
    ["AB"; 32].join(":")
}
