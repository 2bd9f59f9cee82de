//! Friends: each side has a row of its own about the other, and both are written in one transaction.

use crate::email::Email;
use crate::id::{AddressId, RequestId, SecretHash, Token, UserId};
use crate::limits::{FRIEND_REQUEST_LIFE, LINK_LIFE};
use crate::profile::Nickname;
use crate::row::Version;
use crate::time::TimeMs;

/// What one person knows of another whom they asked, who asked them, or who is their friend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Friendship {
    /// Whose row it is.
    pub owner: UserId,
    /// About whom.
    pub other: UserId,
    /// The fence of every change.
    pub version: Version,
    /// How far it has come.
    pub bond: Bond,
    /// As whom the owner knows the other: nothing more is shown before they are friends.
    pub known_as: KnownAs,
    /// Since when.
    pub since: TimeMs,
}

/// How far a friendship has come, as its owner sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bond {
    /// The owner has asked. Whether the other has refused is not told.
    Asked,
    /// The other has asked.
    AskedBy,
    /// Both want it.
    Friends,
}

/// As whom somebody is known who is no friend yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KnownAs {
    /// By the name under which they met, were found, or asked.
    Nickname(Nickname),
    /// By the address that the owner has typed; whose it is stays hidden.
    Email(Email),
}

/// Somebody has invited an address that is nobody's yet. Whoever signs in by it finds the request. Both the one who invited
/// and the address have a row of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Who invited.
    pub from: UserId,
    /// Whom.
    pub email: Email,
    /// Whose row it is.
    pub side: InvitationSide,
    /// When.
    pub at: TimeMs,
}

/// Somebody asked to invite an address. The row waits for the errand that does it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InviteRequest {
    /// The hash of the secret that the errand carries.
    pub id: SecretHash,
    /// Who asks.
    pub from: UserId,
    /// Whom.
    pub email: Email,
    /// When.
    pub asked_at: TimeMs,
}

impl InviteRequest {
    /// When the row may be forgotten, done or not.
    #[must_use]
    pub fn expires_at(&self) -> TimeMs {
        self.asked_at + LINK_LIFE
    }
}

/// The two rows of an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum InvitationSide {
    /// In the list of who has invited.
    Sent,
    /// With the address.
    Received,
}

impl Friendship {
    /// The name of the request between the two, on the wire.
    #[must_use]
    pub fn request(&self) -> RequestId {
        match self.bond {
            Bond::AskedBy => request_id(&self.other, &self.owner),
            Bond::Asked | Bond::Friends => request_id(&self.owner, &self.other),
        }
    }

    /// When the row may be forgotten: requests fade, friendships stay.
    #[must_use]
    pub fn expires_at(&self) -> Option<TimeMs> {
        match self.bond {
            Bond::Asked | Bond::AskedBy => Some(self.since + FRIEND_REQUEST_LIFE),
            Bond::Friends => None,
        }
    }
}

impl Invitation {
    /// The name of the request on the wire, for who has invited.
    #[must_use]
    pub fn request(&self) -> RequestId {
        Token::derived(&["invitation", self.from.as_str(), self.email.id().as_str()]).into()
    }

    /// The address, by its hash.
    #[must_use]
    pub fn address(&self) -> AddressId {
        self.email.id()
    }

    /// When the row may be forgotten.
    #[must_use]
    pub fn expires_at(&self) -> TimeMs {
        self.at + FRIEND_REQUEST_LIFE
    }
}

fn request_id(asker: &UserId, asked: &UserId) -> RequestId {
    Token::derived(&["request", asker.as_str(), asked.as_str()]).into()
}
