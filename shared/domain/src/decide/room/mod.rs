//! Rooms: who comes, who goes, who decides, and what passes between them.

mod depart;
mod enter;
mod govern;
mod keep;
mod speak;

pub use depart::{Departure, depart};
pub use enter::{Entering, compares_password, enter};
pub use govern::{RoomOp, govern, raise_hand, show_screen};
pub use keep::{look_into, overstayed, stray};
pub use speak::{relay_in_room, speaker_in_room};

pub(super) use keep::{absent, returned};

use crate::decision::Decision;
use crate::notice::{Notice, RoomNotice};
use crate::refusal::{Code, Refusal};
use crate::room::{Room, RoomView, Seat};
use crate::row::{Change, Row};

/// Adds to `decision` that a room becomes this, and that everybody who is there sees it so.
fn show(room: Room, decision: &mut Decision) {
    tell(&room, None, decision, |view| RoomNotice::Participant { view, servers: None });
    decision.change(Change::update(Row::Room(room)));
}

/// Adds to `decision` that everybody who is there is told, but for one.
fn tell(room: &Room, but: Option<&Seat>, decision: &mut Decision, notice: impl Fn(Box<RoomView>) -> RoomNotice) {
    for seat in room.present().filter(|seat| but.is_none_or(|but| but.peer != seat.peer)) {
        decision.post(&seat.connection, Notice::Room(notice(Box::new(room.seen_by(seat)))));
    }
}

/// Adds to `decision` that those before the door hear whether somebody is there who can let them in, if that has changed.
fn tell_lobby(before: &Room, after: &Room, decision: &mut Decision) {
    if before.host().is_some() != after.host().is_some() {
        for seat in after.lobby().filter(|seat| seat.absence.is_none()) {
            decision.post(&seat.connection, Notice::Room(RoomNotice::Waiting(after.door())));
        }
    }
}

fn not_here() -> Refusal {
    Refusal::new(Code::NotInSession, "You are not in this room, or not any more.")
}
