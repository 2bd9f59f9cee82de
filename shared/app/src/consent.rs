//! Agreeing to the terms, the privacy notice and the age.

use domain::consent::{Consent, may_agree};
use domain::decide;
use domain::id::UserId;
use domain::limits::ATTEMPTS_MAX;
use domain::time::TimeMs;
use ports::{Ambient, Commit, Store};

use crate::profile::own_profile;
use crate::{Result, Settings, contended, load};

/// Keeps that somebody agrees to a version; agreed again, or to an older one, what is kept stays.
///
/// # Errors
/// `invalid_request` for a version that the deployment has never shown, `unauthorized` for someone who no longer exists, or a
/// port failed.
pub async fn agree<W: Store + Ambient + Sync>(
    world: &W,
    settings: &Settings,
    me: &UserId,
    version: u32,
) -> Result<Consent> {
    may_agree(version, settings.terms)?;
    for _ in 0..ATTEMPTS_MAX {
        let now: TimeMs = world.now();
        let profile = own_profile(world, me).await?;
        let live = load::user(world, me, now).await?;
        let decision = decide::agree(&profile, live.as_ref(), version, now);
        if decision.is_nothing() {
            return profile.consent.ok_or_else(contended);
        }
        if world.commit(&decision.changes).await? == Commit::Committed {
            return Ok(Consent { version, at: now });
        }
    }
    Err(contended())
}
