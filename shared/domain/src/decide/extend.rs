//! Five minutes more, when both ask.

use crate::decision::{Decision, Effect};
use crate::fact::{Fact, FactKind};
use crate::limits::EXTENSIONS_MAX;
use crate::notice::Notice;
use crate::refusal::{Code, Refusal};
use crate::row::{Change, Row};
use crate::session::{Extension, Role, Session};
use crate::time::TimeMs;
use crate::timer::Timer;

/// One side asks for more time. The first to ask is only heard; when both have asked, the session ends later. Asked
/// again by the same side, the partner hears it again. The deadline's timer is not armed anew: it finds itself early.
///
/// # Errors
/// `conflict` for a session that was extended as often as it may be.
pub fn extend(session: &Session, role: Role, now: TimeMs) -> Result<Decision, Refusal> {
    let Extension { granted, asked_by } = session.extension;
    if granted >= EXTENSIONS_MAX {
        let message = format!("A call can be extended {EXTENSIONS_MAX} times; this one has been.");
        return Err(Refusal::new(Code::Conflict, message));
    }
    let mut decision = Decision::nothing();
    let mut session = Session { version: session.version.next(), ..session.clone() };
    if asked_by == Some(role.other()) {
        grant(&mut session, now, &mut decision);
    } else {
        let partner = session.side(role.other());
        if partner.lost_at.is_none() {
            let notice = Notice::ExtendRequested { session: session.id.clone(), ends_at: session.ends_at };
            decision.post(&partner.connection, notice);
        }
        if asked_by == Some(role) {
            return Ok(decision);
        }
        session.extension.asked_by = Some(role);
    }
    decision.change(Change::update(Row::Session(session)));
    Ok(decision)
}

fn grant(session: &mut Session, now: TimeMs, decision: &mut Decision) {
    let was_to_end_at = session.ends_at;
    session.ends_at = was_to_end_at + session.between.extension();
    session.extension = Extension { granted: session.extension.granted + 1, asked_by: None };
    for side in session.sides.iter().filter(|side| side.lost_at.is_none()) {
        decision.post(
            &side.connection,
            Notice::SessionExtended {
                session: session.id.clone(),
                extension: session.extension,
                ends_at: session.ends_at,
            },
        );
    }
    // The ICE servers of the match end with the session as it was planned.
    let (due, later): (Vec<_>, Vec<_>) = session.ice_renewals(was_to_end_at).partition(|at| *at <= now);
    if !due.is_empty() {
        decision.effects.push(Effect::RenewIce(Box::new(session.clone())));
    }
    for at in later {
        decision.arm(Timer::IceServers(session.id.clone()), at);
    }
    let kind = FactKind::SessionExtended { session: session.id.clone(), extensions: session.extension.granted };
    let key = [session.id.as_str(), &session.extension.granted.to_string()];
    decision.record(Fact::new(kind, &key, now));
}
