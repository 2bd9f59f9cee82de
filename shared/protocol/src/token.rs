//! Access tokens: JWTs signed with ES256 (RFC 7519, RFC 7518 section 3.4).

use domain::id::{DeviceId, UserId};
use domain::limits::ACCESS_TOKEN_LIFE;
use domain::refusal::{Code, Refusal};
use domain::time::TimeMs;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use serde::{Deserialize, Serialize};

/// Who issues our tokens.
pub const ISSUER: &str = "speed-connect";
/// For what an access token is good. Refresh tokens and WebSocket tickets are no JWTs at all.
pub const AUDIENCE: &str = "speed-connect:access";
/// The longest token that is looked at, in bytes.
pub const TOKEN_BYTES_MAX: usize = 2048;

/// What an access token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// Who.
    pub user: UserId,
    /// On which device.
    pub device: DeviceId,
    /// Until when.
    pub expires_at: TimeMs,
}

/// Keys that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the {what} cannot be used: {why}")]
pub struct BadKeys {
    what: &'static str,
    why: String,
}

/// Signs access tokens; only `functions/auth` has one.
pub struct Signer {
    key: EncodingKey,
    key_id: String,
}

/// Verifies access tokens by their public keys.
pub struct Verifier {
    keys: Vec<(String, DecodingKey)>,
    validation: Validation,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    device: String,
    iat: u64,
    exp: u64,
}

impl Signer {
    /// Takes the private key (PKCS#8, PEM) and the JWK set that holds its public half: the first key of the set is
    /// the one that signs.
    ///
    /// # Errors
    /// [`BadKeys`] when either cannot be read.
    pub fn new(private_pem: &str, jwks: &str) -> Result<Self, BadKeys> {
        let key = EncodingKey::from_ec_pem(private_pem.as_bytes())
            .map_err(|error| BadKeys { what: "private key", why: error.to_string() })?;
        let key_id = key_ids(&parse(jwks)?).next().ok_or(BadKeys { what: "key set", why: "it is empty".into() })?;
        Ok(Self { key, key_id })
    }

    /// Signs an access token for [`ACCESS_TOKEN_LIFE`] from `now` on.
    ///
    /// # Errors
    /// [`BadKeys`] when the key refuses to sign.
    pub fn sign(&self, user: &UserId, device: &DeviceId, now: TimeMs) -> Result<String, BadKeys> {
        let mut header = Header::new(Algorithm::ES256);
        header.typ = Some("at+jwt".into());
        header.kid = Some(self.key_id.clone());
        let claims = Claims {
            iss: ISSUER.into(),
            aud: AUDIENCE.into(),
            sub: user.to_string(),
            device: device.to_string(),
            iat: now.0 / 1000,
            exp: (now + ACCESS_TOKEN_LIFE).0 / 1000,
        };
        encode(&header, &claims, &self.key).map_err(|error| BadKeys { what: "private key", why: error.to_string() })
    }
}

impl Verifier {
    /// Takes a JWK set.
    ///
    /// # Errors
    /// [`BadKeys`] when it cannot be read or a key in it is not for ES256.
    pub fn new(jwks: &str) -> Result<Self, BadKeys> {
        let set = parse(jwks)?;
        let keys = set
            .keys
            .iter()
            .map(|jwk| {
                let id = jwk.common.key_id.clone().unwrap_or_default();
                DecodingKey::from_jwk(jwk).map(|key| (id, key))
            })
            .collect::<Result<_, _>>()
            .map_err(|error| BadKeys { what: "key set", why: error.to_string() })?;
        let mut validation = Validation::new(Algorithm::ES256);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // Time is an argument here; expiry is checked below against `now`.
        validation.validate_exp = false;
        Ok(Self { keys, validation })
    }

    /// Accepts a token, or refuses it with `unauthorized` whatever is wrong with it.
    ///
    /// # Errors
    /// `unauthorized`.
    pub fn verify(&self, token: &str, now: TimeMs) -> Result<Access, Refusal> {
        self.accept(token, now).ok_or_else(|| Refusal::new(Code::Unauthorized, "Sign in again."))
    }

    fn accept(&self, token: &str, now: TimeMs) -> Option<Access> {
        if token.len() > TOKEN_BYTES_MAX {
            return None;
        }
        let header = decode_header(token).ok()?;
        if header.typ.as_deref() != Some("at+jwt") {
            return None;
        }
        let key_id = header.kid?;
        let (_, key) = self.keys.iter().find(|(id, _)| *id == key_id)?;
        let claims = decode::<Claims>(token, key, &self.validation).ok()?.claims;
        let expires_at = TimeMs(claims.exp.checked_mul(1000)?);
        if expires_at <= now || claims.iat > claims.exp {
            return None;
        }
        let user = UserId::parse(&claims.sub).ok()?;
        let device = DeviceId::parse(&claims.device).ok()?;
        Some(Access { user, device, expires_at })
    }
}

fn parse(jwks: &str) -> Result<JwkSet, BadKeys> {
    serde_json::from_str(jwks).map_err(|error| BadKeys { what: "key set", why: error.to_string() })
}

fn key_ids(set: &JwkSet) -> impl Iterator<Item = String> {
    set.keys.iter().filter_map(|jwk| jwk.common.key_id.clone())
}
