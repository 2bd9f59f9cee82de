//! Names and passwords for TURN servers that share a secret with us (draft-uberti-behave-turn-rest-00), such as coturn with
//! `use-auth-secret`; and `POST /turn/credentials`, which hands them out.

use std::fmt;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use domain::notice::IceServer;
use domain::time::SpanMs;
use domain::turn::TurnName;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha1::Sha1;

use crate::server_wire;

/// For a call, or to try one's network.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "contract", derive(ts_rs::TS), ts(optional_fields))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(missing_docs, reason = "the fields are those of docs/PROTOCOL.md, word for word")]
pub struct TurnRequest {
    pub session_id: Option<String>,
}

/// Our own TURN servers, if there are some, and every server that may be used.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "contract", derive(ts_rs::TS), ts(optional_fields))]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the fields are those of docs/PROTOCOL.md, word for word")]
pub struct TurnAnswer {
    pub urls: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credential: Option<String>,
    #[cfg_attr(feature = "contract", ts(type = "number"))]
    pub ttl: u64,
    pub ice_servers: Vec<server_wire::IceServer>,
}

/// The answer to `POST /turn/credentials`: our own servers, every server, and how long all of them are good.
#[must_use]
pub fn answer(own: Option<&IceServer>, all: &[IceServer], life: SpanMs) -> TurnAnswer {
    TurnAnswer {
        urls: own.map(|own| own.urls.clone()).unwrap_or_default(),
        username: own.and_then(|own| own.username.clone()),
        credential: own.and_then(|own| own.credential.clone()),
        ttl: life.0 / 1000,
        ice_servers: all.iter().map(crate::server::ice_server).collect(),
    }
}

/// Makes passwords with HMAC-SHA-1 under a secret of the deployment, as the draft has it (section 2.2). What breaks SHA-1
/// does not break its HMAC (RFC 6194 section 3.3).
#[derive(Clone)]
pub struct TurnSecret(Hmac<Sha1>);

/// A secret that can be guessed: each password is a chance to try.
#[derive(Debug, thiserror::Error)]
#[error("the TURN secret has fewer than 32 bytes")]
pub struct WeakSecret;

impl TurnSecret {
    /// Takes the secret that the deployment shares with its TURN servers.
    ///
    /// # Errors
    /// [`WeakSecret`] when it has fewer than 32 bytes.
    pub fn new(secret: &str) -> Result<Self, WeakSecret> {
        let secret = secret.trim().as_bytes();
        let mac = Hmac::new_from_slice(secret).ok().filter(|_| secret.len() >= 32);
        mac.map(Self).ok_or(WeakSecret)
    }

    /// `<unix seconds>:<opaque>`, and its password.
    #[must_use]
    pub fn credentials(&self, name: &TurnName) -> (String, String) {
        let username = format!("{}:{}", name.ends_at.0 / 1000, name.opaque.as_str());
        let password = self.0.clone().chain_update(username.as_bytes()).finalize().into_bytes();
        (username, BASE64_STANDARD.encode(password))
    }
}

impl fmt::Debug for TurnSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TurnSecret")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::id::Token;
    use domain::time::TimeMs;

    const SECRET: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn a_name_says_its_end_and_the_password_is_the_drafts() {
        let name = TurnName { opaque: Token::from_bytes([7; 16]), ends_at: TimeMs(1_772_453_400_999) };
        let (username, password) = TurnSecret::new(SECRET).unwrap().credentials(&name);
        assert_eq!(username, "1772453400:070W3GE1R70W3GE1R70W3GE1R7");
        // printf %s "$username" | openssl dgst -sha1 -hmac 0123456789abcdef0123456789abcdef -binary | base64
        assert_eq!(password, "4f6nsrUaubc6lsUqg5n+tAj7fMk=");
    }

    #[test]
    fn a_secret_is_long_and_is_not_shown() {
        assert!(TurnSecret::new(&SECRET[1..]).is_err());
        let secret = TurnSecret::new(&format!(" {SECRET}\n")).unwrap();
        assert_eq!(format!("{secret:?}"), "TurnSecret");
    }
}
