//! Becoming friends, and ceasing to be.

use crate::credential::Profile;
use crate::decision::Decision;
use crate::fact::{Fact, FactKind, Pseudonym};
use crate::friend::{Bond, Friendship, KnownAs};
use crate::id::ConnectionId;
use crate::notice::Notice;
use crate::refusal::{Code, Refusal};
use crate::row::{Change, Key, Row, Version};
use crate::time::TimeMs;

/// Two people, of whom the first does something about the other, and what each knows of the other.
#[derive(Debug, Clone, Copy)]
pub struct Acquaintance<'a> {
    /// Who acts.
    pub me: &'a Profile,
    /// The other.
    pub other: &'a Profile,
    /// My row about the other.
    pub mine: Option<&'a Friendship>,
    /// The other's row about me.
    pub theirs: Option<&'a Friendship>,
    /// Where the other can be told.
    pub connection: Option<&'a ConnectionId>,
    /// Where I can.
    pub own: Option<&'a ConnectionId>,
}

/// Asks somebody to be friends. Who was asked by them accepts; who has asked already says nothing new. Somebody who blocks
/// the asker never hears of it, and the asker never learns that.
///
/// # Errors
/// `invalid_request` for oneself, `conflict` for somebody whom one blocks.
pub fn befriend(pair: Acquaintance<'_>, known_as: KnownAs, now: TimeMs) -> Result<Decision, Refusal> {
    let Acquaintance { me, other, mine, theirs, .. } = pair;
    if me.user == other.user {
        return Err(Refusal::new(Code::InvalidRequest, "You cannot be your own friend here."));
    }
    if blocks(me, other) {
        return Err(Refusal::new(Code::Conflict, "You block this person; let them go first."));
    }
    match (mine.map(|mine| mine.bond), theirs.map(|theirs| theirs.bond)) {
        (Some(Bond::Friends | Bond::Asked), _) => Ok(Decision::nothing()),
        (Some(Bond::AskedBy), _) | (None, Some(Bond::Asked)) => {
            let mut decision = unite(pair, now);
            // Who asks does not know that they answer.
            if let Some(own) = pair.own {
                let (user, nickname) = (other.user.clone(), other.nickname.clone());
                decision.post(own, Notice::FriendAccepted { user, nickname });
            }
            Ok(decision)
        }
        (None, _) => Ok(ask(pair, known_as, now)),
    }
}

/// Answers a request that stands in one's own list.
///
/// # Errors
/// `not_found` when there is none.
pub fn answer(pair: Acquaintance<'_>, accept: bool, now: TimeMs) -> Result<Decision, Refusal> {
    let asked = pair.mine.filter(|mine| mine.bond == Bond::AskedBy);
    let asked = asked.ok_or_else(|| Refusal::new(Code::NotFound, "There is no such request any more."))?;
    if accept {
        return Ok(unite(pair, now));
    }
    let mut decision = Decision::nothing();
    decision.change(Change::delete_version(key(asked), asked.version));
    Ok(decision)
}

/// Ends a friendship, or takes a request back, for both.
#[must_use]
pub fn part(bonds: [Option<&Friendship>; 2]) -> Decision {
    let mut decision = Decision::nothing();
    for row in bonds.into_iter().flatten() {
        decision.change(Change::delete_version(key(row), row.version));
    }
    decision
}

fn ask(pair: Acquaintance<'_>, known_as: KnownAs, now: TimeMs) -> Decision {
    let Acquaintance { me, other, connection, .. } = pair;
    let mut decision = Decision::nothing();
    let mine = row(me, other, Bond::Asked, known_as, now);
    let request = mine.request();
    decision.change(write(pair.mine, mine, now));
    if blocks(other, me) {
        return decision;
    }
    let nickname = me.nickname.clone();
    let theirs = row(other, me, Bond::AskedBy, KnownAs::Nickname(nickname.clone()), now);
    decision.change(write(pair.theirs, theirs, now));
    if let Some(connection) = connection {
        decision.post(connection, Notice::FriendRequest { request: request.clone(), nickname });
    }
    let kind = FactKind::FriendRequested { user: Pseudonym::of(&me.user, &me.device, now) };
    decision.record(Fact::new(kind, &[request.as_str(), &now.0.to_string()], now));
    decision
}

/// Makes both friends.
fn unite(pair: Acquaintance<'_>, now: TimeMs) -> Decision {
    let Acquaintance { me, other, mine, theirs, connection, own: _ } = pair;
    let mut decision = Decision::nothing();
    for (owner, friend, before) in [(me, other, mine), (other, me, theirs)] {
        let known_as = KnownAs::Nickname(friend.nickname.clone());
        decision.change(write(before, row(owner, friend, Bond::Friends, known_as, now), now));
    }
    if let Some(connection) = connection {
        let notice = Notice::FriendAccepted { user: me.user.clone(), nickname: me.nickname.clone() };
        decision.post(connection, notice);
    }
    let kind = FactKind::FriendAccepted { user: Pseudonym::of(&me.user, &me.device, now) };
    decision.record(Fact::new(kind, &[me.device.as_str(), other.user.as_str(), &now.0.to_string()], now));
    decision
}

fn row(owner: &Profile, other: &Profile, bond: Bond, known_as: KnownAs, now: TimeMs) -> Friendship {
    let (owner, other) = (owner.user.clone(), other.user.clone());
    Friendship { owner, other, version: Version::made_at(now), bond, known_as, since: now }
}

fn write(before: Option<&Friendship>, after: Friendship, now: TimeMs) -> Change {
    match before {
        None => Change::create(Row::Friendship(after), now),
        Some(before) => Change::update(Row::Friendship(Friendship { version: before.version.next(), ..after })),
    }
}

fn key(row: &Friendship) -> Key {
    Key::Friendship(row.owner.clone(), row.other.clone())
}

pub(super) fn blocks(owner: &Profile, other: &Profile) -> bool {
    owner.blocks.iter().any(|block| block.user == other.user)
}
