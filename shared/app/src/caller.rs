//! Who calls a route that wants an access token.

use domain::credential::Profile;
use domain::refresh::RefreshFamily;
use domain::refusal::{Code, Refusal};
use domain::time::TimeMs;
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

/// Lets pass whom no ban holds.
///
/// # Errors
/// `banned`.
pub fn member(caller: &Caller, now: TimeMs) -> Result<()> {
    Ok(caller.profile.standing().admit(now)?)
}

/// Lets pass who moderates: as the profile says at this moment, whatever the token says.
///
/// # Errors
/// `banned`, or `forbidden`.
pub fn moderator(caller: &Caller, now: TimeMs) -> Result<()> {
    member(caller, now)?;
    Ok(caller.profile.may_moderate(&caller.family, now)?)
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
