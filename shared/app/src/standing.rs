//! Blocks and bans.

use domain::credential::Profile;
use domain::decide;
use domain::id::{BlockId, SessionId, UserId};
use domain::limits::ATTEMPTS_MAX;
use domain::profile::Nickname;
use domain::refusal::{Code, Refusal};
use domain::room::Parting;
use domain::row::{Change, Key, Row};
use domain::standing::{Block, BlockedBy};
use domain::time::TimeMs;
use domain::user::User;
use futures_util::future::{join_all, try_join};
use ports::{Ambient, Commit, Store, World};

use crate::perform::perform;
use crate::{Result, Settings, contended, load, profile::own_profile, room};

/// Who is meant by a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whom {
    /// This person.
    User(UserId),
    /// The partner of a session of one's own.
    PartnerIn(SessionId),
    /// Who a guest has become whom one blocks, under the name of the guest.
    Became {
        /// The guest.
        guest: UserId,
        /// Who they are now.
        heir: UserId,
    },
}

/// Blocks somebody: from the commit on, the two are never matched. Said twice it is one block.
///
/// # Errors
/// `not_found` for a session that is not one's own or a person who does not exist, `invalid_request` for oneself,
/// `conflict` when the list is full, `unauthorized`, or a port failed.
pub async fn block<W: Store + Ambient + Sync>(world: &W, owner: &UserId, whom: &Whom) -> Result<BlockId> {
    for _ in 0..ATTEMPTS_MAX {
        let now = world.now();
        let (profile, user) = owned(world, owner).await?;
        let (other, nickname) = named(world, owner, whom).await?;
        let mine = load::friendship(world, owner, &other, now);
        let (mine, theirs) = try_join(mine, load::friendship(world, &other, owner, now)).await?;
        let blocked_by = BlockedBy { user: other.clone(), owner: owner.clone() };
        let known = profile.blocks.iter().find(|block| block.user == other).cloned();
        let block = known.unwrap_or(Block { user: other, nickname, at: now });
        let id = block.id(owner);
        let decision = decide::block(&profile, user.as_ref(), [mine.as_ref(), theirs.as_ref()], block, now)?;
        if decision.is_nothing() {
            return Ok(id);
        }
        // Before the block, so that there is none without it: whoever is erased must be found in every list.
        world.commit(&[Change::put(Row::BlockedBy(blocked_by))]).await?;
        if world.commit(&decision.changes).await? == Commit::Committed {
            return Ok(id);
        }
    }
    Err(contended())
}

/// Lets somebody go who was blocked.
///
/// # Errors
/// `not_found` when there is no such block, `unauthorized`, or a port failed.
pub async fn unblock<W: Store + Ambient + Sync>(world: &W, owner: &UserId, id: &BlockId) -> Result<()> {
    for _ in 0..ATTEMPTS_MAX {
        let (profile, user) = owned(world, owner).await?;
        let gone = || Refusal::new(Code::NotFound, "You do not block this person.");
        let decision = decide::unblock(&profile, user.as_ref(), id, world.now()).ok_or_else(gone)?;
        if world.commit(&decision.changes).await? == Commit::Committed {
            let let_go = profile.blocks.iter().filter(|block| block.id(owner) == *id);
            for key in let_go.map(|block| Key::BlockedBy(block.user.clone(), owner.clone())) {
                world.commit(&[Change::delete(key)]).await?;
            }
            return Ok(());
        }
    }
    Err(contended())
}

/// Bans somebody until a moment: no match is made with them from the commit on, the call they are in ends, and their
/// sockets close. Said again when that moment has passed, it ends nothing.
///
/// # Errors
/// `not_found` for a person who does not exist, or a port failed; done again it does the same.
pub async fn ban<W: World>(world: &W, settings: &Settings, user: &UserId, until: TimeMs) -> Result<()> {
    for _ in 0..ATTEMPTS_MAX {
        let now = world.now();
        let unknown = || Refusal::new(Code::NotFound, "There is no such person.");
        let profile = load::profile(world, user, now).await?.ok_or_else(unknown)?;
        let live = load::user(world, user, now).await?;
        if perform(world, settings, decide::ban(&profile, live.as_ref(), until, now)).await? == Commit::Committed {
            return enforce(world, settings, user).await;
        }
    }
    Err(contended())
}

/// What follows a ban at once, and once more by its timer should that be lost: the call ends, the seat in a room is free, the
/// sockets close.
///
/// # Errors
/// A port failed; done again it does the rest.
pub(crate) async fn enforce<W: World>(world: &W, settings: &Settings, user: &UserId) -> Result<()> {
    let ended = end_call(world, settings, user).await;
    let closed = close_sockets(world, user).await;
    ended.and(closed)
}

/// Every one is tried, whichever fails.
async fn close_sockets<W: World>(world: &W, user: &UserId) -> Result<()> {
    let now = world.now();
    let live = load::user(world, user, now).await?.filter(|live| live.standing.admit(now).is_err());
    let closing = live.iter().flat_map(User::devices).map(|connection| world.close(connection));
    Ok(join_all(closing).await.into_iter().collect::<std::result::Result<(), _>>()?)
}

async fn end_call<W: World>(world: &W, settings: &Settings, user: &UserId) -> Result<()> {
    for attempt in 0..ATTEMPTS_MAX {
        let now = world.now();
        let Some(live) = load::user(world, user, now).await? else { return Ok(()) };
        if live.standing.admit(now).is_err() {
            room::expel(world, settings, &live, Parting::Moderation).await?;
        }
        let Some(id) = live.session() else { return Ok(()) };
        let Some(session) = load::session(world, id, now).await? else { return Ok(()) };
        let members = load::leavers(world, &session, attempt, now).await?;
        let decision = decide::expel(members.ending(&session), &live, now);
        if perform(world, settings, decision).await? == Commit::Committed {
            return Ok(());
        }
    }
    Err(contended())
}

async fn owned<W: Store + Ambient + Sync>(world: &W, owner: &UserId) -> Result<(Profile, Option<User>)> {
    let profile = own_profile(world, owner).await?;
    Ok((profile, load::user(world, owner, world.now()).await?))
}

async fn named<W: Store + Ambient + Sync>(world: &W, owner: &UserId, whom: &Whom) -> Result<(UserId, Nickname)> {
    let unknown = || Refusal::new(Code::NotFound, "There is no such person to block.");
    let now = world.now();
    match whom {
        Whom::User(user) => {
            let profile = load::profile(world, user, now).await?.ok_or_else(unknown)?;
            Ok((profile.user, profile.nickname))
        }
        Whom::PartnerIn(session) => crate::history::partner(world, owner, session).await,
        Whom::Became { guest, heir } => {
            let blocks = own_profile(world, owner).await?.blocks;
            let known = blocks.into_iter().find(|block| block.user == *guest).ok_or_else(unknown)?;
            Ok((heir.clone(), known.nickname))
        }
    }
}
