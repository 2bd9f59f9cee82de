//! Who calls a route that wants an access token.

use domain::credential::Profile;
use domain::refresh::RefreshFamily;
use domain::refusal::{Code, Refusal};
use domain::standing::Barred;
use futures_util::future::try_join;
use ports::{Ambient, Store};
use protocol::token::Access;

use crate::{Result, load};

/// Somebody whose sign-in still stands.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Who.
    pub profile: Profile,
    /// By which sign-in.
    pub family: RefreshFamily,
}

/// Lets pass whom no ban holds: neither their own, nor one that reaches the device in use or their address.
///
/// # Errors
/// `banned`, or a port failed.
pub async fn member<W: Store + Ambient + Sync>(world: &W, caller: &Caller) -> Result<()> {
    let Caller { profile, family } = caller;
    let now = world.now();
    profile.standing().admit(now)?;
    let address = profile.email.as_ref().map(|email| Barred::Address(email.id()));
    let of: Vec<Barred> = [Barred::Device(family.device.clone())].into_iter().chain(address).collect();
    for bar in load::bars(world, &of, now).await? {
        profile.pass(&bar, now)?;
    }
    Ok(())
}

/// Lets pass who moderates: as the profile says at this moment, whatever the token says.
///
/// # Errors
/// `banned`, `forbidden`, or a port failed.
pub async fn moderator<W: Store + Ambient + Sync>(world: &W, caller: &Caller) -> Result<()> {
    member(world, caller).await?;
    Ok(caller.profile.may_moderate(&caller.family, world.now())?)
}

/// Lets a token pass whose sign-in has not been logged out and whose owner still exists: a signature alone proves what was
/// true up to five minutes ago.
///
/// # Errors
/// `unauthorized`, or a port failed.
pub async fn caller<W: Store + Ambient + Sync>(world: &W, access: &Access) -> Result<Caller> {
    let gone = || Refusal::new(Code::Unauthorized, "Sign in again.");
    let now = world.now();
    let profile = load::profile(world, &access.user, now);
    let (profile, family) = try_join(profile, load::refresh_family(world, &access.user, &access.family, now)).await?;
    Ok(Caller { profile: profile.ok_or_else(gone)?, family: family.ok_or_else(gone)? })
}
