//! Rows that prove who someone is, or that they may come in.

use crate::id::{ConnectionId, DeviceId, FamilyId, SecretHash, Token, UserId};
use crate::limits::{CONNECTION_DRAINS_AFTER, CONNECTION_LIFE, REFRESH_GRACE, REFRESH_LIFE};
use crate::profile::{Language, Nickname, Region, Tags};
use crate::row::Version;
use crate::standing::{Block, Standing};
use crate::time::TimeMs;

/// A person's profile; what must not be lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Who.
    pub user: UserId,
    /// The fence of every change.
    pub version: Version,
    /// The device that signed in first.
    pub device: DeviceId,
    /// The name that partners see.
    pub nickname: Nickname,
    /// The tags used last.
    pub tags: Tags,
    /// The language spoken.
    pub language: Option<Language>,
    /// The region lived in.
    pub region: Option<Region>,
    /// When the person first came.
    pub created_at: TimeMs,
    /// Whom the person never wants to meet again, oldest first.
    pub blocks: Vec<Block>,
    /// Until when a ban holds.
    pub banned_until: Option<TimeMs>,
    /// When the row may be forgotten; a guest's moves on with every refresh.
    pub expires_at: TimeMs,
}

/// What the live side knows of a profile, so that it need not read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// The name that partners see.
    pub nickname: Nickname,
    /// The tags for who joins the queue without naming any.
    pub tags: Tags,
    /// A language that is good enough after a while.
    pub language: Option<Language>,
    /// Blocks and bans, for who has no live row yet. A block that is made meanwhile makes that row, which then counts;
    /// it lives longer than any ticket and connection.
    pub standing: Standing,
}

/// A ticket that opens one WebSocket connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WsTicket {
    /// The hash of the ticket; the ticket itself is kept nowhere.
    pub hash: SecretHash,
    /// The fence of its one use.
    pub version: Version,
    /// Whom it lets in.
    pub user: UserId,
    /// On which device.
    pub device: DeviceId,
    /// What the connection will know of the profile.
    pub card: Card,
    /// Until when.
    pub expires_at: TimeMs,
    /// Which connection it opened.
    pub used_by: Option<ConnectionId>,
}

/// An open WebSocket connection; says who speaks on it, for as long as it is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// Which.
    pub id: ConnectionId,
    /// Who speaks.
    pub user: UserId,
    /// On which device.
    pub device: DeviceId,
    /// What it knows of the profile.
    pub card: Card,
    /// Since when.
    pub opened_at: TimeMs,
}

impl Profile {
    /// What the live side must know of blocks and bans.
    #[must_use]
    pub fn standing(&self) -> Standing {
        let blocked = self.blocks.iter().map(|block| block.user.clone()).collect();
        Standing { blocked, banned_until: self.banned_until }
    }

    /// What the live side knows of this profile.
    #[must_use]
    pub fn card(&self) -> Card {
        Card {
            nickname: self.nickname.clone(),
            tags: self.tags.clone(),
            language: self.language.clone(),
            standing: self.standing(),
        }
    }
}

impl WsTicket {
    /// The ticket after it opened `connection`, if it may: in time and once.
    #[must_use]
    pub fn used(&self, connection: &ConnectionId, now: TimeMs) -> Option<Self> {
        let may = self.expires_at > now && self.used_by.is_none();
        may.then(|| Self { version: self.version.next(), used_by: Some(connection.clone()), ..self.clone() })
    }
}

impl Connection {
    /// Whether it is so old that a new one should take its place.
    #[must_use]
    pub fn drains(&self, now: TimeMs) -> bool {
        now.since(self.opened_at) >= CONNECTION_DRAINS_AFTER
    }

    /// When the row may be forgotten.
    #[must_use]
    pub fn expires_at(&self) -> TimeMs {
        self.opened_at + CONNECTION_LIFE
    }
}

/// A chain of refresh tokens; at most one of them is the live one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefreshFamily {
    /// Whose.
    pub user: UserId,
    /// Which chain.
    pub family: FamilyId,
    /// The fence of every rotation.
    pub version: Version,
    /// The hash of the live token.
    pub current: SecretHash,
    /// The hash of the token before it.
    pub previous: Option<SecretHash>,
    /// With the token before it, makes the live one: presented again, the same token follows.
    pub salt: Token,
    /// When the live one was made.
    pub rotated_at: TimeMs,
    /// When the row may be forgotten.
    pub expires_at: TimeMs,
}

/// What a refresh token that was presented deserves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refresh {
    /// The live token: it rotates, and the next one is given.
    Rotate(RefreshFamily, Token),
    /// The one just rotated, within the grace time (two requests at once, a lost answer): the same next one is given.
    Repeat(Token),
    /// An old one: somebody holds a copy; the chain must die.
    Stolen,
}

impl RefreshFamily {
    /// The first token of a chain.
    #[must_use]
    pub fn begin(user: UserId, family: FamilyId, first: &Token, now: TimeMs) -> Self {
        let expires_at = now + REFRESH_LIFE;
        let current = SecretHash::of(first.as_str());
        Self {
            user,
            family,
            version: Version::NEW,
            current,
            previous: None,
            salt: first_salt(),
            rotated_at: now,
            expires_at,
        }
    }

    /// Judges a presented token; `chance` goes into the one that follows.
    #[must_use]
    pub fn present(&self, presented: &str, chance: Token, now: TimeMs) -> Refresh {
        let hash = SecretHash::of(presented);
        if hash == self.current {
            let next = follower(presented, &chance);
            let rotated = Self {
                version: self.version.next(),
                current: SecretHash::of(next.as_str()),
                previous: Some(hash),
                salt: chance,
                rotated_at: now,
                expires_at: now + REFRESH_LIFE,
                ..self.clone()
            };
            return Refresh::Rotate(rotated, next);
        }
        let just_rotated = self.previous.as_ref() == Some(&hash) && now.since(self.rotated_at) <= REFRESH_GRACE;
        if just_rotated { Refresh::Repeat(follower(presented, &self.salt)) } else { Refresh::Stolen }
    }
}

/// Whoever has the row alone cannot make it, for the row holds no token; whoever has the token alone cannot either.
fn follower(presented: &str, salt: &Token) -> Token {
    Token::derived(&["refresh", presented, salt.as_str()])
}

/// Before the first rotation there is nothing to follow.
fn first_salt() -> Token {
    Token::from_bytes([0; 16])
}
