//! What moderators do: each deed is one transaction with its line in the book.

use crate::audit::{AuditLine, Deed, Entry};
use crate::credential::Profile;
use crate::decision::Decision;
use crate::fact::{Fact, FactKind, Pseudonym};
use crate::id::UserId;
use crate::notice::Notice;
use crate::refusal::{Code, Refusal};
use crate::report::{Listing, Report, Ruling, Sealed, Statement};
use crate::row::{Change, Row, Version};
use crate::sanction::{Answer, Appeal, Measure, Sanction};
use crate::standing::{Bar, Barred, Hold};
use crate::time::TimeMs;
use crate::user::User;

use super::bar::{ban, pardon};
use super::reach::{hold, release};

/// A report with whom it is about, as loaded.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// The report.
    pub report: &'a Report,
    /// The accused, unless they are gone.
    pub accused: Option<&'a Profile>,
    /// Their live row, if there is one.
    pub live: Option<&'a User>,
    /// What a ban reaches besides them.
    pub reach: &'a [Barred],
    /// The bars that stand there already.
    pub bars: &'a [Bar],
    /// The last line of the book.
    pub last: Option<&'a AuditLine>,
}

/// What a moderator says.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// What is done; nothing dismisses the report.
    pub measure: Option<Measure>,
    /// Why, for other moderators.
    pub note: Statement,
}

/// What a moderator answers to an appeal.
#[derive(Debug, Clone)]
pub struct Reply {
    /// Whether the sanction is lifted.
    pub granted: bool,
    /// Why, for other moderators.
    pub note: Statement,
}

/// An appeal with whose it is, as loaded.
#[derive(Debug, Clone, Copy)]
pub struct Hearing<'a> {
    /// What is appealed against.
    pub sanction: &'a Sanction,
    /// Everything that was done about the person.
    pub sanctions: &'a [Sanction],
    /// The report that it answers.
    pub report: &'a Report,
    /// The person, unless they are gone.
    pub profile: Option<&'a Profile>,
    /// Their live row, if there is one.
    pub live: Option<&'a User>,
    /// The bars on what the report reaches.
    pub bars: &'a [Bar],
    /// The last line of the book.
    pub last: Option<&'a AuditLine>,
}

/// Gives a report to a moderator for a while, who from now on may read what goes along with it. `None` when another one
/// holds it, when it is decided, or when it is about the moderator or by them.
#[must_use]
pub fn take(report: &Report, moderator: &UserId, last: Option<&AuditLine>, now: TimeMs) -> Option<(Report, Decision)> {
    if report.concerns(moderator) {
        return None;
    }
    let leased = report.leased(moderator, now)?;
    let mut decision = Decision::nothing();
    decision.change(Change::update(Row::Report(leased.clone())));
    let read = Entry::new(Deed::EvidenceRead, Some(moderator.clone()), report.accused.clone()).on(report);
    decision.change(AuditLine::after(last, read, now).write(now));
    Some((leased, decision))
}

/// Decides on a report that the moderator holds; gives its next version besides.
///
/// # Errors
/// `conflict` for who does not hold it, or when it is decided.
pub fn rule(case: Case<'_>, moderator: &UserId, verdict: Verdict, now: TimeMs) -> Result<(Report, Decision), Refusal> {
    let Case { report, accused, live, reach, bars: _, last } = case;
    if report.ruling.is_some() {
        return Err(Refusal::new(Code::Conflict, "This report is decided already; take the next one."));
    }
    if !report.is_held_by(moderator, now) || report.concerns(moderator) {
        return Err(Refusal::new(Code::Conflict, "You do not hold this report, or no longer; take it from the queue."));
    }
    let Verdict { measure, note } = verdict;
    let mut decision = match (accused, measure.and_then(Measure::until)) {
        (Some(accused), Some(until)) => ban(accused, live, until, now),
        (Some(_) | None, _) => Decision::nothing(),
    };
    let ruling = Ruling { by: Some(moderator.clone()), at: now, measure, note: Some(note) };
    let (version, reach) = (report.version.next(), reach.to_vec());
    let ruled = Report { version, reach, lease: None, ruling: Some(ruling), ..report.clone() };
    decision.change(Change::delete(Row::Listing(report.listed(report.queue())).key()));
    // What is done about somebody is kept for longer than what is said, and is found for as long.
    for shelf in ruled.kept_on().filter(|_| ruled.expires_at() > report.expires_at()) {
        decision.change(Change::put(Row::Listing(ruled.listed(shelf))));
    }
    if let Some(entry) = Entry::ruled(&ruled) {
        decision.change(AuditLine::after(last, entry, now).write(now));
    }
    decision.change(Change::update(Row::Report(ruled.clone())));
    if let Some(measure) = measure {
        impose(case, measure, now, &mut decision);
    }
    let waited = now.since(report.at);
    let kind = FactKind::ReportDecided { session: report.session.clone(), reason: report.reason, measure, waited };
    decision.record(Fact::new(kind, &[report.id.as_str()], now));
    Ok((ruled, decision))
}

/// Adds to `decision` that the accused is told and finds it in their account, and that whatever they could come back with
/// is barred, though they be gone. A guest who has become somebody else is told as who they are now.
fn impose(case: Case<'_>, measure: Measure, now: TimeMs, decision: &mut Decision) {
    let Case { report, accused, live, reach, bars, last: _ } = case;
    let user = accused.map_or(report.person(), |accused| &accused.user);
    let sanction = Sanction {
        id: report.sanction(),
        version: Version::NEW,
        report: report.id.clone(),
        user: user.clone(),
        measure,
        reason: report.reason,
        at: now,
        appeal: None,
    };
    let (id, reason) = (sanction.id.clone(), report.reason);
    decision.change(Change::create(Row::Sanction(sanction), now));
    for connection in live.into_iter().flat_map(User::devices) {
        let (sanction, reason) = (id.clone(), report.reason);
        decision.post(
            connection,
            match measure {
                Measure::Warn => Notice::ModerationWarning { sanction, reason },
                Measure::Suspend { .. } | Measure::Ban { .. } => Notice::ModerationAction { sanction, measure, reason },
            },
        );
    }
    let Some(until) = measure.until() else { return };
    hold(reach, bars, &Hold { sanction: id, since: now, until }, now, decision);
    let Some(device) = accused.map(|accused| &accused.device).or_else(|| report.device()) else { return };
    let kind = FactKind::UserBanned { user: Pseudonym::of(user, device, now), reason, until };
    decision.record(Fact::new(kind, &[report.id.as_str()], now));
}

/// Appeals against a sanction, once.
///
/// # Errors
/// `conflict` for a second appeal, `gone` when the sanction is over.
pub fn appeal(sanction: &Sanction, report: &Report, words: Sealed, now: TimeMs) -> Result<Decision, Refusal> {
    if sanction.appeal.is_some() {
        return Err(Refusal::new(
            Code::Conflict,
            "You have appealed against this already; the answer will stand here.",
        ));
    }
    if sanction.measure.until().is_some_and(|until| until <= now) {
        return Err(Refusal::new(Code::Gone, "This is over; there is nothing left to appeal against."));
    }
    let appeal = Appeal { at: now, words, answer: None };
    let mut decision = Decision::nothing();
    decision.change(Change::put(Row::Listing(appeal.listed(report))));
    let appealed = Sanction { version: sanction.version.next(), appeal: Some(appeal), ..sanction.clone() };
    decision.change(Change::update(Row::Sanction(appealed)));
    Ok(decision)
}

/// Answers an appeal; one that is granted lifts the sanction, and whatever else holds goes on holding.
///
/// # Errors
/// `conflict` when there is nothing to answer any more, `forbidden` for who has imposed the sanction or is concerned.
pub fn answer_appeal(hearing: Hearing<'_>, moderator: &UserId, reply: Reply, now: TimeMs) -> Result<Decision, Refusal> {
    let Hearing { sanction, sanctions, report, profile, live, bars, last } = hearing;
    let open = sanction.appeal.as_ref().filter(|appeal| appeal.answer.is_none());
    let appeal = open.ok_or_else(|| Refusal::new(Code::Conflict, "This appeal is answered already."))?;
    let imposed = report.ruling.as_ref().is_some_and(|ruling| ruling.by.as_ref() == Some(moderator));
    if imposed || report.concerns(moderator) {
        let message = "An appeal is answered by somebody who has no part in it; leave it to another moderator.";
        return Err(Refusal::new(Code::Forbidden, message));
    }
    let Reply { granted, note } = reply;
    let answer = Answer { by: moderator.clone(), at: now, lifted: granted, note };
    let entry = Entry::answered(report, &answer);
    let waits = appeal.listed(report);
    let appeal = Appeal { answer: Some(answer), ..appeal.clone() };
    let answered = Sanction { version: sanction.version.next(), appeal: Some(appeal), ..sanction.clone() };
    let others = sanctions.iter().filter(|other| other.id != sanction.id && other.holds(now));
    let until = others.filter_map(Sanction::holds_until).max();
    let mut decision = match profile {
        Some(profile) if granted && sanction.holds(now) => pardon(profile, live, until, now),
        Some(_) | None => Decision::nothing(),
    };
    if granted {
        release(bars, &sanction.id, &mut decision);
    }
    decision.change(Change::update(Row::Sanction(answered)));
    decision.change(Change::delete(Row::Listing(waits).key()));
    decision.change(AuditLine::after(last, entry, now).write(now));
    Ok(decision)
}

/// Makes somebody a moderator, or lets them be none; the operator of the deployment does. Nothing when they are what they
/// are to be.
#[must_use]
pub fn appoint(profile: &Profile, moderates: bool, last: Option<&AuditLine>, now: TimeMs) -> Decision {
    let mut decision = Decision::nothing();
    if profile.moderates != moderates {
        let appointed = Profile { version: profile.version.next(), moderates, ..profile.clone() };
        decision.change(Change::update(Row::Profile(appointed)));
        let deed = if moderates { Deed::Granted } else { Deed::Revoked };
        let entry = Entry::new(deed, None, profile.user.clone());
        decision.change(AuditLine::after(last, entry, now).write(now));
    }
    decision
}

/// Notes that a moderator reads appeals, one line for each, and takes from their list whatever else is found there.
#[must_use]
pub fn read_appeals(
    open: &[&Report],
    over: &[Listing],
    moderator: &UserId,
    last: Option<&AuditLine>,
    now: TimeMs,
) -> Decision {
    let mut decision = Decision::nothing();
    let mut last = last.cloned();
    for report in open {
        let read = Entry::new(Deed::AppealRead, Some(moderator.clone()), report.accused.clone()).on(report);
        let line = AuditLine::after(last.as_ref(), read, now);
        decision.change(line.clone().write(now));
        last = Some(line);
    }
    for listing in over {
        decision.tidy(Change::delete(Row::Listing(listing.clone()).key()));
    }
    decision
}
