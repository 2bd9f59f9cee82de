//! What the live row knows of the profile and must know at once, whatever ticket a page comes with.

use crate::credential::Profile;
use crate::row::{Change, Row};
use crate::time::TimeMs;
use crate::user::User;

/// Writes blocks and bans, what was agreed to and whether the address is hidden into the live row. Where there is none, one
/// is made that nobody speaks for: somebody who comes online at this moment must not come in with what was so before. The
/// live row counts as written now: it must outlive every ticket and connection that still has the old card.
pub(super) fn mirror(profile: &Profile, user: Option<&User>, now: TimeMs) -> Change {
    let Some(user) = user else {
        let user = User::arriving(profile.user.clone(), profile.card(), profile.device.clone(), now);
        return Change::create(Row::User(user), now);
    };
    Change::update(Row::User(User {
        version: user.version.next(),
        standing: profile.standing(),
        agreed: profile.consent.map(|consent| consent.version),
        hide_ip: profile.hide_ip,
        ..user.heard(now)
    }))
}
