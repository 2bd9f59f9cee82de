//! Both pages say that they have the match; if not, whoever is there goes back to the head of the queue.

use crate::decision::Decision;
use crate::fact::{Fact, FactKind};
use crate::id::{ConnectionId, TicketId};
use crate::row::{Change, Row};
use crate::session::{EndReason, Phase, Role, Session};
use crate::time::TimeMs;
use crate::timer::Timer;
use crate::user::User;

use super::end::{Ending, close, free, members};
use super::seek::{greet, queue_up};

/// What the confirm timer decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmation {
    /// What to do.
    pub decision: Decision,
    /// Who waits again and should be looked for at once.
    pub requeued: Vec<User>,
}

/// A page confirms the match. Nothing when it is confirmed already or over.
#[must_use]
pub fn received(session: &Session, connection: &ConnectionId, now: TimeMs) -> Option<Decision> {
    let role = session.role_of_connection(connection)?;
    if session.is_ended() || session.side(role).received {
        return None;
    }
    let mut session = Session { version: session.version.next(), ..session.clone() };
    session.side_mut(role).received = true;
    let mut decision = Decision::nothing();
    if session.sides.iter().all(|side| side.received) {
        session.phase = Phase::Active;
        let (id, mode, transport) = (session.id.clone(), session.mode, session.transport);
        let started = FactKind::SessionStarted { session: id.clone(), mode, transport };
        decision.record(Fact::new(started, &[id.as_str()], now));
    }
    decision.change(Change::update(Row::Session(session)));
    Some(decision)
}

/// The confirm timer fires. A confirmed session gets its deadline timer. One that is not ends; whoever confirmed is
/// put back at the head of the queue, and when neither did, the fault may be ours and both are.
#[must_use]
pub fn confirm(ending: Ending<'_>, tickets: [TicketId; 2], now: TimeMs) -> Confirmation {
    let session = ending.session;
    let mut decision = Decision::nothing();
    let mut requeued = Vec::new();
    if session.is_ended() {
        return Confirmation { decision, requeued };
    }
    if session.phase == Phase::Active {
        decision.arm(Timer::Deadline(session.id.clone()), session.ends_at);
        return Confirmation { decision, requeued };
    }
    if now < session.confirm_by() {
        decision.arm(Timer::Confirm(session.id.clone()), session.confirm_by());
        return Confirmation { decision, requeued };
    }
    close(session, EndReason::Failed, now, &mut decision);
    let nobody_received = session.sides.iter().all(|side| !side.received);
    for (role, ticket) in Role::BOTH.into_iter().zip(tickets) {
        let side = session.side(role);
        let Some(user) = members(ending).find(|user| user.id == side.user) else { continue };
        let is_there = user.connection.is_some() && (side.received || nobody_received);
        match user.wish.clone().filter(|_| is_there) {
            Some(wish) => {
                let waiting = queue_up(user, wish, ticket, side.waited_since, now, &mut decision);
                decision.change(Change::update(Row::User(waiting.clone())));
                greet(&waiting, &mut decision);
                requeued.push(waiting);
            }
            None => free(user, now, &mut decision),
        }
    }
    Confirmation { decision, requeued }
}
