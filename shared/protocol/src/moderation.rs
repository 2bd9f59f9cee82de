//! REST bodies of reports, sanctions, appeals and consent.
#![expect(missing_docs, reason = "the fields are those of docs/PROTOCOL.md, word for word")]

use domain::conduct::Noticed;
use domain::id::ReportId;
use domain::objective::{Aim, Objective};
use domain::report::{Evidence as Basis, Mark, Report, Stage, Statement};
use domain::sanction::Sanction;
use domain::time::TimeMs;
use serde::{Deserialize, Serialize};

use crate::evidence::Evidence;

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($word:ident),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
        #[cfg_attr(feature = "contract", derive(ts_rs::TS))]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($word),* }
    )*};
}

words! {
    /// What somebody is said to have done.
    ReasonName { Harassment, InappropriateContent, Spam, Nudity, Violence, Underage, Other }
    /// Whether a report was right.
    DecisionName { Accepted, Rejected }
    /// What is done about somebody.
    ActionName { Warn, Suspend, Ban }
    /// Whether an appeal lifts a sanction.
    AnswerName { Granted, Rejected }
}

asked! {
    pub struct ReportRequest {
        pub session_id: String,
        pub reason: ReasonName,
        pub comment: Option<String>,
        pub block: Option<bool>,
    }

    pub struct ModerateRequest {
        pub report_id: String,
        pub decision: DecisionName,
        pub action: Option<ActionName>,
        pub hours: Option<u32>,
        pub note: String,
    }

    pub struct AppealRequest {
        pub sanction_id: String,
        pub message: String,
    }

    pub struct AnswerAppealRequest {
        pub user_id: String,
        pub sanction_id: String,
        pub decision: AnswerName,
        pub note: String,
    }

    pub struct ConsentRequest {
        pub version: u32,
        pub adult: bool,
    }
}

answered! {
    pub struct ReportAnswer {
        pub report_id: String,
    }

    pub struct ReportsAnswer {
        pub reports: Vec<ReportEntry>,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub older: Option<String>,
    }

    pub struct ReportEntry {
        pub report_id: String,
        pub reason: &'static str,
        pub stage: &'static str,
        pub urgent: bool,
        #[cfg_attr(feature = "contract", ts(type = "number"))]
        pub created_at: u64,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "contract", ts(optional, type = "number"))]
        pub leased_until: Option<u64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "contract", ts(optional, type = "number"))]
        pub decided_at: Option<u64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub action: Option<&'static str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub note: Option<String>,
    }

    pub struct NextReportAnswer {
        #[serde(skip_serializing_if = "Option::is_none")]
        pub report: Option<ReportCase>,
    }

    pub struct ReportCase {
        pub entry: ReportEntry,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub evidence: Option<Evidence>,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub noticed: Option<NoticedByRule>,
        pub accused: PersonFile,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub reporter: Option<PersonFile>,
    }

    pub struct NoticedByRule {
        pub rule: String,
        pub many: u32,
        #[cfg_attr(feature = "contract", ts(type = "number"))]
        pub within_ms: u64,
    }

    pub struct PersonFile {
        pub user_id: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub nickname: Option<String>,
        pub has_account: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "contract", ts(optional, type = "number"))]
        pub created_at: Option<u64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "contract", ts(optional, type = "number"))]
        pub banned_until: Option<u64>,
        pub reports_against: Vec<ReportEntry>,
        pub reports_made: Vec<ReportEntry>,
        pub sanctions: Vec<SanctionFile>,
    }

    pub struct SanctionFile {
        pub sanction: SanctionEntry,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub answer_note: Option<String>,
    }

    pub struct StatsAnswer {
        pub urgent: usize,
        pub open: usize,
        pub appeals: usize,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "contract", ts(optional, type = "number"))]
        pub oldest_at: Option<u64>,
    }

    pub struct StatusAnswer {
        pub objectives: Vec<ObjectiveEntry>,
    }

    pub struct ObjectiveEntry {
        pub name: &'static str,
        pub what: &'static str,
        pub unit: &'static str,
        #[cfg_attr(feature = "contract", ts(type = "number"))]
        pub aim: u64,
        #[cfg_attr(feature = "contract", ts(type = "number"))]
        pub samples: u64,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "contract", ts(optional, type = "number"))]
        pub figure: Option<u64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub met: Option<bool>,
    }

    pub struct SanctionsAnswer {
        pub sanctions: Vec<SanctionEntry>,
    }

    pub struct SanctionEntry {
        pub sanction_id: String,
        pub action: &'static str,
        pub reason: &'static str,
        #[cfg_attr(feature = "contract", ts(type = "number"))]
        pub created_at: u64,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "contract", ts(optional, type = "number"))]
        pub until: Option<u64>,
        pub holds: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub appeal: Option<&'static str>,
    }

    pub struct AppealsAnswer {
        pub appeals: Vec<AppealEntry>,
    }

    pub struct AppealEntry {
        pub user_id: String,
        pub sanction: SanctionEntry,
        pub message: String,
        pub own: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub note: Option<String>,
        #[cfg_attr(feature = "contract", ts(type = "number"))]
        pub created_at: u64,
    }

    pub struct AuditAnswer {
        pub lines: Vec<AuditEntry>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "contract", ts(optional, type = "number"))]
        pub older: Option<u64>,
    }

    pub struct AuditEntry {
        #[cfg_attr(feature = "contract", ts(type = "number"))]
        pub n: u64,
        #[cfg_attr(feature = "contract", ts(type = "number"))]
        pub at: u64,
        pub deed: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub by: Option<String>,
        pub about: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub report_id: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "contract", ts(optional, type = "number"))]
        pub until: Option<u64>,
        pub previous: String,
        pub hash: String,
    }

    pub struct ConsentAnswer {
        pub version: u32,
        #[cfg_attr(feature = "contract", ts(type = "number"))]
        pub agreed_at: u64,
    }
}

/// A report as a list shows it.
#[must_use]
pub fn report(report: &Report, now: TimeMs) -> ReportEntry {
    let ruling = report.ruling.as_ref();
    let stage = report.stage(now);
    let lease = report.lease.as_ref().filter(|_| stage == Stage::Leased);
    ReportEntry {
        report_id: report.id.to_string(),
        reason: report.reason.as_str(),
        stage: stage.as_str(),
        urgent: report.reason.is_urgent(),
        created_at: report.at.0,
        leased_until: lease.map(|lease| lease.until.0),
        decided_at: ruling.map(|ruling| ruling.at.0),
        action: ruling.and_then(|ruling| ruling.measure).map(|measure| measure.as_str()),
        note: ruling.and_then(|ruling| ruling.note.as_ref()).map(words),
    }
}

/// A place on a list of reports, for who reads on from there.
#[must_use]
pub fn mark(mark: &Mark) -> String {
    format!("{}.{}", mark.at.0, mark.report)
}

/// The place that was told so.
#[must_use]
pub fn parse_mark(text: &str) -> Option<Mark> {
    let (at, report) = text.split_once('.')?;
    Some(Mark { at: TimeMs(at.parse().ok()?), report: ReportId::parse(report).ok()? })
}

/// What a rule has noticed, where a report rests on that.
#[must_use]
pub fn noticed(report: &Report) -> Option<NoticedByRule> {
    match &report.evidence {
        Basis::Said(_) => None,
        Basis::Noticed(Noticed { rule, many, within }) => {
            Some(NoticedByRule { rule: rule.clone(), many: *many, within_ms: within.0 })
        }
    }
}

/// A sanction as the person sees it.
#[must_use]
pub fn sanction(sanction: &Sanction, now: TimeMs) -> SanctionEntry {
    let appeal = sanction.appeal.as_ref().map(|appeal| match &appeal.answer {
        None => "open",
        Some(answer) if answer.lifted => "granted",
        Some(_) => "rejected",
    });
    SanctionEntry {
        sanction_id: sanction.id.to_string(),
        action: sanction.measure.as_str(),
        reason: sanction.reason.as_str(),
        created_at: sanction.at.0,
        until: sanction.measure.until().map(|until| until.0),
        holds: sanction.holds(now),
        appeal,
    }
}

/// A sanction as moderators see it: with what one of them has noted of its appeal.
#[must_use]
pub fn sanction_file(it: &Sanction, now: TimeMs) -> SanctionFile {
    let answer = it.appeal.as_ref().and_then(|appeal| appeal.answer.as_ref());
    SanctionFile { sanction: sanction(it, now), answer_note: answer.map(|answer| words(&answer.note)) }
}

fn words(note: &Statement) -> String {
    note.as_str().to_owned()
}

impl From<ReasonName> for domain::report::Reason {
    fn from(name: ReasonName) -> Self {
        match name {
            ReasonName::Harassment => Self::Harassment,
            ReasonName::InappropriateContent => Self::InappropriateContent,
            ReasonName::Spam => Self::Spam,
            ReasonName::Nudity => Self::Nudity,
            ReasonName::Violence => Self::Violence,
            ReasonName::Underage => Self::Underage,
            ReasonName::Other => Self::Other,
        }
    }
}

/// Where an objective stands; its unit is milliseconds or parts of a million.
#[must_use]
pub fn objective(objective: &Objective) -> ObjectiveEntry {
    let (unit, aim) = match objective.aim {
        Aim::Within(span) => ("ms", span.0),
        Aim::Above(share) => ("ppm", share),
    };
    let (Objective { name, what, samples, figure, .. }, met) = (*objective, objective.is_met());
    ObjectiveEntry { name, what, unit, aim, samples, figure, met }
}

/// What somebody has agreed to.
#[must_use]
pub const fn consent(consent: &domain::consent::Consent) -> ConsentAnswer {
    ConsentAnswer { version: consent.version, agreed_at: consent.at.0 }
}

/// A line of the moderators' book.
#[must_use]
pub fn audit(line: &domain::audit::AuditLine) -> AuditEntry {
    AuditEntry {
        n: line.n,
        at: line.at.0,
        deed: line.entry.deed.as_str(),
        by: line.entry.by.as_ref().map(ToString::to_string),
        about: line.entry.about.to_string(),
        report_id: line.entry.report.as_ref().map(ToString::to_string),
        until: line.entry.until.map(|until| until.0),
        previous: line.previous.as_str().to_owned(),
        hash: line.hash.as_str().to_owned(),
    }
}
