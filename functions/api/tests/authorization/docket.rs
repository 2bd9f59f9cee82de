//! What moderators have before them: of everybody who can be asked about, a warning, a warning that they appeal against, and
//! a report that they hold as if they were moderators.

use domain::id::{ReportId, SanctionId, Token, UserId};
use domain::limits::REPORT_LEASE;
use domain::report::{Evidence, Lease, Listing, Reason, Report, Ruling, Sealed, Shelf};
use domain::row::{Row, Version};
use domain::sanction::{Appeal, Measure, Sanction};
use domain::time::TimeMs;
use ports::fake::Inner;

use crate::cast::Person;
use crate::office::Office;

/// Puts it there.
pub fn lay(inner: &mut Inner, office: &Office, person: &Person, sue: &Person, pest: &Person) {
    let now = inner.now;
    let held = Report {
        accused: pest.user.clone(),
        lease: Some(Lease { by: person.user.clone(), since: now, until: TimeMs(now.0 + 100 * REPORT_LEASE.0) }),
        ruling: None,
        ..report(held_by(&person.user), office, person, sue, now)
    };
    let open = held.listed(Shelf::Open);
    let mut rows = vec![Row::Report(held), Row::Listing(open)];
    for (name, appealed) in [("warned", false), ("appealing", true)] {
        let decided = report(token(&format!("{name} {}", person.user)).into(), office, person, sue, now);
        let id = decided.sanction();
        let words =
            office.settings.evidence_keys.as_ref().unwrap().seal(&"I did not.", &format!("appeal {id}"), &token("a"));
        let appeal = appealed.then(|| Appeal { at: now, words: words.unwrap(), answer: None });
        let listing = appeal.as_ref().map(|appeal| Row::Listing(appeal.listed(&decided)));
        let (user, reason) = (person.user.clone(), Reason::Spam);
        let sanction = Sanction {
            id,
            version: Version::NEW,
            report: decided.id.clone(),
            user,
            measure: Measure::Warn,
            reason,
            at: now,
            appeal,
        };
        rows.extend([Row::Report(decided), Row::Sanction(sanction)].into_iter().chain(listing));
    }
    inner.rows.extend(rows.into_iter().map(|row| (row.key(), row)));
}

/// The report that somebody holds.
pub fn held_by(user: &UserId) -> ReportId {
    token(&format!("held by {user}")).into()
}

/// The warning that somebody has got.
pub fn warned(user: &UserId) -> SanctionId {
    answering("warned", user)
}

/// The warning that somebody appeals against.
pub fn appealing(user: &UserId) -> SanctionId {
    answering("appealing", user)
}

/// The sanction that answers a report of this name, whose seal is empty.
fn answering(name: &str, user: &UserId) -> SanctionId {
    Token::derived(&["sanction", token(&format!("{name} {user}")).as_str(), ""]).into()
}

fn report(id: ReportId, office: &Office, accused: &Person, sue: &Person, at: TimeMs) -> Report {
    let nobody: UserId = token("a moderator who left").into();
    assert!(office.settings.evidence_keys.is_some());
    Report {
        id,
        version: Version::NEW,
        session: token("a call").into(),
        reporter: Some(sue.user.clone()),
        accused: accused.user.clone(),
        heir: None,
        reach: Vec::new(),
        reason: Reason::Spam,
        at,
        evidence: Evidence::Said(Sealed(Vec::new())),
        lease: None,
        ruling: Some(Ruling { by: Some(nobody), at, measure: Some(Measure::Warn), note: None }),
    }
}

fn token(name: &str) -> Token {
    Token::derived(&[name])
}

/// On which list a row stands that is one.
pub fn listed(listing: &Listing) -> Vec<UserId> {
    match &listing.shelf {
        Shelf::Against(user) | Shelf::By(user) => vec![user.clone()],
        Shelf::Urgent | Shelf::Open | Shelf::Every | Shelf::Appealed => Vec::new(),
    }
}
