//! Lives of small towns under every fault, and their healing.
#![cfg(test)]

use std::collections::BTreeSet;

use testkit::sim::{Fault, Fired, Mutant, Outcome, Plan, run};

/// Seeds and steps that together make more than ten million steps.
const SEEDS: u64 = 640;
const STEPS: u64 = 16_000;
/// A fault that strikes less often than this in the whole test proves nothing.
const FIRED_FLOOR: u64 = 100;

#[test]
fn no_law_breaks_under_any_fault_and_everything_heals() {
    let half = |first: u64| {
        move || (first..SEEDS).step_by(2).map(|seed| run(Plan { seed, steps: STEPS, mutant: None })).collect()
    };
    let other: std::thread::JoinHandle<Vec<Outcome>> = std::thread::spawn(half(1));
    let mut outcomes: Vec<Outcome> = half(0)();
    outcomes.extend(other.join().unwrap());

    let mut fired = Fired::default();
    let (mut steps, mut matches, mut confirmed, mut ended) = (0, 0, 0, 0);
    for outcome in &outcomes {
        fired.add(&outcome.fired);
        steps += outcome.steps;
        matches += outcome.matches;
        confirmed += outcome.confirmed;
        ended += outcome.ended;
    }
    println!("{steps} steps, {matches} matches, {confirmed} confirmed, {ended} ended\n{}", fired.table());
    let broken: Vec<String> = outcomes
        .iter()
        .filter_map(|outcome| {
            outcome.broken.as_ref().map(|(at, what)| format!("seed {} at {at}: {what}", outcome.seed))
        })
        .collect();
    assert!(broken.is_empty(), "{broken:#?}");
    assert!(steps >= 10_000_000);
    assert!(confirmed > 10_000 && ended >= confirmed);
    for fault in Fault::ALL {
        assert!(fired.of(fault) >= FIRED_FLOOR, "{fault:?} struck only {} times", fired.of(fault));
    }
}

#[test]
fn a_seed_is_a_run() {
    let traces: BTreeSet<u64> = (0..8).map(|seed| run(Plan { seed, steps: 4_000, mutant: None }).trace).collect();
    let again: BTreeSet<u64> = (0..8).map(|seed| run(Plan { seed, steps: 4_000, mutant: None }).trace).collect();
    assert_eq!(traces, again);
    assert_eq!(traces.len(), 8, "different seeds live differently");
}

#[test]
fn a_planted_bug_is_caught_within_a_million_steps() {
    for mutant in Mutant::ALL {
        let mut steps = 0;
        let caught = (0..).map(|seed| run(Plan { seed, steps: STEPS, mutant: Some(mutant) })).take_while(|outcome| {
            steps += outcome.steps;
            steps < 1_000_000
        });
        let caught = caught.filter_map(|outcome| outcome.broken).next();
        let (_, law) = caught.unwrap_or_else(|| panic!("{mutant:?} survives {steps} steps"));
        println!("{mutant:?} after {steps} steps: {law}");
    }
}
