//! The second phase: the faults have stopped, and everything must heal within named bounds.

use std::collections::BTreeMap;

use domain::matching::{Seeker, may_meet};
use domain::row::Row;
use domain::session::Phase;
use domain::time::{SpanMs, TimeMs};
use domain::user::User;

use super::fault::Fault;
use super::laws::user_of;
use super::person::Belief;
use super::town::Town;

/// Two who may meet and wait beside each other do so at most this long.
const MATCHED_WITHIN: SpanMs = SpanMs::seconds(5);
/// A session that is not confirmed lasts at most this long.
const HALF_MADE_WITHIN: SpanMs = SpanMs::seconds(10);
/// Who waits without a page is gone from the queue after this long.
const ZOMBIE_WITHIN: SpanMs = SpanMs::seconds(90);
/// A session is over at most this long after its time.
const OVERTIME_WITHIN: SpanMs = SpanMs::seconds(10);
/// A page that is there knows where it is after this long.
const TOLD_WITHIN: SpanMs = SpanMs::seconds(45);
/// In a call its pings are rare: two whose media flows may hear of an end that both missed as late as this.
const TOLD_IN_CALL_WITHIN: SpanMs = SpanMs::seconds(255);
/// Bounds are looked at once a second; what is as old as this is over.
const LOOK_SLACK: SpanMs = SpanMs(1500);
/// What an invocation with a wrong clock has written is as wrong for as long.
const SKEW_MAX: SpanMs = SpanMs::seconds(300);
/// How long the town is watched: a whole call, its overtime, and the longest bound after the worst clock.
const WATCHED: u64 = 420;

/// What is wrong now, by what and whom, and how long it may be.
type Wrong = BTreeMap<String, SpanMs>;

/// Stops the faults and watches the town heal.
pub fn heal(town: &mut Town<'_>) {
    town.calm();
    let calm_at = town.now();
    let wrong_clocks = town.world.inner().fired.of(Fault::ClockSkew) > 0;
    let slack = if wrong_clocks { LOOK_SLACK.0 + SKEW_MAX.0 } else { LOOK_SLACK.0 };
    let mut since: BTreeMap<String, TimeMs> = BTreeMap::new();
    for second in 1..=WATCHED {
        town.live_until(calm_at + SpanMs::seconds(second));
        if town.broken().is_some() {
            return;
        }
        let (now, wrong) = (town.now(), wrong(town));
        since.retain(|what, _| wrong.contains_key(what));
        for (what, within) in wrong {
            let began = *since.entry(what.clone()).or_insert(now);
            if now.since(began).0 > within.0 + slack {
                town.world.inner().breaks(format!("not healed {second} s after the last fault: {what}"));
                return;
            }
        }
    }
}

fn wrong(town: &Town<'_>) -> Wrong {
    let mut wrong = Wrong::new();
    let reachable: Vec<bool> = town.people.iter().map(|person| town.is_reachable(person)).collect();
    let inner = town.world.inner();
    let mut waiting: Vec<&User> = Vec::new();
    for (person, reachable) in town.people.iter().zip(reachable) {
        let Some(user) = user_of(&inner.rows, &person.user).filter(|user| user.expires_at() > inner.now) else {
            continue;
        };
        if !reachable {
            if user.waiting().is_some() {
                wrong.insert(format!("C3: {} waits without a page", user.id), ZOMBIE_WITHIN);
            }
            continue;
        }
        let is_known = user.connection == person.socket;
        if user.waiting().is_some() && is_known {
            waiting.push(user);
        }
        let agrees = match &person.belief {
            Belief::Waiting => user.waiting().is_some() && is_known,
            Belief::InCall { session, .. } => user.session().is_some_and(|present| present.as_str() == session),
            Belief::Idle => user.session().is_none(),
            Belief::Away | Belief::Coming(_) | Belief::Asked(_) => false,
        };
        if !agrees {
            let within = if matches!(person.belief, Belief::InCall { .. }) { TOLD_IN_CALL_WITHIN } else { TOLD_WITHIN };
            wrong.insert(format!("M6: {} believes {:?} and is {:?}", user.id, person.belief, user.state), within);
        }
    }
    for (at, one) in waiting.iter().enumerate() {
        for other in &waiting[at + 1..] {
            if meet(one, other, inner.now) {
                wrong.insert(format!("M7: {} and {} wait beside each other", one.id, other.id), MATCHED_WITHIN);
            }
        }
    }
    for row in inner.rows.values() {
        let Row::Session(session) = row else { continue };
        if session.phase == Phase::Pending {
            wrong.insert(format!("S8: {} is half made", session.id), HALF_MADE_WITHIN);
        }
        if !session.is_ended() && inner.now >= session.ends_at {
            wrong.insert(format!("S2: {} is past its time", session.id), OVERTIME_WITHIN);
        }
    }
    wrong
}

fn meet(one: &User, other: &User, now: TimeMs) -> bool {
    let (Some(a), Some(b)) = (seeker(one), seeker(other)) else { return false };
    may_meet(a, b, now)
}

fn seeker(user: &User) -> Option<Seeker<'_>> {
    let (waiting, wish) = (user.waiting()?, user.wish.as_ref()?);
    Some(Seeker { user: &user.id, wish, since: waiting.since, met: &user.met, blocked: &user.standing.blocked })
}
