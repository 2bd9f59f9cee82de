//! What moderators have done about somebody, as that person may see it, and the one appeal against it.

use crate::id::{ReportId, SanctionId, UserId};
use crate::limits::{BAN_LIFE, SANCTION_LOG_LIFE, SUSPENSION_MAX};
use crate::refusal::{Code, Refusal};
use crate::report::{Listing, Reason, Report, Sealed, Shelf, Statement};
use crate::row::Version;
use crate::time::{SpanMs, TimeMs};

/// What is done about somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// They are told, and nothing else.
    Warn,
    /// They meet nobody until then.
    Suspend {
        /// The end.
        until: TimeMs,
    },
    /// They meet nobody for a year.
    Ban {
        /// The end.
        until: TimeMs,
    },
}

impl Measure {
    /// A suspension that begins now.
    ///
    /// # Errors
    /// `invalid_request` unless it lasts from an hour to 90 days.
    pub fn suspend(length: SpanMs, now: TimeMs) -> Result<Self, Refusal> {
        if (SpanMs::seconds(3600)..=SUSPENSION_MAX).contains(&length) {
            return Ok(Self::Suspend { until: now + length });
        }
        Err(Refusal::new(
            Code::InvalidRequest,
            "A suspension lasts from 1 to 2160 hours; what is to last longer is a ban.",
        ))
    }

    /// A ban that begins now.
    #[must_use]
    pub fn ban(now: TimeMs) -> Self {
        Self::Ban { until: now + BAN_LIFE }
    }

    /// The measure as the wire spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Warn => "warn",
            Self::Suspend { .. } => "suspend",
            Self::Ban { .. } => "ban",
        }
    }

    /// The measure of that name, and its end where it has one.
    #[must_use]
    pub fn of(name: &str, until: Option<TimeMs>) -> Option<Self> {
        match (name, until) {
            ("warn", None) => Some(Self::Warn),
            ("suspend", Some(until)) => Some(Self::Suspend { until }),
            ("ban", Some(until)) => Some(Self::Ban { until }),
            _ => None,
        }
    }

    /// Until when the person meets nobody.
    #[must_use]
    pub const fn until(self) -> Option<TimeMs> {
        match self {
            Self::Warn => None,
            Self::Suspend { until } | Self::Ban { until } => Some(until),
        }
    }

    /// Until when it is remembered that it was taken at a moment.
    #[must_use]
    pub fn remembered_until(self, at: TimeMs) -> TimeMs {
        self.until().unwrap_or(at) + SANCTION_LOG_LIFE
    }
}

/// What was done about somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sanction {
    /// Which.
    pub id: SanctionId,
    /// The fence of every change.
    pub version: Version,
    /// The report that it answers; never shown to whom it is about.
    pub report: ReportId,
    /// About whom.
    pub user: UserId,
    /// What.
    pub measure: Measure,
    /// Why.
    pub reason: Reason,
    /// Since when.
    pub at: TimeMs,
    /// What the person says against it.
    pub appeal: Option<Appeal>,
}

/// What somebody says against a sanction; once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appeal {
    /// When.
    pub at: TimeMs,
    /// Their words.
    pub words: Sealed,
    /// What a moderator has answered.
    pub answer: Option<Answer>,
}

/// The answer to an appeal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Who.
    pub by: UserId,
    /// When.
    pub at: TimeMs,
    /// Whether the sanction is lifted.
    pub lifted: bool,
    /// Why, in words for other moderators.
    pub note: Statement,
}

impl Appeal {
    /// The appeal on the list of those that wait, since it was made.
    #[must_use]
    pub fn listed(&self, report: &Report) -> Listing {
        Listing { at: self.at, ..report.listed(Shelf::Appealed) }
    }
}

impl Sanction {
    /// Whether an appeal has lifted it.
    #[must_use]
    pub fn is_lifted(&self) -> bool {
        self.appeal.as_ref().and_then(|appeal| appeal.answer.as_ref()).is_some_and(|answer| answer.lifted)
    }

    /// Until when it keeps the person from meeting others.
    #[must_use]
    pub fn holds_until(&self) -> Option<TimeMs> {
        self.measure.until().filter(|_| !self.is_lifted())
    }

    /// Whether it keeps the person from meeting others now.
    #[must_use]
    pub fn holds(&self, now: TimeMs) -> bool {
        self.holds_until().is_some_and(|until| until > now)
    }

    /// When the row may be forgotten.
    #[must_use]
    pub fn expires_at(&self) -> TimeMs {
        self.measure.remembered_until(self.at)
    }
}
