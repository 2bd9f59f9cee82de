//! What the real use cases commit, in the words of the model: every committed transaction must be a step of it.

use domain::id::{ConnectionId, SessionId, UserId};
use domain::row::{Change, Guard, Key, Row};
use domain::session::{EndReason, Role, Session as SessionRow};
use domain::time::TimeMs;
use domain::user::{User as UserRow, UserState};
use ports::fake::rows::Rows as Table;

use super::op::Op;
use super::rows::{PEOPLE, Phase, Place, Put, Rows, Session, Side, User};

/// A session that is not part of the step.
const ELSEWHERE: u8 = u8::MAX - 1;

/// One committed transaction: the people and sessions that it is about, before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Before.
    pub before: Rows,
    /// After.
    pub after: Rows,
    /// The newest connection of each person in it.
    pub newest: [u8; PEOPLE],
    /// Who does not go back to the queue: a ban holds, or they did not come from it. The model knows of neither.
    pub stays_out: [bool; PEOPLE],
}

/// Why a step is legal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Legal {
    /// It changes nothing that the model knows of: a sign of life, a fence, the next look, another transport.
    Still,
    /// It is this decision.
    By(Op),
}

impl Legal {
    /// Its kind; the ends by a page, by the deadline and by the grace timer write the same.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Still => "Still",
            Self::By(op) => match op {
                Op::Wait { .. } => "Wait",
                Op::Meet { .. } => "Meet",
                Op::Again { .. } => "Again",
                Op::Leave { .. } => "Leave",
                Op::Received { .. } => "Received",
                Op::End { .. } | Op::Grace { .. } | Op::Deadline { .. } => "End",
                Op::Next { .. } => "Next",
                Op::Confirm { .. } => "Confirm",
                Op::Hello { .. } => "Hello",
                Op::Lost { .. } => "Lost",
            },
        }
    }
}

impl Step {
    /// The step that some committed changes made; `before` holds the rows that they touched as they were, `after` all
    /// rows as they are. Nothing when they are about no person and no session.
    ///
    /// # Errors
    /// They are about more people than the model has.
    pub fn of(before: &Table, after: &Table, changes: &[Change], clock: TimeMs) -> Result<Option<Self>, String> {
        let made: Vec<Key> = changes.iter().filter(|c| matches!(c.guard, Guard::Absent(_))).map(Change::key).collect();
        let touched: Vec<Key> = changes.iter().map(Change::key).collect();
        let was = |key: &Key| {
            let row = if touched.contains(key) { before.get(key) } else { after.get(key) };
            row.filter(|_| !made.contains(key))
        };
        let window = Window::around(&touched, &was, after)?;
        if window.users.is_empty() {
            return Ok(None);
        }
        let newest = window.connections.each_ref().map(|times| u8::try_from(times.len()).unwrap_or(u8::MAX));
        Ok(Some(Self {
            before: window.rows(&was, after),
            after: window.rows(&|key| after.get(key), after),
            newest: newest.map(|count| count.saturating_sub(1)),
            stays_out: window.stays_out(&was, clock),
        }))
    }

    /// The decision of the model that makes this step, if there is one.
    #[must_use]
    pub fn explained(&self) -> Option<Legal> {
        if self.before == self.after {
            return Some(Legal::Still);
        }
        Op::all(&self.before, self.newest).into_iter().find(|op| self.is_made_by(*op)).map(Legal::By)
    }

    fn is_made_by(&self, op: Op) -> bool {
        let puts = op.decide(&self.before);
        // A call past its time takes no notice of a lost side any more.
        let overtime =
            matches!(op, Op::Lost { .. }).then(|| puts.iter().copied().filter(|p| matches!(p, Put::User(..))));
        let leads_here = |puts: Vec<Put>| {
            let mut rows = self.before.clone();
            rows.write(puts);
            rows == self.after
        };
        let barred = puts.iter().map(|put| match put {
            Put::User(user, row) if row.place == Place::Waiting && self.stays_out[usize::from(*user)] => {
                Put::User(*user, User { place: Place::Idle, ..*row })
            }
            Put::User(..) | Put::Session(..) | Put::Free(..) => *put,
        });
        let bars = self.stays_out.contains(&true);
        overtime.is_some_and(|puts| leads_here(puts.collect()))
            || bars && leads_here(barred.collect())
            || leads_here(puts)
    }
}

/// The people and sessions of a step, in the order of their names in the model.
struct Window {
    users: Vec<UserId>,
    sessions: Vec<SessionId>,
    /// When each person's connections were opened.
    connections: [Vec<TimeMs>; PEOPLE],
}

impl Window {
    fn around<'r>(touched: &[Key], was: &impl Fn(&Key) -> Option<&'r Row>, after: &'r Table) -> Result<Self, String> {
        let mut users: Vec<UserId> = Vec::new();
        let mut sessions: Vec<SessionId> = Vec::new();
        for key in touched {
            match key {
                Key::User(user) => note(&mut users, user),
                Key::Session(session) => note(&mut sessions, session),
                Key::Hint { .. }
                | Key::Room(_)
                | Key::Channel(_)
                | Key::ChatLine { .. }
                | Key::Connection(_)
                | Key::WsTicket(_)
                | Key::Profile(_)
                | Key::RefreshFamily(..)
                | Key::Account(_)
                | Key::LinkRequest(_)
                | Key::MagicLink(_)
                | Key::Bar(_)
                | Key::Report(_)
                | Key::Listing { .. }
                | Key::Sanction(..)
                | Key::AuditLine(_)
                | Key::Friendship(..)
                | Key::Invitation(..)
                | Key::InviteRequest(_)
                | Key::Entry(..)
                | Key::CallRecord { .. }
                | Key::Call(_)
                | Key::Subscription(..)
                | Key::BlockedBy(..)
                | Key::Waits(_)
                | Key::Tally(_)
                | Key::Conduct(_) => {}
            }
        }
        let both = |key: &Key| [was(key), after.get(key)].into_iter().flatten();
        members(&mut users, &sessions, &both);
        for user in &users {
            let rows = both(&Key::User(user.clone())).filter_map(as_user);
            rows.filter_map(UserRow::session).for_each(|session| note(&mut sessions, session));
        }
        members(&mut users, &sessions, &both);
        // A session that is being made comes last: there the model puts it.
        sessions.sort_by_key(|session| was(&Key::Session(session.clone())).is_none());
        let mut window = Self { users, sessions, connections: Default::default() };
        if window.users.len() > PEOPLE {
            return Err(format!("one transaction is about {} people", window.users.len()));
        }
        for (at, user) in window.users.iter().enumerate() {
            let mut times: Vec<TimeMs> =
                both(&Key::User(user.clone())).filter_map(as_user).map(|user| user.connected_at).collect();
            for session in &window.sessions {
                let rows = both(&Key::Session(session.clone())).filter_map(as_session);
                let sides = rows.flat_map(|session| &session.sides).filter(|side| side.user == *user);
                times.extend(sides.filter_map(|side| opened_at(after, &side.connection)));
            }
            times.sort_unstable();
            times.dedup();
            window.connections[at] = times;
        }
        Ok(window)
    }

    fn stays_out<'r>(&self, was: &impl Fn(&Key) -> Option<&'r Row>, clock: TimeMs) -> [bool; PEOPLE] {
        let mut stays_out = [false; PEOPLE];
        let sessions = self.sessions.iter().filter_map(|id| was(&Key::Session(id.clone())).and_then(as_session));
        let unqueued: Vec<&UserId> = sessions
            .flat_map(|session| &session.sides)
            .filter(|side| side.waited_since.is_none())
            .map(|side| &side.user)
            .collect();
        for (stays_out, id) in stays_out.iter_mut().zip(&self.users) {
            let user = was(&Key::User(id.clone())).and_then(as_user);
            let banned = user.is_some_and(|user| user.standing.admit(clock).is_err());
            *stays_out = banned || unqueued.contains(&id);
        }
        stays_out
    }

    fn rows<'r>(&self, row: &impl Fn(&Key) -> Option<&'r Row>, connections: &Table) -> Rows {
        let mut rows = Rows::default();
        for (at, user) in self.users.iter().enumerate() {
            if let Some(user) = row(&Key::User(user.clone())).and_then(as_user) {
                rows.users[at] = self.user(at, user);
            }
        }
        let sessions = self.sessions.iter().filter_map(|session| row(&Key::Session(session.clone())));
        rows.sessions = sessions.filter_map(as_session).map(|session| self.session(session, connections)).collect();
        rows
    }

    fn user(&self, at: usize, user: &UserRow) -> User {
        let place = match &user.state {
            UserState::Idle => Place::Idle,
            UserState::Waiting(_) => Place::Waiting,
            // The model knows of no rooms, and the town of a trace has none.
            UserState::InRoom(_) => Place::In(ELSEWHERE),
            UserState::InSession(id) => Place::In(position(&self.sessions, id).unwrap_or(ELSEWHERE)),
        };
        User { place, latest: self.connection(at, user.connected_at), there: user.connection.is_some() }
    }

    fn session(&self, session: &SessionRow, connections: &Table) -> Session {
        let phase = match session.phase {
            domain::session::Phase::Pending => Phase::Pending,
            domain::session::Phase::Active => Phase::Active,
            domain::session::Phase::Ended { reason, .. } => Phase::Ended { failed: reason == EndReason::Failed },
        };
        let side = |role| {
            let side = session.side(role);
            let user = position(&self.users, &side.user).unwrap_or(ELSEWHERE);
            let opened_at = opened_at(connections, &side.connection).unwrap_or_default();
            Side {
                user,
                connection: self.connection(usize::from(user), opened_at),
                lost: side.lost_at.is_some(),
                received: side.received,
            }
        };
        Session { phase, sides: Role::BOTH.map(side) }
    }

    /// Connections are named by the order in which they were opened.
    fn connection(&self, at: usize, opened_at: TimeMs) -> u8 {
        self.connections.get(at).and_then(|times| position(times, &opened_at)).unwrap_or(ELSEWHERE)
    }
}

fn members<'r, I: Iterator<Item = &'r Row>>(
    users: &mut Vec<UserId>,
    sessions: &[SessionId],
    rows: &impl Fn(&Key) -> I,
) {
    for session in sessions {
        let rows = rows(&Key::Session(session.clone())).filter_map(as_session);
        rows.flat_map(|session| &session.sides).for_each(|side| note(users, &side.user));
    }
}

fn note<T: Clone + PartialEq>(known: &mut Vec<T>, one: &T) {
    if !known.contains(one) {
        known.push(one.clone());
    }
}

fn position<T: PartialEq>(all: &[T], one: &T) -> Option<u8> {
    all.iter().position(|other| other == one).and_then(|at| u8::try_from(at).ok())
}

fn opened_at(rows: &Table, connection: &ConnectionId) -> Option<TimeMs> {
    match rows.get(&Key::Connection(connection.clone())) {
        Some(Row::Connection(connection)) => Some(connection.opened_at),
        Some(_) | None => None,
    }
}

fn as_user(row: &Row) -> Option<&UserRow> {
    if let Row::User(user) = row { Some(user) } else { None }
}

fn as_session(row: &Row) -> Option<&SessionRow> {
    if let Row::Session(session) = row { Some(session) } else { None }
}
