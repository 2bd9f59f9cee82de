//! Who is away comes back or goes; who is lost without a word is found.

use crate::decision::Decision;
use crate::id::{ConnectionId, PeerId, UserId};
use crate::limits::ROOM_LOOK_EVERY;
use crate::notice::Notice;
use crate::room::{Absence, Parting, Room, Seat};
use crate::row::{Change, Row};
use crate::time::TimeMs;
use crate::timer::Timer;

use super::depart::{Departure, depart};
use super::{show, tell_lobby};

/// Adds to `decision` that a seat is kept for somebody who is away, and that a timer looks whether they came back.
pub(in crate::decide) fn absent(room: &Room, peer: &PeerId, absence: Absence, now: TimeMs, decision: &mut Decision) {
    decision.arm(Timer::Seat { room: room.id.clone(), peer: peer.clone() }, absence.back_by());
    let away = |seat: &mut Seat| (seat.absence, seat.screen) = (Some(absence), false);
    let next = room.touched(now).with(peer, away);
    tell_lobby(room, &next, decision);
    show(next, decision);
}

/// Adds to `decision` that somebody's seat speaks on this connection; gives the room afterwards.
pub(in crate::decide) fn returned(
    room: Room,
    user: &UserId,
    connection: &ConnectionId,
    now: TimeMs,
    decision: &mut Decision,
) -> Room {
    let elsewhere = |seat: &&Seat| seat.connection != *connection || seat.absence.is_some();
    let Some(peer) = room.seat_of(user).filter(elsewhere).map(|seat| seat.peer.clone()) else { return room };
    let back = |seat: &mut Seat| {
        (seat.connection, seat.absence, seat.returns) = (connection.clone(), None, seat.returns.saturating_add(1));
    };
    let next = room.touched(now).with(&peer, back);
    tell_lobby(&room, &next, decision);
    show(next.clone(), decision);
    next
}

/// A seat was kept for somebody who is away: whoever has not come back in time has left.
#[must_use]
pub fn overstayed(departure: Departure<'_>, peer: &PeerId, now: TimeMs) -> Decision {
    let away = departure.room.seat(peer).and_then(|seat| Some((seat, seat.absence?)));
    let Some((seat, absence)) = away else { return Decision::nothing() };
    if now < absence.back_by() {
        let mut decision = Decision::nothing();
        decision.arm(Timer::Seat { room: departure.room.id.clone(), peer: peer.clone() }, absence.back_by());
        return decision;
    }
    let why = match absence {
        Absence::Lost(_) => Parting::Lost,
        Absence::Held(_) => Parting::Held,
    };
    depart(departure, &seat.user, why, now)
}

/// Takes out of a room who is nowhere, or somewhere else, though they have a seat: their row was forgotten meanwhile, and with
/// it that they sit there. Who is in another call may come back, until they should have: a timer can be lost.
#[must_use]
pub fn stray(departure: Departure<'_>, user: &UserId, now: TimeMs) -> Decision {
    let Departure { room, users } = departure;
    let sits = users.iter().any(|known| known.id == *user && known.room() == Some(&room.id));
    match room.seat_of(user) {
        Some(seat) if seat.absence.is_some_and(|absence| absence.back_by() <= now) => {
            overstayed(departure, &seat.peer, now)
        }
        Some(seat) if !sits && !seat.is_held() => depart(departure, user, Parting::Lost, now),
        Some(_) | None => Decision::nothing(),
    }
}

/// Looks whether the people of a room are still there, by something that changes nothing for who is. A repeated timer does
/// nothing, so that looks never multiply; a room where nobody sits is looked at no more.
#[must_use]
pub fn look_into(room: &Room, due_at: TimeMs, now: TimeMs) -> Decision {
    let mut decision = Decision::nothing();
    if room.look_at != Some(due_at) {
        return decision;
    }
    let look_at = (!room.seats.is_empty()).then(|| now + ROOM_LOOK_EVERY);
    if let Some(look_at) = look_at {
        decision.arm(Timer::Room(room.id.clone()), look_at);
    }
    for seat in room.seats.iter().filter(|seat| seat.absence.is_none()) {
        decision.post(&seat.connection, Notice::Pong { state: None });
    }
    decision.change(Change::update(Row::Room(Room { version: room.version.next(), look_at, ..room.clone() })));
    decision
}
