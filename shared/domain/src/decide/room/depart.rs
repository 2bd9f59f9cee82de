//! Going out of a room: by oneself, lost, removed, or because it is over.

use crate::decision::Decision;
use crate::fact::{Fact, FactKind, RoomMark};
use crate::id::UserId;
use crate::limits::ROOM_REMOVED_MAX;
use crate::notice::{Notice, RoomNotice};
use crate::room::{Parting, Removed, Room, Seat};
use crate::row::{Change, Key, Row};
use crate::tally::Slot;
use crate::time::TimeMs;
use crate::user::{User, UserState};

use super::tell;

/// A room that somebody leaves, and the live rows of whoever goes with it.
#[derive(Debug, Clone, Copy)]
pub struct Departure<'a> {
    /// The room.
    pub room: &'a Room,
    /// The live row of who leaves, and of those who wait before the door when nobody else is in it.
    pub users: &'a [User],
}

impl Room {
    /// Whose live rows change when somebody leaves: their own, and when they are the last one, those of who waits.
    #[must_use]
    pub fn parting_with(&self, user: &UserId) -> Vec<UserId> {
        let waits = self.lobby().map(|seat| seat.user.clone()).filter(|waits| waits != user);
        let last = self.ends_without(user);
        [user.clone()].into_iter().chain(waits.filter(|_| last)).collect()
    }

    fn ends_without(&self, user: &UserId) -> bool {
        self.seat_of(user).is_some_and(|seat| seat.admitted) && self.people().all(|seat| seat.user == *user)
    }
}

/// Takes somebody out of a room. The last one takes its row along, and whoever waits before the door is sent away. For who has
/// no seat there is nothing but to say so in their own row.
#[must_use]
pub fn depart(departure: Departure<'_>, user: &UserId, why: Parting, now: TimeMs) -> Decision {
    let Departure { room, users } = departure;
    let mut decision = Decision::nothing();
    free(room, users, user, now, &mut decision);
    let Some(seat) = room.seat_of(user) else { return decision };
    let mut next = room.touched(now).without(&seat.peer);
    if why == Parting::Removed {
        // Who is turned away at the door may come back as somebody else.
        let known = users.iter().find(|known| known.id == *user && seat.admitted);
        let device = known.map(|known| known.device.clone());
        next.removed.push(Removed { user: user.clone(), device });
        let over = next.removed.len().saturating_sub(ROOM_REMOVED_MAX);
        next.removed.drain(..over);
    }
    dismiss(room, seat, why, &mut decision);
    if room.ends_without(user) {
        decision.change(Change::delete_version(Key::Room(room.id.clone()), room.version));
        for waits in next.lobby() {
            free(room, users, &waits.user, now, &mut decision);
            dismiss(room, waits, Parting::Closed, &mut decision);
        }
    } else {
        let peer = seat.peer.clone();
        if seat.admitted {
            tell(&next, None, &mut decision, |view| RoomNotice::PeerLeft { view, peer: peer.clone(), why });
        } else if let Some(host) = next.host().filter(|host| host.absence.is_none()) {
            let view = Box::new(next.seen_by(host));
            decision.post(&host.connection, Notice::Room(RoomNotice::Participant { view, servers: None }));
        }
        super::tell_lobby(room, &next, &mut decision);
        decision.change(Change::update(Row::Room(next.clone())));
    }
    if seat.admitted {
        let kind = FactKind::RoomLeft {
            room: RoomMark::of(&room.id),
            people: u8::try_from(next.people().count()).unwrap_or(u8::MAX),
            stayed: now.since(seat.since),
            why,
            slot: Slot::of(seat.since),
        };
        decision.record(Fact::new(kind, &[room.id.as_str(), seat.peer.as_str()], now));
    }
    decision
}

/// Adds to `decision` that somebody is in no room any more, if their row says that they are in this one.
fn free(room: &Room, users: &[User], who: &UserId, now: TimeMs, decision: &mut Decision) {
    let sits = |user: &&User| user.id == *who && user.room() == Some(&room.id);
    if let Some(user) = users.iter().find(sits) {
        let freed = User { version: user.version.next(), state: UserState::Idle, ..user.heard(now) };
        decision.change(Change::update(Row::User(freed)));
    }
}

/// Adds to `decision` that a page hears that it is out.
fn dismiss(room: &Room, seat: &Seat, why: Parting, decision: &mut Decision) {
    if seat.absence.is_none() {
        decision.post(&seat.connection, Notice::Room(RoomNotice::Ended { room: room.id.clone(), why }));
    }
}
