//! E-mail addresses, made canonical at the door.

use std::fmt;

use crate::id::{AddressId, Token};
use crate::limits::EMAIL_BYTES_MAX;
use crate::refusal::{Code, Refusal};

/// An address that mail can go to, in lower case: whoever writes it in capitals is the same person.
///
/// Taken are the dot-atoms of RFC 5321 section 4.1.2 with a host name of at least two labels; quoted local parts,
/// comments and address literals are not, for nobody signs in with them. A domain in another script is written in its
/// ASCII form.
#[derive(Clone, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// # Errors
    /// `invalid_request` for what is no such address, or longer than 254 bytes (RFC 5321 section 4.5.3.1.3, less the
    /// angle brackets).
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let address = text.trim().to_ascii_lowercase();
        let parts = address.rsplit_once('@').filter(|(local, host)| is_local_part(local) && is_host(host));
        if parts.is_some() && address.len() <= EMAIL_BYTES_MAX {
            Ok(Self(address))
        } else {
            Err(Refusal::new(Code::InvalidRequest, "That is no e-mail address we can write to."))
        }
    }

    /// The address as text, for whoever sends the mail, and for its owner.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands for the address where it need not be known.
    #[must_use]
    pub fn id(&self) -> AddressId {
        Token::derived(&["address", &self.0]).into()
    }
}

/// An address is not for logs.
impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email")
    }
}

/// RFC 5321 section 4.5.3.1.1: 64 bytes.
fn is_local_part(text: &str) -> bool {
    let atom = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte);
    text.len() <= 64 && text.split('.').all(|part| !part.is_empty() && part.bytes().all(atom))
}

/// RFC 1123 section 2.1: labels of at most 63 letters, digits and inner hyphens.
fn is_host(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let label = |label: &str| {
        (1..=63).contains(&label.len()) && label.bytes().all(plain) && !label.starts_with('-') && !label.ends_with('-')
    };
    text.contains('.') && text.split('.').all(label)
}
