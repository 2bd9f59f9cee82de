//! Calls among friends: one rings, the other answers; the call itself is a session like any other.

use crate::history::{CallKind, CallRecord};
use crate::id::{CallId, SessionId, UserId};
use crate::limits::{CALL_LOG_LIFE, RINGS_FOR};
use crate::profile::{Mode, Nickname, Tags};
use crate::row::Version;
use crate::time::{SpanMs, TimeMs};
use crate::timer::Timer;

/// A call that rings, or has rung.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Its id.
    pub id: CallId,
    /// The fence of every change.
    pub version: Version,
    /// Who rings.
    pub caller: Party,
    /// Who is rung.
    pub callee: Party,
    /// Video, audio or text.
    pub mode: Mode,
    /// What the two have in common.
    pub common_tags: Tags,
    /// Since when.
    pub began_at: TimeMs,
    /// How far it has come; never backwards.
    pub phase: CallPhase,
}

/// One of the two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// Who.
    pub user: UserId,
    /// The name that the other sees.
    pub nickname: Nickname,
}

/// How far a call has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallPhase {
    /// It rings.
    Ringing,
    /// It was answered, and is this session.
    Answered(SessionId),
    /// Nothing became of it.
    Over(CallEnd),
}

/// Why nothing became of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallEnd {
    /// The callee did not want to.
    Rejected,
    /// The caller did not want to any more.
    Cancelled,
    /// Nobody answered in time.
    TimedOut,
}

/// A person rings, or is rung; stands in the user row, so that nobody is in two rings at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ring {
    /// Which call.
    pub call: CallId,
    /// Until when it rings at the latest; a ring that is over counts as none.
    pub until: TimeMs,
}

impl Call {
    /// Until when it rings.
    #[must_use]
    pub fn rings_until(&self) -> TimeMs {
        self.began_at + RINGS_FOR
    }

    /// Whether it can still be answered.
    #[must_use]
    pub fn rings(&self, now: TimeMs) -> bool {
        self.phase == CallPhase::Ringing && now < self.rings_until()
    }

    /// The ring of both.
    #[must_use]
    pub fn ring(&self) -> Ring {
        Ring { call: self.id.clone(), until: self.rings_until() }
    }

    /// The timer that looks whether it was answered.
    #[must_use]
    pub fn timer(&self) -> Timer {
        Timer::Ring(self.id.clone())
    }

    /// What each of the two remembers of a call that came to nothing, the caller first.
    #[must_use]
    pub fn unanswered(&self) -> [CallRecord; 2] {
        let record = |owner: &Party, peer: &Party, kind| CallRecord {
            owner: owner.user.clone(),
            session: self.id.as_session(),
            peer: peer.user.clone(),
            nickname: peer.nickname.clone(),
            common_tags: self.common_tags.clone(),
            mode: self.mode,
            kind,
            started_at: self.began_at,
            duration: SpanMs::default(),
        };
        [record(&self.caller, &self.callee, CallKind::Unanswered), record(&self.callee, &self.caller, CallKind::Missed)]
    }

    /// When the row may be forgotten.
    #[must_use]
    pub fn expires_at(&self) -> TimeMs {
        self.rings_until() + CALL_LOG_LIFE
    }
}
