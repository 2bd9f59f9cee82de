//! How good the pairs are: a town in which people meet, talk and come again, and at every moment the pairs that the
//! rules choose among those who are there, against the best that could be chosen.

use std::collections::{BTreeMap, BTreeSet};

use domain::id::TicketId;
use domain::limits::MET_FADES;
use domain::matching::{Seeker, may_meet, required_wait};
use domain::profile::Wish;
use domain::queue::{Bucket, Hint, candidates};
use domain::time::{SpanMs, TimeMs};
use domain::user::User;
use ports::Ambient;
use serde_json::json;
use testkit::budget::Counted;

use crate::optimum::{self, Edge};
use crate::people::People;
use crate::town::Town;

/// How long a town is watched, after the time in which it fills up.
const WATCHED: SpanMs = SpanMs::seconds(600);
const FILLING: SpanMs = SpanMs::seconds(120);
/// Calls last up to this long, and pauses between them.
const CALL_MAX: SpanMs = SpanMs::seconds(90);
const PAUSE_MAX: SpanMs = SpanMs::seconds(20);

/// What was seen of a town.
#[derive(Debug, Default)]
pub struct Seen {
    /// Moments at which the best pairs could be told.
    pub moments: usize,
    /// Moments with too many people at once.
    pub untold: usize,
    /// Who was there, summed over the moments.
    pub present: usize,
    /// What the pairs that the rules choose are worth.
    pub chosen: u64,
    /// What the best pairs are worth.
    pub best: u64,
    /// For each pair that met, how long it could have met already, in seconds: until one of the two looked again.
    pub late: Vec<f64>,
}

/// Somebody who waits or joins at this moment.
struct Present {
    number: usize,
    user: User,
    wish: Wish,
    since: TimeMs,
}

/// Watches a town of so many people, in which all who come within `moment` come at once.
///
/// # Errors
/// A port failed.
pub async fn watch(size: usize, moment: SpanMs, seed: u64) -> anyhow::Result<Seen> {
    let mut people = People::of(seed);
    let mut town = Town::at_noon(Counted::unweighed().with_chance());
    let within = |chance: &mut fastrand::Rng, most: SpanMs| chance.u64(1..=most.0 / moment.0);
    let mut coming = BTreeMap::<u64, Vec<usize>>::new();
    for _ in 0..size {
        let number = town.settle(people.wish()?)?;
        coming.entry(within(people.chance(), CALL_MAX)).or_default().push(number);
    }
    let mut leaving = BTreeMap::<u64, BTreeSet<usize>>::new();
    let mut seen = Seen::default();
    for at in 0..(FILLING.0 + WATCHED.0) / moment.0 {
        for number in leaving.remove(&at).unwrap_or_default() {
            if let Some(session) = town.user(number)?.session() {
                let session = session.to_string();
                town.say(number, "end-call", json!({ "sessionId": session })).await?;
            }
            let pause = within(people.chance(), PAUSE_MAX);
            coming.entry(at + pause).or_default().push(number);
        }
        let mut joining = coming.remove(&at).unwrap_or_default();
        people.chance().shuffle(&mut joining);
        let waiting = town.waiting()?;
        let present = present(&town, waiting.iter().chain(&joining))?;
        for number in joining {
            town.join(number).await?;
        }
        town.timers_fire().await?;
        let pairs = pairs(&town, &present)?;
        for (a, b) in &pairs {
            let until = at + within(people.chance(), CALL_MAX);
            for person in [&present[*a], &present[*b]] {
                confirm(&town, person.number).await?;
                leaving.entry(until).or_default().insert(person.number);
            }
        }
        if at >= FILLING.0 / moment.0 {
            let now = town.world.now();
            seen.late.extend(pairs.iter().filter_map(|(a, b)| late(&present[*a], &present[*b], now)));
            note(&mut seen, &present, waiting.len(), now)?;
        }
        town.pass(moment);
    }
    Ok(seen)
}

fn present<'a>(town: &Town, everybody: impl Iterator<Item = &'a usize>) -> anyhow::Result<Vec<Present>> {
    let now = town.world.now();
    let of = |number: &usize| {
        let user = town.user(*number)?;
        let since = user.waiting().map_or(now, |waiting| waiting.since);
        Ok(Present { number: *number, since, wish: town.wish(*number).clone(), user })
    };
    everybody.map(of).collect()
}

/// Those of the people present who have come into one call.
fn pairs(town: &Town, present: &[Present]) -> anyhow::Result<Vec<(usize, usize)>> {
    let mut sessions = BTreeMap::<_, Vec<usize>>::new();
    for (place, person) in present.iter().enumerate() {
        if let Some(session) = town.user(person.number)?.session() {
            sessions.entry(session.clone()).or_default().push(place);
        }
    }
    Ok(sessions.into_values().filter_map(|people| Some((*people.first()?, *people.get(1)?))).collect())
}

async fn confirm(town: &Town, number: usize) -> anyhow::Result<()> {
    let user = town.user(number)?;
    let Some(session) = user.session() else { return Ok(()) };
    town.say(number, "connection-status", json!({ "sessionId": session.to_string(), "status": "received" })).await
}

fn note(seen: &mut Seen, present: &[Present], waiting: usize, now: TimeMs) -> anyhow::Result<()> {
    let mut edges: Vec<Edge> = Vec::new();
    for (a, one) in present.iter().enumerate() {
        for (b, other) in present.iter().enumerate().take(a) {
            if may_meet(seeker(one), seeker(other), now) {
                edges.push((a, b, worth(one, other, now)));
            }
        }
    }
    let Some(best) = optimum::best(present.len(), &edges) else {
        seen.untold += 1;
        return Ok(());
    };
    seen.moments += 1;
    seen.present += present.len();
    seen.best += u64::from(best);
    for (a, b) in choose(present, waiting, now)? {
        seen.chosen += u64::from(worth(&present[a], &present[b], now));
    }
    Ok(())
}

/// The pairs that the rules choose: who comes looks at those who wait, and then those who wait look again, each once; each
/// takes the first of its candidates.
fn choose(present: &[Present], waiting: usize, now: TimeMs) -> anyhow::Result<Vec<(usize, usize)>> {
    let mut free: Vec<usize> = (0..waiting).collect();
    let mut pairs = Vec::new();
    for looking in (waiting..present.len()).chain(0..waiting) {
        let is_new = looking >= waiting;
        if !is_new && !free.contains(&looking) {
            continue;
        }
        let hints = free.iter().map(|place| hint(*place, &present[*place])).collect::<anyhow::Result<Vec<_>>>()?;
        let me = &present[looking];
        let best = candidates(&me.user, &me.wish, me.since, hints, now).into_iter().next();
        match best.and_then(|best| present.iter().position(|person| person.user.id == best.user)) {
            Some(other) => {
                free.retain(|place| *place != other && *place != looking);
                pairs.push((looking, other));
            }
            None if is_new => free.push(looking),
            None => {}
        }
    }
    Ok(pairs)
}

fn hint(place: usize, person: &Present) -> anyhow::Result<Hint> {
    Ok(Hint {
        bucket: Bucket::Everyone(person.wish.mode),
        since: person.since,
        ticket: TicketId::parse(&place.to_string())?,
        user: person.user.id.clone(),
        wish: person.wish.clone(),
        put_at: person.since,
    })
}

/// Since when, in seconds, these two could have met.
fn late(a: &Present, b: &Present, now: TimeMs) -> Option<f64> {
    let required = required_wait(seeker(a), seeker(b), now)?;
    let possible = (a.since.min(b.since) + required).max(a.since.max(b.since));
    Some(f64::from(u32::try_from(now.since(possible).0).ok()?) / 1000.0)
}

fn seeker(person: &Present) -> Seeker<'_> {
    let User { id, met, standing, .. } = &person.user;
    Seeker { user: id, wish: &person.wish, since: person.since, met, blocked: &standing.blocked, reported: &[] }
}

/// What a pair is worth, in thousandths: the soft rules in their order, each twice the next: 8 for a common tag, 4 for the
/// language, 2 for the region, up to 1 for being strangers, and 1 for meeting at all.
fn worth(a: &Present, b: &Present, now: TimeMs) -> u32 {
    let tags = u32::try_from(a.wish.tags.common_count(&b.wish.tags)).unwrap_or(u32::MAX);
    let language = u32::from(a.wish.language.is_some() && a.wish.language == b.wish.language);
    let region = u32::from(a.wish.region.is_some() && a.wish.region == b.wish.region);
    let met =
        |one: &Present, other: &Present| one.user.met.iter().find(|met| met.user == other.user.id).map(|met| met.at);
    let ago = met(a, b).max(met(b, a)).map_or(MET_FADES.0, |at| now.since(at).0.min(MET_FADES.0));
    let stranger = u32::try_from(1000 * ago / MET_FADES.0).unwrap_or(1000);
    1000 * (1 + 8 * tags + 4 * language + 2 * region) + stranger
}
