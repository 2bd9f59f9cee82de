//! Performs decisions: timers, then the transaction, then the effects.

use domain::id::ConnectionId;
use domain::notice::Notice;
use domain::row::Change;
use domain::time::TimeMs;
use domain::timer::Timer;
use domain::{Decision, Effect, fact::Fact};
use futures_util::future::{join, join_all, join3, try_join_all};
use ports::{Commit, Delivery, Journal, Record, Store, Timers, World};

use crate::seat::{Seated, tell_seated};
use crate::{Result, Settings, introduce, lost};

/// Performs a decision, and whatever follows from posts that found nobody.
///
/// # Errors
/// A port failed before or in the commit; after it, effects that fail are logged and given up: each heals by a timer,
/// a `hello`, or a row's own expiry.
pub(crate) async fn perform<W: World>(world: &W, settings: &Settings, decision: Decision) -> Result<Commit> {
    let (commit, gone) = perform_once(world, settings, decision).await?;
    given_up("a lost connection was not noted", lost::heal(world, settings, gone).await);
    Ok(commit)
}

/// Performs a decision; gives the connections that turned out to be gone.
pub(crate) async fn perform_once<W: World>(
    world: &W,
    settings: &Settings,
    decision: Decision,
) -> Result<(Commit, Vec<ConnectionId>)> {
    let now = world.now();
    try_join_all(decision.timers.iter().map(|(timer, at)| arm(world, timer, *at, now))).await?;
    let commit = commit(world, &decision.changes).await?;
    if commit == Commit::Conflict {
        return Ok((commit, Vec::new()));
    }
    // A commit that came late (a frozen process, a slow store) may have missed its timers: they looked and saw nothing.
    let late = world.now();
    let missed = decision.timers.iter().filter(|(_, at)| *at <= late);
    given_up("a timer is not armed", try_join_all(missed.map(|(timer, at)| arm(world, timer, *at, late))).await);
    Ok((commit, carry_out(world, settings, decision.effects).await))
}

/// Tells a page something outside of a decision. One that is gone is noted as lost.
///
/// # Errors
/// A port failed.
pub(crate) async fn tell<W: World>(world: &W, settings: &Settings, to: &ConnectionId, notice: &Notice) -> Result<()> {
    if post(world, to, notice).await? { Ok(()) } else { lost::lost(world, settings, to).await }
}

/// Posts one notice; `false` when nobody is there.
///
/// # Errors
/// The gateway failed.
pub(crate) async fn post<W: World>(world: &W, to: &ConnectionId, notice: &Notice) -> Result<bool> {
    let frame = protocol::server::encode(notice, world.now());
    Ok(world.post(to, frame).await? == Delivery::Delivered)
}

/// Logs what went wrong where nobody can be told and nothing needs to be undone.
pub(crate) fn given_up<T, E: std::fmt::Display>(what: &'static str, result: std::result::Result<T, E>) {
    if let Err(error) = result {
        tracing::warn!(%error, "{what}");
    }
}

/// Carries effects out, side by side; gives the connections that turned out to be gone.
pub(crate) async fn carry_out<W: World>(world: &W, settings: &Settings, effects: Vec<Effect>) -> Vec<ConnectionId> {
    let mut posts = Vec::new();
    let mut introductions = Vec::new();
    let mut renewals = Vec::new();
    let mut seated = Vec::new();
    let mut facts = Vec::new();
    let mut tidies = Vec::new();
    for effect in effects {
        match effect {
            Effect::Post { to, notice } => posts.push((to, notice)),
            Effect::Introduce { session, role } => introductions.push((*session, role)),
            Effect::Seat { room, peer, is_new } => seated.push(Seated { room: *room, peer, is_new }),
            Effect::RenewIce(session) => renewals.push(*session),
            Effect::Record(fact) => facts.push(fact),
            Effect::Tidy(change) => tidies.push(change),
        }
    }
    let posted = join_all(posts.iter().map(|(to, notice)| post(world, to, notice)));
    // The posts go out while ICE servers are asked for, and before the introductions: `matched` comes last.
    let (posted, servers) = join(posted, introduce::servers(world, settings, introductions.first())).await;
    let introduced = introduce::introduce(world, settings, introductions, servers);
    let (mut gone, (), ()) = join3(introduced, record(world, &facts), tidy(world, &tidies)).await;
    for seated in &seated {
        gone.extend(tell_seated(world, settings, seated).await);
    }
    for session in &renewals {
        given_up("ICE servers were not renewed", introduce::renew(world, settings, session).await);
    }
    for ((to, _), result) in posts.iter().zip(posted) {
        match result {
            Ok(true) => {}
            Ok(false) => gone.push(to.clone()),
            Err(error) => given_up::<(), _>("a post failed", Err(error)),
        }
    }
    gone
}

async fn commit<S: Store + Sync>(store: &S, changes: &[Change]) -> Result<Commit> {
    if changes.is_empty() {
        return Ok(Commit::Committed);
    }
    Ok(store.commit(changes).await?)
}

async fn arm<T: Timers + Sync>(timers: &T, timer: &Timer, at: TimeMs, now: TimeMs) -> Result<()> {
    let delay = at.since(now).min(domain::limits::TIMER_HOP_MAX);
    Ok(timers.send(protocol::timer::encode(timer, at), delay).await?)
}

/// Facts may be lost with the invocation; their ids are derived, so that a repeat is seen as one.
pub(crate) async fn record<J: Journal + Sync>(journal: &J, facts: &[Fact]) {
    if facts.is_empty() {
        return;
    }
    let record =
        |fact: &Fact| Record { partition_key: fact.kind.subject().to_owned(), json: protocol::event::encode(fact) };
    given_up("facts were not recorded", journal.append(facts.iter().map(record).collect()).await);
}

async fn tidy<W: World>(world: &W, changes: &[Change]) {
    for result in join_all(changes.iter().map(|change| world.commit(std::slice::from_ref(change)))).await {
        given_up("a row was not tidied", result);
    }
}
