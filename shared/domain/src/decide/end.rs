//! The end of a session: one transaction frees both people; the channel goes back to the pool.

use crate::channel::Channel;
use crate::decision::Decision;
use crate::fact::{Fact, FactKind};
use crate::id::{TicketId, UserId};
use crate::notice::Notice;
use crate::quota::Scope;
use crate::refusal::{Code, Refusal};
use crate::row::{Change, Row};
use crate::session::{EndReason, Phase, Role, Session, Side};
use crate::time::TimeMs;
use crate::timer::Timer;
use crate::user::User;

use super::seek::{greet, queue_up};

/// A session, and what is known of its two users.
#[derive(Debug, Clone, Copy)]
pub struct Ending<'a> {
    /// The session.
    pub session: &'a Session,
    /// The users, offerer first.
    pub members: [Member<'a>; 2],
}

/// A user of a session that is about to end.
#[derive(Debug, Clone, Copy)]
pub enum Member<'a> {
    /// Nobody has looked: in the session, as both are in any that is not over. The guard says if that was wrong. Who may
    /// go back to the queue must be loaded; who is only presumed is freed.
    Presumed,
    /// As loaded; who is absent has nothing to be freed from.
    Loaded(Option<&'a User>),
}

/// Ends a session for both. Nothing when it is over already.
#[must_use]
pub fn end(ending: Ending<'_>, reason: EndReason, now: TimeMs) -> Decision {
    let mut decision = Decision::nothing();
    if !ending.session.is_ended() {
        close(ending.session, reason, None, now, &mut decision);
        for (side, _) in leavers(ending) {
            free(&side.user, ending.session, now, &mut decision);
        }
    }
    decision
}

/// Ends a session and puts the one who asked for the next partner back into the queue, in one step.
/// Gives the user afterwards.
///
/// # Errors
/// `not_in_session` for who is not in it, `banned` for whom a ban holds, `rate_limited` within the cool-down.
pub fn skip(ending: Ending<'_>, skipper: &UserId, ticket: TicketId, now: TimeMs) -> Result<(User, Decision), Refusal> {
    let not_in_session = || Refusal::new(Code::NotInSession, "You are not in a call; join the queue instead.");
    let session = ending.session;
    let role = session.role_of_user(skipper).filter(|_| !session.is_ended()).ok_or_else(not_in_session)?;
    let user = present(ending, skipper).ok_or_else(not_in_session)?;
    let wish = user.wish.clone().ok_or_else(not_in_session)?;
    user.admit(now)?;
    let cool_down = session.side(role).next_at.since(now);
    if cool_down.0 > 0 {
        return Err(Refusal::new(Code::RateLimited, "Give it a moment before you go on.")
            .retry_after(cool_down)
            .counted_by(Scope::Person));
    }
    let mut decision = Decision::nothing();
    close(session, EndReason::Skipped, Some(role), now, &mut decision);
    let heard = user.heard(now);
    let mut waiting = queue_up(&heard, wish, ticket, (now, true), now, &mut decision);
    waiting.skip(&session.side(role.other()).user);
    decision.change(Change::update(Row::User(waiting.clone())));
    greet(&waiting, &mut decision);
    free_others(ending, skipper, now, &mut decision);
    Ok((waiting, decision))
}

/// A member of a session that ends, as loaded.
pub(super) fn present<'a>(ending: Ending<'a>, member: &UserId) -> Option<&'a User> {
    leavers(ending).filter_map(|(_, user)| user).find(|user| user.id == *member)
}

/// Adds to `decision` that everybody but one member is idle again.
pub(super) fn free_others(ending: Ending<'_>, member: &UserId, now: TimeMs, decision: &mut Decision) {
    for (other, _) in leavers(ending).filter(|(side, _)| side.user != *member) {
        free(&other.user, ending.session, now, decision);
    }
}

/// The time is up, or nearly: then both are warned, and the timer is set again. An extension has moved the end
/// meanwhile.
#[must_use]
pub fn deadline(ending: Ending<'_>, now: TimeMs) -> Decision {
    let session = ending.session;
    if session.is_ended() || now >= session.ends_at {
        return end(ending, EndReason::Timeout, now);
    }
    let look_at = session.next_deadline_look(now);
    let mut decision = Decision::nothing();
    decision.arm(Timer::Deadline(session.id.clone()), look_at);
    if look_at == session.ends_at {
        for side in session.sides.iter().filter(|side| side.lost_at.is_none()) {
            let notice = Notice::SessionWarning { session: session.id.clone(), ends_at: session.ends_at };
            decision.post(&side.connection, notice);
        }
    }
    decision
}

/// Ends a session whose lost side has not come back in time.
#[must_use]
pub fn grace(ending: Ending<'_>, role: Role, now: TimeMs) -> Decision {
    match ending.session.back_by(role) {
        Some(back_by) if now >= back_by => end(ending, EndReason::PeerLeft, now),
        Some(back_by) if !ending.session.is_ended() => {
            let mut decision = Decision::nothing();
            decision.arm(Timer::Grace { session: ending.session.id.clone(), role }, back_by);
            decision
        }
        Some(_) | None => Decision::nothing(),
    }
}

/// Who leaves a session that ends, offerer first; with the user row where it was loaded.
pub(super) fn leavers<'a>(ending: Ending<'a>) -> impl Iterator<Item = (&'a Side, Option<&'a User>)> {
    let Ending { session, members } = ending;
    session.sides.iter().zip(members).filter_map(|(side, member)| match member {
        Member::Presumed => Some((side, None)),
        Member::Loaded(user) => user.filter(|user| user.session() == Some(&session.id)).map(|user| (side, Some(user))),
    })
}

/// Adds to `decision` that the session row ends, that both pages are told and that the channel is given back. `by` is who
/// has gone on by `next`, if that ends it.
pub(super) fn close(session: &Session, reason: EndReason, by: Option<Role>, now: TimeMs, decision: &mut Decision) {
    let at = now.min(session.ends_at);
    let ended = Session { version: session.version.next(), phase: Phase::Ended { at, reason }, ..session.clone() };
    let duration = ended.duration(now);
    decision.change(Change::update(Row::Session(ended)));
    for side in &session.sides {
        decision.post(&side.connection, Notice::SessionEnded { session: session.id.clone(), reason, duration });
    }
    if let Some(lease) = &session.lease {
        let leased = Channel {
            id: lease.channel.clone(),
            version: lease.fence,
            endpoints: lease.endpoints.clone(),
            free_at: session.last_end() + crate::limits::CHANNEL_LEASE_SLACK + crate::limits::CHANNEL_COOL_DOWN,
            leased_to: Some(session.id.clone()),
        };
        if let Some(released) = leased.released(lease.fence, now) {
            decision.tidy(Change::update(Row::Channel(released)));
        }
    }
    let confirmed = session.phase == Phase::Active;
    for role in Role::BOTH.into_iter().filter(|_| confirmed) {
        decision.tidy(Change::put(Row::CallRecord(session.remembered_by(role, duration))));
    }
    let kind = FactKind::SessionEnded { session: session.id.clone(), reason, duration, confirmed, by };
    decision.record(Fact::new(kind, &[session.id.as_str()], at));
}

/// Adds to `decision` that a member is idle again.
pub(super) fn free(user: &UserId, session: &Session, now: TimeMs, decision: &mut Decision) {
    decision.change(Change::free(user.clone(), session.id.clone(), now));
}
