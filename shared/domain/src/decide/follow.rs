//! What follows when rules come true: a warning, a case for the moderators, a slower pace. Nothing here writes a ban.

use crate::conduct::{Conduct, Consequence, Fired};
use crate::credential::Profile;
use crate::decision::Decision;
use crate::id::SessionId;
use crate::report::{Evidence, Reason, Report, Ruling, Shelf};
use crate::row::{Change, Row, Version};
use crate::sanction::{Measure, Sanction};
use crate::time::TimeMs;
use crate::user::User;

use super::reach::reach;

/// Somebody about whom rules have come true, as loaded.
#[derive(Debug, Clone, Copy)]
pub struct Noted<'a> {
    /// Who.
    pub profile: &'a Profile,
    /// Their live row, if there is one.
    pub live: Option<&'a User>,
    /// In which call it was.
    pub session: &'a SessionId,
    /// The next version of what rules have noticed about them.
    pub conduct: &'a Conduct,
}

/// Does what `fired` wants done about a person; the row of what was noticed is left to the caller. Each of `fired` must
/// have been followed by nothing yet.
#[must_use]
pub fn follow(noted: Noted<'_>, fired: &[Fired], now: TimeMs) -> Decision {
    let mut decision = Decision::nothing();
    for one in fired {
        match one.rule.consequence {
            Consequence::Warn(reason) => warn(noted, one, reason, now, &mut decision),
            Consequence::Refer(reason) => refer(noted, one, reason, now, &mut decision),
            Consequence::Slow(_) => {}
        }
    }
    let slows = fired.iter().any(|one| one.slows_until().is_some());
    if let (Some(user), Some(until), true) = (noted.live, noted.conduct.slowed_until, slows) {
        decision.change(Change::update(Row::User(user.slowed(until))));
    }
    decision
}

/// Adds to `decision` a warning that the person finds in their account, and the decided report that an appeal goes to.
fn warn(noted: Noted<'_>, fired: &Fired, reason: Reason, now: TimeMs, decision: &mut Decision) {
    let ruling = Ruling { by: None, at: now, measure: Some(Measure::Warn), note: None };
    let report = Report { ruling: Some(ruling), ..report(noted, fired, reason, now) };
    let sanction = Sanction {
        id: report.sanction(),
        version: Version::NEW,
        report: report.id.clone(),
        user: report.accused.clone(),
        measure: Measure::Warn,
        reason,
        at: now,
        appeal: None,
    };
    decision.change(Change::create(Row::Sanction(sanction), now));
    file(report, None, now, decision);
}

/// Adds to `decision` a report of nobody in the moderators' queue.
fn refer(noted: Noted<'_>, fired: &Fired, reason: Reason, now: TimeMs, decision: &mut Decision) {
    let report = report(noted, fired, reason, now);
    let queue = report.queue();
    file(report, Some(queue), now, decision);
}

fn file(report: Report, queue: Option<Shelf>, now: TimeMs, decision: &mut Decision) {
    for shelf in queue.into_iter().chain(report.kept_on()) {
        decision.change(Change::put(Row::Listing(report.listed(shelf))));
    }
    decision.change(Change::create(Row::Report(report), now));
}

fn report(noted: Noted<'_>, fired: &Fired, reason: Reason, now: TimeMs) -> Report {
    let profile = noted.profile;
    Report {
        id: fired.report(&profile.user),
        version: Version::NEW,
        session: noted.session.clone(),
        reporter: None,
        accused: profile.user.clone(),
        reach: reach(Some(profile), Vec::new(), noted.live),
        heir: None,
        reason,
        at: now,
        evidence: Evidence::Noticed(fired.noticed()),
        lease: None,
        ruling: None,
    }
}
