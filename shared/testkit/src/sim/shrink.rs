//! Makes a failing run small: fewer steps, fewer faults, fewer people, as long as the same law is broken.

use super::fault::{Fault, Faults};
use super::law::Law;
use super::{Outcome, Plan, run};

/// For each smaller plan so many seeds are tried.
const SEEDS: u64 = 40;
/// It takes so many steps altogether at most.
const STEPS_MAX: u64 = 4_000_000;
/// The smallest towns that are tried.
const USERS_MIN: usize = 2;

/// The smallest run found that breaks the same law as `plan`; itself when it breaks none.
#[must_use]
pub fn shrink(plan: &Plan) -> Outcome {
    let first = run(plan);
    let Some((at, broken)) = &first.broken else { return first };
    let mut shrinking = Shrinking { law: broken.law, steps: 0, at: *at, plan: plan.clone(), best: first };
    loop {
        let before = shrinking.size();
        // People first: later there is no room left to do without them.
        shrinking.fewer_users();
        shrinking.fewer_steps();
        shrinking.fewer_faults();
        if shrinking.size() == before {
            return run(&Plan { told: true, ..shrinking.plan });
        }
    }
}

struct Shrinking {
    law: Law,
    /// Taken so far.
    steps: u64,
    at: u64,
    plan: Plan,
    best: Outcome,
}

impl Shrinking {
    fn size(&self) -> (u64, u64, String, Option<usize>) {
        (self.at, self.plan.steps, self.plan.faults.names(), self.plan.users)
    }

    /// Takes a smaller plan if it breaks the law under its own seed or under another, and no later.
    fn takes(&mut self, smaller: &Plan) -> bool {
        let others = (0..SEEDS).map(|other| Plan { seed: other, ..smaller.clone() });
        for plan in [smaller.clone()].into_iter().chain(others) {
            if self.steps > STEPS_MAX {
                return false;
            }
            let outcome = run(&plan);
            self.steps += outcome.steps;
            if let Some((at, broken)) = &outcome.broken
                && broken.law == self.law
                && *at <= self.at
            {
                (self.at, self.plan, self.best) = (*at, plan, outcome);
                return true;
            }
        }
        false
    }

    fn fewer_steps(&mut self) {
        self.plan.steps = self.plan.steps.min(self.at + 1);
        let mut cut = self.plan.steps / 2;
        while cut > 0 {
            let steps = self.plan.steps - cut;
            if !self.takes(&Plan { steps, ..self.plan.clone() }) {
                cut /= 2;
            }
            self.plan.steps = self.plan.steps.min(self.at + 1);
            cut = cut.min(self.plan.steps / 2);
        }
    }

    fn fewer_faults(&mut self) {
        if self.takes(&Plan { faults: Faults::NONE, ..self.plan.clone() }) {
            return;
        }
        // One that never struck is not missed.
        let idle = Fault::ALL.into_iter().filter(|fault| self.best.fired.of(*fault) == 0);
        self.plan.faults = idle.fold(self.plan.faults, Faults::without);
        for fault in Fault::ALL {
            let faults = self.plan.faults.without(fault);
            if faults != self.plan.faults {
                self.takes(&Plan { faults, ..self.plan.clone() });
            }
        }
    }

    fn fewer_users(&mut self) {
        let users = self.plan.users.unwrap_or(self.best.users);
        for fewer in USERS_MIN..users {
            if self.takes(&Plan { users: Some(fewer), ..self.plan.clone() }) {
                return;
            }
        }
        self.plan.users = Some(users);
    }
}
