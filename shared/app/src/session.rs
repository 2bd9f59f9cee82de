//! Inside a call: what a page reports, what passes between the two, hanging up.

use domain::decide::{self, Speech};
use domain::fact::{Fact, FactKind};
use domain::id::{ConnectionId, SessionId};
use domain::limits::ATTEMPTS_MAX;
use domain::notice::Notice;
use domain::session::{EndReason, Role, Session};
use domain::signal::Fingerprint;
use domain::tally::EventMark;
use domain::{Decision, Effect};
use ports::{Commit, World};
use protocol::client::Status;

use crate::introduce::invite;
use crate::limit::pass_to;
use crate::perform::{carry_out, perform, perform_once, tell};
use crate::{Result, Settings, contended, load, lost, queue};

/// `connection-status`: only `received` and `signaling-failed` decide; what was seen is for analysts, and
/// `partner-lost` makes us look whether the partner's connection still stands.
///
/// # Errors
/// `not_in_session` where something is decided or probed, or a port failed.
pub(crate) async fn status<W: World>(
    world: &W,
    settings: &Settings,
    id: &ConnectionId,
    session: &SessionId,
    status: Status,
) -> Result<()> {
    match status {
        Status::Received { sha256 } => received(world, settings, id, session, sha256).await,
        Status::SignalingFailed { epoch } => fall_back(world, settings, id, session, epoch).await,
        Status::Connected { connection_time, path, signaling } => {
            let kind = |session, voice| FactKind::SessionConnected { session, voice, connection_time, path, signaling };
            seen(world, settings, id, session, kind).await
        }
        Status::Failed => {
            seen(world, settings, id, session, |session, voice| FactKind::IceFailed { session, voice }).await
        }
        Status::PartnerLost => {
            let (session, role) = speaking(world, settings, id, session).await?;
            perform(world, settings, probe(&session, role)).await.map(|_| ())
        }
        Status::Reconnecting => Ok(()),
    }
}

async fn received<W: World>(
    world: &W,
    settings: &Settings,
    id: &ConnectionId,
    session: &SessionId,
    sha256: Option<Fingerprint>,
) -> Result<()> {
    for attempt in 0..ATTEMPTS_MAX {
        let (session, role) = speaking_lately(world, settings, id, session, attempt).await?;
        if attempt == 0 && sha256.is_some() && !session.awaits(role) {
            // Nothing would be written that fences what is passed on: it is decided on the present row.
            continue;
        }
        let Some(decision) = decide::received(&session, id, sha256.clone(), world.now()) else { return Ok(()) };
        let (commit, gone) = perform_once(world, settings, decision).await?;
        if commit == Commit::Committed {
            return match sha256 {
                Some(sha256) => follow(world, settings, (&session, role), Speech::Fingerprint(sha256), gone).await,
                None => lost::heal(world, settings, gone).await,
            };
        }
    }
    Err(contended())
}

async fn fall_back<W: World>(
    world: &W,
    settings: &Settings,
    id: &ConnectionId,
    session: &SessionId,
    epoch: u32,
) -> Result<()> {
    for _ in 0..ATTEMPTS_MAX {
        let (session, role) = speaking(world, settings, id, session).await?;
        let Some(decision) = decide::fall_back(&session, role, epoch, world.now()) else { return Ok(()) };
        if perform(world, settings, decision).await? == Commit::Committed {
            return Ok(());
        }
    }
    Err(contended())
}

/// What a page has seen is for analysts alone, and nothing is read for it. Whoever counts knows the voices of a call from its
/// beginning, and believes each once (`Tally::count`); of its own call a page can say what is not so all the same.
async fn seen<W: World>(
    world: &W,
    settings: &Settings,
    id: &ConnectionId,
    session: &SessionId,
    kind: impl FnOnce(SessionId, EventMark) -> FactKind,
) -> Result<()> {
    let mut decision = Decision::nothing();
    let kind = kind(session.clone(), EventMark::voice(session, id));
    decision.record(Fact::new(kind, &[session.as_str(), id.as_str()], world.now()));
    perform(world, settings, decision).await.map(|_| ())
}

/// Passes speech on to the partner, within limits. A line that is in the log already was heard before its answer was
/// lost: it is passed on once more, and the receiver drops what it has.
///
/// # Errors
/// `not_in_session`, `rate_limited`, or a port failed.
pub(crate) async fn speak<W: World>(
    world: &W,
    settings: &Settings,
    id: &ConnectionId,
    session: &SessionId,
    speech: Speech,
) -> Result<()> {
    let (session, role) = speaking(world, settings, id, session).await?;
    let now = world.now();
    decide::may_say(&session, &speech, now)?;
    pass_to(world, &settings.pacer, id, &session.side(role.other()).peer, &speech).await?;
    let decision = decide::relay(&session, role, speech.clone(), now);
    let effects = decision.effects.clone();
    let (commit, mut gone) = perform_once(world, settings, decision).await?;
    if commit == Commit::Conflict {
        let posts = effects.into_iter().filter(|effect| matches!(effect, Effect::Post { .. })).collect();
        gone = carry_out(world, settings, posts).await;
    }
    follow(world, settings, (&session, role), speech, gone).await
}

/// Looks after connections that a post did not find. The partner may have come back under a new one after the session
/// row was read: then it hears there what was said.
async fn follow<W: World>(
    world: &W,
    settings: &Settings,
    (session, role): (&Session, Role),
    speech: Speech,
    gone: Vec<ConnectionId>,
) -> Result<()> {
    if gone.is_empty() {
        return Ok(());
    }
    lost::heal(world, settings, gone).await?;
    let partner = |session: &Session| session.side(role.other()).connection.clone();
    let now = world.now();
    if let Some(present) = load::session(world, &session.id, now).await?
        && partner(&present) != partner(session)
    {
        let again = decide::relay(&present, role, speech, now);
        let posts = again.effects.into_iter().filter(|effect| matches!(effect, Effect::Post { .. })).collect();
        let gone = carry_out(world, settings, posts).await;
        lost::heal(world, settings, gone).await?;
    }
    Ok(())
}

/// `end-call`: frees both; from a page that has not confirmed the match, the other goes on waiting. Asked again it is
/// refused, and `session-ended` is said again.
///
/// # Errors
/// `not_in_session` for a session that never was this connection's, or a port failed.
pub(crate) async fn end_call<W: World>(
    world: &W,
    settings: &Settings,
    id: &ConnectionId,
    session: &SessionId,
) -> Result<()> {
    for attempt in 0..ATTEMPTS_MAX {
        let (session, role) = speaking_lately(world, settings, id, session, attempt).await?;
        let now = world.now();
        let members = match session.awaits(role) {
            true => load::members(world, &session, attempt, now).await?,
            false => load::leavers(world, &session, attempt, now).await?,
        };
        let ending = members.ending(&session);
        let declined = decide::decline(ending, role, world.token().into(), now);
        let (decision, requeued) = match declined {
            Some(declined) => (declined.decision, declined.requeued),
            None => (decide::end(ending, EndReason::PeerLeft, now), Vec::new()),
        };
        if perform(world, settings, decision).await? == Commit::Committed {
            for waiting in requeued {
                queue::resume(world, settings, waiting).await?;
            }
            return Ok(());
        }
    }
    Err(contended())
}

/// `extend-session`: more time, once both have asked.
///
/// # Errors
/// `not_in_session`, `conflict` when there is no more to be had, or a port failed.
pub(crate) async fn extend<W: World>(
    world: &W,
    settings: &Settings,
    id: &ConnectionId,
    session: &SessionId,
) -> Result<()> {
    for _ in 0..ATTEMPTS_MAX {
        let (session, role) = speaking(world, settings, id, session).await?;
        let decision = decide::extend(&session, role, world.now())?;
        if perform(world, settings, decision).await? == Commit::Committed {
            return Ok(());
        }
    }
    Err(contended())
}

/// `get-match-details`: everything that `matched` held, newly presigned, with fresh ICE servers.
///
/// # Errors
/// `not_in_session`, or a port failed.
pub(crate) async fn details<W: World>(
    world: &W,
    settings: &Settings,
    id: &ConnectionId,
    session: &SessionId,
) -> Result<()> {
    let (session, role) = speaking(world, settings, id, session).await?;
    let invitation = invite(world, settings, &session, role).await;
    tell(world, settings, id, &Notice::MatchDetails(Box::new(invitation))).await
}

/// As [`speaking`], for what is fenced: on the first attempt by the session as it was lately.
async fn speaking_lately<W: World>(
    world: &W,
    settings: &Settings,
    id: &ConnectionId,
    session: &SessionId,
    attempt: usize,
) -> Result<(Session, Role)> {
    if attempt == 0 {
        let now = world.now();
        let lately = load::lately::session(world, session, now).await?;
        if let (Ok(role), Some(lately)) = (decide::speaker(lately.as_ref(), id, now), lately) {
            return Ok((lately, role));
        }
    }
    speaking(world, settings, id, session).await
}

/// The session and the role in which a connection speaks. Who still speaks in a call that is over has missed its end,
/// and hears of it once more.
async fn speaking<W: World>(
    world: &W,
    settings: &Settings,
    id: &ConnectionId,
    session: &SessionId,
) -> Result<(Session, Role)> {
    let now = world.now();
    let session = load::session(world, session, now).await?;
    let speaks = decide::speaker(session.as_ref(), id, now);
    if let (Err(_), Some(missed)) = (&speaks, session.as_ref().and_then(|session| decide::missed_end(session, id))) {
        tell(world, settings, id, &missed).await?;
    }
    let role = speaks?;
    session.map(|session| (session, role)).ok_or_else(contended)
}

/// A post that changes nothing for a page that is there, and finds out when nobody is.
fn probe(session: &Session, role: Role) -> Decision {
    let mut decision = Decision::nothing();
    let partner = session.side(role.other());
    if partner.lost_at.is_none() {
        decision.post(&partner.connection, Notice::Pong { state: None });
    }
    decision
}
