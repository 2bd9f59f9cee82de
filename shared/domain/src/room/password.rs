//! What whoever comes into a room must know.

use pbkdf2::pbkdf2_hmac;
use sha2::Sha256;

use crate::id::{NotAnId, RoomId};
use crate::limits::{ROOM_PASSWORD_CHARS_MAX, ROOM_PASSWORD_ROUNDS};
use crate::refusal::{Code, Refusal};

/// A room's password as somebody says it: 1 to 64 characters.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// # Errors
    /// `invalid_request` when it is empty or over 64 characters.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        if (1..=ROOM_PASSWORD_CHARS_MAX).contains(&text.chars().count()) {
            return Ok(Self(text.to_owned()));
        }
        let message = format!("A room's password has 1 to {ROOM_PASSWORD_CHARS_MAX} characters.");
        Err(Refusal::new(Code::InvalidRequest, message))
    }

    /// What is kept instead of the password. The room's id is the salt: it is 128 bits of chance, and another one for each.
    #[must_use]
    pub fn hash(&self, room: &RoomId) -> PasswordHash {
        let mut hash = [0; 32];
        pbkdf2_hmac::<Sha256>(self.0.as_bytes(), room.as_str().as_bytes(), ROOM_PASSWORD_ROUNDS, &mut hash);
        PasswordHash(hash.iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(..)")
    }
}

/// PBKDF2-HMAC-SHA256 (RFC 8018 section 5.2) of a password, as 64 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// Takes a hash from a stored row.
    ///
    /// # Errors
    /// [`NotAnId`] unless it is 64 lower-case hexadecimal digits.
    pub fn parse(text: &str) -> Result<Self, NotAnId> {
        let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if text.len() == 64 && text.bytes().all(hex) { Ok(Self(text.to_owned())) } else { Err(NotAnId) }
    }

    /// Whether it is that of this password in this room.
    #[must_use]
    pub fn is_of(&self, password: &Password, room: &RoomId) -> bool {
        password.hash(room) == *self
    }

    /// The hash as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
