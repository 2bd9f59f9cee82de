//! A report: what is said is kept, and who says it is out of the call and looks for somebody else.

use crate::decision::Decision;
use crate::fact::{Fact, FactKind};
use crate::id::TicketId;
use crate::report::Report;
use crate::row::{Change, Row};
use crate::session::{Between, EndReason, Role};
use crate::time::TimeMs;
use crate::timer::Timer;
use crate::user::{User, UserState, Waiting};

use super::end::{Ending, close, free_others, present};
use super::seek::{greet, queue_up};

/// Files a report. If the reporter is in that call it ends, and who came from the queue goes back to it, to be looked for
/// at once; no cool-down keeps anybody in a call that they report. `live` is the reporter's row, if there is one. The two
/// do not meet again as long as that row lives, blocked or not.
#[must_use]
pub fn report(report: &Report, ending: Ending<'_>, live: Option<&User>, ticket: TicketId, now: TimeMs) -> Decision {
    let told_by = report.reporter.as_ref().and_then(|reporter| ending.session.role_of_user(reporter));
    let mut decision = file(report, told_by.map(Role::other), now);
    let Some(reporter) = &report.reporter else { return decision };
    let session = ending.session;
    let caller = present(ending, reporter).filter(|_| !session.is_ended());
    let Some(user) = caller.or(live) else { return decision };
    if caller.is_some() {
        // The other hears what they would of anybody who goes: between friends there is no `next`.
        let reason = match session.between {
            Between::Strangers => EndReason::Skipped,
            Between::Friends => EndReason::PeerLeft,
        };
        // A report is noticed as such; nobody has gone on by `next`.
        close(session, reason, None, now, &mut decision);
        free_others(ending, reporter, now, &mut decision);
    }
    let goes_on = caller.is_some() && session.between == Between::Strangers && user.admit(now).is_ok();
    let mut after = match (&user.wish, goes_on) {
        (Some(wish), true) => {
            let waiting = queue_up(&user.heard(now), wish.clone(), ticket, (now, false), now, &mut decision);
            let looked_for = look_now(waiting, now, &mut decision);
            greet(&looked_for, &mut decision);
            looked_for
        }
        (Some(_) | None, _) if caller.is_some() => {
            User { version: user.version.next(), state: UserState::Idle, ..user.heard(now) }
        }
        (Some(_) | None, _) => User { version: user.version.next(), ..user.clone() },
    };
    after.note_report(&report.accused);
    decision.change(Change::update(Row::User(after)));
    decision
}

/// Adds a look for somebody new at this moment: whoever takes reports does not match people.
fn look_now(waiting: User, now: TimeMs, decision: &mut Decision) -> User {
    let Some(Waiting { ticket, since, .. }) = waiting.waiting().cloned() else { return waiting };
    decision.timers.retain(|(timer, _)| !matches!(timer, Timer::Widen { .. }));
    decision.arm(Timer::Widen { user: waiting.id.clone(), ticket: ticket.clone() }, now);
    User { state: UserState::Waiting(Waiting { ticket, since, look_at: now }), ..waiting }
}

fn file(report: &Report, accused: Option<Role>, now: TimeMs) -> Decision {
    let mut decision = Decision::nothing();
    decision.change(Change::create(Row::Report(report.clone()), now));
    for shelf in [report.queue()].into_iter().chain(report.kept_on()) {
        decision.change(Change::put(Row::Listing(report.listed(shelf))));
    }
    let (session, reason, role) = (report.session.clone(), report.reason, accused);
    let kind = FactKind::ReportSubmitted { session, reason, role };
    decision.record(Fact::new(kind, &[report.id.as_str()], now));
    decision
}
