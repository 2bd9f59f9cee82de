//! What a match costs while few or many wait: it must not grow with them.

use anyhow::ensure;
use aws::item_bytes;
use domain::profile::{Language, Region, Tags, Wish};
use testkit::budget::{Bill, Counted};

use crate::crowd::{block_on, count_of, float};
use crate::report::{Aim, Section};
use crate::town::Town;

/// How many wait.
const WAITING: [usize; 3] = [10, 1_000, 100_000];
/// How many come and are counted; fewer than wait, so that each meets somebody.
const COMERS: usize = 5;
/// What a count is called, and where it stands in a bill.
type Count = (&'static str, fn(&Bill) -> f64);
const COUNTS: [Count; 6] = [
    ("requests", |bill| count_of(bill.reads + bill.queries + bill.writes + bill.transactions)),
    ("queries of them", |bill| count_of(bill.queries)),
    ("RRU", |bill| count_of(bill.half_rru) / 2.0),
    ("WRU", |bill| count_of(bill.wru)),
    ("posts", |bill| count_of(bill.posts)),
    ("timers", |bill| count_of(bill.timers)),
];

/// Counts what a join asks of the world that meets somebody, and one that finds nobody.
///
/// # Errors
/// Somebody was not matched who should have been, or the other way round.
pub fn measure() -> anyhow::Result<Section> {
    let mut section = Section::new("growth", "what one `join-queue` asks of the store by how many wait, exact counts");
    for (what, matching) in [("match", true), ("nobody to meet", false)] {
        let bills = WAITING.iter().map(|waiting| bill(*waiting, matching)).collect::<anyhow::Result<Vec<_>>>()?;
        for (name, count) in COUNTS {
            for (waiting, bill) in WAITING.iter().zip(&bills) {
                section.add(format!("{what}: {name}, {waiting} wait"), count(bill) / comers(matching), "");
            }
        }
        // Among ten everything fits one read; from a thousand on nothing may grow.
        for (name, count) in [COUNTS[0], COUNTS[2], COUNTS[3]] {
            let growth = count(&bills[2]) / count(&bills[1]);
            section.aim(format!("{what}: {name} at 100,000 / at 1,000"), growth, "", Aim::AtMost(1.0));
        }
    }
    Ok(section)
}

fn comers(matching: bool) -> f64 {
    if matching { float(COMERS) } else { 1.0 }
}

/// What is asked by those who come among `waiting` people whom everybody, or nobody, may meet at once.
fn bill(waiting: usize, matching: bool) -> anyhow::Result<Bill> {
    let mut town = Town::at_noon(Counted::new(item_bytes));
    for _ in 0..waiting {
        town.settle(wish("en", "eu")?)?;
    }
    let comers = if matching { wish("en", "eu")? } else { wish("pt", "sa")? };
    for _ in 0..COMERS {
        town.settle(comers.clone())?;
    }
    block_on(async {
        for number in 0..waiting {
            town.put_down(number).await?;
        }
        for number in waiting..waiting + if matching { COMERS } else { 1 } {
            town.join(number).await?;
            ensure!(town.user(number)?.session().is_some() == matching, "not what was to be measured");
        }
        Ok(())
    })?;
    let bill = *town.world.bill();
    Ok(bill)
}

fn wish(language: &str, region: &str) -> anyhow::Result<Wish> {
    Ok(Wish {
        tags: Tags::parse(&["chess", "music"])?,
        language: Some(Language::parse(language)?),
        region: Some(Region::parse(region)?),
        ..Wish::default()
    })
}
