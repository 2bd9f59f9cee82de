//! A guest signs in by the mail of an account that there is: friends, requests, blocks and calls go with them, and a ban does.

use domain::decide::{self, Estate};
use domain::friend::{Invitation, InvitationSide};
use domain::history::CallRecord;
use domain::id::{BlockId, UserId};
use domain::limits::{ATTEMPTS_MAX, REPORTS_PER_LOOK};
use domain::report::{Listing, Shelf};
use domain::row::{Belonging, Change, Key, Row};
use futures_util::future::{try_join, try_join3};
use ports::{Commit, World};

use crate::erase::each;
use crate::moderate::sanctions;
use crate::perform::perform;
use crate::sign_out::{close_sockets, end_families};
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
        tolerated(block(world, heir, &Whom::User(blocked.user.clone())).await)?;
    }
    bequeath(world, settings, guest, heir).await?;
    each(world, guest, Belonging::Friends, async |row| friend(world, row, heir).await).await?;
    each(world, guest, Belonging::Invitations, async |row| invitation(world, row, heir).await).await?;
    each(world, guest, Belonging::Calls, async |row| call(world, row, heir).await).await
}

/// The guest is signed out for good, and what was and will be said of them is said of the heir: a ban, blocks, reports, and
/// what answers them.
async fn bequeath<W: World>(world: &W, settings: &Settings, guest: &UserId, heir: &UserId) -> Result<()> {
    sign_out(world, settings, guest, heir).await?;
    // A call that they are in goes on until it ends; there is no other after it.
    if load::user(world, guest, world.now()).await?.is_some_and(|user| !user.is_taken()) {
        close_sockets(world, guest, None).await?;
    }
    end_families(world, guest).await?;
    for sanction in sanctions(world, guest).await? {
        // One that has changed meanwhile is taken with the next delivery.
        if world.commit(&decide::reassign(&sanction, heir, world.now()).changes).await? == Commit::Conflict {
            return Err(contended());
        }
    }
    for shelf in [Shelf::Against(guest.clone()), Shelf::By(guest.clone())] {
        for listing in world.listings(&shelf, REPORTS_PER_LOOK).await? {
            readdress(world, &listing, guest, heir).await?;
        }
    }
    each(world, guest, Belonging::BlockedBy, async |row| {
        let Row::BlockedBy(blocked) = row else { return Ok(()) };
        let became = Whom::Became { guest: guest.clone(), heir: heir.clone() };
        tolerated(block(world, &blocked.owner, &became).await)
    })
    .await
}

async fn sign_out<W: World>(world: &W, settings: &Settings, guest: &UserId, heir: &UserId) -> Result<()> {
    for _ in 0..ATTEMPTS_MAX {
        let now = world.now();
        let (was, account) = try_join(load::profile(world, guest, now), load::profile(world, heir, now)).await?;
        let (Some(was), Some(account)) = (was, account) else { return Ok(()) };
        let (guests, heirs) = try_join(load::user(world, guest, now), load::user(world, heir, now)).await?;
        let decision = decide::inherit(&was, &account, [guests.as_ref(), heirs.as_ref()], now);
        if perform(world, settings, decision).await? == Commit::Committed {
            return enforce(world, settings, heir).await;
        }
    }
    Err(contended())
}

async fn readdress<W: World>(world: &W, listing: &Listing, guest: &UserId, heir: &UserId) -> Result<()> {
    for _ in 0..ATTEMPTS_MAX {
        let Some(report) = load::report(world, &listing.report, world.now()).await? else { return Ok(()) };
        if !report.concerns(guest) || report.heir.as_ref() == Some(heir) {
            return Ok(());
        }
        if world.commit(&decide::readdress(&report, guest, heir).changes).await? == Commit::Committed {
            return Ok(());
        }
    }
    Err(contended())
}

/// Whoever is gone need not be kept away, and a list that is full holds no more.
fn tolerated(blocked: Result<BlockId>) -> Result<()> {
    match blocked {
        Ok(_) | Err(Error::Refused(_)) => Ok(()),
        Err(failed) => Err(failed),
    }
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
