//! The laws that hold after every single write, post and record.

mod doors;
mod meeting;
mod person;
mod promise;
mod rematch;
mod room;
mod telling;
mod things;

use std::collections::{BTreeMap, BTreeSet};

use domain::id::{ConnectionId, RoomId, SessionId, TicketId, UserId};
use domain::room::Room;
use domain::row::{Change, Guard, Key, Row, Version, Write};
use domain::session::Session;
use domain::time::TimeMs;
use domain::user::User;
use ports::fake::rows::Rows;

use super::act::{Act, Done};
use super::course::{Cause, Course};
use super::law::{Kept, Law, law};

use doors::DoorLaws;
use promise::Promises;
pub(super) use room::room_of;
pub(super) use telling::Post;

/// What the laws must remember of the past, and what has happened.
#[derive(Debug, Default)]
pub struct Laws {
    /// Tickets, when they were put down, and when the invocation began that did.
    tickets: BTreeMap<TicketId, (TimeMs, TimeMs)>,
    /// Tickets that are over: no match may use one, nobody may wait with one again.
    over: BTreeSet<TicketId>,
    /// Who has gone on from which session.
    gone_on: BTreeSet<(UserId, SessionId)>,
    /// Who has asked, on which socket, to meet the partner of which call again, and when last.
    pub(super) asked_again: BTreeMap<(ConnectionId, SessionId), TimeMs>,
    /// Sessions that are over, and since when.
    ended_at: BTreeMap<SessionId, TimeMs>,
    /// Who has sat down in which room when, and since when they are out of it.
    seats: BTreeMap<(RoomId, UserId), (TimeMs, Option<TimeMs>)>,
    /// When somebody's row was made, anew where it had been forgotten.
    made_at: BTreeMap<UserId, TimeMs>,
    /// Facts that are true, by their ids.
    facts: BTreeSet<String>,
    /// Connections of which it was told that they are gone, by `$disconnect` or by a post.
    pub gone: BTreeSet<ConnectionId>,
    /// How often somebody was passed over, by their ticket.
    passed_over: BTreeMap<TicketId, u32>,
    /// Since when there are no faults.
    pub calm_at: Option<TimeMs>,
    /// What callers were told of blocks and bans.
    pub promises: Promises,
    /// What they remember of how people come in.
    pub doors: DoorLaws,
    /// How often what was asked, and what was refused.
    pub done: Done,
    /// How many matches were made.
    pub matches: u64,
    /// How many sessions both pages confirmed.
    pub confirmed: u64,
    /// How many sessions ended.
    pub ended: u64,
}

/// One committed transaction: `before` holds the rows it touched as they were, `rows` all rows as they are.
pub(super) struct Scene<'a> {
    pub before: &'a Rows,
    pub rows: &'a Rows,
    pub changes: &'a [Change],
    pub now: TimeMs,
    pub course: &'a mut Course,
    pub flight: u64,
}

impl Laws {
    /// When a ticket was put down, if the invocation that did so began after a moment; by the true clock.
    pub(super) fn put_after(&self, ticket: &TicketId, moment: TimeMs) -> Option<TimeMs> {
        self.tickets.get(ticket).filter(|(_, born)| *born > moment).map(|(put, _)| *put)
    }

    /// Checks one committed transaction.
    ///
    /// # Errors
    /// The law that it broke.
    pub(super) fn check(&mut self, scene: &mut Scene<'_>) -> Kept {
        let (before, rows) = (scene.before, scene.rows);
        known(scene)?;
        for change in scene.changes {
            let key = change.key();
            let (old, new) = (before.get(&key), rows.get(&key));
            // An update makes what it does not find.
            let found = !matches!(change.write, Write::Free(..)) || old.is_some();
            law(Law::D2, found, || format!("{key:?} is made by an update"))?;
            if old == new {
                continue;
            }
            scene.course.wrote = true;
            let clock = scene.now.max(scene.course.latest);
            fenced(&key, old, new, clock)?;
            absent(&key, change, old, new, scene.course)?;
            self.owes(old, new, clock, scene.course);
            match (old, new) {
                (old, Some(Row::User(user))) => self.user(as_user(old), user, scene)?,
                (old, Some(Row::Session(session))) => {
                    self.session(as_session(old), session, scene)?;
                    if let (Some(calm_at), None, None) = (self.calm_at, old, scene.course.cause.names("rematch")) {
                        self.passed_over(session, calm_at, scene)?;
                    }
                }
                (old, new) if is_room(old) || is_room(new) => self.room(as_room(old), as_room(new), scene)?,
                (old, new) => things::thing(old, new, scene)?,
            }
            self.doors.row(old, new, scene, scene.flight)?;
            things::mortal(new, scene)?;
        }
        Ok(())
    }
}

impl Laws {
    /// Checks an invocation that has come to its end; `done`: its caller is told that it did what it was for.
    ///
    /// # Errors
    /// E1: it owes a fact. M9: a ban has left somebody in the call in which they were seen.
    pub(super) fn over(&self, course: &Course, done: bool, rows: &Rows, now: TimeMs) -> Kept {
        law(Law::E1, course.owed.is_empty(), || format!("not recorded: {:?}", course.owed))?;
        let Cause::Act(Act::Ban { user, until, seen_in: Some(call) }) = &course.cause else { return Ok(()) };
        let clock = now.max(course.latest);
        let talks = session_of(rows, call).is_some_and(|call| call.is_live(clock));
        law(Law::M9, !(done && talks && *until > clock), || format!("{user} is banned and goes on talking"))
    }
}

/// M8: every change of a fenced row is the next version of what stands there.
fn fenced(key: &Key, old: Option<&Row>, new: Option<&Row>, now: TimeMs) -> Kept {
    let (Some(new), present) = (new, old.filter(|old| !old.is_expired(now))) else { return Ok(()) };
    let Some(version) = new.version() else { return Ok(()) };
    let follows = present.and_then(Row::version).is_none_or(|old| old.next() == version);
    law(Law::M8, follows, || format!("{key:?} is overwritten by a change decided on another version"))
}

/// D2: a row that had expired before an invocation began is nothing to build upon.
fn absent(key: &Key, change: &Change, old: Option<&Row>, new: Option<&Row>, course: &Course) -> Kept {
    let (Some(old), Some(new)) = (old, new) else { return Ok(()) };
    let builds_upon = |version| old.version().map(Version::next) == Some(version);
    let anew = match change.guard {
        Guard::Absent(_) => true,
        Guard::None => !new.version().is_some_and(builds_upon),
        Guard::Version(_) | Guard::InSession(..) => false,
    };
    law(Law::D2, anew || !old.is_expired(course.earliest), || format!("{key:?} had expired and is changed"))
}

/// D2: a connection or a profile that had expired before the invocation began gives nobody a voice.
fn known(scene: &Scene<'_>) -> Kept {
    let speaker = match &scene.course.cause {
        Cause::Frame { from, .. } | Cause::Lost(from) => Some(Key::Connection(from.clone())),
        Cause::Act(act) => act.owner().map(|owner| Key::Profile(owner.clone())),
        Cause::Knock(_) | Cause::Enforce(_) | Cause::Other => None,
    };
    let issued = scene.changes.iter().filter_map(|change| match &change.write {
        Write::Put(row) => {
            let Row::WsTicket(ticket) = &**row else { return None };
            ticket.used_by.is_none().then(|| Key::Profile(ticket.user.clone()))
        }
        Write::Delete(_) | Write::Free(..) => None,
    });
    for key in speaker.into_iter().chain(issued) {
        let expired = scene.rows.get(&key).is_some_and(|row| row.is_expired(scene.course.earliest));
        law(Law::D2, !expired, || format!("{key:?} had expired and counts"))?;
    }
    Ok(())
}

fn is_room(row: Option<&Row>) -> bool {
    matches!(row, Some(Row::Room(_)))
}

fn as_room(row: Option<&Row>) -> Option<&Room> {
    if let Some(Row::Room(room)) = row { Some(room) } else { None }
}

fn as_user(row: Option<&Row>) -> Option<&User> {
    if let Some(Row::User(user)) = row { Some(user) } else { None }
}

fn as_session(row: Option<&Row>) -> Option<&Session> {
    if let Some(Row::Session(session)) = row { Some(session) } else { None }
}

/// The user row of an id.
pub(super) fn user_of<'r>(rows: &'r Rows, id: &UserId) -> Option<&'r User> {
    as_user(rows.get(&Key::User(id.clone())))
}

/// The session row of an id.
pub(super) fn session_of<'r>(rows: &'r Rows, id: &SessionId) -> Option<&'r Session> {
    as_session(rows.get(&Key::Session(id.clone())))
}
