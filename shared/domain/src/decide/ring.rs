//! Ringing a friend: rung, answered, refused, called off, or let ring.

use crate::call::{Call, CallEnd, CallPhase, Party};
use crate::channel::Channel;
use crate::credential::Profile;
use crate::decision::{Decision, Effect};
use crate::fact::{Fact, FactKind, Pseudonym};
use crate::id::{CallId, ConnectionId};
use crate::limits::{FRIENDS_SESSION, RINGS_FOR, WAKES_AFTER};
use crate::notice::{Notice, RingNotice};
use crate::profile::Mode;
use crate::refusal::{Code, Refusal};
use crate::room::{Absence, Room};
use crate::row::{Change, Row, Version};
use crate::session::{Between, Role, Session};
use crate::time::TimeMs;
use crate::timer::Timer;
use crate::user::{User, UserState};

use super::pair::{PairIds, begin, seat};
use super::room::absent;

/// Rings a friend, who may be in a room. A friend who waits, talks, or is rung already is busy: the caller is told, and nothing changes but
/// that both remember it. `friend` is the live row of the friend, if there is one.
///
/// # Errors
/// `conflict` for a caller who is not free, `banned` for whom a ban holds, `forbidden` where one keeps the other away: the
/// friendship that was read may have ended since.
pub fn ring(
    caller: &User,
    profile: &Profile,
    friend: Option<&User>,
    id: CallId,
    mode: Mode,
    now: TimeMs,
) -> Result<Decision, Refusal> {
    caller.admit(now)?;
    if caller.state != UserState::Idle || caller.rings(now).is_some() {
        return Err(Refusal::new(Code::Conflict, "End what you are doing first: you wait, talk, or ring already."));
    }
    if friend.is_some_and(|friend| friend.is_apart_from(caller)) {
        return Err(Refusal::new(Code::Forbidden, "You can ring your friends only."));
    }
    let call = Call {
        id,
        version: Version::NEW,
        caller: Party { user: caller.id.clone(), nickname: caller.nickname.clone() },
        callee: Party { user: profile.user.clone(), nickname: profile.nickname.clone() },
        mode,
        common_tags: caller.tags.common(&profile.tags),
        began_at: now,
        phase: CallPhase::Ringing,
    };
    let mut decision = Decision::nothing();
    if friend.is_some_and(|friend| !can_answer(friend) || friend.rings(now).is_some()) {
        tell(caller, &mut decision, || RingNotice::Busy { call: call.id.clone(), from: call.callee.clone() });
        remember(&call, &mut decision);
        return Ok(decision);
    }
    decision.arm(call.timer(), call.rings_until());
    decision.arm(Timer::Wake(call.id.clone()), now + WAKES_AFTER);
    decision.change(Change::create(Row::Call(call.clone()), now));
    decision.change(Change::update(Row::User(ringing(caller, &call))));
    match friend {
        Some(friend) => decision.change(Change::update(Row::User(ringing(friend, &call)))),
        None => {
            let away = User::arriving(profile.user.clone(), profile.card(), profile.device.clone(), now);
            let away = User { ring: Some(call.ring()), ..away };
            decision.change(Change::create(Row::User(away), now));
        }
    }
    for connection in friend.into_iter().flat_map(User::devices) {
        let (call, from, mode) = (call.id.clone(), call.caller.clone(), call.mode);
        let request = RingNotice::Request { call, from, mode, until: now + RINGS_FOR };
        decision.post(connection, Notice::Ring(request));
    }
    let kind = FactKind::CallRinging { user: Pseudonym::of(&caller.id, &caller.device, now) };
    decision.record(Fact::new(kind, &[call.id.as_str()], now));
    Ok(decision)
}

/// Answers a call on the device that says so: both are in a session from the commit on. The callee offers. `room` is the one in
/// which they are; their seat is kept for a while.
///
/// # Errors
/// `gone` for a call that rings no more, or whose caller has left, may meet nobody, or is kept away meanwhile.
pub fn accept(
    call: &Call,
    caller: Option<&User>,
    (callee, room): (&User, Option<&Room>),
    channel: Option<&Channel>,
    ids: PairIds,
    now: TimeMs,
) -> Result<Decision, Refusal> {
    let gone = || Refusal::new(Code::Gone, "This call rings no more; call back.");
    callee.admit(now)?;
    let may_meet = |caller: &User| caller.admit(now).is_ok() && !caller.is_apart_from(callee);
    let calls = |caller: &User| caller.state == UserState::Idle && caller.rings(now) == Some(&call.id);
    let caller = caller.filter(|caller| calls(caller) && may_meet(caller)).ok_or_else(gone)?;
    let rung = can_answer(callee) && callee.rings(now) == Some(&call.id);
    if !call.rings(now) || call.callee.user != callee.id || !rung {
        return Err(gone());
    }
    let (Some(theirs), Some(own)) = (&caller.connection, &callee.connection) else { return Err(gone()) };
    let PairIds { session, peers: [offerer, answerer], viewer_client } = ids;
    let sides = [seat(callee, offerer, own, None, now), seat(caller, answerer, theirs, None, now)];
    let session = Session {
        between: Between::Friends,
        mode: call.mode,
        common_tags: call.common_tags.clone(),
        relay_only: caller.hide_ip || callee.hide_ip,
        ..Session::new(session, sides, FRIENDS_SESSION, now)
    };
    let (session, leased) = session.on(channel, viewer_client, now);
    let mut decision = Decision::nothing();
    begin(&session, leased, &mut decision);
    decision.arm(Timer::Wake(call.id.clone()), now + WAKES_AFTER);
    let sits = |room: &&Room| callee.room() == Some(&room.id);
    if let Some((room, own)) = room.filter(sits).and_then(|room| Some((room, room.seat_of(&callee.id)?))) {
        absent(room, &own.peer, Absence::Held(now), now, &mut decision);
    }
    for user in [callee, caller] {
        let state = UserState::InSession(session.id.clone());
        let version = user.version.next();
        decision.change(Change::update(Row::User(User { version, state, ring: None, again: None, ..user.clone() })));
    }
    let phase = CallPhase::Answered(session.id.clone());
    decision.change(Change::update(Row::Call(Call { version: call.version.next(), phase, ..call.clone() })));
    tell(caller, &mut decision, || RingNotice::Accepted { call: call.id.clone(), from: call.callee.clone() });
    quiet(call, callee, Some(own), &mut decision);
    let (id, waited, voices) = (session.id.clone(), now.since(call.began_at), session.voices());
    let kind = FactKind::CallAnswered { session: id, waited, voices };
    decision.record(Fact::new(kind, &[call.id.as_str()], now));
    for role in [Role::Answerer, Role::Offerer] {
        decision.effects.push(Effect::Introduce { session: Box::new(session.clone()), role });
    }
    Ok(decision)
}

/// Ends a call that rings, for the reason given; nothing for one that rings no more.
#[must_use]
pub fn hang_up(call: &Call, users: [Option<&User>; 2], end: CallEnd, now: TimeMs) -> Decision {
    let mut decision = Decision::nothing();
    if call.phase != CallPhase::Ringing {
        return decision;
    }
    let phase = CallPhase::Over(end);
    decision.change(Change::update(Row::Call(Call { version: call.version.next(), phase, ..call.clone() })));
    for user in users.into_iter().flatten().filter(|user| holds(user, call)) {
        decision.change(Change::update(Row::User(User { version: user.version.next(), ring: None, ..user.clone() })));
    }
    let [caller, callee] = users;
    let (id, from) = (call.id.clone(), call.callee.clone());
    if let Some(caller) = caller {
        tell(caller, &mut decision, || match end {
            CallEnd::Rejected => RingNotice::Rejected { call: id, from },
            CallEnd::Cancelled => RingNotice::Cancelled { call: id, from },
            CallEnd::TimedOut => RingNotice::Timeout { call: id, from },
        });
    }
    let (id, from) = (call.id.clone(), call.caller.clone());
    for connection in callee.into_iter().flat_map(User::devices) {
        let (call, from) = (id.clone(), from.clone());
        let notice = match end {
            CallEnd::TimedOut => RingNotice::Timeout { call, from },
            CallEnd::Rejected | CallEnd::Cancelled => RingNotice::Cancelled { call, from },
        };
        decision.post(connection, Notice::Ring(notice));
    }
    decision.arm(Timer::Wake(call.id.clone()), now + WAKES_AFTER);
    if end != CallEnd::Rejected {
        remember(call, &mut decision);
    } else {
        let [unanswered, _] = call.unanswered();
        decision.tidy(Change::put(Row::CallRecord(unanswered)));
    }
    decision
}

/// The other devices of who has answered ring no more.
fn quiet(call: &Call, callee: &User, own: Option<&ConnectionId>, decision: &mut Decision) {
    for connection in callee.devices().filter(|connection| Some(*connection) != own) {
        let cancelled = RingNotice::Cancelled { call: call.id.clone(), from: call.caller.clone() };
        decision.post(connection, Notice::Ring(cancelled));
    }
}

fn remember(call: &Call, decision: &mut Decision) {
    for record in call.unanswered() {
        decision.tidy(Change::put(Row::CallRecord(record)));
    }
}

fn ringing(user: &User, call: &Call) -> User {
    User { version: user.version.next(), ring: Some(call.ring()), ..user.clone() }
}

fn holds(user: &User, call: &Call) -> bool {
    user.ring.as_ref().is_some_and(|ring| ring.call == call.id)
}

/// Whether somebody is free to answer, or in a room that they can leave for a while.
fn can_answer(user: &User) -> bool {
    user.state == UserState::Idle || user.room().is_some()
}

fn tell(user: &User, decision: &mut Decision, notice: impl FnOnce() -> RingNotice) {
    if let Some(connection) = &user.connection {
        decision.post(connection, Notice::Ring(notice()));
    }
}
