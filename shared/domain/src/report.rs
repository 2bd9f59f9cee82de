//! What people say of each other to the moderators, and what moderators do about it.

use crate::conduct::Noticed;
use crate::id::{DeviceId, ReportId, SanctionId, SecretHash, SessionId, Token, UserId};
use crate::limits::{REPORT_LEASE, REPORT_LEASE_MAX, REPORT_LIFE, STATEMENT_CHARS_MAX, URGENT_HEAD_START};
use crate::refusal::{Code, Refusal};
use crate::row::Version;
use crate::sanction::Measure;
use crate::standing::Barred;
use crate::time::TimeMs;

/// What somebody is said to have done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the words are those of docs/PROTOCOL.md")]
pub enum Reason {
    Harassment,
    InappropriateContent,
    Spam,
    Nudity,
    Violence,
    Underage,
    Other,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 7] = [
        Self::Harassment,
        Self::InappropriateContent,
        Self::Spam,
        Self::Nudity,
        Self::Violence,
        Self::Underage,
        Self::Other,
    ];

    /// The reason as the wire spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Harassment => "harassment",
            Self::InappropriateContent => "inappropriate_content",
            Self::Spam => "spam",
            Self::Nudity => "nudity",
            Self::Violence => "violence",
            Self::Underage => "underage",
            Self::Other => "other",
        }
    }

    /// The reason of that name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == text)
    }

    /// Whether it has a head start in the moderators' queue.
    #[must_use]
    pub const fn is_urgent(self) -> bool {
        match self {
            Self::Underage | Self::Violence | Self::Nudity => true,
            Self::Harassment | Self::InappropriateContent | Self::Spam | Self::Other => false,
        }
    }
}

/// What somebody says in their own words, to moderators or as one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement(String);

impl Statement {
    /// # Errors
    /// `invalid_request` when it is blank, `too_large` when it is over 1,000 characters.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        if text.trim().is_empty() {
            return Err(Refusal::new(Code::InvalidRequest, "Say in a few words what you mean."));
        }
        if text.chars().count() > STATEMENT_CHARS_MAX {
            let message = format!("Say it in at most {STATEMENT_CHARS_MAX} characters.");
            return Err(Refusal::new(Code::TooLarge, message));
        }
        Ok(Self(text.trim().to_owned()))
    }

    /// The words.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands in the moderators' book for the words said on a report: the book is kept for good, and the words are not.
    #[must_use]
    pub fn mark(&self, report: &ReportId) -> SecretHash {
        SecretHash::of(&format!("{report} {}", self.0))
    }
}

/// Bytes that the deployment's evidence key opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed(pub Vec<u8>);

/// What shows what has happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Evidence {
    /// The reporter's words, the last lines of chat and the facts of the call: a copy that outlives them.
    Said(Sealed),
    /// What a rule has counted.
    Noticed(Noticed),
}

/// What one person says of another, or a rule has noticed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Which; the same for the same session and reporter.
    pub id: ReportId,
    /// The fence of every change.
    pub version: Version,
    /// In which call; the last one in which a rule has noticed something.
    pub session: SessionId,
    /// Who says it; nobody when a rule has noticed it.
    pub reporter: Option<UserId>,
    /// Of whom.
    pub accused: UserId,
    /// Who the accused has become, where they were a guest and have signed in to an account since.
    pub heir: Option<UserId>,
    /// What a ban would reach besides them, should they be gone by then.
    pub reach: Vec<Barred>,
    /// What.
    pub reason: Reason,
    /// When.
    pub at: TimeMs,
    /// What shows it.
    pub evidence: Evidence,
    /// Which moderator looks at it.
    pub lease: Option<Lease>,
    /// What was decided.
    pub ruling: Option<Ruling>,
}

/// A report is one moderator's for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// Whose.
    pub by: UserId,
    /// Since when, however often it was taken anew.
    pub since: TimeMs,
    /// Until when.
    pub until: TimeMs,
}

/// What was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruling {
    /// Who; nobody where a rule has warned.
    pub by: Option<UserId>,
    /// When.
    pub at: TimeMs,
    /// What is done; nothing when the report was dismissed.
    pub measure: Option<Measure>,
    /// Why, in words for other moderators; rules say none.
    pub note: Option<Statement>,
}

/// How far a report has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Waits for a moderator.
    Open,
    /// A moderator looks at it.
    Leased,
    /// Decided: nothing was wrong.
    Dismissed,
    /// Decided: something was done.
    Upheld,
}

impl Stage {
    /// Every stage.
    pub const ALL: [Self; 4] = [Self::Open, Self::Leased, Self::Dismissed, Self::Upheld];

    /// The stage as the wire spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Leased => "leased",
            Self::Dismissed => "dismissed",
            Self::Upheld => "upheld",
        }
    }

    /// The stage of that name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.as_str() == text)
    }
}

/// Where a report is listed. A list proposes; the report's row says what is so.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shelf {
    /// To be decided, with a head start.
    Urgent,
    /// To be decided.
    Open,
    /// Every report, decided or not.
    Every,
    /// Its sanction is appealed against.
    Appealed,
    /// Said of this person.
    Against(UserId),
    /// Said by this person.
    By(UserId),
}

impl Shelf {
    /// Whether something waits on it, so that the oldest is wanted first.
    #[must_use]
    pub const fn waits(&self) -> bool {
        match self {
            Self::Urgent | Self::Open | Self::Appealed => true,
            Self::Every | Self::Against(_) | Self::By(_) => false,
        }
    }
}

/// A report on a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// On which.
    pub shelf: Shelf,
    /// Since when.
    pub at: TimeMs,
    /// Which report.
    pub report: ReportId,
    /// When the row may be forgotten.
    pub until: TimeMs,
}

/// A place on a list, from which one reads on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    /// Since when what stands there is on the list.
    pub at: TimeMs,
    /// Which report that is.
    pub report: ReportId,
}

impl Listing {
    /// Where it stands on its list.
    #[must_use]
    pub fn mark(&self) -> Mark {
        Mark { at: self.at, report: self.report.clone() }
    }
}

impl Report {
    /// The id of what somebody says of their partner in a session.
    #[must_use]
    pub fn id_of(session: &SessionId, reporter: &UserId) -> ReportId {
        Token::derived(&["report", session.as_str(), reporter.as_str()]).into()
    }

    /// The id of the sanction that answers it, which the accused is told. The report's own id is not for them: whoever knows
    /// the call and guesses who reported them could reckon it. The last bytes of a seal (its tag, where it is one of
    /// AES-GCM) nobody knows who reads no reports.
    #[must_use]
    pub fn sanction(&self) -> SanctionId {
        let tag = match &self.evidence {
            Evidence::Said(Sealed(bytes)) => bytes.iter().rev().take(16).map(|byte| format!("{byte:02x}")).collect(),
            Evidence::Noticed(_) => String::new(),
        };
        Token::derived(&["sanction", self.id.as_str(), &tag]).into()
    }

    /// Who the accused is now.
    #[must_use]
    pub fn person(&self) -> &UserId {
        self.heir.as_ref().unwrap_or(&self.accused)
    }

    /// Whether somebody has a part in it.
    #[must_use]
    pub fn concerns(&self, user: &UserId) -> bool {
        self.accused == *user || self.person() == user || self.reporter.as_ref() == Some(user)
    }

    /// The device of the accused, if they were still there.
    #[must_use]
    pub fn device(&self) -> Option<&DeviceId> {
        self.reach.iter().find_map(|of| match of {
            Barred::Device(device) => Some(device),
            Barred::Address(_) => None,
        })
    }

    /// Where it waits to be decided.
    #[must_use]
    pub const fn queue(&self) -> Shelf {
        if self.reason.is_urgent() { Shelf::Urgent } else { Shelf::Open }
    }

    /// Where it stands for as long as it is kept.
    pub fn kept_on(&self) -> impl Iterator<Item = Shelf> {
        let by = self.reporter.clone().map(Shelf::By);
        let heir = self.heir.clone().map(Shelf::Against);
        [Shelf::Every, Shelf::Against(self.accused.clone())].into_iter().chain(heir).chain(by)
    }

    /// The report on a list, under the moment at which it was made.
    #[must_use]
    pub fn listed(&self, shelf: Shelf) -> Listing {
        Listing { shelf, at: self.at, report: self.id.clone(), until: self.expires_at() }
    }

    /// When it counts as come in the moderators' queue: the oldest is decided first, so that nothing waits for ever.
    #[must_use]
    pub fn counts_since(&self) -> TimeMs {
        if self.reason.is_urgent() { self.at - URGENT_HEAD_START } else { self.at }
    }

    /// How far it has come.
    #[must_use]
    pub fn stage(&self, now: TimeMs) -> Stage {
        match (&self.ruling, &self.lease) {
            (Some(ruling), _) if ruling.measure.is_some() => Stage::Upheld,
            (Some(_), _) => Stage::Dismissed,
            (None, Some(lease)) if lease.until > now => Stage::Leased,
            (None, Some(_) | None) => Stage::Open,
        }
    }

    /// Whether this moderator holds it.
    #[must_use]
    pub fn is_held_by(&self, moderator: &UserId, now: TimeMs) -> bool {
        self.ruling.is_none() && self.lease.as_ref().is_some_and(|lease| lease.by == *moderator && lease.until > now)
    }

    /// The next version, held by a moderator; `None` while another one holds it, once it is decided, and for who has had it
    /// for long enough.
    #[must_use]
    pub fn leased(&self, moderator: &UserId, now: TimeMs) -> Option<Self> {
        let free = self.stage(now) == Stage::Open || self.is_held_by(moderator, now);
        let held = self.lease.as_ref().filter(|lease| lease.by == *moderator && lease.until + REPORT_LEASE > now);
        let since = held.map_or(now, |lease| lease.since);
        let until = (now + REPORT_LEASE).min(since + REPORT_LEASE_MAX);
        let lease = Lease { by: moderator.clone(), since, until };
        (free && until > now).then(|| Self { version: self.version.next(), lease: Some(lease), ..self.clone() })
    }

    /// When the row may be forgotten: not before the sanction that answers it, for an appeal needs both.
    #[must_use]
    pub fn expires_at(&self) -> TimeMs {
        let ruling = self.ruling.as_ref();
        let answered = ruling.and_then(|ruling| ruling.measure.map(|measure| measure.remembered_until(ruling.at)));
        answered.map_or(self.at + REPORT_LIFE, |until| until.max(self.at + REPORT_LIFE))
    }
}
