//! Coming into a room, and coming back to it.

use crate::decide::seek::see_off;
use crate::decision::{Decision, Effect};
use crate::fact::{Fact, FactKind, RoomMark};
use crate::id::{ConnectionId, PeerId};
use crate::limits::ROOM_LOOK_EVERY;
use crate::notice::{Notice, RoomNotice};
use crate::profile::Nickname;
use crate::refusal::{Code, Refusal};
use crate::room::{Parting, Password, PasswordHash, Room, Seat};
use crate::row::{Change, Row};
use crate::signal::Fingerprint;
use crate::tally::Slot;
use crate::time::TimeMs;
use crate::timer::Timer;
use crate::user::{User, UserState};

use super::{not_here, tell, tell_lobby};

/// What a page says that would come in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entering {
    /// The alias under which this page is in the room already: it asks for fresh servers, and nothing changes. An alias that
    /// is not its own any more is refused, and the page asks where it is.
    pub peer: Option<PeerId>,
    /// The name that the others see; else the person's own.
    pub nickname: Option<Nickname>,
    /// The room's password.
    pub password: Option<Password>,
    /// The page's certificate.
    pub fingerprint: Option<Fingerprint>,
}

/// Seats somebody who speaks on `connection`, in one step with their leaving the queue; or lets them wait before the door. Who
/// has a seat and comes again (the page was loaded anew, a friend's call is over) gets a new alias. `elsewhere` is another
/// room in which they are, if that is there.
///
/// # Errors
/// `banned`, `conflict` for who is in a call or in another room and where there is no seat, `forbidden` for whom the host has
/// removed, at a locked door, and without the password, `not_in_session` for an alias that is not this page's.
pub fn enter(
    room: &Room,
    (user, connection): (&User, &ConnectionId),
    elsewhere: Option<&Room>,
    entering: Entering,
    alias: PeerId,
    now: TimeMs,
) -> Result<Decision, Refusal> {
    user.admit(now)?;
    if elsewhere.is_some_and(|elsewhere| elsewhere.seat_of(&user.id).is_some()) {
        return Err(Refusal::new(Code::Conflict, "Leave the room you are in first."));
    }
    if user.session().is_some() {
        return Err(Refusal::new(Code::Conflict, "End your call first."));
    }
    let former = room.seat_of(&user.id);
    let mut decision = Decision::nothing();
    if let Some(seat) = former.filter(|seat| is_same_page(seat, user, connection, &entering)) {
        let effect = Effect::Seat { room: Box::new(room.clone()), peer: seat.peer.clone(), is_new: false };
        decision.effects.extend(seat.admitted.then_some(effect));
        return Ok(decision);
    }
    if entering.peer.is_some() {
        return Err(not_here());
    }
    let admitted = match former {
        Some(former) => former.admitted,
        None => may_knock(room, user, entering.password.as_ref())?,
    };
    let seat = Seat {
        user: user.id.clone(),
        peer: alias,
        nickname: entering.nickname.unwrap_or_else(|| user.nickname.clone()),
        connection: connection.clone(),
        returns: 0,
        fingerprint: entering.fingerprint,
        hide_ip: user.hide_ip,
        admitted,
        since: former.map_or(now, |former| former.since),
        absence: None,
        hand_at: None,
        screen: false,
    };
    let next = seated(room, former, seat.clone(), now, &mut decision);
    decision.change(Change::update(Row::Room(next.clone())));
    see_off(user, now, &mut decision);
    let state = UserState::InRoom(room.id.clone());
    decision.change(Change::update(Row::User(User {
        version: user.version.next(),
        state,
        again: None,
        ..user.heard(now)
    })));
    if former.is_none() && admitted {
        record_joined(&next, &seat, now, &mut decision);
    }
    Ok(decision)
}

/// Whether the page that asks sits there already.
fn is_same_page(seat: &Seat, user: &User, connection: &ConnectionId, entering: &Entering) -> bool {
    let sits = user.room().is_some() && seat.absence.is_none() && seat.connection == *connection;
    sits && entering.peer.as_ref() == Some(&seat.peer)
}

/// Whether a password that somebody says is compared with the room's: those are counted.
#[must_use]
pub fn compares_password(room: &Room, user: &User, entering: &Entering) -> bool {
    let knocks = room.seat_of(&user.id).is_none() && !room.has_removed(user);
    knocks && asked_of(room, user).is_some() && entering.peer.is_none() && entering.password.is_some()
}

/// What of a password somebody must know who knocks: its owner nothing.
fn asked_of<'a>(room: &'a Room, user: &User) -> Option<&'a PasswordHash> {
    room.password.as_ref().filter(|_| room.owner != user.id)
}

/// Whether somebody who has no seat comes in at once, or waits before the door. Its owner always comes in, if there is a seat.
fn may_knock(room: &Room, user: &User, password: Option<&Password>) -> Result<bool, Refusal> {
    let owns = room.owner == user.id;
    if !owns && room.has_removed(user) {
        return Err(Refusal::new(Code::Forbidden, "The host has removed you from this room."));
    }
    if let Some(hash) = asked_of(room, user) {
        let Some(password) = password else {
            return Err(Refusal::new(Code::Forbidden, "This room has a password; ask whoever sent you the link."));
        };
        if !hash.is_of(password, &room.id) {
            return Err(Refusal::new(Code::Forbidden, "That is not this room's password; try again."));
        }
    }
    if room.locked && !owns {
        return Err(Refusal::new(Code::Forbidden, "The host has locked this room; ask them to unlock it."));
    }
    if room.waiting_room && !owns {
        let crowded = || Refusal::new(Code::Conflict, "Too many wait before this room already; try again in a moment.");
        return if room.is_crowded() { Err(crowded()) } else { Ok(false) };
    }
    let people = room.capacity.people();
    let full = || Refusal::new(Code::Conflict, format!("This room is full: {people} of {people} are in it."));
    if room.is_full() { Err(full()) } else { Ok(true) }
}

/// The room with somebody seated last, and who hears of it.
fn seated(room: &Room, former: Option<&Seat>, seat: Seat, now: TimeMs, decision: &mut Decision) -> Room {
    let mut next = room.touched(now);
    if let Some(former) = former {
        next = next.without(&former.peer);
    }
    next.seats.push(seat.clone());
    if next.look_at.is_none() {
        let look_at = now + ROOM_LOOK_EVERY;
        next.look_at = Some(look_at);
        decision.arm(Timer::Room(next.id.clone()), look_at);
    }
    if let Some(former) = former.filter(|former| former.admitted) {
        let (peer, why) = (former.peer.clone(), Parting::Again);
        tell(&next, Some(&seat), decision, |view| RoomNotice::PeerLeft { view, peer: peer.clone(), why });
    }
    if seat.admitted {
        tell_lobby(room, &next, decision);
        let peer = seat.peer;
        decision.effects.push(Effect::Seat { room: Box::new(next.clone()), peer, is_new: true });
        return next;
    }
    decision.post(&seat.connection, Notice::Room(RoomNotice::Waiting(next.door())));
    if let Some(host) = next.host().filter(|host| host.absence.is_none()) {
        let view = Box::new(next.seen_by(host));
        decision.post(&host.connection, Notice::Room(RoomNotice::Participant { view, servers: None }));
    }
    next
}

/// Adds to `decision` that analysts learn of it.
pub(super) fn record_joined(room: &Room, seat: &Seat, now: TimeMs, decision: &mut Decision) {
    let kind = FactKind::RoomJoined {
        room: RoomMark::of(&room.id),
        people: u8::try_from(room.people().count()).unwrap_or(u8::MAX),
        capacity: room.capacity.people(),
        slot: Slot::of(seat.since),
    };
    decision.record(Fact::new(kind, &[room.id.as_str(), seat.peer.as_str()], now));
}
