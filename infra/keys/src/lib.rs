#![doc = include_str!("../README.md")]

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use p256::SecretKey;
use p256::elliptic_curve::sec1::ToEncodedPoint;
use p256::pkcs8::{DecodePrivateKey, EncodePrivateKey, LineEnding};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// From its replacement on, a key's tokens are accepted so much longer, in seconds: functions read keys again every minute,
/// and a token lives for five; the rest is for clocks that differ.
pub const RETIRES_AFTER_S: u64 = 480;
/// Between two rotations lie at least so many seconds: the next key must be known everywhere before it signs.
pub const ROTATED_EVERY_S: u64 = 180;

const PEM_END: &str = "-----END PRIVATE KEY-----\n";

/// Both parameters of a deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keys {
    /// Private keys (PKCS#8, PEM), one after the other: the one that signs, and the next.
    pub private: String,
    /// The JWK set (RFC 7517 section 5).
    pub public: String,
}

/// Keys that cannot be made or rotated.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The parameters do not hold what they should.
    #[error("the {0} parameter holds something else than keys of ours")]
    Unreadable(&'static str),
    /// Rotated a moment ago.
    #[error("the keys were rotated a moment ago: the next one may not be known everywhere yet; wait {0} seconds")]
    TooSoon(u64),
    /// No entropy.
    #[error("the operating system gives no entropy")]
    NoEntropy,
}

/// The pair by which push services know a deployment (RFC 8292). It is never rotated: every browser has subscribed to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushKey {
    /// The private half (PKCS#8, PEM).
    pub private: String,
    /// The public one: an uncompressed point, base64url.
    pub public: String,
}

/// The push key of a new deployment.
///
/// # Errors
/// [`KeyError::NoEntropy`].
pub fn push(random: &mut impl FnMut(&mut [u8]) -> bool) -> Result<PushKey, KeyError> {
    let key = made(random)?;
    let public = BASE64_URL_SAFE_NO_PAD.encode(key.public_key().to_encoded_point(false).as_bytes());
    Ok(PushKey { private: pems(&[key])?, public })
}

/// A secret that is nothing but chance: 256 bits, base64url.
///
/// # Errors
/// [`KeyError::NoEntropy`].
pub fn secret(random: &mut impl FnMut(&mut [u8]) -> bool) -> Result<String, KeyError> {
    let mut bytes = [0; 32];
    if random(&mut bytes) { Ok(BASE64_URL_SAFE_NO_PAD.encode(bytes)) } else { Err(KeyError::NoEntropy) }
}

/// The secrets by which functions know the edge: the one that it shows, the next, and the one before.
///
/// # Errors
/// [`KeyError::NoEntropy`].
pub fn origin_secrets(random: &mut impl FnMut(&mut [u8]) -> bool) -> Result<String, KeyError> {
    Ok([secret(random)?, secret(random)?, secret(random)?].join(","))
}

/// The same after a rotation: what the edge shows from the next deploy on is known to every function already, and what it
/// shows until then stays known.
///
/// # Errors
/// [`KeyError`] when the parameter holds something else, or there is no entropy.
pub fn origin_rotated(secrets: &str, random: &mut impl FnMut(&mut [u8]) -> bool) -> Result<String, KeyError> {
    let [current, next, _] = secrets.split(',').collect::<Vec<_>>()[..] else {
        return Err(KeyError::Unreadable("origin secrets"));
    };
    Ok([next, &secret(random)?, current].join(","))
}

/// The first keys of a deployment; `random` fills a buffer with entropy.
///
/// # Errors
/// [`KeyError::NoEntropy`].
pub fn first(random: &mut impl FnMut(&mut [u8]) -> bool) -> Result<Keys, KeyError> {
    let pairs = [made(random)?, made(random)?];
    Ok(Keys { private: pems(&pairs)?, public: published(pairs.iter().map(public_jwk).collect()) })
}

/// The keys after a rotation at `now_s`, in Unix seconds. The public ones are to be written first: a rotation that is broken
/// off between the two is simply done again.
///
/// # Errors
/// [`KeyError`] when the parameters hold no keys of ours, or the last rotation is too near.
pub fn rotated(keys: &Keys, now_s: u64, random: &mut impl FnMut(&mut [u8]) -> bool) -> Result<Keys, KeyError> {
    let unreadable = || KeyError::Unreadable("private");
    let mut pairs = keys.private.split_inclusive(PEM_END).map(SecretKey::from_pkcs8_pem);
    let signs = pairs.next().and_then(Result::ok).ok_or_else(unreadable)?;
    let next = match pairs.next() {
        Some(next) => next.map_err(|_| unreadable())?,
        // A deployment that has begun with one key gets its second now, and its first rotation the next time.
        None => return second(keys, &signs, random),
    };
    let retired = retired(keys, now_s)?;
    let fresh = [next, made(random)?];
    let mut old = public_jwk(&signs);
    old["exp"] = json!(now_s + RETIRES_AFTER_S);
    let set = fresh.iter().map(public_jwk).chain([old]).chain(retired).collect();
    Ok(Keys { private: pems(&fresh)?, public: published(set) })
}

fn second(keys: &Keys, signs: &SecretKey, random: &mut impl FnMut(&mut [u8]) -> bool) -> Result<Keys, KeyError> {
    let pem = made(random)?;
    let set = [public_jwk(signs), public_jwk(&pem)].into();
    Ok(Keys { private: format!("{}\n{}", keys.private.trim_end(), pems(&[pem])?), public: published(set) })
}

/// The keys that are retired already and whose tokens are still accepted.
fn retired(keys: &Keys, now_s: u64) -> Result<Vec<Value>, KeyError> {
    let set: Value = serde_json::from_str(&keys.public).map_err(|_| KeyError::Unreadable("public"))?;
    let listed = set["keys"].as_array().ok_or(KeyError::Unreadable("public"))?;
    let still = |key: &&Value| key["exp"].as_u64().is_some_and(|exp| exp > now_s);
    let retired: Vec<Value> = listed.iter().filter(still).cloned().collect();
    let newest = retired.iter().filter_map(|key| key["exp"].as_u64()).max().unwrap_or_default();
    let ready_at = (newest + ROTATED_EVERY_S).saturating_sub(RETIRES_AFTER_S);
    if ready_at > now_s { Err(KeyError::TooSoon(ready_at - now_s)) } else { Ok(retired) }
}

fn made(random: &mut impl FnMut(&mut [u8]) -> bool) -> Result<SecretKey, KeyError> {
    loop {
        let mut bytes = [0; 32];
        if !random(&mut bytes) {
            return Err(KeyError::NoEntropy);
        }
        // Almost every 32 bytes are a key; the few above the group order are drawn again.
        if let Ok(key) = SecretKey::from_slice(&bytes) {
            return Ok(key);
        }
    }
}

fn pems(keys: &[SecretKey]) -> Result<String, KeyError> {
    let pem = |key: &SecretKey| key.to_pkcs8_pem(LineEnding::LF).map(|pem| pem.to_string());
    keys.iter().map(pem).collect::<Result<String, _>>().map_err(|_| KeyError::Unreadable("private"))
}

fn published(keys: Vec<Value>) -> String {
    json!({ "keys": keys }).to_string()
}

/// The public half (RFC 7517, RFC 7518 section 6.2), with its thumbprint (RFC 7638) as `kid`.
fn public_jwk(key: &SecretKey) -> Value {
    let point = key.public_key().to_encoded_point(false);
    let encoded = |coordinate: Option<&p256::FieldBytes>| {
        coordinate.map(|bytes| BASE64_URL_SAFE_NO_PAD.encode(bytes)).unwrap_or_default()
    };
    let (x, y) = (encoded(point.x()), encoded(point.y()));
    let canonical = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
    let kid = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(canonical));
    json!({ "kty": "EC", "crv": "P-256", "x": x, "y": y, "alg": "ES256", "use": "sig", "kid": kid })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Entropy that is none: each buffer is filled with the next number.
    fn counting() -> impl FnMut(&mut [u8]) -> bool {
        let mut count = 0;
        move |bytes: &mut [u8]| {
            count += 1;
            bytes.fill(count);
            true
        }
    }

    fn kids(keys: &Keys) -> Vec<(String, Option<u64>)> {
        let set: Value = serde_json::from_str(&keys.public).expect("JSON");
        let listed = set["keys"].as_array().expect("keys").clone();
        listed.iter().map(|key| (key["kid"].as_str().expect("kid").to_owned(), key["exp"].as_u64())).collect()
    }

    /// The key of RFC 7515 appendix A.3.1.
    #[test]
    fn the_public_half_is_the_one_of_the_rfc() {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode("jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI").expect("base64");
        let jwk = public_jwk(&SecretKey::from_slice(&bytes).expect("a key"));
        assert_eq!(jwk["x"], "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU");
        assert_eq!(jwk["y"], "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0");
        assert_eq!(jwk["kid"].as_str().map(str::len), Some(43));
    }

    #[test]
    fn the_next_key_signs_and_the_old_one_retires() {
        let mut random = counting();
        let before = first(&mut random).expect("made");
        let after = rotated(&before, 1_000, &mut random).expect("rotated");
        let (old, new) = (kids(&before), kids(&after));
        assert_eq!(old.len(), 2);
        assert_eq!(new[0], old[1], "what was next signs");
        assert_eq!(new[2], (old[0].0.clone(), Some(1_000 + RETIRES_AFTER_S)));
        assert!(new.iter().filter(|key| key.1.is_none()).count() == 2 && !old.contains(&new[1]));
        assert_eq!(after.private.matches(PEM_END).count(), 2);
        assert!(before.private.ends_with(after.private.split_inclusive(PEM_END).next().expect("a key")));

        let later = rotated(&after, 1_000 + ROTATED_EVERY_S, &mut random).expect("rotated again");
        assert_eq!(kids(&later).len(), 4, "two are retired and still accepted");
        let last = rotated(&later, 10_000, &mut random).expect("rotated much later");
        assert_eq!(kids(&last).len(), 3, "and then no more");
    }

    #[test]
    fn a_key_that_may_not_be_known_yet_never_signs() {
        let mut random = counting();
        let once = rotated(&first(&mut random).expect("made"), 1_000, &mut random).expect("rotated");
        let again = rotated(&once, 1_000 + ROTATED_EVERY_S - 1, &mut random);
        assert!(matches!(again, Err(KeyError::TooSoon(1))), "{again:?}");
    }

    #[test]
    fn one_broken_off_is_done_again() {
        let mut random = counting();
        let before = first(&mut random).expect("made");
        let public = rotated(&before, 1_000, &mut random).expect("rotated").public;
        let torn = Keys { public, ..before };
        let again = rotated(&torn, 1_000 + ROTATED_EVERY_S, &mut random).expect("done again");
        assert_eq!(kids(&again)[0], kids(&torn)[0], "the key that was to sign does");
    }

    #[test]
    fn the_edge_never_shows_what_a_function_of_either_deploy_does_not_know() {
        let mut random = counting();
        let before = origin_secrets(&mut random).expect("made");
        let after = origin_rotated(&before, &mut random).expect("rotated");
        let (old, new): (Vec<_>, Vec<_>) = (before.split(',').collect(), after.split(',').collect());
        assert!(old.contains(&new[0]) && new.contains(&old[0]), "while a deploy goes on, both are shown to both");
        assert!(new[0] != old[0] && !old.contains(&new[1]), "another one is shown, and the one after it is new");
        assert!(matches!(origin_rotated("one", &mut random), Err(KeyError::Unreadable("origin secrets"))));
    }

    #[test]
    fn what_holds_no_keys_is_left_alone() {
        let good = first(&mut counting()).expect("made");
        for keys in [
            Keys { private: "secret".into(), ..good.clone() },
            Keys { private: String::new(), ..good.clone() },
            Keys { public: "[]".into(), ..good },
        ] {
            assert!(matches!(rotated(&keys, 1, &mut counting()), Err(KeyError::Unreadable(_))));
        }
    }
}
