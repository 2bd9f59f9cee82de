//! Why a signature is not accepted, in AWS's words.

use std::fmt;

use super::Stamp;
use crate::Refusal;

/// Why a request counts as unsigned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Denied {
    /// Neither an `Authorization` header nor a signed query.
    Missing,
    /// A part of the signature is absent, doubled or malformed.
    Incomplete(String),
    /// The access key does not exist, or its session token is absent, superfluous or another one.
    UnknownKey,
    /// The request is older than the skew or the URL's life allows.
    Expired {
        /// When it was signed.
        signed_at: Stamp,
        /// The oldest time that would have been accepted.
        oldest: Stamp,
    },
    /// The request is signed later than the receiver's clock plus the skew.
    NotYetCurrent {
        /// When it says it was signed.
        signed_at: Stamp,
        /// The newest time that would have been accepted.
        newest: Stamp,
    },
    /// The keys exist, but the request is not what they signed.
    WrongSignature,
}

impl Denied {
    /// AWS's name of the exception ("Common errors" of the API references).
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing => "MissingAuthenticationTokenException",
            Self::Incomplete(_) => "IncompleteSignatureException",
            Self::UnknownKey => "UnrecognizedClientException",
            Self::Expired { .. } | Self::NotYetCurrent { .. } | Self::WrongSignature => "InvalidSignatureException",
        }
    }

    /// The refusal with the HTTP status that the service's protocol wants: DynamoDB says 400 to all
    /// of these, REST services 403.
    #[must_use]
    pub fn refusal(&self, status: u16) -> Refusal {
        Refusal::new(status, self.code(), self.to_string())
    }
}

impl fmt::Display for Denied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("Missing Authentication Token"),
            Self::Incomplete(what) => f.write_str(what),
            Self::UnknownKey => f.write_str("The security token included in the request is invalid."),
            Self::Expired { signed_at, oldest } => {
                write!(f, "Signature expired: {signed_at} is now earlier than {oldest}")
            }
            Self::NotYetCurrent { signed_at, newest } => {
                write!(f, "Signature not yet current: {signed_at} is still later than {newest}")
            }
            Self::WrongSignature => f.write_str(
                "The request signature we calculated does not match the signature you provided. \
                 Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
            ),
        }
    }
}

impl std::error::Error for Denied {}
