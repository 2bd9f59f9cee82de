//! Erasing a person: from the first step on they are nobody, and what is left of them goes right after.

use domain::Decision;
use domain::conduct::Subject;
use domain::decide::{self, Ending};
use domain::id::{SessionId, UserId};
use domain::limits::{ATTEMPTS_MAX, BELONGINGS_PER_LOOK, CHAT_REPLAY_MAX};
use domain::profile::Nickname;
use domain::refusal::Refusal;
use domain::room::Parting;
use domain::row::{Belonging, Change, Key, Row};
use domain::session::EndReason;
use domain::standing::Block;
use domain::time::TimeMs;
use domain::user::User;
use ports::{Commit, World};
use protocol::errand::Errand;

use crate::caller::Caller;
use crate::export::fresh;
use crate::lost::tell_closed;
use crate::perform::perform;
use crate::{Result, Settings, contended, load, room};

/// Makes somebody nobody: their profile, account and entry are gone from the commit on, no token and no ticket of theirs is
/// good for anything, their call ends and their socket closes. An errand erases the rest.
///
/// # Errors
/// `forbidden` for an account whose sign-in is not fresh, or a port failed; done again it does the rest.
pub async fn erase<W: World>(world: &W, settings: &Settings, caller: &Caller) -> Result<()> {
    fresh(caller, world.now())?;
    let me = &caller.profile.user;
    // Were only the second one sent, a crash after the commit would leave the rest: this one comes back until the profile
    // is gone.
    world.entrust(protocol::errand::encode(&Errand::Erase(me.clone()))).await?;
    for _ in 0..ATTEMPTS_MAX {
        let now = world.now();
        let live = load::user(world, me, now).await?;
        let Some(profile) = load::profile(world, me, now).await? else { return Ok(()) };
        for block in &profile.blocks {
            world.commit(&[Change::delete(Key::BlockedBy(block.user.clone(), me.clone()))]).await?;
        }
        end_call(world, settings, live.as_ref()).await?;
        let live = load::user(world, me, now).await?;
        let reach = load::reach(world, Some(&profile), live.as_ref()).await?;
        let mut decision = decide::erase(&profile, live.as_ref(), reach, now).map_err(Refusal::from)?;
        if let Some(email) = &profile.email {
            for key in [Key::Account(email.id()), Key::MagicLink(email.id())] {
                decision.change(Change::delete(key));
            }
        }
        if perform(world, settings, decision).await? == Commit::Committed {
            for connection in live.iter().flat_map(User::devices) {
                world.close(connection).await?;
            }
            world.entrust(protocol::errand::encode(&Errand::Erase(me.clone()))).await?;
            return Ok(());
        }
    }
    Err(contended())
}

/// The errand: everything that belongs to somebody who is gone, and their name in what belongs to others.
///
/// # Errors
/// The person is still there, or a port failed; the errand comes again.
pub(crate) async fn sweep<W: World>(world: &W, settings: &Settings, user: &UserId) -> Result<()> {
    let now = world.now();
    if load::profile(world, user, now).await?.is_some() {
        return Err(contended());
    }
    if let Some(live) = load::user(world, user, now).await? {
        end_call(world, settings, Some(&live)).await?;
        for connection in live.devices() {
            if let Some(open) = load::opened(world, connection, now).await? {
                tell_closed(world, &open).await;
            }
            world.commit(&[Change::delete(Key::Connection(connection.clone()))]).await?;
        }
    }
    world.commit(&[Change::delete(Key::Conduct(Subject::Person(user.clone())))]).await?;
    each(world, user, Belonging::Families, async |_| Ok(())).await?;
    each(world, user, Belonging::Subscriptions, async |_| Ok(())).await?;
    // The bars of a ban, the reports and what went along with them stay.
    each(world, user, Belonging::Sanctions, async |_| Ok(())).await?;
    each(world, user, Belonging::Invitations, async |row| received(world, row).await).await?;
    each(world, user, Belonging::Friends, async |row| other_side(world, row).await).await?;
    each(world, user, Belonging::BlockedBy, async |row| unnamed_block(world, row).await).await?;
    each(world, user, Belonging::Calls, async |row| unnamed_call(world, user, row, now).await).await
}

/// Takes away one kind of belongings: first what others have of each, then each itself.
pub(crate) async fn each<W: World>(
    world: &W,
    user: &UserId,
    kind: Belonging,
    first: impl AsyncFn(&Row) -> Result<()>,
) -> Result<()> {
    loop {
        let rows = world.belongings(user, kind, BELONGINGS_PER_LOOK).await?;
        for row in &rows {
            first(row).await?;
            world.commit(&[Change::delete(row.key())]).await?;
        }
        if rows.len() < BELONGINGS_PER_LOOK {
            return Ok(());
        }
    }
}

async fn received<W: World>(world: &W, row: &Row) -> Result<()> {
    let Row::Invitation(sent) = row else { return Ok(()) };
    let side = domain::friend::InvitationSide::Received;
    let received = Row::Invitation(domain::friend::Invitation { side, ..sent.clone() });
    world.commit(&[Change::delete(received.key())]).await?;
    Ok(())
}

async fn other_side<W: World>(world: &W, row: &Row) -> Result<()> {
    let Row::Friendship(mine) = row else { return Ok(()) };
    world.commit(&[Change::delete(Key::Friendship(mine.other.clone(), mine.owner.clone()))]).await?;
    Ok(())
}

/// The block stays, for it is its owner's; the name goes.
async fn unnamed_block<W: World>(world: &W, row: &Row) -> Result<()> {
    let Row::BlockedBy(blocked) = row else { return Ok(()) };
    for _ in 0..ATTEMPTS_MAX {
        let Some(mut profile) = load::profile(world, &blocked.owner, world.now()).await? else { return Ok(()) };
        let nobody = Nickname::nobody().map_err(Refusal::from)?;
        let named = |block: &&mut Block| block.user == blocked.user && block.nickname != nobody;
        let Some(block) = profile.blocks.iter_mut().find(named) else { return Ok(()) };
        block.nickname = nobody.clone();
        profile.version = profile.version.next();
        if world.commit(&[Change::update(Row::Profile(profile))]).await? == Commit::Committed {
            return Ok(());
        }
    }
    Err(contended())
}

/// The partner's memory of a call stays without the name; the call's log loses what was said and who said it.
async fn unnamed_call<W: World>(world: &W, user: &UserId, row: &Row, now: TimeMs) -> Result<()> {
    let Row::CallRecord(mine) = row else { return Ok(()) };
    let nobody = Nickname::nobody().map_err(Refusal::from)?;
    let key = Key::CallRecord { owner: mine.peer.clone(), started_at: mine.started_at, session: mine.session.clone() };
    if let Some(Row::CallRecord(theirs)) = world.get(&key, ports::Consistency::Strong).await? {
        let unnamed = domain::history::CallRecord { nickname: nobody.clone(), ..theirs };
        world.commit(&[Change::put(Row::CallRecord(unnamed))]).await?;
    }
    world.commit(&[Change::delete(Key::Call(mine.session.as_call()))]).await?;
    unnamed_session(world, user, &mine.session, &nobody, now).await
}

async fn unnamed_session<W: World>(
    world: &W,
    user: &UserId,
    session: &SessionId,
    nobody: &Nickname,
    now: TimeMs,
) -> Result<()> {
    for _ in 0..ATTEMPTS_MAX {
        let Some(mut session) = load::session(world, session, now).await? else { return Ok(()) };
        let Some(role) = session.role_of_user(user) else { return Ok(()) };
        loop {
            let chat = world.chat(&session.id, CHAT_REPLAY_MAX).await?.into_iter();
            let own: Vec<Key> = chat.filter(|line| line.from == role).map(|line| Row::ChatLine(line).key()).collect();
            if own.is_empty() {
                break;
            }
            for key in own {
                world.commit(&[Change::delete(key)]).await?;
            }
        }
        session.version = session.version.next();
        session.side_mut(role).nickname = nobody.clone();
        if world.commit(&[Change::update(Row::Session(session))]).await? == Commit::Committed {
            return Ok(());
        }
    }
    Err(contended())
}

/// Ends the call that somebody is in, or frees their seat in a room, as if they had left it.
pub(crate) async fn end_call<W: World>(world: &W, settings: &Settings, live: Option<&User>) -> Result<()> {
    let Some(live) = live else { return Ok(()) };
    room::expel(world, settings, live, Parting::Left).await?;
    let Some(id) = live.session() else { return Ok(()) };
    for attempt in 0..ATTEMPTS_MAX {
        let now = world.now();
        let Some(session) = load::session(world, id, now).await? else { return Ok(()) };
        let members = load::leavers(world, &session, attempt, now).await?;
        let ending: Ending<'_> = members.ending(&session);
        let decision: Decision = decide::end(ending, EndReason::PeerLeft, now);
        if perform(world, settings, decision).await? == Commit::Committed {
            return Ok(());
        }
    }
    Err(contended())
}
