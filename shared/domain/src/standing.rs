//! Whom a person never meets, and whether they may meet anyone: the hard rules that people and moderators set.

use crate::id::{BlockId, DeviceId, Token, UserId};
use crate::profile::Nickname;
use crate::refusal::{Code, Refusal};
use crate::time::TimeMs;

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

/// A device from which no guest comes in for a time, because somebody on it was banned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BannedDevice {
    /// Which.
    pub device: DeviceId,
    /// Until when.
    pub until: TimeMs,
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
            Some(until) if until > now => {
                let refusal =
                    Refusal::new(Code::Banned, "You are banned from meeting people; come back when the ban is over.");
                Err(refusal.retry_after(until.since(now)))
            }
            Some(_) | None => Ok(()),
        }
    }
}
