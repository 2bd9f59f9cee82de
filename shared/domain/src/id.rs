//! A newtype for every id, so that no id can stand where another is meant.

use std::fmt;

use crate::time::TimeMs;

/// The longest id that is stored, in bytes. API Gateway's connection ids are shorter, and so are ours.
pub const ID_BYTES_MAX: usize = 128;

/// Text that cannot be an id: empty, too long, or with a character outside `A-Z a-z 0-9 _ - = .`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id")]
pub struct NotAnId;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// Takes text from outside.
            ///
            /// # Errors
            /// [`NotAnId`] when it is empty, over [`ID_BYTES_MAX`] bytes, or has a character outside
            /// `A-Z a-z 0-9 _ - = .`.
            pub fn parse(text: &str) -> Result<Self, NotAnId> {
                let fits = (1..=ID_BYTES_MAX).contains(&text.len());
                let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-=.".contains(&byte);
                if fits && text.bytes().all(plain) { Ok(Self(text.to_owned())) } else { Err(NotAnId) }
            }

            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<Token> for $name {
            fn from(token: Token) -> Self {
                Self(token.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

ids! {
    /// A person, guest or signed in. Never shown to a stranger.
    UserId
    /// A device, issued by the server; carries limits and bans, selects no account.
    DeviceId
    /// A WebSocket connection, named by API Gateway.
    ConnectionId
    /// One stay in the queue; never used again.
    TicketId
    /// One meeting of two people.
    SessionId
    /// A few people at one link; who knows it can knock.
    RoomId
    /// A person's alias inside one session or room; means nothing outside of it.
    PeerId
    /// A KVS signaling channel of the pool, by its name.
    ChannelId
    /// A chain of refresh tokens, from one sign-in to its log-out.
    FamilyId
    /// An e-mail address, by its hash.
    AddressId
    /// A call among friends, from its first ring.
    CallId
    /// A request to be friends.
    RequestId
    /// Somebody on somebody's list of people never to meet again.
    BlockId
    /// What one person says of another to the moderators; of one pair and session there is one.
    ReportId
    /// What moderators have done about somebody; named like the report that it answers.
    SanctionId
    /// One fact on the event stream; repeated deliveries carry the same id.
    EventId
}

impl DeviceId {
    /// A new one, which tells the day on which it was made, for as long as a page keeps it.
    #[must_use]
    pub fn made(chance: &Token, now: TimeMs) -> Self {
        Self(format!("{}-{}", chance.0, now.days()))
    }

    /// The day on which it was made, counted from the Unix epoch (UTC); those of an earlier deployment do not tell it.
    #[must_use]
    pub fn made_on(&self) -> Option<u64> {
        self.0.split_once('-')?.1.parse().ok()
    }
}

impl CallId {
    /// The id under which a history remembers a call that never became a session.
    #[must_use]
    pub fn as_session(&self) -> SessionId {
        SessionId(self.0.clone())
    }
}

impl SessionId {
    /// The call that a history remembers under this id, if it is one that never became a session.
    #[must_use]
    pub fn as_call(&self) -> CallId {
        CallId(self.0.clone())
    }
}

/// 128 bits of chance as 26 characters of Crockford's base 32, the raw material of every id and secret.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Token(String);

impl Token {
    /// Spells 16 random bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
        let number = u128::from_be_bytes(bytes);
        let spelled = (0..26).rev().map(|place| {
            let digit = (number >> (5 * place)) & 31;
            char::from(ALPHABET[usize::try_from(digit).unwrap_or(0)])
        });
        Self(spelled.collect())
    }

    /// A token that is the same for the same parts: the key of an effect that may happen twice.
    #[must_use]
    pub fn derived(parts: &[&str]) -> Self {
        Self::from_bytes(first_16(&digest(parts)))
    }

    /// Takes a token from a stored row.
    ///
    /// # Errors
    /// [`NotAnId`] unless it is 26 letters and digits.
    pub fn parse(text: &str) -> Result<Self, NotAnId> {
        let plain = text.len() == 26 && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if plain { Ok(Self(text.to_owned())) } else { Err(NotAnId) }
    }

    /// The token as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The SHA-256 of a secret as 64 hexadecimal digits: what is kept at rest instead of the secret.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SecretHash(String);

impl SecretHash {
    /// Hashes a secret. 128 bits of chance need no salt.
    #[must_use]
    pub fn of(secret: &str) -> Self {
        Self(digest(&[secret]).iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// Takes a hash from a stored row.
    ///
    /// # Errors
    /// [`NotAnId`] unless it is 64 lower-case hexadecimal digits.
    pub fn parse(text: &str) -> Result<Self, NotAnId> {
        let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if text.len() == 64 && text.bytes().all(hex) { Ok(Self(text.to_owned())) } else { Err(NotAnId) }
    }

    /// The hash as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn digest(parts: &[&str]) -> [u8; 32] {
    use sha2::{Digest, Sha256};
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part.len().to_be_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().into()
}

fn first_16(bytes: &[u8; 32]) -> [u8; 16] {
    let mut first = [0; 16];
    first.copy_from_slice(&bytes[..16]);
    first
}
