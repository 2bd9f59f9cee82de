//! One's own profile.

use domain::credential::Profile;
use domain::decide;
use domain::id::UserId;
use domain::limits::ATTEMPTS_MAX;
use domain::profile::{Language, Nickname, Region, Tags};
use domain::refusal::{Code, Refusal};
use ports::{Ambient, Commit, Store};

use crate::{Result, contended, load};

/// What is to be changed; absent fields stay as they are.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "the fields of domain::credential::Profile")]
pub struct ProfileChange {
    pub nickname: Option<Nickname>,
    pub tags: Option<Tags>,
    pub language: Option<Option<Language>>,
    pub region: Option<Option<Region>>,
    pub hide_ip: Option<bool>,
    pub findable: Option<bool>,
}

/// The profile of who asks, as it is now.
///
/// # Errors
/// `unauthorized` for someone who no longer exists, or a port failed.
pub(crate) async fn own_profile<W: Store + Ambient + Sync>(world: &W, user: &UserId) -> Result<Profile> {
    let gone = || Refusal::new(Code::Unauthorized, "Sign in again.");
    Ok(load::profile(world, user, world.now()).await?.ok_or_else(gone)?)
}

/// Changes the profile of who asks; it counts from the next socket on, a hidden address at once.
///
/// # Errors
/// `unauthorized` for someone who no longer exists, or a port failed.
pub async fn change_profile<W: Store + Ambient + Sync>(
    world: &W,
    user: &UserId,
    change: ProfileChange,
) -> Result<Profile> {
    for _ in 0..ATTEMPTS_MAX {
        let (profile, now) = (own_profile(world, user).await?, world.now());
        let live = load::user(world, user, now).await?;
        let changed = Profile {
            version: profile.version.next(),
            nickname: change.nickname.clone().unwrap_or_else(|| profile.nickname.clone()),
            tags: change.tags.clone().unwrap_or_else(|| profile.tags.clone()),
            language: change.language.clone().unwrap_or_else(|| profile.language.clone()),
            region: change.region.clone().unwrap_or_else(|| profile.region.clone()),
            hide_ip: change.hide_ip.unwrap_or(profile.hide_ip),
            findable: change.findable.unwrap_or(profile.findable),
            ..profile.clone()
        };
        let decision = decide::rewrite(&profile, changed.clone(), live.as_ref(), now);
        if world.commit(&decision.changes).await? == Commit::Committed {
            return Ok(changed);
        }
    }
    Err(contended())
}
