//! What the host decides, and what everybody may.

use crate::decision::{Decision, Effect};
use crate::id::{ConnectionId, PeerId};
use crate::notice::{Notice, RoomNotice};
use crate::refusal::{Code, Refusal};
use crate::room::{Parting, Room, Seat};
use crate::row::{Change, Row};
use crate::time::TimeMs;

use super::depart::{Departure, depart};
use super::enter::record_joined;
use super::{show, speaker_in_room};

/// What a host can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoomOp {
    /// Asks every page to switch its microphone off.
    MuteAll,
    /// Sends somebody out, or away from the door.
    Remove(PeerId),
    /// Nobody comes in any more.
    Lock,
    /// Whoever has the link comes in again.
    Unlock,
    /// Lets somebody in who waits.
    Admit(PeerId),
    /// Makes somebody else the host.
    Host(PeerId),
    /// Several may show their screens at once.
    ManyScreens,
    /// One at a time.
    OneScreen,
}

/// Does what the host asks for. What is so already changes nothing.
///
/// # Errors
/// `not_in_session`, `forbidden` for who is not the host, and for a substitute who would remove the owner or name another
/// host, `not_found` for an alias of nobody, `conflict` where there is no seat, `invalid_request` for removing oneself.
pub fn govern(
    departure: Departure<'_>,
    connection: &ConnectionId,
    op: &RoomOp,
    now: TimeMs,
) -> Result<Decision, Refusal> {
    let room = departure.room;
    let host = speaker_in_room(room, connection)?;
    if !room.is_host(&host.peer) {
        return Err(Refusal::new(Code::Forbidden, "Only the host can do this."));
    }
    let unknown = || Refusal::new(Code::NotFound, "They have left this room.");
    match op {
        RoomOp::MuteAll => Ok(mute_all(room, host)),
        RoomOp::Lock => Ok(changed(room, room.locked, true, |room| room.locked = true, now)),
        RoomOp::Unlock => Ok(changed(room, room.locked, false, |room| room.locked = false, now)),
        RoomOp::ManyScreens => Ok(changed(room, room.many_screens, true, |room| room.many_screens = true, now)),
        RoomOp::OneScreen => Ok(changed(room, room.many_screens, false, |room| one_screen(room, host), now)),
        RoomOp::Host(peer) => {
            let seat = room.people().find(|seat| seat.peer == *peer).ok_or_else(unknown)?;
            if room.owner != host.user {
                return Err(Refusal::new(Code::Forbidden, "Only whose room it is can make somebody else its host."));
            }
            let (is, owner) = (room.owner == seat.user, seat.user.clone());
            Ok(changed(room, is, true, |room| room.owner = owner, now))
        }
        RoomOp::Remove(peer) => {
            let seat = room.seat(peer).ok_or_else(unknown)?;
            if seat.peer == host.peer {
                return Err(Refusal::new(Code::InvalidRequest, "Leave the room instead."));
            }
            if seat.user == room.owner {
                return Err(Refusal::new(Code::Forbidden, "It is their room; you are its host while they are away."));
            }
            Ok(depart(departure, &seat.user, Parting::Removed, now))
        }
        RoomOp::Admit(peer) => admit(room, room.seat(peer).ok_or_else(unknown)?, now),
    }
}

/// Raises a hand, or takes it down.
///
/// # Errors
/// `not_in_session`.
pub fn raise_hand(room: &Room, connection: &ConnectionId, raised: bool, now: TimeMs) -> Result<Decision, Refusal> {
    let seat = speaker_in_room(room, connection)?;
    let (peer, is) = (seat.peer.clone(), seat.hand_at.is_some());
    let hand_at = raised.then_some(now);
    Ok(changed(room, is, raised, |room| *room = room.clone().with(&peer, |seat| seat.hand_at = hand_at), now))
}

/// Begins or ends to show one's screen.
///
/// # Errors
/// `not_in_session`, `conflict` while somebody else shows theirs and the room lets one do so at a time.
pub fn show_screen(room: &Room, connection: &ConnectionId, shown: bool, now: TimeMs) -> Result<Decision, Refusal> {
    let seat = speaker_in_room(room, connection)?;
    let other = room.people().find(|other| other.screen && other.peer != seat.peer);
    if let Some(other) = other.filter(|_| shown && !room.many_screens) {
        let name = other.nickname.as_str();
        let message = format!("{name} shows their screen; ask them to stop first.");
        return Err(Refusal::new(Code::Conflict, message));
    }
    let (peer, is) = (seat.peer.clone(), seat.screen);
    Ok(changed(room, is, shown, |room| *room = room.clone().with(&peer, |seat| seat.screen = shown), now))
}

fn changed(room: &Room, is: bool, becomes: bool, change: impl FnOnce(&mut Room), now: TimeMs) -> Decision {
    let mut decision = Decision::nothing();
    if is != becomes {
        let mut next = room.touched(now);
        change(&mut next);
        show(next, &mut decision);
    }
    decision
}

fn mute_all(room: &Room, host: &Seat) -> Decision {
    let mut decision = Decision::nothing();
    for seat in room.present().filter(|seat| seat.peer != host.peer) {
        let notice = RoomNotice::MuteAll { room: room.id.clone(), from: host.peer.clone() };
        decision.post(&seat.connection, Notice::Room(notice));
    }
    decision
}

/// Of several who show their screens one goes on: the host, or else who came first.
fn one_screen(room: &mut Room, host: &Seat) {
    room.many_screens = false;
    let first = room.people().find(|seat| seat.screen && seat.peer == host.peer);
    let keeps = first.or_else(|| room.people().find(|seat| seat.screen)).map(|seat| seat.peer.clone());
    for seat in &mut room.seats {
        seat.screen &= keeps.as_ref() == Some(&seat.peer);
    }
}

/// Lets somebody in who waits: they sit last, and everybody offers to them. Said again, all are told again.
fn admit(room: &Room, seat: &Seat, now: TimeMs) -> Result<Decision, Refusal> {
    let mut decision = Decision::nothing();
    if seat.admitted {
        let (room, peer) = (Box::new(room.clone()), seat.peer.clone());
        decision.effects.push(Effect::Seat { room, peer, is_new: true });
        return Ok(decision);
    }
    if room.is_full() {
        return Err(Refusal::new(Code::Conflict, "This room is full; somebody must leave first."));
    }
    let admitted = Seat { admitted: true, since: now, ..seat.clone() };
    let mut next = room.touched(now).without(&seat.peer);
    next.seats.push(admitted.clone());
    record_joined(&next, &admitted, now, &mut decision);
    decision.change(Change::update(Row::Room(next.clone())));
    decision.effects.push(Effect::Seat { room: Box::new(next), peer: admitted.peer, is_new: true });
    Ok(decision)
}
