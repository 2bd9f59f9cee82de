//! Both pages say that they have the match; if not, whoever is there goes back to the head of the queue.

use crate::decision::Decision;
use crate::fact::{Fact, FactKind};
use crate::id::{ConnectionId, TicketId};
use crate::limits::{ICE_SERVERS_LIFE, SILENCE_WHILE_WAITING};
use crate::row::{Change, Row};
use crate::session::{EndReason, Phase, Role, Session, Side};
use crate::signal::Fingerprint;
use crate::time::TimeMs;
use crate::timer::Timer;
use crate::user::User;

use super::end::{Ending, close, end, free, leavers};
use super::seek::{greet, queue_up};
use super::speak::{Speech, relay};

/// What the confirm timer decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmation {
    /// What to do.
    pub decision: Decision,
    /// Who waits again and should be looked for at once.
    pub requeued: Vec<User>,
}

/// A page confirms the match, and may tell the other its certificate with it. Of a match that is confirmed already only
/// that is passed on; nothing of one that is over.
#[must_use]
pub fn received(
    session: &Session,
    connection: &ConnectionId,
    sha256: Option<Fingerprint>,
    now: TimeMs,
) -> Option<Decision> {
    let role = session.role_of_connection(connection).filter(|_| !session.is_ended())?;
    let told = sha256.map(|sha256| relay(session, role, Speech::Fingerprint(sha256), now));
    if session.side(role).received {
        return told;
    }
    let mut session = Session { version: session.version.next(), ..session.clone() };
    session.side_mut(role).received = true;
    let mut decision = told.unwrap_or_default();
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
    if !session.awaits(role) {
        return None;
    }
    let mut confirmation = Confirmation { decision: Decision::nothing(), requeued: Vec::new() };
    close(session, EndReason::Failed, None, now, &mut confirmation.decision);
    for (side, user) in leavers(ending) {
        let stays = |user: &&User| user.id != session.side(role).user && user.connection.is_some();
        put_back(side, user.filter(stays), session, ticket.clone(), now, &mut confirmation);
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
    if session.phase == Phase::Active && now >= session.ends_at {
        // The timer comes so late that the call's time is up.
        confirmation.decision = end(ending, EndReason::Timeout, now);
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
    close(session, EndReason::Failed, None, now, &mut confirmation.decision);
    let nobody_received = session.sides.iter().all(|side| !side.received);
    for ((side, user), ticket) in leavers(ending).zip(tickets) {
        // Two who are gone must not go on to meet each other for ever.
        let may_be_there = |user: &User| nobody_received && now.since(user.seen_at) <= SILENCE_WHILE_WAITING;
        let is_there = |user: &&User| user.connection.is_some() && (side.received || may_be_there(user));
        put_back(side, user.filter(is_there), session, ticket, now, &mut confirmation);
    }
    confirmation
}

/// Puts a member who `stays` back where they had waited, under a new ticket; who does not, or had not, is free.
fn put_back(
    side: &Side,
    stays: Option<&User>,
    session: &Session,
    ticket: TicketId,
    now: TimeMs,
    confirmation: &mut Confirmation,
) {
    let stays = stays.filter(|user| user.admit(now).is_ok());
    let place = stays.and_then(|user| Some((user, user.wish.clone()?, side.waited_since?)));
    let Some((user, wish, since)) = place else {
        return free(&side.user, session, now, &mut confirmation.decision);
    };
    // To be put back is no sign of life; to have confirmed is.
    let heard = user.heard(if side.received { session.started_at } else { user.seen_at });
    let waiting = queue_up(&heard, wish, ticket, (since, false), now, &mut confirmation.decision);
    confirmation.decision.change(Change::update(Row::User(waiting.clone())));
    greet(&waiting, &mut confirmation.decision);
    confirmation.requeued.push(waiting);
}
