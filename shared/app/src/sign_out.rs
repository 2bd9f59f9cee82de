//! Going out: one sign-in, or all of them.

use domain::decide;
use domain::id::{FamilyId, UserId};
use domain::limits::{ATTEMPTS_MAX, FAMILIES_MAX};
use domain::refresh::Refresh;
use domain::refusal::{Code, Refusal};
use domain::row::{Belonging, Change, Key};
use domain::user::User;
use ports::{Ambient, Commit, Mailbox, Store};

use crate::sign_in::opened;
use crate::{Result, contended, load};

/// Ends the chain of refresh tokens of which one is presented, live or not; its access tokens are good for nothing from the
/// commit on, and its sockets are closed. What is no token of a chain ends none.
///
/// # Errors
/// A port failed.
pub async fn log_out<W: Store + Mailbox + Ambient + Sync>(world: &W, user: &UserId, cookie: &str) -> Result<()> {
    let Some((family, secret)) = opened(cookie) else { return Ok(()) };
    let row = load::refresh_family(world, user, &family, world.now()).await?;
    if row.is_some_and(|row| !row.is_of(secret)) {
        return Ok(());
    }
    let over = [Change::delete(Key::RefreshFamily(user.clone(), family.clone()))];
    for _ in 0..ATTEMPTS_MAX {
        if world.commit(&over).await? == Commit::Committed {
            return close_sockets(world, user, Some(&family)).await;
        }
    }
    Err(contended())
}

/// Ends every chain of a person's refresh tokens for who presents a live one, closes their sockets, and lets no ticket in
/// that was issued before.
///
/// # Errors
/// `unauthorized`, or a port failed; done again after a failure it does the rest.
pub async fn log_out_everywhere<W: Store + Mailbox + Ambient + Sync>(
    world: &W,
    user: &UserId,
    cookie: &str,
) -> Result<()> {
    let refused = || Refusal::new(Code::Unauthorized, "Sign in again.");
    let (family, secret) = opened(cookie).ok_or_else(refused)?;
    let now = world.now();
    let family = load::refresh_family(world, user, &family, now).await?.ok_or_else(refused)?;
    match family.present(secret, world.token(), now) {
        Refresh::Rotate(..) | Refresh::Repeat(_) => {}
        Refresh::Stolen | Refresh::Unknown => return Err(refused().into()),
    }
    sign_out_live(world, user).await?;
    close_sockets(world, user, None).await?;
    end_families(world, user).await
}

pub(crate) async fn end_families<W: Store + Sync>(world: &W, user: &UserId) -> Result<()> {
    for _ in 0..ATTEMPTS_MAX {
        let families = world.belongings(user, Belonging::Families, FAMILIES_MAX).await?;
        let gone: Vec<Change> = families.iter().map(|family| Change::delete(family.key())).collect();
        if world.commit(&gone).await? == Commit::Committed && families.len() < FAMILIES_MAX {
            return Ok(());
        }
    }
    Err(contended())
}

/// Notes in the live row that what was issued before is void.
async fn sign_out_live<W: Store + Ambient + Sync>(world: &W, user: &UserId) -> Result<()> {
    for _ in 0..ATTEMPTS_MAX {
        let now = world.now();
        let Some(profile) = load::profile(world, user, now).await? else { return Ok(()) };
        let live = load::user(world, user, now).await?;
        if world.commit(&decide::sign_out(&profile, live.as_ref(), now).changes).await? == Commit::Committed {
            return Ok(());
        }
    }
    Err(contended())
}

/// Closes every socket of a person that this sign-in opened, or all of them.
pub(crate) async fn close_sockets<W: Store + Mailbox + Ambient + Sync>(
    world: &W,
    user: &UserId,
    family: Option<&FamilyId>,
) -> Result<()> {
    let now = world.now();
    let live = load::user(world, user, now).await?;
    for connection in live.iter().flat_map(User::devices) {
        let Some(connection) = load::opened(world, connection, now).await? else { continue };
        if family.is_none_or(|family| *family == connection.family) {
            world.close(&connection.id).await?;
        }
    }
    Ok(())
}
