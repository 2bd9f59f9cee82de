//! The protocol as a small state machine: every state of it is visited, and the real use cases take no other steps.
#![cfg(test)]

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use stateright::{Checker, HasDiscoveries, Model, Property};
use testkit::model::trace::Step;
use testkit::model::{Action, Bug, Law, Place, Protocol, State};
use testkit::sim::{Mutant, Plan, trace};

/// Three people, six invocations, three of them on the way at once, and each may end between any two of its steps.
const SCOPE: Protocol = Protocol { bug: None, invocations: 6, side_by_side: 3, connections: 1 };
/// How many states that is.
const STATES: usize = 2_157_176;
/// So many short lives of towns are held against the model.
const TRACES: u64 = 10_000;
/// Polls of a short life.
const STEPS: u64 = 400;

/// The protocol as the checker takes it, with how often what happened.
struct Checked {
    protocol: Protocol,
    begun: AtomicU64,
    crashed: AtomicU64,
    early: AtomicU64,
}

impl Checked {
    fn of(protocol: Protocol) -> Self {
        Self { protocol, begun: AtomicU64::new(0), crashed: AtomicU64::new(0), early: AtomicU64::new(0) }
    }
}

impl Model for Checked {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![self.protocol.start()]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        self.protocol.actions(state, actions);
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        match action {
            Action::Begin(_) => self.begun.fetch_add(1, Ordering::Relaxed),
            Action::Crash(_) => self.crashed.fetch_add(1, Ordering::Relaxed),
            Action::Early(_) => self.early.fetch_add(1, Ordering::Relaxed),
            Action::Go(_) | Action::Find(..) => 0,
        };
        Some(self.protocol.next(last, action))
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("OneSession", |_, state| Law::OneSession.holds(state)),
            Property::always("Symmetry", |_, state| Law::Symmetry.holds(state)),
            Property::always("NoSelf", |_, state| Law::NoSelf.holds(state)),
            Property::always("NobodyLost", |_, state| Law::NobodyLost.holds(state)),
            Property::always("CancelMeansCancel", |_, state| Law::CancelMeansCancel.holds(state)),
            Property::always("Monotone", |_, state| Law::Monotone.holds(state)),
            Property::always("StaleEnd", |_, state| Law::StaleEnd.holds(state)),
            Property::always("LateDisconnect", |_, state| Law::LateDisconnect.holds(state)),
            Property::sometimes("two ends race", |_, state: &State| state.two_ends_race()),
            Property::sometimes("a race is lost", |_, state: &State| state.meets_a_conflict()),
            Property::sometimes("both have confirmed", |_, state: &State| state.has_a_call()),
            Property::sometimes("two wait, and nobody is on the way to look", |_, state: &State| {
                let waiting = state.rows.users.iter().filter(|user| user.place == Place::Waiting).count();
                state.flights.is_empty() && waiting > 1
            }),
        ]
    }
}

#[test]
fn three_people_and_six_invocations_break_no_law_in_any_order() {
    let checker = Checked::of(SCOPE).checker().threads(2).spawn_bfs().join();
    let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
    let model = checker.model();
    println!("{} states, {} steps to them", checker.unique_state_count(), checker.state_count());
    println!(
        "{} invocations begun, {} crashed, {} overtaken by their own timers",
        count(&model.begun),
        count(&model.crashed),
        count(&model.early)
    );
    checker.assert_properties();
    assert_eq!(checker.unique_state_count(), STATES, "the scope is what it was");
    assert!(count(&model.crashed) > 100_000 && count(&model.early) > 100_000);
}

#[test]
fn each_planted_bug_has_a_counter_example() {
    for bug in Bug::ALL {
        let found = (2..=SCOPE.invocations).find_map(|invocations| {
            let protocol = Protocol { bug: Some(bug), invocations, ..SCOPE };
            let checker = Checked::of(protocol).checker().threads(2).finish_when(HasDiscoveries::AnyFailures);
            let checker = checker.spawn_bfs().join();
            let broken =
                checker.discoveries().into_iter().find(|(law, _)| Law::ALL.iter().any(|l| format!("{l:?}") == *law));
            broken.map(|(law, path)| (law, path.into_actions().len(), invocations, checker.unique_state_count()))
        });
        let (law, steps, invocations, states) = found.unwrap_or_else(|| panic!("{bug:?} is not found"));
        println!("{bug:?} breaks {law} with {invocations} invocations in {steps} steps, after {states} states");
    }
}

#[test]
fn every_commit_of_the_real_use_cases_is_a_step_of_the_model() {
    let half = |first: u64| {
        move || {
            let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
            for seed in (first..TRACES).step_by(2) {
                for step in trace(&Plan::new(seed, STEPS)) {
                    let step = step.unwrap_or_else(|why| panic!("seed {seed}: {why}"));
                    let legal =
                        step.explained().unwrap_or_else(|| panic!("seed {seed}: no step of the model: {step:#?}"));
                    *seen.entry(legal.name()).or_default() += 1;
                }
            }
            seen
        }
    };
    let other = std::thread::spawn(half(1));
    let mut seen = half(0)();
    for (kind, count) in other.join().unwrap() {
        *seen.entry(kind).or_default() += count;
    }
    println!("{} steps of {TRACES} traces are legal: {seen:?}", seen.values().sum::<usize>());
    for kind in ["Again", "Confirm", "End", "Hello", "Leave", "Lost", "Meet", "Next", "Received", "Wait"] {
        assert!(seen.get(kind).is_some_and(|count| *count >= 100), "{kind} is hardly seen");
    }
}

/// The first step of some seeds that is a match.
fn a_match() -> Step {
    let steps = (0..100).flat_map(|seed| trace(&Plan::new(seed, STEPS)));
    let is_match = |step: &Step| step.explained().is_some_and(|legal| legal.name() == "Meet");
    steps.filter_map(Result::ok).find(is_match).unwrap()
}

#[test]
fn a_half_made_match_is_refused() {
    let whole = a_match();
    for user in 0..whole.before.users.len() {
        let mut half = whole.clone();
        half.after.users[user] = half.before.users[user];
        let touched = whole.after.users[user] != whole.before.users[user];
        assert_eq!(half.explained().is_none(), touched);
    }
    let mut backwards = whole.clone();
    std::mem::swap(&mut backwards.before, &mut backwards.after);
    assert_eq!(backwards.explained(), None);
}

#[test]
fn a_town_with_unfenced_rows_leaves_the_model() {
    let unguarded =
        |shape: &str, clause: &str| Mutant::Unguarded { shape: shape.to_owned(), clause: clause.to_owned() };
    for mutant in [unguarded("user waiting", "user waiting"), unguarded("session lost", "session lost")] {
        let leaves = |seed: &u64| {
            let steps = trace(&Plan::new(*seed, 16_000).with(mutant.clone()));
            steps.iter().any(|step| step.as_ref().ok().and_then(Step::explained).is_none())
        };
        let seed = (0..200).find(leaves);
        assert!(seed.is_some(), "{mutant:?} is not noticed");
    }
}
