//! The whole local stack, end to end: real function processes, bots over real sockets.

mod bill;
mod signaling;
mod talk;
mod used;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::ensure;

use crate::crowd::float;
use crate::load::{Fleet, Running, Word};
use crate::report::{Aim, Section, percentile};
use talk::{Talk, heard};
use used::{Used, quiet};

/// How many come at once.
const BURSTS: [usize; 2] = [1_000, 5_000];
/// A burst that is not paired by then is not going to be.
const BURST_WITHIN: Duration = Duration::from_secs(60);
/// As often a page that waits asks where it is; one that waits no longer, for its join came to nothing in an overload or its
/// partner never came, joins again.
const ASKED_EVERY: Duration = Duration::from_secs(30);
/// Joins a second, and how many in all, when they are paced.
const PACE: u32 = 200;
const PACED: usize = 1_000;
/// Pairs that talk, messages a second and of what size, and for how long.
const TALKING: usize = 100;
const MESSAGES_PER_SECOND: u32 = 500;
const MESSAGE_BYTES: usize = 1_000;
const TALK: Duration = Duration::from_secs(8);
/// Sockets that are opened to see what one costs.
const IDLE: usize = 500;
/// Calls end within this time when they are ended.
const ENDING: Duration = Duration::from_secs(20);
/// What can be measured, each on a stack of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Memory of open sockets.
    Sockets,
    /// Joins one after another.
    Paced,
    /// Messages between the two of a call.
    Relay,
    /// Everybody joins at once.
    Burst,
    /// What sessions cost.
    Bill,
}

/// Measures one part.
///
/// # Errors
/// The stack breaks.
pub fn measure(part: Part, name: &'static str, folder: &Path) -> anyhow::Result<Section> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    std::fs::create_dir_all(folder)?;
    runtime.block_on(run(part, name, &folder.join(name).with_extension("log")))
}

async fn run(part: Part, name: &'static str, log: &Path) -> anyhow::Result<Section> {
    let mut section =
        Section::new(name, "local stack of real function processes, memory tables, bots on the same machine");
    let session = format!("SessionSeconds={}", if part == Part::Bill { bill::SECONDS } else { 300 });
    let stack = Running::start(&["LoginsPerMinute=1000000", &session], log).await?;
    match part {
        Part::Sockets => memory(&mut section, &stack).await?,
        Part::Paced => paced(&mut section, &stack).await?,
        Part::Relay => relay(&mut section, &stack).await?,
        Part::Burst => {
            for size in BURSTS {
                burst(&mut section, &stack, size).await?;
            }
        }
        Part::Bill => bill::measure(&mut section, &stack).await?,
    }
    Ok(section)
}

/// What one open socket costs: rows of its person are there before, that of the connection comes with it.
async fn memory(section: &mut Section, stack: &Running) -> anyhow::Result<()> {
    let warm = Fleet::sign_in(stack.port, IDLE).await?.open().await?;
    let ticketed = Fleet::sign_in(stack.port, IDLE).await?;
    let before = stack.resident_bytes();
    let open = ticketed.open().await?;
    let bytes = (stack.resident_bytes() - before) / float(IDLE);
    section.aim("gateway memory per connection", bytes / 1024.0, "kB", Aim::AtMost(10.0));
    drop((warm, open));
    quiet(stack).await;
    Ok(())
}

/// Who was matched in which session, and when each heard of it.
#[derive(Default)]
struct Matches {
    sessions: BTreeMap<String, Vec<(usize, Instant)>>,
    /// The session that each was matched into last.
    present: BTreeMap<usize, String>,
    /// Matches beyond the first of a person: one whose `received` came too late is put back and matched anew.
    again: usize,
    /// Joins beyond the first of a person.
    rejoined: usize,
    /// The channel that each is told to open, by an address of their own.
    channels: BTreeMap<usize, String>,
    refused: BTreeMap<String, usize>,
}

impl Matches {
    fn note(&mut self, to: usize, at: Instant, word: Word) {
        match word {
            Word::Matched { session, channel } => {
                self.channels.extend(channel.map(|url| (to, url)));
                self.present.insert(to, session.clone());
                self.sessions.entry(session).or_default().push((to, at));
            }
            Word::Refused(why) => *self.refused.entry(why).or_default() += 1,
            Word::Connected | Word::Heard(_) | Word::Idle | Word::Ended | Word::Closed | Word::Other => {}
        }
    }

    fn people(&self) -> usize {
        self.present.len()
    }

    /// One of each present call, to end it.
    fn callers(&self) -> Vec<(usize, String)> {
        let callers: BTreeMap<&String, usize> = self.present.iter().map(|(who, session)| (session, *who)).collect();
        callers.into_iter().map(|(session, who)| (who, session.clone())).collect()
    }

    fn tell(&self, section: &mut Section, what: &str, people: usize) {
        section.aim(format!("{what}: paired"), 100.0 * float(self.people()) / float(people), "%", Aim::AtLeast(100.0));
        section.aim(format!("{what}: matched again"), float(self.again), "", Aim::AtMost(0.0));
        section.add(format!("{what}: joined again"), float(self.rejoined), "");
        let calls = float(self.sessions.len());
        let by_kvs = float(self.channels.len()) / 2.0;
        section.add(format!("{what}: calls signaled by KVS"), by_kvs, "");
        section.add(format!("{what}: calls signaled by relay"), calls - by_kvs, "");
        for (why, times) in &self.refused {
            section.add(format!("{what}: refused, {why}"), float(*times), "");
        }
    }
}

/// All join at once.
async fn burst(section: &mut Section, stack: &Running, size: usize) -> anyhow::Result<()> {
    let what = format!("burst of {size}");
    let mut fleet = Fleet::arrive(stack.port, size).await?;
    quiet(stack).await;
    let used = Used::now(stack).await?;
    for number in 0..fleet.size() {
        fleet.join(number);
    }
    let matches = gather(&mut fleet, size, used.since + BURST_WITHIN).await?;
    let waits = matches.sessions.values().flatten().map(|(_, at)| milliseconds(*at - used.since)).collect::<Vec<_>>();
    let last = percentile(&waits, 100.0);
    matches.tell(section, &what, size);
    let pairs = float(matches.sessions.len());
    section.aim(format!("{what}: pairs per second"), pairs / last * 1000.0, "1/s", Aim::AtLeast(1000.0));
    spread(section, &format!("{what}: join to told"), &waits, None);
    used.tell(section, &what, stack, (pairs, "pair")).await?;
    fleet.part(&matches.callers(), ENDING).await?;
    drop(fleet);
    quiet(stack).await;
    Ok(())
}

/// They join one after another; what counts is the time from the second's join until both are told.
async fn paced(section: &mut Section, stack: &Running) -> anyhow::Result<()> {
    let what = format!("paced {PACE}/s");
    let mut fleet = Fleet::arrive(stack.port, PACED).await?;
    quiet(stack).await;
    let used = Used::now(stack).await?;
    let mut joined = Vec::with_capacity(PACED);
    let mut matches = Matches::default();
    for number in 0..PACED {
        let due = used.since + Duration::from_secs(1) / PACE * u32::try_from(number)?;
        while let Some(said) = fleet.next(due).await? {
            matches.note(said.to, said.at, said.word);
        }
        fleet.join(number);
        joined.push(Instant::now());
    }
    let deadline = Instant::now() + BURST_WITHIN;
    while matches.people() < PACED
        && let Some(said) = fleet.next(deadline).await?
    {
        matches.note(said.to, said.at, said.word);
    }
    let latency = |people: &Vec<(usize, Instant)>| {
        let second = people.iter().map(|(who, _)| joined[*who]).max()?;
        let told = people.iter().map(|(_, at)| *at).max()?;
        (people.len() == 2).then(|| milliseconds(told - second))
    };
    let latencies: Vec<f64> = matches.sessions.values().filter_map(latency).collect();
    matches.tell(section, &what, PACED);
    spread(section, &format!("{what}: second join to both told"), &latencies, Some(5.0));
    used.tell(section, &what, stack, (float(matches.sessions.len()), "pair")).await?;
    fleet.part(&matches.callers(), ENDING).await?;
    drop(fleet);
    quiet(stack).await;
    Ok(())
}

/// Pairs talk: paced, then each as fast as it is heard.
async fn relay(section: &mut Section, stack: &Running) -> anyhow::Result<()> {
    let mut fleet = Fleet::arrive(stack.port, 2 * TALKING).await?;
    for number in 0..fleet.size() {
        fleet.join(number);
    }
    let matches = gather(&mut fleet, 2 * TALKING, Instant::now() + BURST_WITHIN).await?;
    let mut talk = Talk::new(&matches, TALKING, MESSAGE_BYTES)?;
    quiet(stack).await;

    let what = format!("relay {MESSAGES_PER_SECOND}/s");
    let used = Used::now(stack).await?;
    let mut latencies = Vec::new();
    let mut sent = 0;
    while used.since.elapsed() < TALK {
        let due = used.since + Duration::from_secs(1) / MESSAGES_PER_SECOND * sent;
        while let Some(said) = fleet.next(due).await? {
            latencies.extend(heard(&fleet, &said.word, said.at));
        }
        talk.say(&fleet, usize::try_from(sent)? % TALKING);
        sent += 1;
    }
    let deadline = Instant::now() + Duration::from_secs(5);
    while latencies.len() < usize::try_from(sent)?
        && let Some(said) = fleet.next(deadline).await?
    {
        latencies.extend(heard(&fleet, &said.word, said.at));
    }
    section.aim(format!("{what}: heard"), 100.0 * float(latencies.len()) / f64::from(sent), "%", Aim::AtLeast(100.0));
    spread(section, &format!("{what}: said to heard"), &latencies, Some(5.0));
    used.tell(section, &what, stack, (f64::from(sent), "message")).await?;

    let used = Used::now(stack).await?;
    let mut latencies = Vec::new();
    for pair in 0..TALKING {
        talk.say(&fleet, pair);
    }
    let deadline = used.since + TALK;
    while let Some(said) = fleet.next(deadline).await? {
        if let Some(latency) = heard(&fleet, &said.word, said.at) {
            latencies.push(latency);
            talk.answer(&fleet, said.to);
        }
    }
    let rate = float(latencies.len()) / TALK.as_secs_f64();
    section.aim("relay saturated: messages per second", rate, "1/s", Aim::AtLeast(1000.0));
    spread(section, "relay saturated: said to heard", &latencies, None);
    used.tell(section, "relay saturated", stack, (float(latencies.len()), "message")).await?;
    fleet.part(&matches.callers(), ENDING).await?;
    drop(fleet);
    quiet(stack).await;
    Ok(())
}

async fn gather(fleet: &mut Fleet, people: usize, deadline: Instant) -> anyhow::Result<Matches> {
    let mut matches = Matches::default();
    let mut ask_at = Instant::now() + ASKED_EVERY;
    while matches.people() < people && Instant::now() < deadline {
        let Some(said) = fleet.next(deadline.min(ask_at)).await? else {
            ask_at += ASKED_EVERY;
            for lonely in (0..fleet.size()).filter(|number| !matches.present.contains_key(number)) {
                fleet.say(lonely, "ping", "{}");
            }
            continue;
        };
        if said.word == Word::Ended && matches.present.remove(&said.to).is_some() {
            // Not confirmed in time: who was put back waits already, the other asks again.
            matches.again += 1;
            fleet.say(said.to, "ping", "{}");
        }
        if said.word == Word::Idle && !matches.present.contains_key(&said.to) {
            matches.rejoined += 1;
            fleet.join(said.to);
        }
        matches.note(said.to, said.at, said.word);
    }
    ensure!(matches.people() > 0, "nobody was matched");
    Ok(matches)
}

fn spread(section: &mut Section, what: &str, values: &[f64], aim: Option<f64>) {
    section.add(format!("{what}, p50"), percentile(values, 50.0), "ms");
    match aim {
        Some(aim) => section.aim(format!("{what}, p95"), percentile(values, 95.0), "ms", Aim::AtMost(aim)),
        None => section.add(format!("{what}, p95"), percentile(values, 95.0), "ms"),
    }
    section.add(format!("{what}, p99"), percentile(values, 99.0), "ms");
}

/// A span as a number to reckon with.
fn milliseconds(span: Duration) -> f64 {
    span.as_secs_f64() * 1000.0
}
