//! A crowd that is paired by the real use cases on the store in memory, by two threads.

use std::collections::BTreeMap;
use std::time::Instant;

use anyhow::{anyhow, ensure};
use domain::limits::LOOK_AGAIN_EVERY;
use domain::matching::STEPS;
use domain::time::SpanMs;
use testkit::budget::Counted;

use crate::people::People;
use crate::report::{Aim, Section};
use crate::town::Town;

/// How many people.
const CROWD: usize = 100_000;
/// How many side by side.
const THREADS: usize = 2;
/// After so many looks past the last step nobody should be left.
const LOOKS_MAX: usize = 4;

/// Measures both ways of a crowd into calls.
///
/// # Errors
/// Somebody is lost, or in two calls.
pub fn measure() -> anyhow::Result<Section> {
    let about = format!("{CROWD} people, {THREADS} threads, real use cases on the store in memory");
    let mut section = Section::new("crowd", about);

    let town = town(CROWD)?;
    block_on(async {
        for number in 0..town.size() {
            town.put_down(number).await?;
        }
        anyhow::Ok(())
    })?;
    let seconds = look_until_paired(&town)?;
    let pairs = paired(&town)?;
    section.aim("all wait, their timers fire: time", seconds, "s", Aim::AtMost(10.0));
    tell(&mut section, "all wait, their timers fire", &town, pairs, seconds);

    let town = self::town(CROWD)?;
    let everybody: Vec<usize> = (0..CROWD).collect();
    let on_arrival = timed(&town, &everybody, true)?;
    section.add("all arrive: paired on arrival", percent(paired(&town)?), "%");
    let seconds = on_arrival + look_until_paired(&town)?;
    let pairs = paired(&town)?;
    section.aim("all arrive: time", seconds, "s", Aim::AtMost(10.0));
    tell(&mut section, "all arrive", &town, pairs, seconds);
    Ok(section)
}

/// Fires the timers of everybody who waits, look after look; the seconds that the looks took.
fn look_until_paired(town: &Town) -> anyhow::Result<f64> {
    let (mut seconds, mut now) = (0.0, SpanMs(0));
    for due in looks() {
        town.pass(SpanMs(due.0 - now.0));
        now = due;
        seconds += timed(town, &town.waiting()?, false)?;
    }
    Ok(seconds)
}

fn tell(section: &mut Section, what: &str, town: &Town, pairs: usize, seconds: f64) {
    section.aim(format!("{what}: paired"), percent(pairs), "%", Aim::AtLeast(100.0));
    section.add(format!("{what}: pairs per second"), float(pairs) / seconds, "1/s");
    let bill = *town.world.bill();
    for (name, count) in [("queries", bill.queries), ("transactions", bill.transactions), ("conflicts", bill.conflicts)]
    {
        section.add(format!("{what}: {name} per pair"), count_of(count) / float(pairs), "");
    }
}

/// Everybody wants what chance gives them, two by two in the same mode, so that nobody need be left.
fn town(size: usize) -> anyhow::Result<Town> {
    let mut people = People::of(1);
    let mut town = Town::at_noon(Counted::unweighed().with_chance());
    for _ in 0..size / 2 {
        let one = people.wish()?;
        let other = people.wish_in(one.mode)?;
        town.settle(one)?;
        town.settle(other)?;
    }
    Ok(town)
}

/// When those who still wait look again.
fn looks() -> Vec<SpanMs> {
    let steps = STEPS.iter().skip(1).map(|step| step.after);
    let last = STEPS[STEPS.len() - 1].after.0;
    let again = (1..).map(|times| SpanMs(last + times * LOOK_AGAIN_EVERY.0)).take(LOOKS_MAX);
    steps.chain(again).collect()
}

/// Lets these people join, or look, each of two threads with a half of them; gives the seconds it took.
fn timed(town: &Town, people: &[usize], joining: bool) -> anyhow::Result<f64> {
    let started = Instant::now();
    let act = |people: &[usize]| {
        block_on(async {
            for number in people {
                if joining { town.join(*number).await? } else { town.look(*number).await? }
            }
            anyhow::Ok(())
        })
    };
    std::thread::scope(|scope| {
        let halves = people.chunks(people.len().div_ceil(THREADS).max(1));
        let threads: Vec<_> = halves.map(|half| scope.spawn(move || act(half))).collect();
        threads.into_iter().try_for_each(|thread| thread.join().map_err(|_| anyhow!("a thread broke"))?)
    })?;
    Ok(started.elapsed().as_secs_f64())
}

/// How many pairs there are; each session must have two people and each person one.
fn paired(town: &Town) -> anyhow::Result<usize> {
    let mut sessions = BTreeMap::new();
    for number in 0..town.size() {
        if let Some(session) = town.user(number)?.session() {
            *sessions.entry(session.clone()).or_insert(0) += 1;
        }
    }
    ensure!(sessions.values().all(|people| *people == 2), "somebody is in a call alone");
    Ok(sessions.len())
}

/// Runs what never waits for anything.
pub fn block_on<T>(what: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_current_thread().build()?.block_on(what)
}

fn percent(pairs: usize) -> f64 {
    200.0 * float(pairs) / float(CROWD)
}

/// A count of a bill as a number to reckon with.
pub fn count_of(count: u64) -> f64 {
    u32::try_from(count).map_or(f64::INFINITY, f64::from)
}

/// A count as a number to reckon with.
pub fn float(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::INFINITY, f64::from)
}
