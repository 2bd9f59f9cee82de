//! Timers: each only says where to look again.

use domain::decide;
use domain::id::{SessionId, TicketId, UserId};
use domain::limits::{ATTEMPTS_MAX, TIMER_HOP_MAX};
use domain::notice::Notice;
use domain::session::{Phase, Role};
use domain::time::TimeMs;
use domain::timer::Timer;
use domain::user::User;
use futures_util::future::try_join_all;
use ports::{Commit, World};
use protocol::errand::Errand;

use crate::perform::{given_up, perform, tell};
use crate::search::{Look, Outcome, search};
use crate::{Result, Settings, contended, introduce, load, queue, ring, room, standing};

/// Takes the look that a timer message asks for. One that came too early hops on.
///
/// # Errors
/// A port failed; the queue delivers the message again.
pub async fn tick<W: World>(world: &W, settings: &Settings, timer: &Timer, due_at: TimeMs) -> Result<()> {
    let early = due_at.since(world.now());
    if early.0 > 0 {
        let message = protocol::timer::encode(timer, due_at);
        return Ok(world.send(message, early.min(TIMER_HOP_MAX)).await?);
    }
    match timer {
        Timer::Widen { user, ticket } => widen(world, settings, user, ticket, due_at).await,
        Timer::Confirm { session, users } => confirm(world, settings, session, users).await,
        Timer::Grace { session, role } => grace(world, settings, session, *role).await,
        Timer::IceServers(session) => renew(world, settings, session).await,
        Timer::Deadline(session) => deadline(world, settings, session).await,
        Timer::Ring(call) => ring::timed_out(world, settings, call).await,
        Timer::Seat { room, peer } => room::overstayed(world, settings, room, peer).await,
        Timer::Room(room) => room::look_into(world, settings, room, due_at).await,
        Timer::Enforce(user) => standing::enforce(world, settings, user).await,
        // Whoever sends out to push services may be slow; the clock is not.
        Timer::Wake(call) => Ok(world.entrust(protocol::errand::encode(&Errand::Wake(call.clone()))).await?),
    }
}

/// Takes the look at a session that its timer should have taken by now; `true` when there was one: the caller's
/// rows are stale.
///
/// # Errors
/// A port failed.
pub(crate) async fn overdue<W: World>(world: &W, settings: &Settings, id: &SessionId) -> Result<bool> {
    let now = world.now();
    let Some(session) = load::session(world, id, now).await? else { return Ok(false) };
    let Some(timer) = session.overdue(now) else { return Ok(false) };
    tick(world, settings, &timer, now).await?;
    Ok(true)
}

async fn widen<W: World>(
    world: &W,
    settings: &Settings,
    user: &UserId,
    ticket: &TicketId,
    due_at: TimeMs,
) -> Result<()> {
    for attempt in 0..ATTEMPTS_MAX {
        let now = world.now();
        let lately = if attempt == 0 { load::lately::user(world, user, now).await? } else { None };
        let user = match lately.filter(|user| user.settles_look(ticket, due_at)) {
            None => load::user(world, user, now).await?,
            settled => settled,
        };
        let Some(user) = user else { return Ok(()) };
        if let Some(decision) = decide::silence(&user, ticket, now) {
            if perform(world, settings, decision).await? == Commit::Committed {
                return Ok(());
            }
            continue;
        }
        let (decision, looked) = decide::widen(&user, ticket, due_at, now);
        if perform(world, settings, decision).await? == Commit::Conflict {
            continue;
        }
        let Some(user) = looked else { return Ok(()) };
        // The next look is armed: failing now would only have this message, and with it another next look, repeated.
        given_up("a look was missed", look_again(world, settings, user).await);
        return Ok(());
    }
    Err(contended())
}

async fn look_again<W: World>(world: &W, settings: &Settings, user: User) -> Result<()> {
    let (Some(wish), Some(connection)) = (user.wish.clone(), user.connection.clone()) else { return Ok(()) };
    if let Outcome::Nobody { status, .. } = search(world, settings, user, &wish, Look::InPassing).await? {
        tell(world, settings, &connection, &Notice::QueueUpdate(status)).await?;
    }
    Ok(())
}

async fn confirm<W: World>(world: &W, settings: &Settings, id: &SessionId, users: &[UserId; 2]) -> Result<()> {
    for attempt in 0..ATTEMPTS_MAX {
        let now = world.now();
        let Some(session) = load::fenced_session(world, id, attempt, now).await? else {
            if never_came(world, settings, id, users).await? {
                return Ok(());
            }
            continue;
        };
        let members = match session.phase {
            Phase::Pending => load::members(world, &session, attempt, now).await?,
            Phase::Active | Phase::Ended { .. } => load::leavers(world, &session, attempt, now).await?,
        };
        let tickets = [world.token().into(), world.token().into()];
        let confirmation = decide::confirm(members.ending(&session), tickets, now);
        if perform(world, settings, confirmation.decision).await? == Commit::Committed {
            for waiting in confirmation.requeued {
                queue::resume(world, settings, waiting).await?;
            }
            return Ok(());
        }
    }
    Err(contended())
}

/// The match was not committed, or not yet: from now on it cannot be, for nobody would look after it. `false` when it
/// may have come meanwhile. The session is looked for after its people were loaded, so that whoever is fenced is as
/// they were before it.
async fn never_came<W: World>(world: &W, settings: &Settings, id: &SessionId, users: &[UserId; 2]) -> Result<bool> {
    let now = world.now();
    let users = try_join_all(users.iter().map(|user| load::user(world, user, now))).await?;
    if load::session(world, id, now).await?.is_some() {
        return Ok(false);
    }
    for user in users.into_iter().flatten() {
        if perform(world, settings, decide::fence(&user)).await? == Commit::Conflict {
            return Ok(false);
        }
    }
    Ok(true)
}

async fn grace<W: World>(world: &W, settings: &Settings, id: &SessionId, role: Role) -> Result<()> {
    for attempt in 0..ATTEMPTS_MAX {
        let now = world.now();
        let Some(session) = load::session(world, id, now).await? else { return Ok(()) };
        let members = load::leavers(world, &session, attempt, now).await?;
        let decision = decide::grace(members.ending(&session), role, now);
        if perform(world, settings, decision).await? == Commit::Committed {
            return Ok(());
        }
    }
    Err(contended())
}

async fn renew<W: World>(world: &W, settings: &Settings, id: &SessionId) -> Result<()> {
    let now = world.now();
    match load::session(world, id, now).await? {
        Some(session) if session.is_live(now) => introduce::renew(world, settings, &session).await,
        Some(_) | None => Ok(()),
    }
}

/// A warning that is based on an older row may miss a page that came back just now: it was told the end as it came.
async fn deadline<W: World>(world: &W, settings: &Settings, id: &SessionId) -> Result<()> {
    for attempt in 0..ATTEMPTS_MAX {
        let now = world.now();
        let Some(session) = load::fenced_session(world, id, attempt, now).await? else { return Ok(()) };
        let members = load::leavers(world, &session, attempt, now).await?;
        let decision = decide::deadline(members.ending(&session), now);
        if perform(world, settings, decision).await? == Commit::Committed {
            return Ok(());
        }
    }
    Err(contended())
}
