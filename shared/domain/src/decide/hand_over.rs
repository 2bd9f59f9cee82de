//! A guest signs in by the mail of an account that there is: what they know of others becomes the account's.

use crate::credential::Profile;
use crate::decision::Decision;
use crate::friend::{Bond, Friendship};
use crate::row::{Change, Row, Version};
use crate::time::TimeMs;
use crate::user::User;

use super::bar::ban;
use super::befriend::{blocks, part};

/// Notes whom a guest has become, whom a ban of the guest holds from now on. `live` is the heir's live row, if there is one.
#[must_use]
pub fn inherit(guest: &Profile, heir: &Profile, live: Option<&User>, now: TimeMs) -> Decision {
    let mut decision = match guest.banned_until {
        Some(until) if until > now => ban(heir, live, until, now),
        Some(_) | None => Decision::nothing(),
    };
    decision.change(Change::update(Row::Profile(guest.becoming(heir.user.clone(), now))));
    decision
}

/// What a guest and somebody else know of each other, and what the account and they do.
#[derive(Debug, Clone, Copy)]
pub struct Estate<'a> {
    /// The guest's row, and the other's about the guest.
    pub guests: [Option<&'a Friendship>; 2],
    /// The account's row, and the other's about the account.
    pub present: [Option<&'a Friendship>; 2],
    /// The account.
    pub heir: &'a Profile,
    /// The other, if there still is somebody.
    pub other: Option<&'a Profile>,
}

/// Hands it over: who was the guest's friend is the account's. What the account knows already it keeps, unless it is less;
/// nothing passes between two of whom one blocks the other.
#[must_use]
pub fn hand_over(estate: Estate<'_>, now: TimeMs) -> Decision {
    let Estate { guests, present, heir, other } = estate;
    let mut decision = part(guests);
    let apart = |other: &&Profile| heir.user == other.user || blocks(heir, other) || blocks(other, heir);
    let Some(other) = other.filter(|other| !apart(other)) else { return decision };
    let sides = [(&heir.user, &other.user), (&other.user, &heir.user)];
    for ((owner, about), (inherited, present)) in sides.into_iter().zip(guests.into_iter().zip(present)) {
        let Some(inherited) = inherited else { continue };
        match present {
            None => {
                let (owner, other) = (owner.clone(), about.clone());
                let row = Friendship { owner, other, version: Version::made_at(now), ..inherited.clone() };
                decision.change(Change::create(Row::Friendship(row), now));
            }
            Some(present) if inherited.bond == Bond::Friends && present.bond != Bond::Friends => {
                let row = Friendship { version: present.version.next(), bond: Bond::Friends, ..present.clone() };
                decision.change(Change::update(Row::Friendship(row)));
            }
            Some(_) => {}
        }
    }
    decision
}
