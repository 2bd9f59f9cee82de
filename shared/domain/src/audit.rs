//! Who of the moderators did what: a book to which is only added, each line of which holds the hash of the one before.

use crate::id::{ReportId, SecretHash, UserId};
use crate::row::{Change, Row};
use crate::time::TimeMs;

/// What a moderator did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words say it")]
pub enum Deed {
    Granted,
    Revoked,
    EvidenceRead,
    Dismissed,
    Warned,
    Suspended,
    Banned,
    AppealRead,
    AppealGranted,
    AppealRejected,
}

impl Deed {
    /// Every deed.
    pub const ALL: [Self; 10] = [
        Self::Granted,
        Self::Revoked,
        Self::EvidenceRead,
        Self::Dismissed,
        Self::Warned,
        Self::Suspended,
        Self::Banned,
        Self::AppealRead,
        Self::AppealGranted,
        Self::AppealRejected,
    ];

    /// The deed as it is written down.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::Revoked => "revoked",
            Self::EvidenceRead => "evidence-read",
            Self::Dismissed => "dismissed",
            Self::Warned => "warned",
            Self::Suspended => "suspended",
            Self::Banned => "banned",
            Self::AppealRead => "appeal-read",
            Self::AppealGranted => "appeal-granted",
            Self::AppealRejected => "appeal-rejected",
        }
    }

    /// The deed of that name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|deed| deed.as_str() == text)
    }
}

/// What is to be written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What was done.
    pub deed: Deed,
    /// By which moderator; nobody when the operator of the deployment did it.
    pub by: Option<UserId>,
    /// About whom.
    pub about: UserId,
    /// On which report.
    pub report: Option<ReportId>,
}

/// A line of the book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditLine {
    /// Its number: 1, 2, 3, ... without gaps.
    pub n: u64,
    /// When.
    pub at: TimeMs,
    /// What.
    pub entry: Entry,
    /// The hash of the line before; of nothing for the first.
    pub previous: SecretHash,
}

impl AuditLine {
    /// The line that follows the last one.
    #[must_use]
    pub fn after(last: Option<&Self>, entry: Entry, at: TimeMs) -> Self {
        let (n, previous) = last.map_or((0, SecretHash::of("")), |last| (last.n, last.hash()));
        Self { n: n + 1, at, entry, previous }
    }

    /// Writes it down: only where no line of this number stands, so that none is ever written over.
    #[must_use]
    pub fn write(self, now: TimeMs) -> Change {
        Change::create(Row::AuditLine(self), now)
    }

    /// The hash of everything in the line, and so of all lines before it.
    #[must_use]
    pub fn hash(&self) -> SecretHash {
        let Entry { deed, by, about, report } = &self.entry;
        let by = by.as_ref().map_or("", UserId::as_str);
        let report = report.as_ref().map_or("", ReportId::as_str);
        let (n, at) = (self.n, self.at.0);
        let previous = self.previous.as_str();
        SecretHash::of(&format!("{n} {at} {} {by} {about} {report} {previous}", deed.as_str()))
    }
}
