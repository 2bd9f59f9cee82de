//! A guest signs in by the mail of an account that there is: friends, requests, blocks and calls go with them, and a ban does.

use domain::decide::{self, Estate};
use domain::friend::{Invitation, InvitationSide};
use domain::history::CallRecord;
use domain::id::UserId;
use domain::limits::ATTEMPTS_MAX;
use domain::row::{Belonging, Change, Key, Row, Version};
use domain::sanction::Sanction;
use futures_util::future::{try_join, try_join3};
use ports::{Commit, World};

use crate::erase::each;
use crate::moderate::sanctions;
use crate::perform::perform;
use crate::standing::{Whom, block, enforce};
use crate::{Error, Result, Settings, contended, load};

/// The errand: hands everything over, one after the other. Done again it does the rest. The guest stays, with nothing, until
/// they are forgotten; of one who has an account of their own nothing is taken.
///
/// # Errors
/// A port failed; the errand comes again.
pub(crate) async fn hand_over<W: World>(world: &W, settings: &Settings, guest: &UserId, heir: &UserId) -> Result<()> {
    let now = world.now();
    let Some(was) = load::profile(world, guest, now).await?.filter(|was| was.email.is_none()) else { return Ok(()) };
    if load::profile(world, heir, now).await?.is_none() {
        return Ok(());
    }
    for blocked in was.blocks.iter().filter(|blocked| blocked.user != *heir) {
        match block(world, heir, &Whom::User(blocked.user.clone())).await {
            // Whoever is gone need not be kept away, and a list that is full holds no more.
            Ok(_) | Err(Error::Refused(_)) => {}
            Err(failed) => return Err(failed),
        }
    }
    become_heir(world, settings, guest, heir).await?;
    each(world, guest, Belonging::Friends, async |row| friend(world, row, heir).await).await?;
    each(world, guest, Belonging::Invitations, async |row| invitation(world, row, heir).await).await?;
    each(world, guest, Belonging::Calls, async |row| call(world, row, heir).await).await
}

/// What was and will be said of the guest is said of the heir: a ban goes along, and what shows and answers for it.
async fn become_heir<W: World>(world: &W, settings: &Settings, guest: &UserId, heir: &UserId) -> Result<()> {
    let copied = async |row: &Row| {
        let Row::Sanction(sanction) = row else { return Ok(()) };
        let theirs = Sanction { user: heir.clone(), version: Version::NEW, ..sanction.clone() };
        world.commit(&[Change::create(Row::Sanction(theirs), world.now())]).await?;
        Ok(())
    };
    // Before anybody looks for them with the heir, and gone from the guest when all do.
    for row in sanctions(world, guest).await?.into_iter().map(Row::Sanction) {
        copied(&row).await?;
    }
    bequeath(world, settings, guest, heir).await?;
    each(world, guest, Belonging::Sanctions, copied).await
}

async fn bequeath<W: World>(world: &W, settings: &Settings, guest: &UserId, heir: &UserId) -> Result<()> {
    for _ in 0..ATTEMPTS_MAX {
        let now = world.now();
        let (was, account) = try_join(load::profile(world, guest, now), load::profile(world, heir, now)).await?;
        let (Some(was), Some(account)) = (was, account) else { return Ok(()) };
        let live = load::user(world, heir, now).await?;
        if perform(world, settings, decide::inherit(&was, &account, live.as_ref(), now)).await? == Commit::Committed {
            return enforce(world, settings, heir).await;
        }
    }
    Err(contended())
}

async fn friend<W: World>(world: &W, row: &Row, heir: &UserId) -> Result<()> {
    let Row::Friendship(listed) = row else { return Ok(()) };
    let (guest, other) = (&listed.owner, &listed.other);
    for _ in 0..ATTEMPTS_MAX {
        let now = world.now();
        let pair = async |one: &UserId, two: &UserId| {
            let (one, two) = (load::friendship(world, one, two, now), load::friendship(world, two, one, now));
            futures_util::future::try_join(one, two).await
        };
        let profiles = async {
            let (heir, other) = (load::profile(world, heir, now), load::profile(world, other, now));
            futures_util::future::try_join(heir, other).await
        };
        let (guests, present, profiles) = try_join3(pair(guest, other), pair(heir, other), profiles).await?;
        let (Some(account), other) = (profiles.0, profiles.1) else { return Ok(()) };
        let estate = Estate {
            guests: [guests.0.as_ref(), guests.1.as_ref()],
            present: [present.0.as_ref(), present.1.as_ref()],
            heir: &account,
            other: other.as_ref(),
        };
        if world.commit(&decide::hand_over(estate, now).changes).await? == Commit::Committed {
            return Ok(());
        }
    }
    Err(contended())
}

/// Both rows of an invitation that the guest has sent.
async fn invitation<W: World>(world: &W, row: &Row, heir: &UserId) -> Result<()> {
    let Row::Invitation(sent) = row else { return Ok(()) };
    for side in [InvitationSide::Sent, InvitationSide::Received] {
        let theirs = Invitation { from: heir.clone(), side, ..sent.clone() };
        world.commit(&[Change::put(Row::Invitation(theirs))]).await?;
    }
    let received = Row::Invitation(Invitation { side: InvitationSide::Received, ..sent.clone() });
    world.commit(&[Change::delete(received.key())]).await?;
    Ok(())
}

/// A call that the guest remembers, and the partner's memory of it.
async fn call<W: World>(world: &W, row: &Row, heir: &UserId) -> Result<()> {
    let Row::CallRecord(mine) = row else { return Ok(()) };
    if mine.peer == *heir {
        return Ok(());
    }
    world.commit(&[Change::put(Row::CallRecord(CallRecord { owner: heir.clone(), ..mine.clone() }))]).await?;
    let key = Key::CallRecord { owner: mine.peer.clone(), started_at: mine.started_at, session: mine.session.clone() };
    if let Some(Row::CallRecord(theirs)) = world.get(&key, ports::Consistency::Strong).await? {
        world.commit(&[Change::put(Row::CallRecord(CallRecord { peer: heir.clone(), ..theirs }))]).await?;
    }
    Ok(())
}
