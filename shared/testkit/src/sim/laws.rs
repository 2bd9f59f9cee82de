//! The invariants that hold after every single write, by the names of the reliability catalogue.

use std::collections::BTreeSet;

use domain::id::{SessionId, TicketId, UserId};
use domain::row::{Change, Key, Row};
use domain::session::{Phase, Session};
use domain::time::TimeMs;
use domain::user::{User, UserState};
use ports::fake::rows::Rows;

/// The laws, and what they must remember of the past.
#[derive(Debug, Default)]
pub struct Laws {
    /// Tickets that are over: no match may use one, nobody may wait with one again.
    over: BTreeSet<TicketId>,
    /// How many matches were made.
    pub matches: u64,
    /// How many sessions both pages confirmed.
    pub confirmed: u64,
    /// How many sessions ended.
    pub ended: u64,
}

type Kept = Result<(), String>;

impl Laws {
    /// Checks one committed transaction: `before` holds the rows it touched as they were, `rows` all rows as they are.
    ///
    /// # Errors
    /// The law that it broke, in words.
    pub fn check(&mut self, before: &Rows, rows: &Rows, changes: &[Change], now: TimeMs) -> Kept {
        for key in changes.iter().map(Change::key) {
            let (old, new) = (before.get(&key), rows.get(&key));
            if old == new {
                continue;
            }
            fenced(&key, old, new, now)?;
            match (old, new) {
                (old, Some(Row::User(user))) => self.user(as_user(old), user, rows, now)?,
                (old, Some(Row::Session(session))) => self.session(as_session(old), session, rows)?,
                (Some(Row::Channel(old)), Some(Row::Channel(new))) if old.leased_to != new.leased_to => {
                    let live = old.leased_to.as_ref().and_then(|id| session_of(rows, id)).filter(|s| s.is_live(now));
                    law(live.is_none(), || format!("K1: {} is taken from a live session", old.id))?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn user(&mut self, old: Option<&User>, user: &User, rows: &Rows, now: TimeMs) -> Kept {
        let old_ticket = old.and_then(User::waiting).map(|waiting| waiting.ticket.clone());
        match &user.state {
            UserState::Idle => {}
            UserState::Waiting(waiting) => {
                let reused = old_ticket.as_ref() != Some(&waiting.ticket) && self.over.contains(&waiting.ticket);
                law(!reused, || format!("M5: {} waits with a used ticket", user.id))?;
            }
            UserState::InSession(id) => {
                let session = session_of(rows, id).ok_or_else(|| format!("M2: {} is in no session at all", user.id))?;
                law(!session.is_ended(), || format!("S4: {} is held by an ended session", user.id))?;
                law(session.role_of_user(&user.id).is_some(), || format!("M2: {id} does not know {}", user.id))?;
                let over = old_ticket.as_ref().is_some_and(|ticket| self.over.contains(ticket));
                law(!over, || format!("M11: {} is matched by a ticket that was over", user.id))?;
            }
        }
        if let Some(left) = old.and_then(User::session).filter(|left| user.session() != Some(left)) {
            let live = session_of(rows, left).is_some_and(|session| session.is_live(now));
            law(!live, || format!("M1: {} left {left}, which is live", user.id))?;
        }
        let present = user.waiting().map(|waiting| &waiting.ticket);
        self.over.extend(old_ticket.filter(|ticket| Some(ticket) != present));
        Ok(())
    }

    fn session(&mut self, old: Option<&Session>, session: &Session, rows: &Rows) -> Kept {
        let id = &session.id;
        let [a, b] = &session.sides;
        law(a.user != b.user, || format!("M3: {} meets themself", a.user))?;
        law(a.connection != b.connection, || format!("M3: {} meets themself", a.user))?;
        match old.map(|old| old.phase) {
            None => {
                law(session.phase == Phase::Pending, || format!("S1: {id} begins in the middle"))?;
                self.matches += 1;
                rules(session, rows)?;
            }
            Some(Phase::Ended { .. }) => return Err(format!("S1: {id} was over and is changed")),
            Some(Phase::Active) => {
                law(session.phase != Phase::Pending, || format!("S1: {id} goes back to pending"))?;
            }
            Some(Phase::Pending) => {}
        }
        if let Phase::Ended { at, .. } = session.phase {
            self.ended += 1;
            law(at <= session.ends_at, || format!("S2: {id} ended after its time"))?;
        } else if session.phase == Phase::Active && old.is_some_and(|old| old.phase == Phase::Pending) {
            self.confirmed += 1;
        }
        for side in &session.sides {
            let user = user_of(rows, &side.user);
            let inside = user.is_some_and(|user| user.session() == Some(id));
            law(inside != session.is_ended(), || format!("M2: {id} and {} disagree", side.user))?;
        }
        let lease = session.lease.as_ref().filter(|_| old.is_none());
        let channel = lease.and_then(|lease| rows.get(&Key::Channel(lease.channel.clone())));
        let held = match channel {
            Some(Row::Channel(channel)) => channel.leased_to.as_ref() == Some(id),
            _ => lease.is_none(),
        };
        law(held, || format!("K1: {id} uses a channel that it does not hold"))
    }
}

/// M8: every change of a fenced row is the next version of what stands there.
fn fenced(key: &Key, old: Option<&Row>, new: Option<&Row>, now: TimeMs) -> Kept {
    let (Some(new), present) = (new, old.filter(|old| !old.is_expired(now))) else { return Ok(()) };
    let Some(version) = new.version() else { return Ok(()) };
    let follows = present.and_then(Row::version).is_none_or(|old| old.next() == version);
    law(follows, || format!("M8: {key:?} is overwritten by a change decided on another version"))
}

/// M9: the hard rules of matching, at commit time.
fn rules(session: &Session, rows: &Rows) -> Kept {
    for side in &session.sides {
        let wish = user_of(rows, &side.user).and_then(|user| user.wish.as_ref());
        let agrees = wish.is_some_and(|wish| wish.mode == session.mode);
        law(agrees, || format!("M9: {} wants another mode", side.user))?;
    }
    Ok(())
}

fn law(kept: bool, broken: impl FnOnce() -> String) -> Kept {
    if kept { Ok(()) } else { Err(broken()) }
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
