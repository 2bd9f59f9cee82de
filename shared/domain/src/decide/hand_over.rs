//! A guest signs in by the mail of an account that there is: what they know of others becomes the account's.

use crate::credential::Profile;
use crate::decision::Decision;
use crate::friend::{Bond, Friendship};
use crate::id::UserId;
use crate::report::{Report, Shelf};
use crate::row::{Change, Key, Row, Version};
use crate::sanction::Sanction;
use crate::time::TimeMs;
use crate::user::User;

use super::bar::{ban, restand, withdrawn};
use super::befriend::{blocks, part};
use super::seek::see_off;

/// Signs a guest out for good and notes whom they have become, whom a ban of the guest holds from now on. `live` are the live
/// rows of the two, if there are any.
#[must_use]
pub fn inherit(guest: &Profile, heir: &Profile, live: [Option<&User>; 2], now: TimeMs) -> Decision {
    let [guests, heirs] = live;
    let mut decision = match guest.banned_until {
        Some(until) if until > now => ban(heir, heirs, until, now),
        Some(_) | None => Decision::nothing(),
    };
    if let Some(user) = guests {
        see_off(user, now, &mut decision);
    }
    let out = guests.map(withdrawn);
    decision.changes.extend(restand(guest.becoming(heir.user.clone(), now), out.as_ref(), now).changes);
    decision
}

/// Notes in a report of or by a guest who they have become; where it is found of the heir as well.
#[must_use]
pub fn readdress(report: &Report, guest: &UserId, heir: &UserId) -> Decision {
    let mut decision = Decision::nothing();
    let mut known = Report { version: report.version.next(), ..report.clone() };
    if report.accused == *guest {
        known.heir = Some(heir.clone());
        decision.change(Change::put(Row::Listing(report.listed(Shelf::Against(heir.clone())))));
    }
    if report.reporter.as_ref() == Some(guest) {
        known.reporter = Some(heir.clone());
        decision.change(Change::put(Row::Listing(report.listed(Shelf::By(heir.clone())))));
    }
    decision.change(Change::update(Row::Report(known)));
    decision
}

/// Gives a sanction of a guest to their heir.
#[must_use]
pub fn reassign(sanction: &Sanction, heir: &UserId, now: TimeMs) -> Decision {
    let mut decision = Decision::nothing();
    let theirs = Sanction { user: heir.clone(), version: Version::NEW, ..sanction.clone() };
    decision.change(Change::create(Row::Sanction(theirs), now));
    decision
        .change(Change::delete_version(Key::Sanction(sanction.user.clone(), sanction.id.clone()), sanction.version));
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
