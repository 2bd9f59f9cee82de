//! The invariants, by the names of the reliability catalogue.

use super::op::people;
use super::rows::{Phase, Place, Rows};
use super::{Flight, Op, State};

/// A broken invariant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Law {
    /// M1: nobody leaves a session that goes on.
    OneSession,
    /// M2, S4: a session goes on exactly while both are in it.
    Symmetry,
    /// M3: nobody meets themself.
    NoSelf,
    /// M6: nobody is lost: whoever waits and whatever goes on is looked after by a timer.
    NobodyLost,
    /// M11: no match uses a ticket that is over.
    CancelMeansCancel,
    /// S1: pending, active, ended; what is over is over, and what both confirmed has not failed.
    Monotone,
    /// S5: an end touches nobody outside of its session.
    StaleEnd,
    /// C2: `$disconnect` of an older connection changes nothing.
    LateDisconnect,
}

impl Law {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::OneSession,
        Self::Symmetry,
        Self::NoSelf,
        Self::NobodyLost,
        Self::CancelMeansCancel,
        Self::Monotone,
        Self::StaleEnd,
        Self::LateDisconnect,
    ];

    /// Whether a state keeps it.
    #[must_use]
    pub fn holds(self, state: &State) -> bool {
        let kept = state.broken != Some(self);
        kept && match self {
            Self::Symmetry => is_symmetric(&state.rows),
            Self::NoSelf => state.rows.sessions.iter().all(|session| session.sides[0].user != session.sides[1].user),
            Self::NobodyLost => !state.flights.is_empty() || comes_on(state),
            Self::OneSession | Self::CancelMeansCancel | Self::Monotone | Self::StaleEnd | Self::LateDisconnect => true,
        }
    }
}

/// The law that a commit broke, if it broke one.
pub(super) fn broken_by(before: &Rows, after: &Rows, op: Op) -> Option<Law> {
    for (old, new) in before.sessions.iter().zip(&after.sessions) {
        let was_over = !old.is_live() && old.bare() != new.bare();
        let begins_again = old.phase == Phase::Active && new.phase == Phase::Pending;
        let failed = old.phase == Phase::Active && new.phase == Phase::Ended { failed: true };
        if was_over || begins_again || failed {
            return Some(Law::Monotone);
        }
    }
    for user in people() {
        let (old, new) = (before.user(user), after.user(user));
        if let Op::Lost { user: lost, connection } = op
            && lost == user
            && old.there
            && !new.there
            && old.latest != connection
        {
            return Some(Law::LateDisconnect);
        }
        if old.place == new.place {
            continue;
        }
        if op.ends().is_some_and(|session| old.place != Place::In(session)) {
            return Some(Law::StaleEnd);
        }
        if let Op::Meet { seeker, queued, .. } = op {
            let held = if user == seeker && !queued { Place::Idle } else { Place::Waiting };
            if old.place != held && !matches!(old.place, Place::In(_)) {
                return Some(Law::CancelMeansCancel);
            }
        }
        if matches!(old.place, Place::In(left) if after.session(left).is_some_and(|session| session.is_live())) {
            return Some(Law::OneSession);
        }
    }
    None
}

fn is_symmetric(rows: &Rows) -> bool {
    let inside = |user: u8, at: u8| rows.user(user).place == Place::In(at);
    let sessions = (0..).zip(&rows.sessions);
    let both = |(at, session): (u8, &super::Session)| {
        session.sides.iter().all(|side| inside(side.user, at) == session.is_live())
    };
    let known = people().all(|user| match rows.user(user).place {
        Place::In(at) => rows.session(at).is_some_and(|session| session.sides.iter().any(|side| side.user == user)),
        Place::Idle | Place::Waiting => true,
    });
    known && sessions.into_iter().all(both)
}

/// Whether timers alone bring everybody on from a state in which nobody is on the way: half-made sessions and calls
/// end, silent tickets go, and of those who wait at most one is left.
fn comes_on(state: &State) -> bool {
    let mut rows = state.rows.clone();
    let mut waits = state.widens;
    for (at, session) in (0..).zip(&state.rows.sessions) {
        let (confirm, deadline) = (state.confirms[usize::from(at)], state.deadlines[usize::from(at)]);
        let look = match session.phase {
            Phase::Ended { .. } => continue,
            Phase::Pending if confirm => Op::Confirm { session: at, silent: [false; 2] },
            Phase::Active if confirm || deadline => Op::Deadline { session: at },
            Phase::Pending | Phase::Active => return false,
        };
        rows.write(look.decide(&rows));
        // What the look puts into the queue gets its timer before the look is committed.
        for user in session.sides.map(|side| usize::from(side.user)) {
            waits[user] |= rows.users[user].place == Place::Waiting;
        }
    }
    for user in people().filter(|user| rows.user(*user).place == Place::Waiting) {
        if !waits[usize::from(user)] {
            return false;
        }
    }
    for user in people() {
        if !rows.user(user).there {
            rows.write(Op::Leave { user }.decide(&rows));
        }
        for candidate in people() {
            rows.write(Op::Meet { seeker: user, candidate, queued: true }.decide(&rows));
        }
    }
    let waiting = people().filter(|user| rows.user(*user).place == Place::Waiting).count();
    waiting <= 1 && is_symmetric(&rows)
}

impl State {
    /// Two invocations are about to end the same session.
    #[must_use]
    pub fn two_ends_race(&self) -> bool {
        let ends = |flight: &Flight| match flight {
            Flight::Committing { op, .. } => op.ends(),
            Flight::Looking { .. } | Flight::Arming { .. } => None,
        };
        let ends: Vec<u8> = self.flights.iter().filter_map(ends).collect();
        ends.iter().enumerate().any(|(at, session)| ends[at + 1..].contains(session))
    }

    /// Two are in a call that both have confirmed.
    #[must_use]
    pub fn has_a_call(&self) -> bool {
        self.rows.sessions.iter().any(|session| session.phase == Phase::Active)
    }

    /// Somebody is about to lose a race.
    #[must_use]
    pub fn meets_a_conflict(&self) -> bool {
        let stale = |flight: &Flight| match flight {
            Flight::Committing { writes, .. } => writes.iter().any(|write| write.guarded && !write.fresh),
            Flight::Looking { .. } | Flight::Arming { .. } => false,
        };
        self.flights.iter().any(stale)
    }
}
