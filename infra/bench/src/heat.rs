//! Which partitions are hot when a million people are online, by the real use cases and the real keys.

use std::collections::BTreeMap;
use std::mem;
use std::sync::{Arc, Mutex, PoisonError};

use aws::{item_bytes, place_of_row};
use domain::queue::Bucket;
use domain::row::Key;
use domain::time::{SpanMs, TimeMs};
use ports::{Ambient, Consistency};
use testkit::budget::{Counted, Watch};

use crate::crowd::{block_on, count_of, float};
use crate::people::People;
use crate::report::{Aim, Section};
use crate::town::Town;

/// People online, each a while in a call and a while out of it.
const ONLINE: u32 = 1_000_000;
const CALL_SECONDS: u32 = 180;
const PAUSE_SECONDS: u32 = 60;
/// All who join within this time join at the same moment.
const MOMENT: SpanMs = SpanMs(10);
/// How long is simulated, and how much of it, at its end, counts.
const SECONDS: u64 = 25;
const COUNTED_SECONDS: u32 = 10;
/// What one partition takes a second ("Best practices for designing and using partition keys").
const WRITES_MAX: f64 = 1_000.0;
const READS_MAX: f64 = 3_000.0;
/// The step in which reads are counted, in bytes.
const READ_BYTES: usize = 4_096;
/// Hot keys that are named.
const NAMED: usize = 5;
/// More shards than this are not tried.
const SHARDS_MAX: u32 = 64;

/// Units a second by partition.
#[derive(Debug)]
struct Heat {
    shards: u32,
    writes: Mutex<BTreeMap<String, f64>>,
    reads: Mutex<BTreeMap<String, f64>>,
}

/// Finds the number of shards that keeps every partition within its limits.
///
/// # Errors
/// A use case failed.
pub fn measure() -> anyhow::Result<Section> {
    let joins = ONLINE / (CALL_SECONDS + PAUSE_SECONDS);
    let about = format!(
        "{ONLINE} people online, {CALL_SECONDS} s in a call, {PAUSE_SECONDS} s out of it: {joins} joins a second"
    );
    let mut section = Section::new("heat", about);
    let mut shards = 1;
    loop {
        let heat = simulate(joins, shards)?;
        let writes = hottest(&heat.writes);
        let reads = hottest(&heat.reads);
        let worst = writes.first().map_or(0.0, |(_, units)| *units);
        let done = worst <= WRITES_MAX || shards >= SHARDS_MAX;
        for (key, units) in writes.iter().take(NAMED) {
            section.add(format!("{shards} shards, writes: {key}"), *units, "WRU/s");
        }
        for (key, units) in reads.iter().take(NAMED) {
            section.add(format!("{shards} shards, reads: {key}"), *units, "RRU/s");
        }
        if done {
            section.add("shards of the queue that this needs", f64::from(shards), "");
            section.aim("hottest partition, writes", worst, "WRU/s", Aim::AtMost(WRITES_MAX));
            let worst = reads.first().map_or(0.0, |(_, units)| *units);
            section.aim("hottest partition, reads", worst, "RRU/s", Aim::AtMost(READS_MAX));
            return Ok(section);
        }
        shards *= 2;
    }
}

fn simulate(joins: u32, shards: u32) -> anyhow::Result<Arc<Heat>> {
    let heat = Arc::new(Heat { shards, writes: Mutex::default(), reads: Mutex::default() });
    let mut town = Town::at_noon(Counted::new(item_bytes).with_chance());
    town.world.watch = Some(Arc::clone(&heat) as Arc<dyn Watch>);
    let mut people = People::of(1);
    let mut timers = BTreeMap::<(TimeMs, u64), String>::new();
    let mut armed = 0;
    let steps = SECONDS * 1000 / MOMENT.0;
    let counted_from = steps - u64::from(COUNTED_SECONDS) * 1000 / MOMENT.0;
    let mut due = 0.0;
    block_on(async {
        for step in 0..steps {
            if step == counted_from {
                taken(&heat.writes).clear();
                taken(&heat.reads).clear();
            }
            due += f64::from(joins) / f64::from(u32::try_from(1000 / MOMENT.0)?);
            while due >= 1.0 {
                due -= 1.0;
                let number = town.settle(people.wish()?)?;
                town.join(number).await?;
            }
            for (at, message) in mem::take(&mut town.world.world.inner().timers) {
                armed += 1;
                timers.insert((at, armed), message);
            }
            let now = town.world.now();
            while let Some(first) = timers.first_entry().filter(|first| first.key().0 <= now) {
                town.fires(&first.remove()).await?;
            }
            town.pass(MOMENT);
        }
        Ok(())
    })?;
    town.world.watch = None;
    Ok(heat)
}

fn hottest(units: &Mutex<BTreeMap<String, f64>>) -> Vec<(String, f64)> {
    let per_second = |(key, units): (&String, &f64)| (key.clone(), units / f64::from(COUNTED_SECONDS));
    let mut all: Vec<(String, f64)> = taken(units).iter().map(per_second).collect();
    all.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    all
}

fn taken(units: &Mutex<BTreeMap<String, f64>>) -> std::sync::MutexGuard<'_, BTreeMap<String, f64>> {
    units.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Watch for Heat {
    fn wrote(&self, key: &Key, units: u64) {
        let (partition, _) = place_of_row(key, self.shards);
        *taken(&self.writes).entry(partition).or_default() += count_of(units);
    }

    /// A look reads every shard of a bucket, each for one unit at least, or half of one.
    fn peeked(&self, bucket: &Bucket, bytes: usize, consistency: Consistency) {
        let shards = usize::try_from(self.shards).unwrap_or(1);
        let half = match consistency {
            Consistency::Strong => 1.0,
            Consistency::Eventual => 0.5,
        };
        let units = half * float(bytes.div_ceil(shards).div_ceil(READ_BYTES).max(1));
        let (partition, _) = place_of_row(&Key::Waits(bucket.clone()), 1);
        let each = if shards > 1 { " (each shard)" } else { "" };
        *taken(&self.reads).entry(partition + each).or_default() += units;
    }
}
