//! Whether a store and the world in memory give the same answers to the same calls.
//!
//! Compared is everything but what the contract leaves open: the order of channels that are free from the same moment,
//! and channels of the pool that are not the script's. An index that is stale is asked again, for a while.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use domain::channel::Channel;
use domain::id::ChannelId;
use domain::queue::Peek;
use domain::row::{Change, Guard, Key, Row, Write};
use domain::speech::ChatLine;
use domain::time::SpanMs;
use ports::Consistency::Strong;
use ports::fake::World;
use ports::{Ambient, Commit, Error, Store};

use crate::script::{Bad, Call, NOW, script};

/// A stale index is asked this often in all.
const ASKED_MAX: usize = 50;

/// How often calls came out in which way.
pub type Outcomes = BTreeMap<&'static str, u64>;

/// Every way in which a call comes out. What never happens in many scripts was never compared.
pub const OUTCOMES: [&str; 25] = [
    "a row is found",
    "an expired row is found",
    "no row is found",
    "a bucket tells its waits",
    "a bucket is empty",
    "a bucket gives all its hints",
    "a bucket gives the limit of hints",
    "a chat is empty",
    "a chat has a line",
    "a chat has several lines",
    "no channel is free",
    "a channel is free",
    "the limit of channels is free",
    "the pool is empty",
    "the pool has channels",
    "nothing is committed",
    "one change is committed",
    "one change was committed before",
    "an expired row is replaced",
    "one change conflicts",
    "several changes are committed",
    "several changes conflict",
    "one more is admitted",
    "the limit is reached",
    "somebody is freed",
];

/// A script on which two stores differ, as short as it could be made.
#[derive(Debug)]
pub struct Difference {
    seed: u64,
    calls: Vec<Call>,
    differ: Differ,
}

/// The last call of a script and its two answers.
#[derive(Debug)]
struct Differ {
    in_memory: String,
    in_store: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "the stores differ on seed {}, after {} calls:", self.seed, self.calls.len())?;
        for call in &self.calls {
            writeln!(f, "  {call:?}")?;
        }
        writeln!(f, "in memory: {}", self.differ.in_memory)?;
        write!(f, "the store: {}", self.differ.in_store)
    }
}

impl std::error::Error for Difference {}

/// An answer of a store.
#[derive(Debug, PartialEq, Eq)]
enum Answer {
    Row(Option<Box<Row>>),
    Peek(Peek),
    Chat(Vec<ChatLine>),
    Channels(Vec<Channel>),
    Commit(Commit),
    Admitted(bool),
}

/// Makes the calls of a seed on a new world in memory and on `store`, and compares every answer, and in the end one
/// of the rows; then the store is as it was before. No two scripts at a time in one pool of channels.
///
/// # Errors
/// A [`Difference`], or the store did not answer.
pub async fn agree<S: Store + Ambient + Sync>(store: &S, seed: u64) -> Result<Outcomes, Bad> {
    let (mut calls, mut differ) = match play(store, seed, None).await? {
        Ok(outcomes) => return Ok(outcomes),
        Err(differ) => differ,
    };
    // What comes after the difference is not needed, and of what comes before it as little as will do.
    let mut kept: Vec<usize> = (0..calls.len()).collect();
    let mut index = 0;
    while index < kept.len() {
        let mut fewer = kept.clone();
        fewer.remove(index);
        match play(store, seed, Some(&fewer)).await? {
            Ok(_) => index += 1,
            Err(shorter) => (kept, (calls, differ)) = (fewer, shorter),
        }
    }
    Err(Box::new(Difference { seed, calls, differ }))
}

/// The calls of a seed that are kept, or all, up to the first on which the two differ.
async fn play<S: Store + Ambient + Sync>(
    store: &S,
    seed: u64,
    kept: Option<&[usize]>,
) -> Result<Result<Outcomes, (Vec<Call>, Differ)>, Bad> {
    let mut calls = script(seed, &store.token(), store.now() + SpanMs::seconds(60))?;
    if let Some(kept) = kept {
        calls = kept.iter().filter_map(|index| calls.get(*index).cloned()).collect();
    }
    let touched = touched(&calls);
    let last = usize::try_from(seed).unwrap_or_default() % touched.len().max(1);
    calls.extend(touched.iter().nth(last).cloned().map(Call::Get));
    let world = World::default();
    let mut outcomes = Outcomes::new();
    let mut differs = None;
    for (index, call) in calls.iter().enumerate() {
        let outcome = outcome_of_commit(&world, call).await?;
        let in_memory = answer(&world, call, &touched).await?;
        match compare(&world, store, call, &in_memory, &touched).await {
            None => *outcomes.entry(outcome.unwrap_or_else(|| outcome_of(call, &in_memory))).or_default() += 1,
            Some(in_store) => {
                differs = Some((index, Differ { in_memory: format!("{in_memory:?}"), in_store }));
                break;
            }
        }
    }
    let stands = |key: &Key| differs.is_some() || world.inner().rows.contains_key(key);
    let tidied: Vec<Change> = touched.into_iter().filter(stands).map(Change::delete).collect();
    store.commit(&tidied).await?;
    Ok(match differs {
        None => Ok(outcomes),
        Some((last, differ)) => {
            calls.truncate(last + 1);
            Err((calls, differ))
        }
    })
}

/// `None` when the store gives the same answer; else what it gives.
async fn compare<S: Store + Sync>(
    world: &World,
    store: &S,
    call: &Call,
    in_memory: &Answer,
    touched: &BTreeSet<Key>,
) -> Option<String> {
    let may_be_stale = matches!(call, Call::FreeChannels(..) | Call::Pool);
    let mut told = String::new();
    for _ in 0..if may_be_stale { ASKED_MAX } else { 1 } {
        match answer(store, call, touched).await {
            Ok(in_store) if is_same(world, in_memory, &in_store) => return None,
            differs => told = format!("{differs:?}"),
        }
    }
    Some(told)
}

async fn answer<S: Store + Sync>(store: &S, call: &Call, touched: &BTreeSet<Key>) -> Result<Answer, Error> {
    Ok(match call {
        Call::Get(key) => Answer::Row(store.get(key, Strong).await?.map(Box::new)),
        Call::Peek(bucket, limit) => Answer::Peek(store.peek(bucket, *limit, Strong).await?),
        Call::Chat(session, limit) => Answer::Chat(store.chat(session, *limit).await?),
        Call::FreeChannels(now, limit) => Answer::Channels(store.free_channels(*now, *limit).await?),
        Call::Pool => {
            let mut own = store.pool().await?;
            own.retain(|channel| touched.contains(&Key::Channel(channel.id.clone())));
            own.sort_by(|a, b| (a.free_at, &a.id).cmp(&(b.free_at, &b.id)));
            Answer::Channels(own)
        }
        Call::Commit(changes) => Answer::Commit(store.commit(changes).await?),
        Call::Admit(limit) => Answer::Admitted(store.admit(limit).await?),
    })
}

/// Of channels that are free from the same moment the store may give any, each once.
fn is_same(world: &World, in_memory: &Answer, in_store: &Answer) -> bool {
    let (Answer::Channels(wanted), Answer::Channels(given)) = (in_memory, in_store) else {
        return in_memory == in_store;
    };
    let rows = &world.inner().rows;
    let stands =
        |channel: &&Channel| rows.get(&Key::Channel(channel.id.clone())) == Some(&Row::Channel((*channel).clone()));
    let different: BTreeSet<&ChannelId> = given.iter().filter(stands).map(|channel| &channel.id).collect();
    let times = |channels: &[Channel]| channels.iter().map(|channel| channel.free_at).collect::<Vec<_>>();
    times(wanted) == times(given) && different.len() == given.len()
}

/// Every row that the calls write.
fn touched(calls: &[Call]) -> BTreeSet<Key> {
    let changes = calls.iter().filter_map(|call| if let Call::Commit(changes) = call { Some(changes) } else { None });
    changes.flatten().map(Change::key).collect()
}

/// How a commit of one change comes out that does more than its answer says.
async fn outcome_of_commit(world: &World, call: &Call) -> Result<Option<&'static str>, Error> {
    let Call::Commit(changes) = call else { return Ok(None) };
    let [Change { guard, write: Write::Put(row) }] = changes.as_slice() else { return Ok(None) };
    let stands = world.get(&row.key(), Strong).await?;
    Ok(match (guard, stands) {
        (Guard::Absent(now), Some(stands)) if stands.is_expired(*now) => Some("an expired row is replaced"),
        (Guard::Absent(_), Some(stands)) if stands == **row => Some("one change was committed before"),
        (Guard::Version(version), Some(stands)) if stands == **row && row.version() != Some(*version) => {
            Some("one change was committed before")
        }
        (Guard::None | Guard::Absent(_) | Guard::Version(_) | Guard::InSession(..), _) => None,
    })
}

fn frees(call: &Call) -> bool {
    matches!(call, Call::Commit(changes) if changes.iter().any(|change| matches!(change.write, Write::Free(..))))
}

fn outcome_of(call: &Call, answer: &Answer) -> &'static str {
    let limit = match call {
        Call::Peek(_, limit) | Call::FreeChannels(_, limit) => *limit,
        Call::Get(_) | Call::Chat(..) | Call::Pool | Call::Commit(_) | Call::Admit(_) => 0,
    };
    let committed = if let Call::Commit(changes) = call { changes.len() } else { 0 };
    match answer {
        Answer::Row(None) => "no row is found",
        Answer::Row(Some(row)) if row.is_expired(NOW) => "an expired row is found",
        Answer::Row(Some(_)) => "a row is found",
        Answer::Peek(Peek { waits: Some(_), .. }) => "a bucket tells its waits",
        Answer::Peek(peek) if peek.hints.is_empty() => "a bucket is empty",
        Answer::Peek(peek) if peek.hints.len() == limit => "a bucket gives the limit of hints",
        Answer::Peek(_) => "a bucket gives all its hints",
        Answer::Chat(lines) => ["a chat is empty", "a chat has a line", "a chat has several lines"][lines.len().min(2)],
        Answer::Channels(channels) => match (call, channels.is_empty()) {
            (Call::Pool, true) => "the pool is empty",
            (Call::Pool, false) => "the pool has channels",
            (_, true) => "no channel is free",
            (_, false) if channels.len() == limit => "the limit of channels is free",
            (_, false) => "a channel is free",
        },
        Answer::Commit(commit) => match (commit, committed) {
            (_, 0) => "nothing is committed",
            (Commit::Committed, _) if frees(call) => "somebody is freed",
            (Commit::Committed, 1) => "one change is committed",
            (Commit::Conflict, 1) => "one change conflicts",
            (Commit::Committed, _) => "several changes are committed",
            (Commit::Conflict, _) => "several changes conflict",
        },
        Answer::Admitted(true) => "one more is admitted",
        Answer::Admitted(false) => "the limit is reached",
    }
}
