//! The rows that the protocol is about, with nothing in them that no decision of it looks at.

/// How many people.
pub const PEOPLE: usize = 3;

/// A session that its transaction is about to make: its place is known when it is made.
pub const NEW: u8 = u8::MAX;

/// Where a person is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Place {
    /// Asking for nobody.
    #[default]
    Idle,
    /// In the queue.
    Waiting,
    /// In a session, by its number.
    In(u8),
}

/// A user row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct User {
    /// Where.
    pub place: Place,
    /// The newest connection, counted from the person's first.
    pub latest: u8,
    /// Whether that connection is not known to be lost.
    pub there: bool,
}

/// How far a session is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// Matched.
    Pending,
    /// Confirmed by both.
    Active,
    /// Over.
    Ended {
        /// Whether it never came about.
        failed: bool,
    },
}

/// One of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Side {
    /// Who.
    pub user: u8,
    /// The connection that speaks for them here.
    pub connection: u8,
    /// Whether it is known to be lost.
    pub lost: bool,
    /// Whether the page has confirmed.
    pub received: bool,
}

/// A session row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Session {
    /// How far.
    pub phase: Phase,
    /// The two, offerer first.
    pub sides: [Side; 2],
}

impl Session {
    /// Whether it is not over.
    #[must_use]
    pub const fn is_live(&self) -> bool {
        !matches!(self.phase, Phase::Ended { .. })
    }

    /// Ended, and nothing else of it matters any more.
    #[must_use]
    pub fn bare(self) -> Self {
        if self.is_live() {
            return self;
        }
        let bare = |side: Side| Side { connection: 0, lost: false, received: false, ..side };
        Self { sides: self.sides.map(bare), ..self }
    }
}

/// Every row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Rows {
    /// The people.
    pub users: [User; PEOPLE],
    /// The sessions.
    pub sessions: Vec<Session>,
}

/// A row as it shall be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Put {
    /// A user row, whole.
    User(u8, User),
    /// A session row, whole; the session [`NEW`] is made.
    Session(u8, Session),
    /// A person who is in a session asks for nobody from now on; nothing of their row was read for it.
    Free(u8, u8),
}

impl Put {
    /// Whether both are about the same row.
    #[must_use]
    pub const fn same_row(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::User(a, _) | Self::Free(a, _), Self::User(b, _) | Self::Free(b, _)) => *a == *b,
            (Self::Session(a, _), Self::Session(b, _)) => *a == *b && *a != NEW,
            (Self::User(..) | Self::Free(..), Self::Session(..)) => false,
            (Self::Session(..), Self::User(..) | Self::Free(..)) => false,
        }
    }
}

impl Rows {
    /// A user row.
    #[must_use]
    pub fn user(&self, user: u8) -> User {
        self.users[usize::from(user)]
    }

    /// A session row, while it is known.
    #[must_use]
    pub fn session(&self, session: u8) -> Option<Session> {
        self.sessions.get(usize::from(session)).copied()
    }

    /// Writes.
    pub fn write(&mut self, puts: impl IntoIterator<Item = Put>) {
        let made = u8::try_from(self.sessions.len()).unwrap_or(NEW);
        for put in puts {
            match put {
                Put::Session(NEW, session) => self.sessions.push(session),
                Put::Session(at, session) => self.sessions[usize::from(at)] = session,
                Put::Free(at, _) => self.users[usize::from(at)].place = Place::Idle,
                Put::User(at, user) => {
                    let place = if user.place == Place::In(NEW) { Place::In(made) } else { user.place };
                    self.users[usize::from(at)] = User { place, ..user };
                }
            }
        }
    }
}
