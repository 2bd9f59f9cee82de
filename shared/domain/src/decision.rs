//! A decision is data: what to write in one transaction, and what to do before and after it.

use crate::fact::Fact;
use crate::id::{ConnectionId, PeerId};
use crate::notice::Notice;
use crate::room::Room;
use crate::row::Change;
use crate::session::{Role, Session};
use crate::time::TimeMs;
use crate::timer::Timer;

/// What is to be done. Timers first: one that looks at something that never came about does nothing, but a change
/// without its timer could be forgotten. Then the changes, all or none. Then the effects, which may be lost or
/// repeated.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Decision {
    /// Armed before the commit.
    pub timers: Vec<(Timer, TimeMs)>,
    /// One conditional transaction.
    pub changes: Vec<Change>,
    /// Carried out after the commit.
    pub effects: Vec<Effect>,
}

/// Something to tell the world after a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Tell a page.
    Post {
        /// Whom.
        to: ConnectionId,
        /// What.
        notice: Notice,
    },
    /// Tell one side of a new session how to meet the other: needs ICE servers and a presigned URL.
    Introduce {
        /// The session as committed.
        session: Box<Session>,
        /// Which side.
        role: Role,
    },
    /// Tell somebody who has sat down in a room who is there, and when they are new, the others of them: needs ICE servers.
    Seat {
        /// The room as committed.
        room: Box<Room>,
        /// Who has sat down.
        peer: PeerId,
        /// Whether the others have not heard of them yet.
        is_new: bool,
    },
    /// Send both sides of a session fresh ICE servers.
    RenewIce(Box<Session>),
    /// Tell the analysts.
    Record(Fact),
    /// Write what heals by itself when it is lost: each alone, not in the transaction.
    Tidy(Change),
}

impl Decision {
    /// Nothing to do.
    #[must_use]
    pub fn nothing() -> Self {
        Self::default()
    }

    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.timers.is_empty() && self.changes.is_empty() && self.effects.is_empty()
    }

    /// Arms a timer.
    pub fn arm(&mut self, timer: Timer, at: TimeMs) {
        self.timers.push((timer, at));
    }

    /// Adds a change to the transaction.
    pub fn change(&mut self, change: Change) {
        self.changes.push(change);
    }

    /// Posts a notice afterwards.
    pub fn post(&mut self, to: &ConnectionId, notice: Notice) {
        self.effects.push(Effect::Post { to: to.clone(), notice });
    }

    /// Records a fact afterwards.
    pub fn record(&mut self, fact: Fact) {
        self.effects.push(Effect::Record(fact));
    }

    /// Tidies a row afterwards.
    pub fn tidy(&mut self, change: Change) {
        self.effects.push(Effect::Tidy(change));
    }
}
