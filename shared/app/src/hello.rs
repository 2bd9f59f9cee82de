//! `hello`: the newest connection of a user takes over, and is told where things stand.

use domain::decide::{self, Arrival};
use domain::id::ConnectionId;
use domain::limits::{ATTEMPTS_MAX, CHAT_REPLAY_MAX, HINTS_PER_LOOK};
use domain::notice::{Heard, Notice, QueueStatus, Whereabouts};
use domain::queue;
use domain::refusal::{Code, Refusal};
use domain::session::Session;
use domain::time::TimeMs;
use domain::user::User;
use futures_util::future::{join, try_join_all};
use ports::{Commit, World};

use crate::introduce::invite;
use crate::perform::{perform, post};
use crate::{Result, Settings, contended, load};

/// Welcomes a connection with its user's whole present state; `last_n` is the last chat line of the partner that the
/// page still has.
///
/// # Errors
/// `unauthorized` for a connection that is not known, or a port failed.
pub(crate) async fn hello<W: World>(
    world: &W,
    settings: &Settings,
    id: &ConnectionId,
    last_n: Option<u32>,
) -> Result<()> {
    for _ in 0..ATTEMPTS_MAX {
        let now = world.now();
        let unknown = || Refusal::new(Code::Unauthorized, "This connection is not known; open a new one.");
        let connection = load::connection(world, id, now).await?.ok_or_else(unknown)?;
        let user = load::user(world, &connection.user, now).await?;
        let session = match user.as_ref().and_then(User::session) {
            Some(session) => load::session(world, session, now).await?,
            None => None,
        };
        match decide::arrive(&connection, user, session, now) {
            Arrival::Superseded => {
                post(world, id, &Notice::Superseded).await?;
                return Ok(());
            }
            Arrival::Welcome { decision, user, session } => {
                if perform(world, settings, decision).await? == Commit::Committed {
                    return welcome(world, settings, id, &user, session.as_deref(), last_n).await;
                }
            }
        }
    }
    Err(contended())
}

async fn welcome<W: World>(
    world: &W,
    settings: &Settings,
    id: &ConnectionId,
    user: &User,
    session: Option<&Session>,
    last_n: Option<u32>,
) -> Result<()> {
    let whereabouts = match session {
        Some(session) => in_session(world, settings, user, session, last_n).await?,
        None => match (user.waiting(), &user.wish) {
            (Some(waiting), Some(wish)) => {
                Whereabouts::Waiting(count(world, user, waiting.since, &queue::buckets_to_read(wish)).await?)
            }
            (Some(_) | None, _) => Whereabouts::Idle,
        },
    };
    post(world, id, &Notice::Connected { user: user.id.clone(), whereabouts }).await?;
    Ok(())
}

async fn in_session<W: World>(
    world: &W,
    settings: &Settings,
    user: &User,
    session: &Session,
    last_n: Option<u32>,
) -> Result<Whereabouts> {
    let Some(role) = session.role_of_user(&user.id) else { return Ok(Whereabouts::Idle) };
    let invitation = invite(world, settings, session, role);
    let (invitation, chat) = join(invitation, world.chat(&session.id, CHAT_REPLAY_MAX)).await;
    let missed = chat?.into_iter().filter(|line| match last_n {
        Some(last_n) => line.from != role && line.n > last_n,
        None => true,
    });
    let chat =
        missed.map(|line| Heard { from: session.side(line.from).peer.clone(), own: line.from == role, line }).collect();
    Ok(Whereabouts::InSession { invitation: Box::new(invitation), chat })
}

async fn count<W: World>(world: &W, user: &User, since: TimeMs, buckets: &[queue::Bucket]) -> Result<QueueStatus> {
    let reads = buckets.iter().map(async |bucket| {
        let hints = world.hints(bucket, HINTS_PER_LOOK).await?;
        Ok::<_, ports::Error>((bucket.clone(), hints))
    });
    let read = try_join_all(reads).await?;
    Ok(queue::status(&user.id, since, &read))
}
