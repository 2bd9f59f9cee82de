//! Rooms: made, knocked at, entered, left, and what passes within.

use domain::Decision;
use domain::decide::{self, Departure, Entering, RoomOp, Speech};
use domain::id::{ConnectionId, PeerId, RoomId, UserId};
use domain::limits::ROOM_ATTEMPTS_MAX;
use domain::quota::{ROOM_TRIES, ROOM_TRIES_OF_ALL, ROOM_TRIES_OF_DEVICE, ROOMS};
use domain::refusal::{Code, Refusal};
use domain::room::{Parting, Room, RoomWish, Seat};
use domain::row::{Change, Row};
use domain::time::TimeMs;
use domain::timer::Timer;
use domain::user::{User, UserState};
use futures_util::future::try_join_all;
use ports::{Ambient, Commit, Store, World};

use crate::caller::Caller;
use crate::limit::{admit, pass_to};
use crate::perform::perform;
use crate::{Result, Settings, contended, load, tick};

/// Makes a room in which nobody is yet; its maker is its host whenever they are there.
///
/// # Errors
/// `rate_limited`, or a port failed.
pub async fn create_room<W: Store + Ambient + Sync>(world: &W, caller: &Caller, wish: RoomWish) -> Result<RoomId> {
    let owner = &caller.profile.user;
    admit(world, &ROOMS, owner.as_str()).await?;
    let now = world.now();
    let room = Room::new(world.token().into(), owner.clone(), wish, now);
    let id = room.id.clone();
    match world.commit(&[Change::create(Row::Room(room), now)]).await? {
        Commit::Committed => Ok(id),
        Commit::Conflict => Err(contended()),
    }
}

/// A room as whoever has its link sees it before they knock.
///
/// # Errors
/// `not_found`, or a port failed.
pub async fn room<W: Store + Ambient + Sync>(world: &W, id: &RoomId) -> Result<Room> {
    Ok(load::room(world, id, world.now()).await?.ok_or_else(nowhere)?)
}

/// `join-room`: a seat, or a place before the door. For who sits there already, fresh servers or a new alias.
///
/// # Errors
/// As [`decide::enter`]; `not_found`, `rate_limited` for who tries too many passwords, `forbidden` before they agree to the
/// terms, `unauthorized`, or a port failed.
pub(crate) async fn join<W: World>(
    world: &W,
    settings: &Settings,
    id: &ConnectionId,
    room: &RoomId,
    entering: Entering,
) -> Result<()> {
    let user = load::speaker(world, id, world.now()).await?;
    domain::consent::admit(user.agreed, settings.terms)?;
    let alias: PeerId = world.token().into();
    let mut is_counted = false;
    for _ in 0..ROOM_ATTEMPTS_MAX {
        let now = world.now();
        let user = load::speaker(world, id, now).await?;
        if let UserState::InSession(session) = &user.state
            && tick::overdue(world, settings, session).await?
        {
            continue;
        }
        let elsewhere = match user.room() {
            Some(other) if other != room => load::room(world, other, now).await?,
            Some(_) | None => None,
        };
        let room = load::room(world, room, now).await?.ok_or_else(nowhere)?;
        if let Some(missed) = room.missed_look(now) {
            tick::tick(world, settings, &Timer::Room(room.id), missed).await?;
            continue;
        }
        if !is_counted && decide::compares_password(&room, &user, &entering) {
            admit(world, &ROOM_TRIES, user.id.as_str()).await?;
            admit(world, &ROOM_TRIES_OF_DEVICE, user.device.as_str()).await?;
            admit(world, &ROOM_TRIES_OF_ALL, room.id.as_str()).await?;
            is_counted = true;
        }
        let entering = entering.clone();
        let decision = decide::enter(&room, (&user, id), elsewhere.as_ref(), entering, alias.clone(), now)?;
        if perform(world, settings, decision).await? == Commit::Committed {
            return Ok(());
        }
    }
    Err(contended())
}

/// `leave-room`. Said again it does nothing.
///
/// # Errors
/// `unauthorized`, or a port failed.
pub(crate) async fn leave<W: World>(world: &W, settings: &Settings, id: &ConnectionId, room: &RoomId) -> Result<()> {
    let user = load::speaker(world, id, world.now()).await?;
    part(world, settings, room, &user.id, Parting::Left).await
}

/// Takes somebody out of whatever room they are in.
///
/// # Errors
/// A port failed; done again it does the rest.
pub(crate) async fn expel<W: World>(world: &W, settings: &Settings, user: &User, why: Parting) -> Result<()> {
    match user.room() {
        Some(room) => part(world, settings, room, &user.id, why).await,
        None => Ok(()),
    }
}

async fn part<W: World>(world: &W, settings: &Settings, room: &RoomId, who: &UserId, why: Parting) -> Result<()> {
    changing(
        world,
        settings,
        room,
        |room| room.parting_with(who),
        |departure, now| Ok(decide::depart(departure, who, why, now)),
    )
    .await
}

/// `room-admin`: what the host decides.
///
/// # Errors
/// As [`decide::govern`], or a port failed.
pub(crate) async fn govern<W: World>(
    world: &W,
    settings: &Settings,
    id: &ConnectionId,
    room: &RoomId,
    op: &RoomOp,
) -> Result<()> {
    let whom = |room: &Room| match op {
        RoomOp::Remove(peer) => room.seat(peer).map(|seat| room.parting_with(&seat.user)).unwrap_or_default(),
        RoomOp::MuteAll
        | RoomOp::Lock
        | RoomOp::Unlock
        | RoomOp::Admit(_)
        | RoomOp::Host(_)
        | RoomOp::ManyScreens
        | RoomOp::OneScreen => Vec::new(),
    };
    present(world, room).await?;
    changing(world, settings, room, whom, |departure, now| decide::govern(departure, id, op, now)).await
}

/// `raise-hand`.
///
/// # Errors
/// `not_in_session`, or a port failed.
pub(crate) async fn raise_hand<W: World>(
    world: &W,
    settings: &Settings,
    id: &ConnectionId,
    room: &RoomId,
    raised: bool,
) -> Result<()> {
    present(world, room).await?;
    changing(world, settings, room, |_| Vec::new(), |it, now| decide::raise_hand(it.room, id, raised, now)).await
}

/// `share-screen`.
///
/// # Errors
/// `not_in_session`, `conflict` while somebody else shows theirs, or a port failed.
pub(crate) async fn show_screen<W: World>(
    world: &W,
    settings: &Settings,
    id: &ConnectionId,
    room: &RoomId,
    shown: bool,
) -> Result<()> {
    present(world, room).await?;
    changing(world, settings, room, |_| Vec::new(), |it, now| decide::show_screen(it.room, id, shown, now)).await
}

/// Passes something on within a room.
///
/// # Errors
/// As [`decide::relay_in_room`], or a port failed.
pub(crate) async fn speak<W: World>(
    world: &W,
    settings: &Settings,
    id: &ConnectionId,
    room: &RoomId,
    (to, speech): (Option<&PeerId>, &Speech),
) -> Result<()> {
    let now = world.now();
    let room = load::room(world, room, now).await?.ok_or_else(not_here)?;
    let decision = decide::relay_in_room(&room, id, to, speech, now)?;
    if let Some(to) = to {
        pass_to(world, &settings.pacer, id, to, speech).await?;
    }
    perform(world, settings, decision).await.map(|_| ())
}

/// The timer: whoever is away should be back.
///
/// # Errors
/// A port failed.
pub(crate) async fn overstayed<W: World>(world: &W, settings: &Settings, room: &RoomId, peer: &PeerId) -> Result<()> {
    let whom = |room: &Room| room.seat(peer).map(|seat| room.parting_with(&seat.user)).unwrap_or_default();
    changing(world, settings, room, whom, |it, now| Ok(decide::overstayed(it, peer, now))).await
}

/// The timer: whoever is in a room should still be there.
///
/// # Errors
/// A port failed.
pub(crate) async fn look_into<W: World>(world: &W, settings: &Settings, room: &RoomId, due_at: TimeMs) -> Result<()> {
    let Some(seen) = load::room(world, room, world.now()).await? else { return Ok(()) };
    if seen.look_at != Some(due_at) {
        return Ok(());
    }
    changing(world, settings, room, |_| Vec::new(), |it, now| Ok(decide::look_into(it.room, due_at, now))).await?;
    for Seat { user, .. } in &seen.seats {
        let whom = |room: &Room| room.parting_with(user);
        changing(world, settings, room, whom, |it, now| Ok(decide::stray(it, user, now))).await?;
    }
    Ok(())
}

/// Decides on a room and the live rows of those who go, and again when somebody was quicker. Of a room that is not there
/// nothing is decided.
async fn changing<W: World>(
    world: &W,
    settings: &Settings,
    room: &RoomId,
    whom: impl Fn(&Room) -> Vec<UserId>,
    decide: impl Fn(Departure<'_>, TimeMs) -> std::result::Result<Decision, Refusal>,
) -> Result<()> {
    for _ in 0..ROOM_ATTEMPTS_MAX {
        let now = world.now();
        let Some(room) = load::room(world, room, now).await? else { return Ok(()) };
        let users = try_join_all(whom(&room).iter().map(|user| load::user(world, user, now))).await?;
        let users: Vec<User> = users.into_iter().flatten().collect();
        let decision = decide(Departure { room: &room, users: &users }, now)?;
        if perform(world, settings, decision).await? == Commit::Committed {
            return Ok(());
        }
    }
    Err(contended())
}

/// Who asks something of a room that is not there is not in it.
async fn present<W: World>(world: &W, room: &RoomId) -> Result<()> {
    load::lately::room(world, room, world.now()).await?.map(|_| ()).ok_or_else(|| not_here().into())
}

fn nowhere() -> Refusal {
    Refusal::new(Code::NotFound, "There is no such room any more; ask for a new link, or make a room of your own.")
}

fn not_here() -> Refusal {
    Refusal::new(Code::NotInSession, "You are not in this room, or not any more.")
}
