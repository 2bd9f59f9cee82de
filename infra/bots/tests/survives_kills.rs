//! Real processes: a crowd lives on the local stack while the workers of its functions are killed (SIGKILL) at random.
#![cfg(test)]

mod crowd;

use std::sync::PoisonError;
use std::time::{Duration, Instant};

use bots::Stack;
use crowd::{Bot, Killer, Ledger, PLACED, Phase, Shared};
use tokio::sync::watch;
use tokio::task::JoinSet;

const BOTS: usize = 200;
/// Whoever has signed in by then makes the crowd: on a busy machine fewer, who may wait so much longer.
const ARRIVE_WITHIN: Duration = Duration::from_secs(10);
const CROWD_MIN: usize = 20;
/// For so long workers are killed, at least so many.
const LASTING: Duration = Duration::from_secs(120);
const KILLS: u32 = 500;
const KILL_EVERY: Duration = Duration::from_millis(230);
/// Of a hundred kills at least this many must end an invocation in the middle.
const FELT_PERCENT: u32 = 5;
/// From the last kill on nobody waits longer.
const MATCHED_WITHIN: Duration = Duration::from_secs(10);
/// How long they are watched after the last kill.
const CALM: Duration = Duration::from_secs(25);
/// How long everybody may take to be out of every call.
const GONE_WITHIN: Duration = Duration::from_secs(30);

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_lost_in_two_minutes_and_500_kills() -> anyhow::Result<()> {
    // Calls so short that some end by the clock, and that everybody asks again while they are watched.
    let stack = Stack::start("--parameter SessionSeconds=12").await?;
    let ledger = Shared::default();
    let (phase, told) = watch::channel(Phase::Arriving);
    let mut bots = JoinSet::new();
    for number in 0..BOTS {
        bots.spawn(Bot::new(number, stack.port, ledger.clone(), told.clone()).live());
    }
    let slow = arrived(&ledger).await?;
    phase.send(Phase::Living)?;
    let began = Instant::now();
    let mut killer = Killer::of(stack.process().expect("the stack runs"));
    killer.rage(KILL_EVERY, LASTING).await;
    let calm = Instant::now();
    tokio::time::sleep(CALM * slow).await;
    let end = Instant::now();
    phase.send(Phase::Leaving)?;
    let gone = tokio::time::timeout(GONE_WITHIN * slow, async {
        while let Some(bot) = bots.join_next().await {
            bot??;
        }
        anyhow::Ok(())
    });
    let gone = gone.await;

    let felt = u32::try_from(stack.said().matches("Error: the worker ended by a signal").count())?;
    let ledger = ledger.lock().unwrap_or_else(PoisonError::into_inner);
    let crowd = ledger.crowd.len();
    report(&ledger, &killer, felt, [began, calm, end]);
    assert_eq!(ledger.wrong, Vec::<String>::new());
    assert!(killer.killed >= KILLS, "only {} were killed", killer.killed);
    assert!(felt * 100 >= killer.killed * FELT_PERCENT, "only {felt} invocations were broken off");
    assert!(ledger.counts[PLACED] > crowd as u64 && ledger.sessions().0 > crowd / 2, "they hardly lived");
    assert_eq!(ledger.never_matched(calm, end), Vec::<usize>::new(), "lost");
    let longest = ledger.waits(calm, end).last().copied().unwrap_or_default();
    assert!(longest <= MATCHED_WITHIN * slow, "somebody waited {longest:?} after the last kill");
    gone.expect("everybody is out of every call")
}

/// Waits for the crowd; gives how many times as long as two idle cores this machine may take.
async fn arrived(ledger: &Shared) -> anyhow::Result<u32> {
    let arrived = || ledger.lock().unwrap_or_else(PoisonError::into_inner).crowd.len();
    let began = Instant::now();
    while arrived() < BOTS && began.elapsed() < ARRIVE_WITHIN {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let crowd = arrived();
    println!("a crowd of {crowd} signed in within {:?}", began.elapsed());
    anyhow::ensure!(crowd >= CROWD_MIN, "that is too few: the machine is too busy");
    Ok(u32::try_from(BOTS.div_ceil(crowd))?)
}

fn report(ledger: &Ledger, killer: &Killer, felt: u32, [began, calm, end]: [Instant; 3]) {
    let (sessions, one_sided) = ledger.sessions();
    println!("{} workers killed, {felt} of them at work", killer.killed);
    println!("{sessions} sessions; of {one_sided} of them only one side heard");
    for (when, from, to) in [("while they are killed", began, calm), ("afterwards", calm, end)] {
        let waits = ledger.waits(from, to);
        let at = |percent: usize| waits.get((waits.len() * percent / 100).min(waits.len() - 1)).copied();
        println!("{} waits {when}: p50 {:?}, p95 {:?}, longest {:?}", waits.len(), at(50), at(95), at(100));
    }
    for (what, times) in &ledger.counts {
        println!("{times:>8} {what}");
    }
}
