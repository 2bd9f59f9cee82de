//! A socket is gone: `$disconnect`, or a post that was answered with 410.

use crate::decision::Decision;
use crate::id::ConnectionId;
use crate::notice::Notice;
use crate::room::{Absence, Room};
use crate::row::{Change, Row};
use crate::session::Session;
use crate::time::TimeMs;
use crate::timer::Timer;
use crate::user::User;

use super::room::absent;
use super::seek::own_hints;

/// Notes that a connection is lost, unless a newer one speaks already. In a call or a room the others are told and the grace
/// time begins; in the queue the ticket stays for who comes back, and is proposed to nobody meanwhile.
#[must_use]
pub fn lose(
    connection: &ConnectionId,
    user: &User,
    session: Option<&Session>,
    room: Option<&Room>,
    now: TimeMs,
) -> Decision {
    let mut decision = Decision::nothing();
    let speaks = user.connection.as_ref() == Some(connection);
    if user.elsewhere.contains(connection) {
        let elsewhere = user.elsewhere.iter().filter(|other| *other != connection).cloned().collect();
        let left = User { version: user.version.next(), elsewhere, ..user.clone() };
        decision.change(Change::update(Row::User(left)));
        return decision;
    }
    if speaks {
        let unheard = User { version: user.version.next(), connection: None, ..user.clone() };
        decision.change(Change::update(Row::User(unheard)));
        // With the connection, not after it: who comes back proposes themself again, and that must stand.
        own_hints(user).into_iter().for_each(|key| decision.change(Change::delete(key)));
    }
    let sits = |room: &&Room| user.room() == Some(&room.id);
    if let Some((room, seat)) = room.filter(sits).and_then(|room| Some((room, room.seat_of(&user.id)?)))
        && seat.connection == *connection
        && seat.absence.is_none()
    {
        absent(room, &seat.peer, Absence::Lost(now), now, &mut decision);
    }
    let Some(session) = session.filter(|session| session.is_live(now)) else { return decision };
    let Some(role) = session.role_of_connection(connection) else { return decision };
    if session.side(role).lost_at.is_some() {
        return decision;
    }
    let mut session = Session { version: session.version.next(), ..session.clone() };
    session.side_mut(role).lost_at = Some(now);
    let peer = session.side(role).peer.clone();
    let other = session.side(role.other());
    if other.lost_at.is_none() {
        decision.post(&other.connection, Notice::PeerReconnecting { session: session.id.clone(), peer });
    }
    if let Some(back_by) = session.back_by(role) {
        decision.arm(Timer::Grace { session: session.id.clone(), role }, back_by);
    }
    decision.change(Change::update(Row::Session(session)));
    if !speaks {
        // Who speaks in the call speaks for the user: the user row was read before the session changed, and is no more.
        decision.change(Change::update(Row::User(User { version: user.version.next(), ..user.clone() })));
    }
    decision
}
