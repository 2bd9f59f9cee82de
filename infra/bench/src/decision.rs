//! The pure decision: how fast candidates are ranked, and how good the pairs are.

use std::hint::black_box;
use std::time::Instant;

use domain::id::{TicketId, UserId};
use domain::profile::{Mode, Wish};
use domain::queue::{Bucket, Hint, candidates};
use domain::time::{SpanMs, TimeMs};

use crate::crowd::{block_on, float};
use crate::people::People;
use crate::quality;
use crate::report::{Aim, Section, median};

/// Hints ranked at once.
const HINTS: [usize; 3] = [10, 100, 1_000];
/// So many hints are ranked per run, and so many runs are made, of which the middle one counts.
const HINTS_PER_RUN: usize = 200_000;
const RUNS: usize = 5;
/// In a steady state people come one after another; a whole second of them at once is a small burst.
const STEADY: SpanMs = SpanMs(100);
/// People of the towns that are watched, and within what time they come at once.
const TOWNS: [(usize, SpanMs); 4] = [(60, STEADY), (150, STEADY), (300, STEADY), (300, SpanMs::seconds(1))];

/// Measures both.
///
/// # Errors
/// A use case failed.
pub fn measure() -> anyhow::Result<Section> {
    let mut section =
        Section::new("decision", "candidates ranked, and pairs chosen against the best of the same second");
    for hints in HINTS {
        section.add(format!("rank {hints} hints, per hint"), rank(hints)?, "ns");
    }
    for (size, moment) in TOWNS {
        let seen = block_on(quality::watch(size, moment, 1))?;
        let town = format!("town of {size}, {} ms at once", moment.0);
        section.add(format!("{town}: present"), float(seen.present) / float(seen.moments), "");
        section.add(format!("{town}: moments too crowded to tell the best"), float(seen.untold), "");
        let share = 100.0 * ratio(seen.chosen, seen.best);
        let worth = format!("{town}: worth of the pairs chosen, of the best");
        if moment == STEADY {
            section.aim(worth, share, "%", Aim::AtLeast(95.0));
        } else {
            section.add(worth, share, "%");
        }
        let pairs = float(seen.late.len());
        section.add(format!("{town}: pairs met"), pairs, "");
        section.add(
            format!("{town}: met later than they could, on average"),
            seen.late.iter().sum::<f64>() / pairs,
            "s",
        );
    }
    Ok(section)
}

fn ratio(part: u64, whole: u64) -> f64 {
    float(usize::try_from(part).unwrap_or(usize::MAX)) / float(usize::try_from(whole).unwrap_or(usize::MAX))
}

/// Nanoseconds per hint.
fn rank(count: usize) -> anyhow::Result<f64> {
    let now = TimeMs(1_772_452_800_000);
    let mut people = People::of(1);
    let seeker = People::user(usize::MAX, &Wish::default(), now)?;
    let wish = people.wish_in(Mode::Video)?;
    let mut hints = Vec::new();
    for number in 0..count {
        let since = now - SpanMs(people.chance().u64(0..12_000));
        hints.push(Hint {
            bucket: Bucket::Everyone(Mode::Video),
            since,
            ticket: TicketId::parse(&format!("t{number}"))?,
            user: UserId::parse(&format!("u{number}"))?,
            wish: people.wish_in(Mode::Video)?,
            put_at: since,
        });
    }
    let rounds = HINTS_PER_RUN / count;
    let runs = (0..RUNS).map(|_| {
        let copies: Vec<Vec<Hint>> = (0..rounds).map(|_| hints.clone()).collect();
        let started = Instant::now();
        for copy in copies {
            black_box(candidates(&seeker, &wish, now, copy, now));
        }
        started.elapsed().as_secs_f64() * 1e9 / float(rounds * count)
    });
    Ok(median(runs.collect()))
}
