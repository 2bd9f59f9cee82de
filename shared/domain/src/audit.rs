//! Who of the moderators did what: a book to which is only added, each line of which holds the hash of the one before.

use crate::id::{ReportId, SecretHash, UserId};
use crate::report::Report;
use crate::row::{Change, Row};
use crate::sanction::{Answer, Measure};
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

    /// What it is to decide on a report.
    #[must_use]
    pub const fn of(measure: Option<Measure>) -> Self {
        match measure {
            None => Self::Dismissed,
            Some(Measure::Warn) => Self::Warned,
            Some(Measure::Suspend { .. }) => Self::Suspended,
            Some(Measure::Ban { .. }) => Self::Banned,
        }
    }

    /// What it is to answer an appeal.
    #[must_use]
    pub const fn answering(granted: bool) -> Self {
        if granted { Self::AppealGranted } else { Self::AppealRejected }
    }

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
    /// Until when what was done holds.
    pub until: Option<TimeMs>,
    /// What stands for the words that were said with it ([`crate::report::Statement::mark`]).
    pub note: Option<SecretHash>,
}

impl Entry {
    /// A deed without more to it.
    #[must_use]
    pub const fn new(deed: Deed, by: Option<UserId>, about: UserId) -> Self {
        Self { deed, by, about, report: None, until: None, note: None }
    }

    /// The same on a report.
    #[must_use]
    pub fn on(self, report: &Report) -> Self {
        Self { report: Some(report.id.clone()), ..self }
    }

    /// What is written down of the decision on a report; nothing where a rule has made it.
    #[must_use]
    pub fn ruled(report: &Report) -> Option<Self> {
        let ruling = report.ruling.as_ref()?;
        let by = Some(ruling.by.clone()?);
        Some(Self {
            until: ruling.measure.and_then(Measure::until),
            note: ruling.note.as_ref().map(|note| note.mark(&report.id)),
            ..Self::new(Deed::of(ruling.measure), by, report.accused.clone()).on(report)
        })
    }

    /// What is written down of an answer to an appeal.
    #[must_use]
    pub fn answered(report: &Report, answer: &Answer) -> Self {
        let entry = Self::new(Deed::answering(answer.lifted), Some(answer.by.clone()), report.accused.clone());
        Self { note: Some(answer.note.mark(&report.id)), ..entry.on(report) }
    }
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
    /// The hash of everything else in this line, and so of all lines before it.
    pub hash: SecretHash,
}

impl AuditLine {
    /// The line that follows the last one.
    #[must_use]
    pub fn after(last: Option<&Self>, entry: Entry, at: TimeMs) -> Self {
        let (n, previous) = last.map_or((0, SecretHash::of("")), |last| (last.n, last.hash.clone()));
        let hash = hash(n + 1, at, &entry, &previous);
        Self { n: n + 1, at, entry, previous, hash }
    }

    /// Whether this line, as it stands there, is one that was written after the last one.
    #[must_use]
    pub fn follows(&self, last: Option<&Self>) -> bool {
        *self == Self::after(last, self.entry.clone(), self.at)
    }

    /// Writes it down: only where no line of this number stands, so that none is ever written over.
    #[must_use]
    pub fn write(self, now: TimeMs) -> Change {
        Change::create(Row::AuditLine(self), now)
    }
}

fn hash(n: u64, at: TimeMs, entry: &Entry, previous: &SecretHash) -> SecretHash {
    let Entry { deed, by, about, report, until, note } = entry;
    let by = by.as_ref().map_or("", UserId::as_str);
    let report = report.as_ref().map_or("", ReportId::as_str);
    let until = until.map(|until| until.0.to_string()).unwrap_or_default();
    let note = note.as_ref().map_or("", SecretHash::as_str);
    let (at, deed, previous) = (at.0, deed.as_str(), previous.as_str());
    SecretHash::of(&format!("{n} {at} {deed} {by} {about} {report} {until} {note} {previous}"))
}
