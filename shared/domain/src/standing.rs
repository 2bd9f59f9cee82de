//! Whom a person never meets, and whether they may meet anyone: the hard rules that people and moderators set.

use crate::id::{AddressId, BlockId, DeviceId, SanctionId, Token, UserId};
use crate::profile::Nickname;
use crate::refusal::{Code, Refusal};
use crate::row::{Change, Key, Row, Version};
use crate::time::{SpanMs, TimeMs};

/// What the live side knows of blocks and bans. It stands in the user row, so that a match, which names the versions of
/// both user rows, cannot be made past a block or a ban.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Standing {
    /// Whom the person blocks.
    pub blocked: Vec<UserId>,
    /// Until when a ban holds.
    pub banned_until: Option<TimeMs>,
    /// When the person last signed out everywhere: no ticket that was issued by then lets anybody in.
    pub signed_out_at: Option<TimeMs>,
}

/// What lets nobody in for a time, because somebody who had it was banned; it outlives their account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    /// What is barred.
    pub of: Barred,
    /// The fence of every change.
    pub version: Version,
    /// What bars it; one that is lifted takes nothing of the others with it.
    pub holds: Vec<Hold>,
}

/// One sanction that bars something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// Which.
    pub sanction: SanctionId,
    /// Since when.
    pub since: TimeMs,
    /// Until when.
    pub until: TimeMs,
}

/// What a ban reaches besides the person.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Barred {
    /// No guest meets anybody on it, and nobody with an account that is newer than the ban; an older one may be another
    /// person's of the same house.
    Device(DeviceId),
    /// Whoever signs in by this address meets nobody.
    Address(AddressId),
}

/// The other side of a block: whoever is erased is found in the lists of those who block them. Never shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockedBy {
    /// Who is blocked.
    pub user: UserId,
    /// By whom.
    pub owner: UserId,
}

/// Somebody whom a person never wants to meet again; kept with the profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Who.
    pub user: UserId,
    /// Under which name they met.
    pub nickname: Nickname,
    /// Since when.
    pub at: TimeMs,
}

impl Block {
    /// The name of this block on the wire. It is made of nothing but what the owner knows: of a partner's id they could try
    /// the ids of friends, and learn who the stranger was.
    #[must_use]
    pub fn id(&self, owner: &UserId) -> BlockId {
        Token::derived(&["block", owner.as_str(), &self.at.0.to_string(), self.nickname.as_str()]).into()
    }
}

impl Standing {
    /// Whether what was issued at that moment still lets somebody in.
    #[must_use]
    pub fn honours(&self, issued_at: TimeMs) -> bool {
        self.signed_out_at.is_none_or(|signed_out_at| issued_at > signed_out_at)
    }

    /// Lets pass whom no ban holds.
    ///
    /// # Errors
    /// `banned`, with the time that is left.
    pub fn admit(&self, now: TimeMs) -> Result<(), Refusal> {
        match self.banned_until {
            Some(until) if until > now => Err(banned(until.since(now))),
            Some(_) | None => Ok(()),
        }
    }
}

impl Bar {
    /// The write by which a sanction bars something, besides what bars it already; said again it is the same.
    #[must_use]
    pub fn held(of: Barred, present: Option<&Self>, hold: Hold, now: TimeMs) -> Change {
        let Some(bar) = present else {
            return Change::create(Row::Bar(Self { of, version: Version::made_at(now), holds: vec![hold] }), now);
        };
        let others = bar.holds.iter().filter(|other| other.sanction != hold.sanction && other.until > now);
        let holds = others.cloned().chain([hold.clone()]).collect();
        Change::update(Row::Bar(Self { of, version: bar.version.next(), holds }))
    }

    /// The write by which a sanction bars it no more; nothing where it does not.
    #[must_use]
    pub fn released(&self, sanction: &SanctionId) -> Option<Change> {
        let holds: Vec<Hold> = self.holds.iter().filter(|hold| hold.sanction != *sanction).cloned().collect();
        if holds.len() == self.holds.len() {
            return None;
        }
        if holds.is_empty() {
            return Some(Change::delete_version(Key::Bar(self.of.clone()), self.version));
        }
        Some(Change::update(Row::Bar(Self { of: self.of.clone(), version: self.version.next(), holds })))
    }

    /// Lets pass whom it does not hold: `account_since` is when who comes made their account; a guest has none.
    ///
    /// # Errors
    /// `banned`, with the time that is left.
    pub fn admit(&self, account_since: Option<TimeMs>, now: TimeMs) -> Result<(), Refusal> {
        let concerns = |hold: &&Hold| match &self.of {
            Barred::Device(_) => account_since.is_none_or(|made_at| made_at >= hold.since),
            Barred::Address(_) => true,
        };
        match self.holds.iter().filter(concerns).map(|hold| hold.until).max() {
            Some(until) if until > now => Err(barred(until.since(now))),
            Some(_) | None => Ok(()),
        }
    }

    /// When the row may be forgotten.
    #[must_use]
    pub fn expires_at(&self) -> TimeMs {
        self.holds.iter().map(|hold| hold.until).max().unwrap_or_default()
    }
}

fn barred(left: SpanMs) -> Refusal {
    let message =
        "Somebody was banned on this device or by this address, and until that ends nobody new meets people by it.";
    Refusal::new(Code::Banned, message).retry_after(left)
}

fn banned(left: SpanMs) -> Refusal {
    let message = "You are banned from meeting people. Your account shows why and until when, and you can appeal once.";
    Refusal::new(Code::Banned, message).retry_after(left)
}
