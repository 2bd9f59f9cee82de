//! What passes between the people of a room, and who may say it.

use crate::decide::Speech;
use crate::decision::Decision;
use crate::id::{ConnectionId, PeerId};
use crate::limits::{LINES_AT_ONCE, LINES_PER_SECOND, ROOM_EPOCH};
use crate::notice::{Notice, RoomNotice};
use crate::quota::Scope;
use crate::refusal::{Code, Refusal};
use crate::room::{Room, Seat};
use crate::signal::Signal;
use crate::time::{SpanMs, TimeMs};

use super::not_here;

/// The seat for which a connection may speak.
///
/// # Errors
/// `not_in_session` for who has none, waits before the door, or has come back on another page.
pub fn speaker_in_room<'a>(room: &'a Room, connection: &ConnectionId) -> Result<&'a Seat, Refusal> {
    room.speaker(connection).ok_or_else(not_here)
}

/// Passes something on: what is said to one, to that one alone, and only within this room; everything else to all the
/// others. Nothing of it is kept.
///
/// # Errors
/// `not_in_session`, `invalid_request` for signaling to nobody, `not_found` for an alias of nobody in this room,
/// `rate_limited` for who says too much.
pub fn relay_in_room(
    room: &Room,
    connection: &ConnectionId,
    to: Option<&PeerId>,
    speech: &Speech,
    now: TimeMs,
) -> Result<Decision, Refusal> {
    let from = speaker_in_room(room, connection)?;
    may_say(from, speech, now)?;
    let mut decision = Decision::nothing();
    for other in listeners(room, from, to, speech)? {
        let Some(notice) = notice(room, from, other, speech, now) else { continue };
        decision.post(&other.connection, Notice::Room(notice));
    }
    Ok(decision)
}

fn listeners<'a>(room: &'a Room, from: &Seat, to: Option<&PeerId>, speech: &Speech) -> Result<Vec<&'a Seat>, Refusal> {
    let Some(to) = to else {
        if matches!(speech, Speech::Signal { .. }) {
            return Err(Refusal::new(Code::InvalidRequest, "Name the peer `to` whom you signal."));
        }
        return Ok(room.present().filter(|seat| seat.peer != from.peer).collect());
    };
    let gone = || Refusal::new(Code::NotFound, "They have left this room.");
    let other = room.people().find(|seat| seat.peer == *to && seat.peer != from.peer).ok_or_else(gone)?;
    Ok(Some(other).filter(|other| other.absence.is_none()).into_iter().collect())
}

/// The sender's own count is the limit of chat, as in a call.
fn may_say(from: &Seat, speech: &Speech, now: TimeMs) -> Result<(), Refusal> {
    let Speech::Message { n, .. } = speech else { return Ok(()) };
    let (line, age) = (u64::from(*n), now.since(from.since));
    if line <= LINES_AT_ONCE + age.0 * LINES_PER_SECOND / 1000 {
        return Ok(());
    }
    let wait = SpanMs((line - LINES_AT_ONCE) * 1000 / LINES_PER_SECOND - age.0);
    Err(Refusal::new(Code::RateLimited, "You say too much at once; wait a moment.")
        .retry_after(wait)
        .counted_by(Scope::Person))
}

/// What one of the others hears; nothing where one of the two hides their address and it would be told.
fn notice(room: &Room, from: &Seat, other: &Seat, speech: &Speech, now: TimeMs) -> Option<RoomNotice> {
    let (room, peer) = (room.id.clone(), from.peer.clone());
    Some(match speech {
        Speech::Signal { epoch, .. } if *epoch != ROOM_EPOCH => return None,
        Speech::Signal { epoch, n, signal } => {
            let signal = passable(signal, from.hide_ip || other.hide_ip)?;
            RoomNotice::Signal { room, from: peer, epoch: *epoch, n: *n, signal }
        }
        Speech::Fingerprint(sha256) => RoomNotice::Fingerprint { room, from: peer, sha256: sha256.clone() },
        Speech::Message { n, message } => {
            RoomNotice::Message { room, from: peer, n: *n, message: message.clone(), sent_at: now }
        }
        Speech::Reaction { emoji } => RoomNotice::Reaction { room, from: peer, emoji: emoji.clone(), sent_at: now },
    })
}

fn passable(signal: &Signal, relay_only: bool) -> Option<Signal> {
    if relay_only { signal.relayed() } else { Some(signal.clone()) }
}
