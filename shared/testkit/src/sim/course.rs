//! What the town knows of an invocation on its way: what it is for, what its clock has shown, what it owes.

use std::collections::BTreeSet;

use domain::id::{ConnectionId, SessionId, UserId};
use domain::time::TimeMs;
use domain::timer::Timer;
use serde_json::Value;

use super::act::Act;
use super::doors::Knock;
use super::errand::Errand;

/// An invocation on its way.
#[derive(Debug)]
pub struct Course {
    /// What it is for.
    pub cause: Cause,
    /// When it began.
    pub born: TimeMs,
    /// How wrong its clock is, in milliseconds.
    pub skew: i64,
    /// The earliest moment that its clock has shown.
    pub earliest: TimeMs,
    /// And the latest.
    pub latest: TimeMs,
    /// The kind of transaction that it committed last, where that is watched.
    pub after: Option<String>,
    /// Whether nothing has happened since.
    pub just_committed: bool,
    /// Whether it has changed any row.
    pub wrote: bool,
    /// Whether it is a frame that names a room.
    pub in_room: bool,
    /// Facts by their ids that it has made true and not yet recorded.
    pub owed: BTreeSet<String>,
}

/// Why an invocation was started, as it was meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// A frame on this socket.
    Frame {
        /// The socket.
        from: ConnectionId,
        /// What it asks.
        action: String,
        /// The session it names.
        session: Option<SessionId>,
    },
    /// A socket is gone.
    Lost(ConnectionId),
    /// Something is asked for outside of any socket.
    Act(Act),
    /// A browser asks to be let in.
    Knock(Knock),
    /// A ban is to be carried out, should it still hold.
    Enforce(UserId),
    /// Anything else.
    Other,
}

impl Course {
    /// An invocation that begins at `now` with a clock that is `skew` milliseconds wrong.
    pub fn begin(errand: &Errand, now: TimeMs, skew: i64) -> Self {
        let shown = TimeMs(now.0.saturating_add_signed(skew));
        let cause = Cause::of(errand);
        Self {
            cause,
            born: now,
            skew,
            earliest: shown,
            latest: shown,
            after: None,
            just_committed: false,
            wrote: false,
            in_room: matches!(errand, Errand::Frame(_, text) if text.contains("\"roomId\"")),
            owed: BTreeSet::new(),
        }
    }

    /// What its clock shows at `now`.
    pub fn clock(&mut self, now: TimeMs) -> TimeMs {
        let shown = TimeMs(now.0.saturating_add_signed(self.skew));
        self.earliest = self.earliest.min(shown);
        self.latest = self.latest.max(shown);
        shown
    }
}

impl Cause {
    fn of(errand: &Errand) -> Self {
        match errand {
            Errand::Frame(from, text) => {
                let frame: Value = serde_json::from_str(text).unwrap_or_default();
                let action = frame["action"].as_str().unwrap_or_default().to_owned();
                let session = frame["data"]["sessionId"].as_str().and_then(|id| SessionId::parse(id).ok());
                Self::Frame { from: from.clone(), action, session }
            }
            Errand::Lost(connection) => Self::Lost(connection.clone()),
            Errand::Act(act) => Self::Act(act.clone()),
            Errand::Knock(_, knock) => Self::Knock(knock.clone()),
            Errand::Timer(message, _) => match protocol::timer::decode(message) {
                Ok((Timer::Enforce(user), _)) => Self::Enforce(user),
                Ok(_) | Err(_) => Self::Other,
            },
            Errand::Ticket(_)
            | Errand::MakeRoom(_)
            | Errand::SignIn(_)
            | Errand::Connect { .. }
            | Errand::Carry(..) => Self::Other,
        }
    }

    /// Whether it is a ban of somebody that is not over at `clock`.
    pub fn bans(&self, who: &UserId, clock: TimeMs) -> bool {
        matches!(self, Self::Act(Act::Ban { user, until, .. }) if user == who && *until > clock)
    }

    /// Whether it looks after a ban of somebody.
    pub fn enforces(&self, who: &UserId) -> bool {
        matches!(self, Self::Enforce(user) if user == who)
    }

    /// The session that a frame of this action names.
    pub fn names(&self, wanted: &str) -> Option<&SessionId> {
        match self {
            Self::Frame { action, session, .. } if action == wanted => session.as_ref(),
            Self::Frame { .. } | Self::Lost(_) | Self::Act(_) | Self::Knock(_) | Self::Enforce(_) | Self::Other => None,
        }
    }

    /// The refresh token that a thief shows.
    pub fn stolen(&self) -> Option<&str> {
        let Self::Knock(knock @ Knock::Thief { .. }) = self else { return None };
        knock.shown().map(|(_, _, token)| token)
    }

    /// Whether it is a frame that asks for this.
    pub fn is_frame(&self, wanted: &str) -> bool {
        matches!(self, Self::Frame { action, .. } if action == wanted)
    }
}
