//! Whose a push is (RFC 8292).

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use domain::time::TimeMs;
use hyper::header::HeaderValue;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use p256::pkcs8::DecodePrivateKey;
use serde::Serialize;

use crate::BadKey;

/// A push service refuses what is signed for longer than 24 hours (RFC 8292 section 2), and so is not asked for as much.
const SIGNED_FOR_S: u64 = 12 * 3600;
/// A JWT by ES256 (RFC 8292 section 2).
const HEADER: &str = r#"{"typ":"JWT","alg":"ES256"}"#;

/// The deployment's key.
pub(crate) struct Vapid {
    key: SigningKey,
    public: String,
    contact: String,
}

#[derive(Serialize)]
struct Claims<'a> {
    aud: &'a str,
    exp: u64,
    sub: &'a str,
}

impl Vapid {
    pub(crate) fn new(private_pem: &str, contact: &str) -> Result<Self, BadKey> {
        let key = SigningKey::from_pkcs8_pem(private_pem).map_err(|error| BadKey(error.to_string()))?;
        let public = BASE64_URL_SAFE_NO_PAD.encode(key.verifying_key().to_encoded_point(false).as_bytes());
        Ok(Self { key, public, contact: contact.to_owned() })
    }

    pub(crate) fn public_key(&self) -> &str {
        &self.public
    }

    /// The header for a push service; nothing when the key refuses to sign.
    pub(crate) fn authorization(&self, service: &str, now: TimeMs) -> Option<HeaderValue> {
        let claims = Claims { aud: service, exp: now.0 / 1000 + SIGNED_FOR_S, sub: &self.contact };
        let part = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
        let message = format!("{}.{}", part(HEADER.as_bytes()), part(&serde_json::to_vec(&claims).ok()?));
        // Both halves of the signature, 32 bytes each (RFC 7518 section 3.4).
        let signature: Signature = self.key.try_sign(message.as_bytes()).ok()?;
        let token = format!("{message}.{}", part(&signature.to_bytes()));
        let mut value = HeaderValue::from_str(&format!("vapid t={token}, k={}", self.public)).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}
