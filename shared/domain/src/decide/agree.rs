//! Agreeing to the terms, and changing what one says of oneself.

use crate::consent::Consent;
use crate::credential::Profile;
use crate::decision::Decision;
use crate::directory::relist;
use crate::row::{Change, Row};
use crate::time::TimeMs;
use crate::user::User;

use super::mirror::mirror;

/// Somebody agrees to a version of the terms; it counts from the commit on, on every socket. Nothing for who has agreed to
/// it, or to a later one, before.
#[must_use]
pub fn agree(profile: &Profile, user: Option<&User>, version: u32, now: TimeMs) -> Decision {
    let mut decision = Decision::nothing();
    if profile.consent.is_some_and(|consent| consent.version >= version) {
        return decision;
    }
    let consent = Some(Consent { version, at: now });
    let agreed = Profile { version: profile.version.next(), consent, ..profile.clone() };
    decision.change(mirror(&agreed, user, now));
    decision.change(Change::update(Row::Profile(agreed)));
    decision
}

/// Writes a profile that its owner has changed. Whether the address is hidden counts from the commit on, for who waits as
/// well; the rest from the next socket on.
#[must_use]
pub fn rewrite(before: &Profile, after: Profile, user: Option<&User>, now: TimeMs) -> Decision {
    let mut decision = Decision::nothing();
    if before.hide_ip != after.hide_ip {
        decision.change(mirror(&after, user, now));
    }
    decision.changes.extend(relist(Some(before), Some(&after)));
    decision.change(Change::update(Row::Profile(after)));
    decision
}
