//! The world in memory and the DynamoDB adapter give the same answers to random sequences of calls: on the embedded
//! DynamoDB, or, where the environment names tables and credentials of a real account (`LIVE_TABLE`, ...), on AWS.
#![cfg(test)]

mod embedded;

use aws::Aws;
use testkit::agree::{OUTCOMES, Outcomes, agree};

/// Sequences on the embedded DynamoDB.
const SEQUENCES: u64 = 100_000;
/// Sequences on AWS, where every call takes milliseconds.
const SEQUENCES_ON_AWS: u64 = 500;
/// Sequences after which the embedded tables are new.
const PER_DATABASE: u64 = 250;
/// What happens less often than this in a thousand sequences was not compared.
const FLOOR_PER_THOUSAND: u64 = 5;

#[test]
fn the_two_stores_agree_on_every_sequence() {
    if let Ok(seed) = std::env::var("STORES_SEED") {
        let seed = seed.parse().expect("a seed");
        return drop(play(seed..=seed, &adapter()));
    }
    let on_aws = std::env::var("LIVE_TABLE").is_ok();
    let (sequences, threads) = if on_aws { (SEQUENCES_ON_AWS, 1) } else { (SEQUENCES, 2) };
    let part = |thread: u64| {
        let starts = (thread * PER_DATABASE..sequences).step_by(usize::try_from(threads * PER_DATABASE).unwrap());
        let mut outcomes = Outcomes::new();
        for start in starts {
            add(&mut outcomes, play(start..=sequences.min(start + PER_DATABASE) - 1, &adapter()));
        }
        outcomes
    };
    let outcomes = std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|thread| scope.spawn(move || part(thread))).collect();
        let mut outcomes = Outcomes::new();
        for part in running {
            add(&mut outcomes, part.join().expect("the stores agree"));
        }
        outcomes
    });
    println!("{} calls in {sequences} sequences", outcomes.values().sum::<u64>());
    for outcome in OUTCOMES {
        let times = outcomes.get(outcome).copied().unwrap_or_default();
        println!("{times:>8} {outcome}");
        assert!(times >= FLOOR_PER_THOUSAND * sequences / 1_000, "{outcome}: only {times} times");
    }
}

fn adapter() -> Aws {
    if std::env::var("LIVE_TABLE").is_ok() { Aws::from_environment().unwrap() } else { embedded::adapter() }
}

fn play(seeds: std::ops::RangeInclusive<u64>, store: &Aws) -> Outcomes {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut outcomes = Outcomes::new();
    for seed in seeds {
        add(&mut outcomes, runtime.block_on(agree(store, seed)).unwrap_or_else(|error| panic!("{error}")));
    }
    outcomes
}

fn add(sum: &mut Outcomes, more: Outcomes) {
    for (outcome, times) in more {
        *sum.entry(outcome).or_default() += times;
    }
}
