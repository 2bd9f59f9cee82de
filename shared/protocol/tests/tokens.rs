//! Access tokens: ours are accepted while they last, and nothing else ever is.
#![cfg(test)]

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use domain::id::{DeviceId, FamilyId, UserId};
use domain::time::TimeMs;
use hmac::{Hmac, KeyInit, Mac};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use protocol::token::{Access, Signer, Verifier};
use serde_json::{Value, json};
use sha2::Sha256;

const PRIVATE: &str = include_str!("keys/ours.pem");
const JWKS: &str = include_str!("keys/ours.jwks.json");
const FOREIGN: &str = include_str!("keys/foreign.pem");
/// The thumbprint of our key (RFC 7638).
const KID: &str = "NPV_qIwqwH7VLTBRVTPC-bHiN_hqrsNMy1RZqXMC0kE";
const HOME: &str = "https://speed.example";
const NOW: TimeMs = TimeMs(1_772_452_800_000);

fn verifier() -> Verifier {
    Verifier::new(JWKS, HOME).unwrap()
}

fn claims() -> Value {
    let seconds = NOW.0 / 1000;
    json!({
        "iss": HOME, "aud": "speed-connect:access", "sub": "U1", "sid": "F1", "device": "D1",
        "iat": seconds, "exp": seconds + 300,
    })
}

fn header() -> Header {
    let mut header = Header::new(Algorithm::ES256);
    header.typ = Some("at+jwt".into());
    header.kid = Some(KID.into());
    header
}

/// By HMAC, which our side of the library cannot.
fn by_secret(header: &Header, claims: &Value, secret: &[u8]) -> String {
    let part = |value: Vec<u8>| BASE64_URL_SAFE_NO_PAD.encode(value);
    let message = format!("{}.{}", part(serde_json::to_vec(header).unwrap()), part(claims.to_string().into_bytes()));
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).unwrap();
    mac.update(message.as_bytes());
    format!("{message}.{}", part(mac.finalize().into_bytes().to_vec()))
}

fn signed(header: &Header, claims: &Value, pem: &str) -> String {
    protocol::es256::install();
    encode(header, claims, &EncodingKey::from_ec_pem(pem.as_bytes()).unwrap()).unwrap()
}

#[test]
fn a_signed_token_is_accepted_until_it_expires() {
    let (user, device) = (UserId::parse("U1").unwrap(), DeviceId::parse("D1").unwrap());
    let family = FamilyId::parse("F1").unwrap();
    let token = Signer::new(PRIVATE, HOME).unwrap().sign(&user, &device, &family, NOW).unwrap();
    let access = verifier().verify(&token, NOW).unwrap();
    let expires_at = TimeMs(NOW.0 + 300_000);
    assert_eq!(access, Access { user, device, family, expires_at });
    assert!(verifier().verify(&token, TimeMs(NOW.0 + 299_999)).is_ok());
    assert!(verifier().verify(&token, expires_at).is_err());
}

#[test]
fn a_key_signs_until_it_is_retired_and_another_deployment_is_not_ours() {
    let mut keys: Value = serde_json::from_str(JWKS).unwrap();
    keys["keys"][0]["exp"] = json!(NOW.0 / 1000 + 60);
    let token = signed(&header(), &claims(), PRIVATE);
    let retiring = Verifier::new(&keys.to_string(), HOME).unwrap();
    assert!(retiring.verify(&token, TimeMs(NOW.0 + 59_999)).is_ok());
    assert!(retiring.verify(&token, TimeMs(NOW.0 + 60_000)).is_err());
    assert!(Verifier::new(JWKS, "https://other.example").unwrap().verify(&token, NOW).is_err());
}

#[test]
fn the_first_of_several_private_keys_signs() {
    let both = format!("{PRIVATE}{FOREIGN}");
    let (user, device) = (UserId::parse("U1").unwrap(), DeviceId::parse("D1").unwrap());
    let token = Signer::new(&both, HOME).unwrap().sign(&user, &device, &FamilyId::parse("F1").unwrap(), NOW).unwrap();
    assert!(verifier().verify(&token, NOW).is_ok());
}

#[test]
fn the_hand_made_good_token_is_accepted() {
    assert!(
        verifier().verify(&signed(&header(), &claims(), PRIVATE), NOW).is_ok(),
        "the cases below differ in one thing"
    );
}

#[test]
fn hostile_claims_are_refused() {
    let mut cases: Vec<Value> = Vec::new();
    for claim in ["iss", "aud", "sub", "sid", "device", "iat", "exp"] {
        let mut missing = claims();
        missing.as_object_mut().unwrap().remove(claim);
        cases.push(missing);
        for wrong in [json!(""), json!(null), json!([]), json!({}), json!(true), json!(-1), json!(1.5), json!("x y")] {
            let mut other = claims();
            other[claim] = wrong;
            cases.push(other);
        }
    }
    let seconds = NOW.0 / 1000;
    for exp in [json!((seconds + 300).to_string()), json!(seconds), json!(0), json!(u64::MAX), json!(1e30)] {
        let mut other = claims();
        other["exp"] = exp;
        cases.push(other);
    }
    for case in cases {
        let token = signed(&header(), &case, PRIVATE);
        assert!(verifier().verify(&token, NOW).is_err(), "{case}");
    }
}

/// A token whose header and claims are spelled by hand, well signed.
fn spelled(header: &str, claims: &str) -> String {
    let part = |text: &str| BASE64_URL_SAFE_NO_PAD.encode(text);
    let message = format!("{}.{}", part(header), part(claims));
    protocol::es256::install();
    let key = EncodingKey::from_ec_pem(PRIVATE.as_bytes()).unwrap();
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &key, Algorithm::ES256).unwrap();
    format!("{message}.{signature}")
}

#[test]
fn hostile_spellings_are_refused() {
    let claims = claims().to_string();
    let header = |rest: &str| format!(r#"{{"typ":"at+jwt","alg":"ES256","kid":"{KID}"{rest}}}"#);
    assert!(verifier().verify(&spelled(&header(""), &claims), NOW).is_ok(), "the cases below differ in one thing");
    let mut cases = Vec::new();
    for typ in ["JWT", "at+JWT ", "application/at+jwt", "dpop+jwt", "logout+jwt", "id_token", "", "refresh"] {
        cases.push(spelled(&header("").replace("at+jwt", typ), &claims));
    }
    for alg in
        ["none", "None", "NONE", "nOnE", "HS256", "HS384", "HS512", "RS256", "PS256", "ES384", "ES512", "EdDSA", ""]
    {
        cases.push(spelled(&header("").replace("ES256", alg), &claims));
    }
    for kid in [
        "",
        "0",
        "ours",
        "null",
        "undefined",
        "../../etc/passwd",
        "/dev/null",
        "https://evil.example/jwks.json",
        "' OR 1=1 --",
        "${jndi:ldap://evil}",
        "%00",
        "*",
        "[\"x\"]",
    ] {
        cases.push(spelled(&header("").replace(KID, &kid.replace('"', "")), &claims));
    }
    for kid in ["null", "[]", "{}", "1", "true"] {
        cases.push(spelled(&format!(r#"{{"typ":"at+jwt","alg":"ES256","kid":{kid}}}"#), &claims));
    }
    let key = serde_json::from_str::<Value>(JWKS).unwrap()["keys"][0].to_string();
    let (url, chain) = (r#""https://evil.example/keys""#, r#"["MIIB"]"#);
    for (name, value) in [
        ("jku", url),
        ("x5u", url),
        ("jwk", &key),
        ("x5c", chain),
        ("x5t", url),
        ("crit", r#"["exp"]"#),
        ("b64", "false"),
        ("zip", r#""DEF""#),
        ("cty", r#""JWT""#),
        ("alg", r#""none""#),
        ("kid", r#""other""#),
        ("enc", r#""A128GCM""#),
    ] {
        cases.push(spelled(&header(&format!(r#","{name}":{value}"#)), &claims));
    }
    for body in ["", "null", "[]", "{", "{}", "\"text\"", "1", "\u{feff}{}", "{\"sub\":\"U1\"}"] {
        cases.push(spelled(&header(""), body));
    }
    for twice in ["sub", "exp", "iss", "aud", "sid"] {
        let value = serde_json::from_str::<Value>(&claims).unwrap()[twice].clone();
        cases.push(spelled(&header(""), &claims.replacen('{', &format!("{{\"{twice}\":{value},"), 1)));
    }
    for aud in [json!([]), json!(["speed-connect:refresh"]), json!("speed-connect:ticket"), json!("speed-connect")] {
        let mut other: Value = serde_json::from_str(&claims).unwrap();
        other["aud"] = aud;
        cases.push(spelled(&header(""), &other.to_string()));
    }
    for iss in
        ["speed-connect", "https://speed.example/", "https://SPEED.example", "http://speed.example", "speed.example"]
    {
        cases.push(spelled(&header(""), &claims.replace(HOME, iss)));
    }
    for padding in ["=", "==", " ", "\n", "%3D", "\0"] {
        cases.push(format!("{}{padding}", spelled(&header(""), &claims)));
        cases.push(format!("{padding}{}", spelled(&header(""), &claims)));
    }
    for case in &cases {
        assert!(verifier().verify(case, NOW).is_err(), "{case}");
    }
    assert!(cases.len() >= 85, "{}", cases.len());
}

/// The order of P-256's group: with `(r, n - s)` in place of `(r, s)` a signature still fits by arithmetic.
#[test]
fn hostile_signatures_are_refused() {
    let good = signed(&header(), &claims(), PRIVATE);
    let (message, signature) = good.rsplit_once('.').unwrap();
    let raw = BASE64_URL_SAFE_NO_PAD.decode(signature).unwrap();
    let (r, s) = raw.split_at(32);
    let der = |tag: u8| {
        let integer = |bytes: &[u8]| [&[2, 33, 0], bytes].concat();
        [vec![tag, 70], integer(r), integer(s)].concat()
    };
    let zero = [0; 32];
    let ones = [0xff; 32];
    let hostile: Vec<Vec<u8>> = vec![
        der(0x30),
        der(0x31),
        zero.repeat(2),
        ones.repeat(2),
        [r, &zero].concat(),
        [&zero, s].concat(),
        [r, &ones].concat(),
        [&ones, s].concat(),
        [s, r].concat(),
        [r, r].concat(),
        [s, s].concat(),
        r.to_vec(),
        s.to_vec(),
        [&raw[..], &[0]].concat(),
        [&[0], &raw[..]].concat(),
        raw[..63].to_vec(),
        raw[1..].to_vec(),
        vec![],
        vec![0],
        raw.repeat(2),
        raw.iter().rev().copied().collect(),
        raw.iter().map(|byte| !byte).collect(),
    ];
    for signature in &hostile {
        let token = format!("{message}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature));
        assert!(verifier().verify(&token, NOW).is_err(), "{token}");
    }
    for bit in 0..8 * raw.len() {
        let mut other = raw.clone();
        other[bit / 8] ^= 1 << (bit % 8);
        let token = format!("{message}.{}", BASE64_URL_SAFE_NO_PAD.encode(&other));
        assert!(verifier().verify(&token, NOW).is_err(), "bit {bit}");
    }
}

#[test]
fn hostile_headers_and_signatures_are_refused() {
    let good = signed(&header(), &claims(), PRIVATE);
    let parts: Vec<&str> = good.split('.').collect();
    let mut cases = vec![
        signed(&header(), &claims(), FOREIGN),
        format!("{}.{}.", parts[0], parts[1]),
        format!("{}.{}", parts[0], parts[1]),
        format!("{good}A"),
        good[..good.len() - 4].to_owned(),
        format!("{good}.{good}"),
        String::new(),
        "...".into(),
        "x".repeat(1_000_000),
    ];
    for change in [
        |header: &mut Header| header.kid = None,
        |header: &mut Header| header.kid = Some("foreign".into()),
        |header: &mut Header| header.kid = Some("../ours".into()),
        |header: &mut Header| header.typ = Some("JWT".into()),
        |header: &mut Header| header.typ = None,
    ] {
        let mut other = header();
        change(&mut other);
        cases.push(signed(&other, &claims(), PRIVATE));
    }
    // The public key as an HMAC secret: the classic confusion.
    let mut confused = Header::new(Algorithm::HS256);
    confused.typ = Some("at+jwt".into());
    confused.kid = Some(KID.into());
    cases.push(by_secret(&confused, &claims(), JWKS.as_bytes()));
    // {"alg":"none","typ":"at+jwt","kid":"ours"}
    cases.push(format!("eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0Iiwia2lkIjoib3VycyJ9.{}.", parts[1]));
    for index in (0..good.len()).step_by(7).filter(|index| *index != parts[0].len()) {
        let mut bytes = good.clone().into_bytes();
        bytes[index] = if bytes[index] == b'A' { b'B' } else { b'A' };
        cases.push(String::from_utf8(bytes).unwrap());
    }
    for case in cases {
        assert!(verifier().verify(&case, NOW).is_err(), "{}", case.chars().take(200).collect::<String>());
    }
}
