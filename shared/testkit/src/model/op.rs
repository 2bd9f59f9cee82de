//! What `domain::decide` decides, on the rows of the model: the same guards, the same writes, without time and chance.

use super::rows::{NEW, PEOPLE, Phase, Place, Put, Rows, Session, Side, User};

/// What an invocation is about to decide. A page speaks on a connection; a timer names what it looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the fields are the words of `domain::decide`")]
pub enum Op {
    /// `join-queue` found nobody: a ticket is put down.
    Wait { user: u8 },
    /// `join-queue`, a second look or a widening step found somebody; `queued`: the seeker holds a ticket.
    Meet { seeker: u8, candidate: u8, queued: bool },
    /// `rematch`, and both have asked.
    Again { one: u8, other: u8 },
    /// `leave-queue`, or silence.
    Leave { user: u8 },
    /// `connection-status: received`.
    Received { session: u8, role: u8, connection: u8 },
    /// `end-call`.
    End { session: u8, role: u8, connection: u8 },
    /// `next`.
    Next { session: u8, role: u8 },
    /// The confirm timer; who was silent for too long is not put back where neither has confirmed.
    Confirm { session: u8, silent: [bool; 2] },
    /// The grace timer.
    Grace { session: u8, role: u8 },
    /// The deadline timer.
    Deadline { session: u8 },
    /// `hello`.
    Hello { user: u8, connection: u8 },
    /// `$disconnect`, or a post that found nobody.
    Lost { user: u8, connection: u8 },
}

impl Op {
    /// The session that it names.
    #[must_use]
    pub const fn session(&self) -> Option<u8> {
        match self {
            Self::Received { session, .. }
            | Self::End { session, .. }
            | Self::Next { session, .. }
            | Self::Confirm { session, .. }
            | Self::Grace { session, .. }
            | Self::Deadline { session } => Some(*session),
            Self::Wait { .. }
            | Self::Meet { .. }
            | Self::Again { .. }
            | Self::Leave { .. }
            | Self::Hello { .. }
            | Self::Lost { .. } => None,
        }
    }

    /// The session that it ends.
    #[must_use]
    pub const fn ends(&self) -> Option<u8> {
        if matches!(self, Self::Received { .. }) { None } else { self.session() }
    }

    /// The same about other names.
    #[must_use]
    pub fn renamed(self, user: impl Fn(u8) -> u8, of: impl Fn(u8) -> u8) -> Self {
        match self {
            Self::Wait { user: who } => Self::Wait { user: user(who) },
            Self::Meet { seeker, candidate, queued } => {
                Self::Meet { seeker: user(seeker), candidate: user(candidate), queued }
            }
            Self::Again { one, other } => Self::Again { one: user(one), other: user(other) },
            Self::Leave { user: who } => Self::Leave { user: user(who) },
            Self::Received { session, role, connection } => Self::Received { session: of(session), role, connection },
            Self::End { session, role, connection } => Self::End { session: of(session), role, connection },
            Self::Next { session, role } => Self::Next { session: of(session), role },
            Self::Confirm { session, silent } => Self::Confirm { session: of(session), silent },
            Self::Grace { session, role } => Self::Grace { session: of(session), role },
            Self::Deadline { session } => Self::Deadline { session: of(session) },
            Self::Hello { user: who, connection } => Self::Hello { user: user(who), connection },
            Self::Lost { user: who, connection } => Self::Lost { user: user(who), connection },
        }
    }

    /// Everything that could be decided about some rows; connections up to `newest` of each person.
    #[must_use]
    pub fn all(rows: &Rows, newest: [u8; PEOPLE]) -> Vec<Self> {
        let mut ops = Vec::new();
        for user in people() {
            ops.extend([Self::Wait { user }, Self::Leave { user }]);
            for candidate in people() {
                let queued = rows.user(user).place == Place::Waiting;
                ops.extend([
                    Self::Meet { seeker: user, candidate, queued },
                    Self::Again { one: user, other: candidate },
                ]);
            }
            for connection in 0..=newest[usize::from(user)] {
                ops.extend([Self::Hello { user, connection }, Self::Lost { user, connection }]);
            }
        }
        for (session, row) in (0..).zip(&rows.sessions) {
            ops.extend([Self::Confirm { session, silent: [false; 2] }, Self::Deadline { session }]);
            if row.phase == Phase::Pending && row.sides.iter().all(|side| !side.received) {
                let silent = [[true, false], [false, true], [true; 2]];
                ops.extend(silent.map(|silent| Self::Confirm { session, silent }));
            }
            for role in [0, 1] {
                let connection = row.sides[usize::from(role)].connection;
                ops.extend([Self::Received { session, role, connection }, Self::End { session, role, connection }]);
                ops.extend([Self::Next { session, role }, Self::Grace { session, role }]);
            }
        }
        ops
    }

    /// The writes of the decision on these rows; none when nothing is to be done.
    #[must_use]
    pub fn decide(&self, rows: &Rows) -> Vec<Put> {
        match *self {
            Self::Wait { user } => moved(rows, user, Place::Idle, Place::Waiting),
            Self::Leave { user } => moved(rows, user, Place::Waiting, Place::Idle),
            Self::Meet { seeker, candidate, queued } => meet(rows, seeker, candidate, queued),
            Self::Again { one, other } => again(rows, one, other),
            Self::Received { session, role, connection } => received(rows, session, role, connection),
            Self::End { session, role, connection } => hang_up(rows, session, role, connection),
            Self::Next { session, role } => skip(rows, session, role),
            Self::Confirm { session, silent } => confirm(rows, session, silent),
            Self::Grace { session, role } => match rows.session(session) {
                Some(row) if row.sides[usize::from(role)].lost => end(rows, session, row),
                Some(_) | None => Vec::new(),
            },
            Self::Deadline { session } => rows.session(session).map_or_else(Vec::new, |row| end(rows, session, row)),
            Self::Hello { user, connection } => hello(rows, user, connection),
            Self::Lost { user, connection } => lost(rows, user, connection),
        }
    }
}

/// Everybody.
pub(super) fn people() -> impl Iterator<Item = u8> {
    0..u8::try_from(PEOPLE).unwrap_or_default()
}

fn moved(rows: &Rows, user: u8, from: Place, to: Place) -> Vec<Put> {
    let row = rows.user(user);
    if row.place == from { vec![Put::User(user, User { place: to, ..row })] } else { Vec::new() }
}

fn meet(rows: &Rows, seeker: u8, candidate: u8, queued: bool) -> Vec<Put> {
    let (own, other) = (rows.user(seeker), rows.user(candidate));
    let begins = if queued { Place::Waiting } else { Place::Idle };
    if seeker == candidate || own.place != begins || !own.there || other.place != Place::Waiting || !other.there {
        return Vec::new();
    }
    couple(seeker, own, candidate, other)
}

fn again(rows: &Rows, one: u8, other: u8) -> Vec<Put> {
    let (own, theirs) = (rows.user(one), rows.user(other));
    let free = |row: User| row.there && !matches!(row.place, Place::In(_));
    if one == other || !free(own) || !free(theirs) { Vec::new() } else { couple(one, own, other, theirs) }
}

fn couple(one: u8, own: User, other: u8, theirs: User) -> Vec<Put> {
    let side = |user, row: User| Side { user, connection: row.latest, lost: false, received: false };
    let session = Session { phase: Phase::Pending, sides: [side(one, own), side(other, theirs)] };
    let inside = |user, row| Put::User(user, User { place: Place::In(NEW), ..row });
    vec![Put::Session(NEW, session), inside(one, own), inside(other, theirs)]
}

/// The session in which a page speaks.
fn spoken(rows: &Rows, session: u8, role: u8, connection: u8) -> Option<Session> {
    rows.session(session).filter(|row| row.is_live() && row.sides[usize::from(role)].connection == connection)
}

fn received(rows: &Rows, session: u8, role: u8, connection: u8) -> Vec<Put> {
    let Some(mut row) = spoken(rows, session, role, connection) else { return Vec::new() };
    let side = &mut row.sides[usize::from(role)];
    if side.received {
        return Vec::new();
    }
    side.received = true;
    if row.sides.iter().all(|side| side.received) {
        row.phase = Phase::Active;
    }
    vec![Put::Session(session, row)]
}

fn hang_up(rows: &Rows, session: u8, role: u8, connection: u8) -> Vec<Put> {
    let Some(row) = spoken(rows, session, role, connection) else { return Vec::new() };
    let side = row.sides[usize::from(role)];
    if row.phase == Phase::Pending && !side.received {
        return put_back(rows, session, row, |user, present| user != side.user && present.there);
    }
    end(rows, session, row)
}

fn confirm(rows: &Rows, session: u8, silent: [bool; 2]) -> Vec<Put> {
    let Some(row) = rows.session(session).filter(|row| row.phase == Phase::Pending) else { return Vec::new() };
    let nobody = row.sides.iter().all(|side| !side.received);
    let back = |user, present: User| {
        let mut own = row.sides.iter().zip(silent).filter(|(side, _)| side.user == user);
        present.there && own.any(|(side, silent)| side.received || nobody && !silent)
    };
    put_back(rows, session, row, back)
}

fn skip(rows: &Rows, session: u8, role: u8) -> Vec<Put> {
    let Some(row) = rows.session(session) else { return Vec::new() };
    let skipper = row.sides[usize::from(role)].user;
    let present = rows.user(skipper);
    if !row.is_live() || !present.there || present.place != Place::In(session) {
        return Vec::new();
    }
    close(rows, session, row, false, |user| if user == skipper { Place::Waiting } else { Place::Idle })
}

fn end(rows: &Rows, session: u8, row: Session) -> Vec<Put> {
    close(rows, session, row, false, |_| Place::Idle)
}

fn put_back(rows: &Rows, session: u8, row: Session, waits: impl Fn(u8, User) -> bool) -> Vec<Put> {
    close(rows, session, row, true, |user| if waits(user, rows.user(user)) { Place::Waiting } else { Place::Idle })
}

/// Ends a session and moves those who are in it.
fn close(rows: &Rows, session: u8, row: Session, failed: bool, to: impl Fn(u8) -> Place) -> Vec<Put> {
    if !row.is_live() {
        return Vec::new();
    }
    let mut puts = vec![Put::Session(session, Session { phase: Phase::Ended { failed }, ..row })];
    for user in row.sides.map(|side| side.user) {
        let present = rows.user(user);
        if present.place != Place::In(session) {
            continue;
        }
        let place = to(user);
        puts.push(match place {
            Place::Idle => Put::Free(user, session),
            Place::Waiting | Place::In(_) => Put::User(user, User { place, ..present }),
        });
    }
    puts
}

fn hello(rows: &Rows, user: u8, connection: u8) -> Vec<Put> {
    let row = rows.user(user);
    if connection < row.latest {
        return Vec::new();
    }
    let mut arrived = User { latest: connection, there: true, ..row };
    let mut puts = Vec::new();
    if let Place::In(at) = row.place {
        match rows.session(at).filter(Session::is_live) {
            Some(mut session) => {
                if let Some(side) = session.sides.iter_mut().find(|side| side.user == user)
                    && (side.connection != connection || side.lost)
                {
                    (side.connection, side.lost) = (connection, false);
                    puts.push(Put::Session(at, session));
                }
            }
            None => arrived.place = Place::Idle,
        }
    }
    puts.push(Put::User(user, arrived));
    puts
}

fn lost(rows: &Rows, user: u8, connection: u8) -> Vec<Put> {
    let row = rows.user(user);
    let mut puts = Vec::new();
    if row.there && row.latest == connection {
        puts.push(Put::User(user, User { there: false, ..row }));
    }
    if let Place::In(at) = row.place
        && let Some(mut session) = rows.session(at).filter(Session::is_live)
        && let Some(side) = session.sides.iter_mut().find(|side| side.user == user)
        && side.connection == connection
        && !side.lost
    {
        side.lost = true;
        puts.push(Put::Session(at, session));
    }
    puts
}
