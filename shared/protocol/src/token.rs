//! Access tokens: JWTs signed with ES256 (RFC 7519, RFC 7518 section 3.4).

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use domain::id::{DeviceId, FamilyId, UserId};
use domain::limits::ACCESS_TOKEN_LIFE;
use domain::refusal::{Code, Refusal};
use domain::time::TimeMs;
use jsonwebtoken::jwk::{Jwk, ThumbprintHash};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};

use crate::es256;

/// For what an access token is good. Refresh tokens and WebSocket tickets are no JWTs at all.
pub const AUDIENCE: &str = "speed-connect:access";
/// The type of our tokens (RFC 9068 section 2.1).
const TYPE: &str = "at+jwt";
/// How a PEM block ends.
const PEM_END: &str = "-----END PRIVATE KEY-----";
/// The longest token that is looked at, in bytes.
pub const TOKEN_BYTES_MAX: usize = 2048;

/// What an access token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// Who.
    pub user: UserId,
    /// On which device.
    pub device: DeviceId,
    /// By which sign-in.
    pub family: FamilyId,
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
    issuer: String,
}

/// Verifies access tokens by their public keys.
pub struct Verifier {
    keys: Vec<PublicKey>,
    validation: Validation,
}

struct PublicKey {
    id: String,
    key: DecodingKey,
    retires_at: Option<TimeMs>,
}

/// A JWK set (RFC 7517 section 5). A key that was replaced carries `exp`, in Unix seconds, from when on nothing that it
/// signed is accepted (OpenID Federation 1.0 section 8.7.2).
#[derive(Deserialize)]
struct Published {
    keys: Vec<PublishedKey>,
}

#[derive(Deserialize)]
struct PublishedKey {
    #[serde(flatten)]
    jwk: Jwk,
    exp: Option<u64>,
}

/// Nothing else is read from a header, so nothing else may stand there: no key or address of one (`jwk`, `jku`, `x5u`), and
/// nothing `crit` (RFC 7515 section 4.1).
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OurHeader {
    typ: String,
    alg: String,
    kid: String,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    sid: String,
    device: String,
    iat: u64,
    exp: u64,
}

impl Signer {
    /// Takes the private keys (PKCS#8, PEM, one after the other): the first signs, the one after it is the next to. `issuer`
    /// is the deployment's public origin, so that no token of another deployment is taken for ours.
    ///
    /// # Errors
    /// [`BadKeys`] when the first cannot be read.
    pub fn new(private_pem: &str, issuer: &str) -> Result<Self, BadKeys> {
        es256::install();
        let bad = |why: String| BadKeys { what: "private key", why };
        let end = private_pem.find(PEM_END).ok_or_else(|| bad("it is no PEM".into()))? + PEM_END.len();
        let key = EncodingKey::from_ec_pem(&private_pem.as_bytes()[..end]).map_err(|error| bad(error.to_string()))?;
        let jwk = Jwk::from_encoding_key(&key, Algorithm::ES256).map_err(|error| bad(error.to_string()))?;
        let key_id = jwk.thumbprint(ThumbprintHash::SHA256).map_err(|error| bad(error.to_string()))?;
        Ok(Self { key, key_id, issuer: issuer.to_owned() })
    }

    /// Signs an access token for [`ACCESS_TOKEN_LIFE`] from `now` on.
    ///
    /// # Errors
    /// [`BadKeys`] when the key refuses to sign.
    pub fn sign(&self, user: &UserId, device: &DeviceId, family: &FamilyId, now: TimeMs) -> Result<String, BadKeys> {
        let mut header = Header::new(Algorithm::ES256);
        header.typ = Some(TYPE.into());
        header.kid = Some(self.key_id.clone());
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: AUDIENCE.into(),
            sub: user.to_string(),
            sid: family.to_string(),
            device: device.to_string(),
            iat: now.0 / 1000,
            exp: (now + ACCESS_TOKEN_LIFE).0 / 1000,
        };
        encode(&header, &claims, &self.key).map_err(|error| BadKeys { what: "private key", why: error.to_string() })
    }
}

impl Verifier {
    /// Takes the JWK set and the issuer whose tokens are meant.
    ///
    /// # Errors
    /// [`BadKeys`] when it cannot be read or a key in it is not for ES256.
    pub fn new(jwks: &str, issuer: &str) -> Result<Self, BadKeys> {
        es256::install();
        let bad = |why: String| BadKeys { what: "key set", why };
        let set: Published = serde_json::from_str(jwks).map_err(|error| bad(error.to_string()))?;
        let keys = set.keys.iter().map(|published| {
            let id = published.jwk.common.key_id.clone().unwrap_or_default();
            let retires_at = published.exp.map(|seconds| TimeMs(seconds.saturating_mul(1000)));
            DecodingKey::from_jwk(&published.jwk).map(|key| PublicKey { id, key, retires_at })
        });
        let keys = keys.collect::<Result<_, _>>().map_err(|error| bad(error.to_string()))?;
        let mut validation = Validation::new(Algorithm::ES256);
        validation.set_issuer(&[issuer]);
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
        let header = BASE64_URL_SAFE_NO_PAD.decode(token.split('.').next()?).ok()?;
        let header: OurHeader = serde_json::from_slice(&header).ok()?;
        if header.typ != TYPE || header.alg != "ES256" {
            return None;
        }
        let known =
            self.keys.iter().find(|known| known.id == header.kid && known.retires_at.is_none_or(|at| at > now))?;
        let claims = decode::<Claims>(token, &known.key, &self.validation).ok()?.claims;
        let expires_at = TimeMs(claims.exp.checked_mul(1000)?);
        if expires_at <= now || claims.iat > claims.exp {
            return None;
        }
        let user = UserId::parse(&claims.sub).ok()?;
        let device = DeviceId::parse(&claims.device).ok()?;
        let family = FamilyId::parse(&claims.sid).ok()?;
        Some(Access { user, device, family, expires_at })
    }
}
