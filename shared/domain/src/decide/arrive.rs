//! `hello`: a connection becomes the voice of its user.

use crate::credential::Connection;
use crate::decision::Decision;
use crate::limits::DEVICES_ELSEWHERE_MAX;
use crate::notice::Notice;
use crate::refusal::Refusal;
use crate::room::Room;
use crate::row::{Change, Row};
use crate::session::Session;
use crate::time::TimeMs;
use crate::user::{User, UserState};

use super::room::returned;
use super::seek::propose_again;

/// What a `hello` comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arrival {
    /// The connection speaks for the user, who is now as given; the session if there is a live one.
    Welcome {
        /// What to do.
        decision: Decision,
        /// The user afterwards.
        user: Box<User>,
        /// The live session afterwards.
        session: Option<Box<Session>>,
        /// The room in which they are, afterwards.
        room: Option<Box<Room>>,
    },
    /// A newer connection speaks already.
    Superseded,
    /// Its owner has signed out everywhere since its ticket was issued.
    SignedOut,
    /// Its owner was banned since then.
    Barred(Refusal),
}

/// Lets the newest connection of a user take over, in the queue, in a call and in a room.
#[must_use]
pub fn arrive(
    connection: &Connection,
    user: Option<User>,
    session: Option<Session>,
    room: Option<Room>,
    now: TimeMs,
) -> Arrival {
    let known = user.is_some();
    let card = connection.card.clone();
    let mut user =
        user.unwrap_or_else(|| User::arriving(connection.user.clone(), card.clone(), connection.device.clone(), now));
    if known && connection.opened_at < user.connected_at && user.connection.as_ref() != Some(&connection.id) {
        return Arrival::Superseded;
    }
    if !user.standing.honours(connection.issued_at) {
        return Arrival::SignedOut;
    }
    if let Err(refusal) = user.standing.admit(now) {
        return Arrival::Barred(refusal);
    }
    let mut decision = Decision::nothing();
    let was_lost = user.connection.is_none();
    // Another page would meet somebody again; this one asks anew, if it would.
    user.again.take_if(|_| user.connection.as_ref() != Some(&connection.id));
    user.elsewhere.retain(|other| *other != connection.id);
    if let Some(older) = user.connection.take().filter(|older| *older != connection.id) {
        decision.post(&older, Notice::Superseded);
        user.elsewhere.insert(0, older);
        user.elsewhere.truncate(DEVICES_ELSEWHERE_MAX);
    }
    let session = session.filter(|session| session.is_live(now) && user.session() == Some(&session.id));
    if user.session().is_some() && session.is_none() {
        user.state = UserState::Idle;
    }
    let session = session.map(|session| take_over(session, &user, connection, &mut decision));
    let room = room.filter(|room| user.room() == Some(&room.id) && room.seat_of(&user.id).is_some());
    if user.room().is_some() && room.is_none() {
        user.state = UserState::Idle;
    }
    let room = room.map(|room| returned(room, &user.id, &connection.id, now, &mut decision));

    if was_lost {
        propose_again(&user, now, &mut decision);
    }
    user.connection = Some(connection.id.clone());
    user.connected_at = connection.opened_at;
    (user.nickname, user.tags, user.language) = (card.nickname, card.tags, card.language);
    // What was agreed to on this socket counts although its ticket does not know of it.
    user.agreed = user.agreed.max(card.agreed);
    user.device = connection.device.clone();
    user.seen_at = user.seen_at.max(now);
    if known {
        user.version = user.version.next();
        decision.change(Change::update(Row::User(user.clone())));
    } else {
        decision.change(Change::create(Row::User(user.clone()), now));
    }
    Arrival::Welcome { decision, user: Box::new(user), session: session.map(Box::new), room: room.map(Box::new) }
}

fn take_over(mut session: Session, user: &User, connection: &Connection, decision: &mut Decision) -> Session {
    let Some(role) = session.role_of_user(&user.id) else { return session };
    let side = session.side_mut(role);
    if side.connection == connection.id && side.lost_at.is_none() {
        return session;
    }
    side.connection = connection.id.clone();
    let was_lost = side.lost_at.take().is_some();
    let peer = side.peer.clone();
    session.version = session.version.next();
    if was_lost {
        let notice = Notice::PeerReconnected { session: session.id.clone(), peer };
        decision.post(&session.side(role.other()).connection, notice);
    }
    decision.change(Change::update(Row::Session(session.clone())));
    session
}
