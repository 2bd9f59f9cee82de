//! `hello`: the newest connection of a user takes over, and is told where things stand.

use domain::decide::{self, Arrival};
use domain::id::ConnectionId;
use domain::limits::{ATTEMPTS_MAX, CHAT_REPLAY_BYTES_MAX, CHAT_REPLAY_MAX, HINTS_PER_LOOK};
use domain::notice::{Heard, Notice, Whereabouts};
use domain::queue;
use domain::refusal::{Code, Refusal};
use domain::room::Room;
use domain::session::Session;
use domain::speech::newest_within;
use domain::timer::Timer;
use domain::user::User;
use futures_util::future::join;
use ports::{Commit, Consistency, World};

use crate::introduce::invite;
use crate::perform::{perform, post, tell};
use crate::queue::resume;
use crate::search::peeks;
use crate::seat::own_servers;
use crate::tick::tick;
use crate::{Result, Settings, contended, load, ring};

/// Welcomes a connection with its user's whole present state; `last_n` is the last chat line of the partner that the
/// page still has.
///
/// # Errors
/// `unauthorized` for a connection that is not known, `banned`, or a port failed.
pub(crate) async fn hello<W: World>(
    world: &W,
    settings: &Settings,
    id: &ConnectionId,
    last_n: Option<u32>,
) -> Result<()> {
    for _ in 0..ATTEMPTS_MAX {
        let now = world.now();
        let unknown = || Refusal::new(Code::Unauthorized, "This connection is not known; open a new one.");
        let connection = load::opened(world, id, now).await?.ok_or_else(unknown)?;
        let user = load::user(world, &connection.user, now).await?;
        let session = match user.as_ref().and_then(User::session) {
            Some(session) => load::session(world, session, now).await?,
            None => None,
        };
        if let Some(timer) = session.as_ref().and_then(|session| session.overdue(now)) {
            tick(world, settings, &timer, now).await?;
            continue;
        }
        let room = load::room_of(world, user.as_ref(), now).await?;
        if let Some((room, missed)) = room.as_ref().and_then(|room| Some((room, room.missed_look(now)?))) {
            tick(world, settings, &Timer::Room(room.id.clone()), missed).await?;
            continue;
        }
        match decide::arrive(&connection, user, session, room, now) {
            Arrival::SignedOut => {
                world.close(id).await?;
                return Err(Refusal::new(Code::Unauthorized, "Sign in again.").into());
            }
            Arrival::Barred(refusal) => return Err(refusal.into()),
            Arrival::Superseded => {
                post(world, id, &Notice::Superseded).await?;
                return Ok(());
            }
            Arrival::Welcome { decision, user, session, room } => {
                if perform(world, settings, decision).await? == Commit::Committed {
                    let places = (session.as_deref(), room.as_deref());
                    welcome(world, settings, id, &user, places, last_n).await?;
                    return look_around(world, settings, *user).await;
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
    places: (Option<&Session>, Option<&Room>),
    last_n: Option<u32>,
) -> Result<()> {
    let whereabouts = match places {
        (Some(session), _) => in_session(world, settings, user, session, last_n).await?,
        (None, Some(room)) => in_room(world, settings, user, room).await,
        (None, None) => match (user.waiting(), &user.wish) {
            (Some(waiting), Some(wish)) => {
                let peeks = peeks(world, &queue::first_buckets(wish), HINTS_PER_LOOK, Consistency::Eventual).await?;
                Whereabouts::Waiting(queue::status(&user.id, waiting.since, &peeks, HINTS_PER_LOOK, world.now()))
            }
            (Some(_) | None, _) => Whereabouts::Idle,
        },
    };
    // Whoever closed the tab meanwhile is noted as lost here: its `$disconnect` may have come before this `hello` won.
    let ring = ring::present(world, user).await?;
    tell(world, settings, id, &Notice::Connected { user: user.id.clone(), whereabouts, ring }).await
}

/// Who comes back to the queue may have missed a look, or another who came back at the same moment.
async fn look_around<W: World>(world: &W, settings: &Settings, user: User) -> Result<()> {
    match (user.waiting(), decide::missed_look(&user, world.now())) {
        (None, _) => Ok(()),
        (Some(waiting), Some(timer)) => tick(world, settings, &timer, waiting.look_at).await,
        (Some(_), None) => resume(world, settings, user).await,
    }
}

async fn in_room<W: World>(world: &W, settings: &Settings, user: &User, room: &Room) -> Whereabouts {
    match room.seat_of(&user.id) {
        Some(seat) if seat.admitted => {
            let servers = own_servers(world, settings, room, seat).await;
            Whereabouts::InRoom { view: Box::new(room.seen_by(seat)), servers }
        }
        Some(_) => Whereabouts::BeforeRoom(room.door()),
        None => Whereabouts::Idle,
    }
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
    let chat = newest_within(missed.collect(), CHAT_REPLAY_BYTES_MAX).into_iter();
    let chat =
        chat.map(|line| Heard { from: session.side(line.from).peer.clone(), own: line.from == role, line }).collect();
    Ok(Whereabouts::InSession { invitation: Box::new(invitation), chat })
}
