//! Lives of small towns under every fault, their healing, and the bugs that must not survive in them.
#![cfg(test)]

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use domain::limits::REFRESH_GRACE;
use testkit::sim::{
    ANSWERS_WITHIN, Done, EQUIVALENT, Fault, Faults, Fired, Hunt, Law, Mutant, Outcome, Plan, RECEIVED_MAX,
    VISIBLE_AFTER, hunt, hunt_all, mutants, run, shrink,
};

/// So many steps are taken at least.
const STEPS: u64 = 10_000_000;
/// A fault that strikes less often than this in them proves nothing.
const FIRED_FLOOR: u64 = 1_000;
/// These need several others at once.
const RARE: [(Fault, u64); 2] = [(Fault::TimerDead, 100), (Fault::Night, 300)];

/// What people and a moderator do, and what they are refused.
const ACTS: [&str; 18] = [
    "ban",
    "block a person",
    "block the partner",
    "connection-status",
    "end-call",
    "extend-session",
    "get-match-details",
    "hello",
    "hello: banned",
    "join-queue",
    "leave-queue",
    "met again",
    "next",
    "next: rate_limited",
    "ping",
    "rematch",
    "send-message",
    "unblock",
];
/// What is done less often than this in them proves nothing.
const DONE_FLOOR: u64 = 1_000;

/// Runs that broke a law once, and must not again: what is fixed stays fixed.
const ONCE_BROKEN: [(&str, u64, u64, usize, &str); 1] =
    [("a conflict at the connection's own row was taken for success", 15, 60, 3, "Conflict")];

#[test]
fn no_law_breaks_under_any_fault_and_everything_heals() {
    let (next, outcomes) = (AtomicU64::new(0), Mutex::new(Vec::new()));
    let work = || {
        while outcomes.lock().unwrap().iter().map(|outcome: &Outcome| outcome.steps).sum::<u64>() < STEPS {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            let outcome = run(&Plan::life(seed));
            outcomes.lock().unwrap().push(outcome);
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(work);
        scope.spawn(work);
    });

    let (mut fired, mut done) = (Fired::default(), Done::default());
    let (mut steps, mut matches, mut confirmed, mut ended) = (0, 0, 0, 0);
    let outcomes = outcomes.into_inner().unwrap();
    for outcome in &outcomes {
        fired.add(&outcome.fired);
        done.add(&outcome.done);
        steps += outcome.steps;
        matches += outcome.matches;
        confirmed += outcome.confirmed;
        ended += outcome.ended;
    }
    println!(
        "{steps} steps, {matches} matches, {confirmed} confirmed, {ended} ended\n{}\n{}",
        fired.table(),
        done.table()
    );
    assert_eq!(broken(&outcomes), Vec::<String>::new());
    assert!(confirmed > 10_000 && ended >= confirmed);
    for fault in Fault::ALL {
        let floor = RARE.iter().find(|(rare, _)| *rare == fault).map_or(FIRED_FLOOR, |(_, floor)| *floor);
        assert!(fired.of(fault) >= floor, "{fault:?} struck only {} times", fired.of(fault));
    }
    for act in ACTS {
        assert!(done.of(act) >= DONE_FLOOR, "{act} was done only {} times", done.of(act));
    }
}

/// How people come in and stay in.
const KNOCKS: [&str; 7] =
    ["ask for a link", "log out", "open a link", "refresh", "scan a link", "steal a cookie", "type a code"];

#[test]
fn nobody_is_kept_out_or_let_in_wrongly_under_any_fault() {
    let (mut done, mut steps, mut outcomes) = (Done::default(), 0, Vec::new());
    for seed in 0.. {
        let outcome = run(&Plan::doors(seed));
        steps += outcome.steps;
        done.add(&outcome.done);
        outcomes.push(outcome);
        if steps > STEPS / 10 {
            break;
        }
    }
    println!("{steps} steps in {} lives\n{}", outcomes.len(), done.table());
    assert_eq!(broken(&outcomes), Vec::<String>::new());
    for knock in KNOCKS {
        assert!(done.of(knock) >= DONE_FLOOR / 2, "{knock} was done only {} times", done.of(knock));
    }
}

/// What people do in rooms.
const IN_ROOMS: [&str; 7] =
    ["join-room", "leave-room", "raise-hand", "room-admin", "send-message", "send-offer", "share-screen"];

#[test]
fn no_law_of_rooms_breaks_under_any_fault_and_nobody_is_left_behind() {
    let (next, outcomes) = (AtomicU64::new(0), Mutex::new(Vec::new()));
    let work = || {
        while outcomes.lock().unwrap().iter().map(|outcome: &Outcome| outcome.steps).sum::<u64>() < STEPS / 5 {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            let outcome = run(&Plan::rooms(seed));
            outcomes.lock().unwrap().push(outcome);
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(work);
        scope.spawn(work);
    });
    let outcomes = outcomes.into_inner().unwrap();
    let mut done = Done::default();
    outcomes.iter().for_each(|outcome| done.add(&outcome.done));
    println!("{} lives\n{}", outcomes.len(), done.table());
    assert_eq!(broken(&outcomes), Vec::<String>::new());
    for act in IN_ROOMS {
        let times = done.of(&format!("{act} in a room"));
        assert!(times >= DONE_FLOOR / 4, "{act} was done only {times} times in a room");
    }
}

fn broken(outcomes: &[Outcome]) -> Vec<String> {
    let told = |outcome: &Outcome| {
        outcome.broken.as_ref().map(|(at, broken)| format!("step {at}: {broken}; {}", outcome.plan.command()))
    };
    outcomes.iter().filter_map(told).take(3).collect()
}

#[test]
fn everything_heals_where_no_disconnect_ever_comes() {
    let always = Faults::NONE.with(Fault::DisconnectLost);
    let outcomes: Vec<Outcome> = (0..80).map(|seed| run(&Plan { always, ..Plan::life(seed) })).collect();
    assert_eq!(broken(&outcomes), Vec::<String>::new());
    assert!(outcomes.iter().map(|outcome| outcome.fired.of(Fault::DisconnectLost)).sum::<u64>() > 1_000);
}

#[test]
fn what_was_broken_once_is_not_again() {
    for (what, seed, steps, users, faults) in ONCE_BROKEN {
        let faults = Faults::parse(faults).unwrap();
        let outcome = run(&Plan { users: Some(users), faults, ..Plan::new(seed, steps) });
        assert_eq!(outcome.broken, None, "{what}");
    }
}

#[test]
fn a_seed_is_a_run() {
    let traces: BTreeSet<u64> = (0..8).map(|seed| run(&Plan::new(seed, 4_000)).trace).collect();
    let again: BTreeSet<u64> = (0..8).map(|seed| run(&Plan::new(seed, 4_000)).trace).collect();
    assert_eq!(traces, again);
    assert_eq!(traces.len(), 8, "different seeds live differently");
}

#[test]
fn every_mutant_of_the_code_breaks_a_law_and_every_law_can_be_broken() {
    let mutants: Vec<Mutant> = mutants().into_iter().collect();
    let is_equivalent = |mutant: &Mutant| EQUIVALENT.iter().any(|(name, _)| *name == mutant.to_string());
    let (equivalent, hunted): (Vec<Mutant>, Vec<Mutant>) = mutants.into_iter().partition(is_equivalent);
    assert_eq!(equivalent.len(), EQUIVALENT.len(), "only mutants that there are can be excused: {equivalent:?}");
    let made_of_the_code = hunted.iter().filter(|mutant| !matches!(mutant, Mutant::Planted(_))).count();
    assert!(made_of_the_code >= 60, "only {made_of_the_code} mutants");

    let hunts = hunt_all(&hunted, |_| ());
    let alive: Vec<&Hunt> = hunts.iter().filter(|hunt| hunt.killed.is_none()).collect();
    assert!(alive.is_empty(), "{alive:#?}");
    let fired: BTreeSet<Law> = hunts.iter().filter_map(|hunt| hunt.killed.map(|(law, ..)| law)).collect();
    let silent: Vec<Law> = Law::ALL.into_iter().filter(|law| !fired.contains(law)).collect();
    assert!(silent.is_empty(), "no mutant breaks {silent:?}");
    println!("{} mutants in {} steps", hunts.len(), hunts.iter().map(|hunt| hunt.steps).sum::<u64>());
}

#[test]
fn a_mutant_is_known_by_its_name() {
    for mutant in mutants() {
        assert_eq!(Mutant::named(&mutant.to_string()), Some(mutant));
    }
}

#[test]
fn a_failing_run_is_made_small_and_replays() {
    let shape = "user waiting".to_owned();
    let found = hunt(&Mutant::Unguarded { clause: shape.clone(), shape });
    let (law, seed, _) = found.killed.unwrap();
    let small = shrink(&Plan::life(seed).with(found.mutant));
    let (at, broken) = small.broken.clone().unwrap();
    assert_eq!(broken.law, law);
    println!("{} steps, {} people, faults {}", small.plan.steps, small.users, small.plan.faults.names());
    assert!(at <= 300 && small.users <= 3, "{at} steps, {} people", small.users);
    let spared = Fault::ALL.into_iter().filter(|fault| !small.plan.faults.has(*fault)).count();
    assert!(spared >= Fault::ALL.len() - 3);
    let again = run(&Plan { faults: Faults::parse(&small.plan.faults.names()).unwrap(), ..small.plan.clone() });
    assert_eq!((again.trace, again.broken, again.story), (small.trace, Some((at, broken)), small.story));
}

#[test]
fn a_request_at_the_doors_is_ended_in_time_for_the_grace() {
    let template = concat!(env!("CARGO_MANIFEST_DIR"), "/../../cloudformation.yaml");
    let template = std::fs::read_to_string(template).unwrap();
    let auth = template.split("  AuthFunction:").nth(1).unwrap().split("  AuthLogs:").next().unwrap();
    assert!(auth.contains(&format!("      Timeout: {}\n", ANSWERS_WITHIN.0 / 1000)), "{auth}");
    const { assert!(2 * ANSWERS_WITHIN.0 < REFRESH_GRACE.0) };
}

#[test]
fn the_queue_delivers_as_the_template_says() {
    let template = concat!(env!("CARGO_MANIFEST_DIR"), "/../../cloudformation.yaml");
    let template = std::fs::read_to_string(template).unwrap();
    let queue = template.split("ClockQueue:").nth(1).unwrap().split("ClockDeadLetters:").next().unwrap();
    assert!(queue.contains(&format!("VisibilityTimeout: {}\n", VISIBLE_AFTER.0 / 1000)), "{queue}");
    let queue = template.split("ClockQueue:").nth(1).unwrap();
    let received = queue.split("maxReceiveCount: ").nth(1).unwrap().lines().next().unwrap();
    assert_eq!(received, RECEIVED_MAX.to_string());
}
