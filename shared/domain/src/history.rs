//! A person's own calls, as they remember them.

use crate::id::{SessionId, UserId};
use crate::limits::HISTORY_LIFE;
use crate::profile::{Mode, Nickname, Tags};
use crate::time::{SpanMs, TimeMs};

/// One call in a person's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallRecord {
    /// Whose history.
    pub owner: UserId,
    /// Which session; of a call that never came about, the call's own id.
    pub session: SessionId,
    /// With whom; shown only to who is their friend.
    pub peer: UserId,
    /// Under which name they met.
    pub nickname: Nickname,
    /// What they had in common.
    pub common_tags: Tags,
    /// Video, audio or text.
    pub mode: Mode,
    /// How it came about, and whether it did.
    pub kind: CallKind,
    /// When it began.
    pub started_at: TimeMs,
    /// How long it lasted; nothing when it never came about.
    pub duration: SpanMs,
}

/// How a call came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallKind {
    /// Two strangers met.
    Stranger,
    /// One rang the other.
    Friend,
    /// Somebody rang, and the owner did not answer.
    Missed,
    /// The owner rang, and nobody answered.
    Unanswered,
}

impl CallKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Stranger, Self::Friend, Self::Missed, Self::Unanswered];

    /// The kind as the wire spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stranger => "stranger",
            Self::Friend => "friend",
            Self::Missed => "missed",
            Self::Unanswered => "unanswered",
        }
    }
}

impl CallRecord {
    /// When the row may be forgotten.
    #[must_use]
    pub fn expires_at(&self) -> TimeMs {
        self.started_at + HISTORY_LIFE
    }
}
