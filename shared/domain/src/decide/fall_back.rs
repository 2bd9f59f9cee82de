//! Signaling goes over to our own socket; the first page that says so decides for both.

use crate::decision::Decision;
use crate::fact::{Fact, FactKind};
use crate::notice::Notice;
use crate::row::{Change, Row};
use crate::session::{Role, Session, Transport};
use crate::time::TimeMs;

/// The page of `role` could not use the transport of `epoch`. One that complains of an older epoch has missed the move,
/// for `signaling` may come before `matched`: it is told again. Nothing when there is nothing left to fall back to.
#[must_use]
pub fn fall_back(session: &Session, role: Role, epoch: u32, now: TimeMs) -> Option<Decision> {
    if epoch < session.epoch && session.transport == Transport::Relay {
        let mut decision = Decision::nothing();
        let notice = Notice::Signaling { session: session.id.clone(), epoch: session.epoch };
        decision.post(&session.side(role).connection, notice);
        return Some(decision);
    }
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
