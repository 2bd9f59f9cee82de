//! In and out of the queue: `join-queue`, `leave-queue`, `next`, `ping`.

use domain::decide;
use domain::id::{ConnectionId, SessionId};
use domain::limits::ATTEMPTS_MAX;
use domain::notice::Notice;
use domain::profile::Wish;
use domain::refusal::{Code, Refusal};
use domain::user::{User, UserState};
use ports::{Commit, World};
use protocol::client::Joining;

use crate::perform::{perform, tell};
use crate::search::{Look, Outcome, search};
use crate::{Result, Settings, contended, load, tick};

/// `join-queue`: paired at once when somebody is there; else a ticket is put down, and one looks again, so that two
/// who arrive at the same instant cannot both wait for ever. For the page that asks alone: one that another has
/// superseded meanwhile is refused.
///
/// # Errors
/// `already_in_queue`, `banned`, `forbidden` before they agree to the terms, `unauthorized`, or a port failed.
pub(crate) async fn join<W: World>(world: &W, settings: &Settings, id: &ConnectionId, joining: Joining) -> Result<()> {
    let now = world.now();
    let claimed = match &joining.user {
        Some(user) => load::lately::user(world, user, now).await?,
        None => None,
    };
    let mut user = match claimed.filter(|user| user.speaks_on(id, now) && user.may_queue(now)) {
        Some(user) => user,
        None => load::speaker(world, id, now).await?,
    };
    domain::consent::admit(user.agreed, settings.terms)?;
    let wish = wish(&user, joining);
    for _ in 0..ATTEMPTS_MAX {
        if let UserState::InSession(session) = &user.state
            && tick::overdue(world, settings, session).await?
        {
            user = load::speaker(world, id, world.now()).await?;
            continue;
        }
        let now = world.now();
        if !user.may_queue(now) {
            return decide::wait(&user, wish, world.token().into(), now).map(|_| ()).map_err(Into::into);
        }
        let (idle, status) = match search(world, settings, user, &wish, Look::InPassing).await? {
            Outcome::Paired => return Ok(()),
            Outcome::Gone => {
                user = load::speaker(world, id, world.now()).await?;
                continue;
            }
            Outcome::Nobody { seeker, status } => (*seeker, status),
        };
        let (waiting, mut decision) = decide::wait(&idle, wish.clone(), world.token().into(), world.now())?;
        decision.post(id, Notice::QueueJoined(status));
        if perform(world, settings, decision).await? == Commit::Committed {
            return search(world, settings, waiting, &wish, Look::Again).await.map(|_| ());
        }
        user = load::speaker(world, id, world.now()).await?;
    }
    Err(contended())
}

/// `leave-queue`: after `queue-left` no match uses the ticket.
///
/// # Errors
/// `unauthorized`, or a port failed.
pub(crate) async fn leave<W: World>(world: &W, settings: &Settings, id: &ConnectionId) -> Result<()> {
    for _ in 0..ATTEMPTS_MAX {
        let user = load::speaker(world, id, world.now()).await?;
        if user.session().is_some() {
            return Err(Refusal::new(Code::Conflict, "You were matched just now; end the call instead.").into());
        }
        let Some(decision) = decide::leave(&user, world.now()) else {
            return tell(world, settings, id, &Notice::QueueLeft).await;
        };
        if perform(world, settings, decision).await? == Commit::Committed {
            return Ok(());
        }
    }
    Err(contended())
}

/// `next`: ends the call and queues again, in one step. Asked again it does nothing: while waiting, or when `from`
/// names a call that is no longer the present one.
///
/// # Errors
/// `not_in_session`, `rate_limited` within the cool-down, `forbidden` before they agree to the terms, `unauthorized`, or a
/// port failed.
pub(crate) async fn next<W: World>(
    world: &W,
    settings: &Settings,
    id: &ConnectionId,
    from: Option<&SessionId>,
) -> Result<()> {
    for attempt in 0..ATTEMPTS_MAX {
        let now = world.now();
        let user = load::speaker(world, id, now).await?;
        let gone_on = from.is_some_and(|from| user.session().is_some_and(|present| present != from));
        if user.waiting().is_some() || gone_on {
            return Ok(());
        }
        domain::consent::admit(user.agreed, settings.terms)?;
        let session = match user.session() {
            Some(session) => load::session(world, session, now).await?,
            None => None,
        };
        let not_in_session = || Refusal::new(Code::NotInSession, "You are not in a call; join the queue instead.");
        let session = session.ok_or_else(not_in_session)?;
        let skipper = user.id.clone();
        // Decided on the row that named this connection: whoever is lost meanwhile does not queue.
        let members = load::leaver_beside(world, user, &session, attempt, now).await?;
        let ticket = world.token().into();
        let (waiting, decision) = decide::skip(members.ending(&session), &skipper, ticket, now)?;
        if perform(world, settings, decision).await? == Commit::Committed {
            return resume(world, settings, waiting).await;
        }
    }
    Err(contended())
}

/// Looks for someone who was just put into the queue, and tells them what the look has counted.
///
/// # Errors
/// A port failed.
pub(crate) async fn resume<W: World>(world: &W, settings: &Settings, waiting: User) -> Result<()> {
    let (Some(wish), connection) = (waiting.wish.clone(), waiting.connection.clone()) else { return Ok(()) };
    let outcome = search(world, settings, waiting, &wish, Look::Whole).await?;
    if let (Outcome::Nobody { status, .. }, Some(connection)) = (outcome, connection) {
        tell(world, settings, &connection, &Notice::QueueUpdate(status)).await?;
    }
    Ok(())
}

/// `ping`: a sign of life, written down where it matters. The answer says where the person is, so that a page that has
/// missed something asks again; and whatever a lost timer has left undone is done now.
///
/// # Errors
/// `unauthorized`, or a port failed.
pub(crate) async fn ping<W: World>(world: &W, settings: &Settings, id: &ConnectionId) -> Result<()> {
    let (connection, user) = load::voice(world, id, world.now()).await?;
    if let Some(decision) = decide::sign_of_life(&user, world.now()) {
        // A conflict means that somebody else has just written this row: the next ping will do.
        perform(world, settings, decision).await?;
    }
    tell(world, settings, id, &Notice::Pong { state: Some(user.state.clone()) }).await?;
    if connection.drains(world.now()) {
        tell(world, settings, id, &Notice::ServerDraining).await?;
    }
    match &user.state {
        UserState::Idle | UserState::InRoom(_) => Ok(()),
        UserState::Waiting(waiting) => match decide::missed_look(&user, world.now()) {
            Some(timer) => tick::tick(world, settings, &timer, waiting.look_at).await,
            None => Ok(()),
        },
        UserState::InSession(session) => tick::overdue(world, settings, session).await.map(|_| ()),
    }
}

/// What the page did not say is as the profile says.
fn wish(user: &User, joining: Joining) -> Wish {
    Wish {
        tags: joining.tags.unwrap_or_else(|| user.tags.clone()),
        language: joining.language,
        second_language: user.language.clone(),
        region: joining.region,
        mode: joining.mode,
    }
}
