//! Agreeing to the terms.

use crate::consent::Consent;
use crate::credential::Profile;
use crate::decision::Decision;
use crate::row::{Change, Row};
use crate::time::TimeMs;
use crate::user::User;

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
    decision.change(match user {
        Some(user) => {
            Change::update(Row::User(User { version: user.version.next(), agreed: Some(version), ..user.clone() }))
        }
        // Somebody who comes online at this moment must not come in without it.
        None => {
            let user = User::arriving(profile.user.clone(), agreed.card(), profile.device.clone(), now);
            Change::create(Row::User(user), now)
        }
    });
    decision.change(Change::update(Row::Profile(agreed)));
    decision
}
