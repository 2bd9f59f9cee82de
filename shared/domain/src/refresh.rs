//! Chains of refresh tokens: one for each sign-in, from its first token to its log-out.

use std::fmt;

use crate::id::{DeviceId, FamilyId, SecretHash, Token, UserId};
use crate::limits::{ACCOUNT_REFRESH_LIFE, FRESH_SIGN_IN, GUEST_REFRESH_LIFE, REFRESH_GRACE};
use crate::row::Version;
use crate::time::{SpanMs, TimeMs};

/// A chain of refresh tokens; at most one of them is the live one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefreshFamily {
    /// Whose.
    pub user: UserId,
    /// Which chain.
    pub family: FamilyId,
    /// The fence of every rotation.
    pub version: Version,
    /// On which device.
    pub device: DeviceId,
    /// How the person proved who they are.
    pub proof: Proof,
    /// The hash of what all tokens of the chain begin with. Whoever does not know it, and has read the chain's name in an
    /// access token, can neither use nor end it.
    pub root: SecretHash,
    /// The hash of the live token.
    pub current: SecretHash,
    /// The hash of the token before it.
    pub previous: Option<SecretHash>,
    /// With the token before it, makes the live one: presented again, the same token follows.
    pub salt: Token,
    /// When the chain began, by the proof.
    pub began_at: TimeMs,
    /// When the live one was made.
    pub rotated_at: TimeMs,
    /// When the row may be forgotten.
    pub expires_at: TimeMs,
}

/// How a person proved who they are when a chain began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// Not at all: a guest is whoever holds the tab.
    None,
    /// They read a mail that went to their address.
    Mail,
}

impl Proof {
    /// How long a refresh token lives after its last use. A guest is a tab, and cookies of closed tabs pile up.
    #[must_use]
    pub const fn refresh_life(self) -> SpanMs {
        match self {
            Self::None => GUEST_REFRESH_LIFE,
            Self::Mail => ACCOUNT_REFRESH_LIFE,
        }
    }
}

/// A refresh token in clear: `<root>.<leaf>`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The token as text, for the cookie alone.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A token is not for logs.
impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// What a refresh token that was presented deserves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refresh {
    /// The live token: it rotates, and the next one is given. It is derived of the one before it and a salt in the row: whoever
    /// has the row alone cannot make it, for the row holds no token; whoever has the token alone cannot either.
    Rotate(Box<RefreshFamily>, Secret),
    /// The one just rotated, within the grace time (two requests at once, a lost answer), or the live one within it: the live one
    /// is given.
    Repeat(Secret),
    /// An old one: somebody holds a copy; the chain must die.
    Stolen,
    /// None of this chain.
    Unknown,
}

impl RefreshFamily {
    /// A chain, and its first token, made of chance.
    #[must_use]
    pub fn begin(
        user: UserId,
        family: FamilyId,
        device: DeviceId,
        proof: Proof,
        [root, leaf]: [Token; 2],
        now: TimeMs,
    ) -> (Self, Secret) {
        let first = Secret(format!("{}.{}", root.as_str(), leaf.as_str()));
        let chain = Self {
            user,
            family,
            version: Version::NEW,
            device,
            proof,
            root: SecretHash::of(root.as_str()),
            current: SecretHash::of(first.as_str()),
            previous: None,
            salt: first_salt(),
            began_at: now,
            rotated_at: now,
            expires_at: now + proof.refresh_life(),
        };
        (chain, first)
    }

    /// Whether a token is of this chain, live or not.
    #[must_use]
    pub fn is_of(&self, presented: &str) -> bool {
        presented.split_once('.').is_some_and(|(root, _)| SecretHash::of(root) == self.root)
    }

    /// Whether the proof is so fresh that everything of the person may be shown or erased. Of a guest there is none: the tab
    /// is all that they are.
    #[must_use]
    pub fn is_fresh(&self, now: TimeMs) -> bool {
        self.proof == Proof::None || now.since(self.began_at) <= FRESH_SIGN_IN
    }

    /// Judges a presented token; `chance` goes into the one that follows. A chain rotates no more than once in the grace: so the
    /// live token and the one before it are all that were live within it, and who is late by less is no thief.
    #[must_use]
    pub fn present(&self, presented: &str, chance: Token, now: TimeMs) -> Refresh {
        let hash = SecretHash::of(presented);
        let Some((root, _)) = presented.split_once('.').filter(|_| self.is_of(presented)) else {
            return Refresh::Unknown;
        };
        let follower = |salt: &Token| {
            let leaf = Token::derived(&["refresh", presented, salt.as_str()]);
            Secret(format!("{root}.{}", leaf.as_str()))
        };
        let rotated_lately = self.previous.is_some() && now.since(self.rotated_at) <= REFRESH_GRACE;
        if hash == self.current && rotated_lately {
            return Refresh::Repeat(Secret(presented.to_owned()));
        }
        if hash == self.current {
            let next = follower(&chance);
            let rotated = Self {
                version: self.version.next(),
                current: SecretHash::of(next.as_str()),
                previous: Some(hash),
                salt: chance,
                rotated_at: now,
                expires_at: now + self.proof.refresh_life(),
                ..self.clone()
            };
            return Refresh::Rotate(Box::new(rotated), next);
        }
        if self.previous.as_ref() == Some(&hash) && rotated_lately {
            Refresh::Repeat(follower(&self.salt))
        } else {
            Refresh::Stolen
        }
    }
}

/// Before the first rotation there is nothing to follow.
fn first_salt() -> Token {
    Token::from_bytes([0; 16])
}
