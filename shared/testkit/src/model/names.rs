//! States that differ only in the names of people and sessions are one: it is given the first name of its kind.

use super::op::people;
use super::rows::{NEW, PEOPLE, Place, Put, Rows, Session};
use super::{Flight, Op, State, Write};

/// The state without what matters no more, under its kind's names.
pub(super) fn settle(mut state: State) -> State {
    for session in &mut state.rows.sessions {
        *session = session.bare();
    }
    forget_the_ended(&mut state);
    let mut order: [u8; PEOPLE] = [0; PEOPLE];
    for (at, user) in people().enumerate() {
        order[at] = user;
    }
    order.sort_by_key(|user| features(&state, *user));
    let mut name: [u8; PEOPLE] = [0; PEOPLE];
    for (new, old) in people().zip(order) {
        name[usize::from(old)] = new;
    }
    if people().any(|user| name[usize::from(user)] != user) {
        state = renamed(&state, |user| name[usize::from(user)], |session| session);
        state.rows.users = order.map(|old| state.rows.users[usize::from(old)]);
        state.widens = order.map(|old| state.widens[usize::from(old)]);
        state.opened = order.map(|old| state.opened[usize::from(old)]);
    }
    state.flights.sort_unstable();
    state
}

/// What tells people apart, whatever their names.
fn features(state: &State, user: u8) -> impl Ord + use<> {
    let row = state.rows.user(user);
    let of_session = |session: &Session| {
        let role = session.sides.iter().position(|side| side.user == user);
        role.map(|role| (session.phase, role, session.sides[role].connection, session.sides[role].received))
    };
    let sessions: Vec<_> = state.rows.sessions.iter().map(of_session).collect();
    let about = |flight: &Flight| match flight {
        Flight::Looking { user: who, queued } => (*who == user).then_some((0, u8::from(*queued))),
        Flight::Committing { op, writes, .. } => {
            let written = writes.iter().find_map(|write| match write.put {
                Put::User(who, _) if who == user => Some(1 + u8::from(write.fresh)),
                Put::Free(who, _) if who == user => Some(3),
                Put::User(..) | Put::Session(..) | Put::Free(..) => None,
            });
            written.map(|fresh| (1 + kind(op), fresh))
        }
        Flight::Arming { users, .. } => users[usize::from(user)].then_some((99, 0)),
    };
    let mut flights: Vec<(u8, u8)> = state.flights.iter().filter_map(about).collect();
    flights.sort_unstable();
    (row, state.opened[usize::from(user)], state.widens[usize::from(user)], sessions, flights)
}

const fn kind(op: &Op) -> u8 {
    match op {
        Op::Wait { .. } => 0,
        Op::Meet { .. } => 1,
        Op::Leave { .. } => 2,
        Op::Received { .. } => 3,
        Op::End { .. } => 4,
        Op::Next { .. } => 5,
        Op::Confirm { .. } => 6,
        Op::Grace { .. } => 7,
        Op::Deadline { .. } => 8,
        Op::Hello { .. } => 9,
        Op::Lost { .. } => 10,
        Op::Again { .. } => 11,
    }
}

/// Ended sessions that nobody on the way knows of are forgotten; the others move up.
fn forget_the_ended(state: &mut State) {
    let mut at = state.rows.sessions.len();
    while at > 0 {
        at -= 1;
        let session = u8::try_from(at).unwrap_or(NEW);
        if state.rows.sessions[at].is_live() || is_known(state, session) {
            if !state.rows.sessions[at].is_live() {
                (state.confirms[at], state.deadlines[at]) = (false, false);
            }
            continue;
        }
        state.rows.sessions.remove(at);
        state.confirms.remove(at);
        state.deadlines.remove(at);
        *state = renamed(state, |user| user, |other| if other != NEW && other > session { other - 1 } else { other });
        for user in &mut state.rows.users {
            user.place = place(user.place, |other| if other > session { other - 1 } else { other });
        }
    }
}

fn is_known(state: &State, session: u8) -> bool {
    let inside = |rows: &Rows| rows.users.iter().any(|user| user.place == Place::In(session));
    let names = |put: &Put| match put {
        Put::User(_, user) => user.place == Place::In(session),
        Put::Session(at, _) | Put::Free(_, at) => *at == session,
    };
    let of_flight = |flight: &Flight| match flight {
        Flight::Looking { .. } => false,
        Flight::Committing { op, writes, .. } => {
            op.session() == Some(session) || writes.iter().any(|write| names(&write.put))
        }
        Flight::Arming { session: armed, .. } => *armed == Some(session),
    };
    inside(&state.rows) || state.flights.iter().any(of_flight)
}

fn place(place: Place, of: impl Fn(u8) -> u8) -> Place {
    match place {
        Place::In(session) => Place::In(of(session)),
        Place::Idle | Place::Waiting => place,
    }
}

/// The same state, with its people and sessions named anew inside of sessions and flights; the tables stay as they are.
fn renamed(state: &State, user: impl Fn(u8) -> u8, of: impl Fn(u8) -> u8) -> State {
    let session = |session: Session| Session {
        sides: session.sides.map(|side| super::Side { user: user(side.user), ..side }),
        ..session
    };
    let put = |put: Put| match put {
        Put::User(who, row) => Put::User(user(who), super::User { place: place(row.place, &of), ..row }),
        Put::Session(at, row) => Put::Session(of(at), session(row)),
        Put::Free(who, at) => Put::Free(user(who), of(at)),
    };
    let flight = |flight: &Flight| match flight {
        Flight::Looking { user: who, queued } => Flight::Looking { user: user(*who), queued: *queued },
        Flight::Committing { op, writes, armed } => Flight::Committing {
            op: op.renamed(&user, &of),
            writes: writes.iter().map(|write| Write { put: put(write.put), ..*write }).collect(),
            armed: *armed,
        },
        Flight::Arming { users, session } => {
            let mut named = [false; PEOPLE];
            for who in people() {
                named[usize::from(user(who))] = users[usize::from(who)];
            }
            Flight::Arming { users: named, session: session.map(&of) }
        }
    };
    State {
        rows: Rows { users: state.rows.users, sessions: state.rows.sessions.iter().copied().map(session).collect() },
        flights: state.flights.iter().map(flight).collect(),
        ..state.clone()
    }
}
