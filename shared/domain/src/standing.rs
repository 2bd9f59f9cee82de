//! Whom a person never meets, and whether they may meet anyone: the hard rules that people and moderators set.

use crate::id::{AddressId, BlockId, DeviceId, Token, UserId};
use crate::profile::Nickname;
use crate::refusal::{Code, Refusal};
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
    /// Until when.
    pub until: TimeMs,
}

/// What a ban reaches besides the person.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Barred {
    /// No guest comes in on it.
    Device(DeviceId),
    /// Whoever has this address is banned from the moment that they sign in by it.
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
    /// The name of this block on the wire: tells nobody who is meant.
    #[must_use]
    pub fn id(&self, owner: &UserId) -> BlockId {
        Token::derived(&["block", owner.as_str(), self.user.as_str()]).into()
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
    /// Lets pass what is no longer barred.
    ///
    /// # Errors
    /// `banned`, with the time that is left.
    pub fn admit(&self, now: TimeMs) -> Result<(), Refusal> {
        if self.until > now { Err(banned(self.until.since(now))) } else { Ok(()) }
    }
}

fn banned(left: SpanMs) -> Refusal {
    let message = "You are banned from meeting people. Your account shows why and until when, and you can appeal once.";
    Refusal::new(Code::Banned, message).retry_after(left)
}
