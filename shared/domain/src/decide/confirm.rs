//! Both pages say that they have the match; if not, whoever is there goes back to the head of the queue.

use crate::decision::Decision;
use crate::fact::{Fact, FactKind};
use crate::id::{ConnectionId, TicketId};
use crate::limits::{ICE_SERVERS_LIFE, SILENCE_WHILE_WAITING};
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

/// A page that has not confirmed the match does not want it: Cancel came a moment too late. It ends as if it had never
/// been, and the other goes back to the head of the queue. Nothing for a page that has confirmed.
#[must_use]
pub fn decline(ending: Ending<'_>, role: Role, ticket: TicketId, now: TimeMs) -> Option<Confirmation> {
    let session = ending.session;
    if session.phase != Phase::Pending || session.side(role).received {
        return None;
    }
    let mut confirmation = Confirmation { decision: Decision::nothing(), requeued: Vec::new() };
    close(session, EndReason::Failed, now, &mut confirmation.decision);
    for user in members(ending) {
        let declined = user.id == session.side(role).user || user.connection.is_none();
        put_back(user, session, (!declined).then(|| ticket.clone()), now, &mut confirmation);
    }
    Some(confirmation)
}

/// The confirm timer fires. A confirmed session gets its deadline timer, and those of its ICE servers if it is planned
/// to outlive those of the match. One that is not ends; whoever confirmed is put back at the head of the queue, and
/// when neither did, the fault may be ours and both are who were heard lately.
#[must_use]
pub fn confirm(ending: Ending<'_>, tickets: [TicketId; 2], now: TimeMs) -> Confirmation {
    let session = ending.session;
    let mut confirmation = Confirmation { decision: Decision::nothing(), requeued: Vec::new() };
    if session.is_ended() {
        return confirmation;
    }
    if session.phase == Phase::Active {
        confirmation.decision.arm(Timer::Deadline(session.id.clone()), session.next_deadline_look(now));
        for at in session.ice_renewals(session.started_at + ICE_SERVERS_LIFE).filter(|at| *at > now) {
            confirmation.decision.arm(Timer::IceServers(session.id.clone()), at);
        }
        return confirmation;
    }
    if now < session.confirm_by() {
        confirmation.decision.arm(session.confirm_timer(), session.confirm_by());
        return confirmation;
    }
    close(session, EndReason::Failed, now, &mut confirmation.decision);
    let nobody_received = session.sides.iter().all(|side| !side.received);
    for (role, ticket) in Role::BOTH.into_iter().zip(tickets) {
        let side = session.side(role);
        let Some(user) = members(ending).find(|user| user.id == side.user) else { continue };
        // Two who are gone must not go on to meet each other for ever.
        let may_be_there = nobody_received && now.since(user.seen_at) <= SILENCE_WHILE_WAITING;
        let is_there = user.connection.is_some() && (side.received || may_be_there);
        put_back(user, session, is_there.then_some(ticket), now, &mut confirmation);
    }
    confirmation
}

/// Puts a member back where they had waited, under a new ticket; without one they are free.
fn put_back(user: &User, session: &Session, ticket: Option<TicketId>, now: TimeMs, confirmation: &mut Confirmation) {
    let side = session.sides.iter().find(|side| side.user == user.id);
    let since = side.map_or(now, |side| side.waited_since);
    let ticket = ticket.filter(|_| user.standing.admit(now).is_ok());
    match (ticket, user.wish.clone()) {
        (Some(ticket), Some(wish)) => {
            // To be put back is no sign of life; to have confirmed is.
            let confirmed_at = side.filter(|side| side.received).map_or(user.seen_at, |_| session.started_at);
            let heard = User { seen_at: user.seen_at.max(confirmed_at), ..user.clone() };
            let waiting = queue_up(&heard, wish, ticket, since, now, &mut confirmation.decision);
            confirmation.decision.change(Change::update(Row::User(waiting.clone())));
            greet(&waiting, &mut confirmation.decision);
            confirmation.requeued.push(waiting);
        }
        (Some(_) | None, _) => free(user, now, &mut confirmation.decision),
    }
}
