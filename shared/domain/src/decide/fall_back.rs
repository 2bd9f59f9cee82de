//! Signaling goes over to our own socket; the first page that says so decides for both.

use crate::decision::Decision;
use crate::fact::{Fact, FactKind};
use crate::notice::Notice;
use crate::row::{Change, Row};
use crate::session::{Session, Transport};
use crate::time::TimeMs;

/// A page could not use the transport of `epoch`. Nothing when both have moved on already.
#[must_use]
pub fn fall_back(session: &Session, epoch: u32, now: TimeMs) -> Option<Decision> {
    if session.is_ended() || epoch != session.epoch || session.transport == Transport::Relay {
        return None;
    }
    let session =
        Session { version: session.version.next(), epoch: epoch + 1, transport: Transport::Relay, ..session.clone() };
    let mut decision = Decision::nothing();
    for side in session.sides.iter().filter(|side| side.lost_at.is_none()) {
        decision.post(&side.connection, Notice::Signaling { session: session.id.clone(), epoch: session.epoch });
    }
    let kind = FactKind::SignalingFellBack { session: session.id.clone(), epoch: session.epoch };
    decision.record(Fact::new(kind, &[session.id.as_str(), &session.epoch.to_string()], now));
    decision.change(Change::update(Row::Session(session)));
    Some(decision)
}
