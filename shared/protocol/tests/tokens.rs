//! Access tokens: ours are accepted while they last, and nothing else ever is.
#![cfg(test)]

use domain::id::{DeviceId, UserId};
use domain::time::TimeMs;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use protocol::token::{Signer, Verifier};
use serde_json::{Value, json};

const PRIVATE: &str = include_str!("keys/ours.pem");
const JWKS: &str = include_str!("keys/ours.jwks.json");
const FOREIGN: &str = include_str!("keys/foreign.pem");
const NOW: TimeMs = TimeMs(1_772_452_800_000);

fn verifier() -> Verifier {
    Verifier::new(JWKS).unwrap()
}

fn claims() -> Value {
    let seconds = NOW.0 / 1000;
    json!({
        "iss": "speed-connect", "aud": "speed-connect:access", "sub": "U1", "device": "D1",
        "iat": seconds, "exp": seconds + 300,
    })
}

fn header() -> Header {
    let mut header = Header::new(Algorithm::ES256);
    header.typ = Some("at+jwt".into());
    header.kid = Some("ours".into());
    header
}

fn signed(header: &Header, claims: &Value, pem: &str) -> String {
    encode(header, claims, &EncodingKey::from_ec_pem(pem.as_bytes()).unwrap()).unwrap()
}

#[test]
fn a_signed_token_is_accepted_until_it_expires() {
    let (user, device) = (UserId::parse("U1").unwrap(), DeviceId::parse("D1").unwrap());
    let token = Signer::new(PRIVATE, JWKS).unwrap().sign(&user, &device, NOW).unwrap();
    let access = verifier().verify(&token, NOW).unwrap();
    assert_eq!((access.user, access.device, access.expires_at.0), (user, device, NOW.0 + 300_000));
    assert!(verifier().verify(&token, TimeMs(NOW.0 + 299_999)).is_ok());
    assert!(verifier().verify(&token, TimeMs(NOW.0 + 300_000)).is_err());
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
    for claim in ["iss", "aud", "sub", "device", "iat", "exp"] {
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
    confused.kid = Some("ours".into());
    cases.push(encode(&confused, &claims(), &EncodingKey::from_secret(JWKS.as_bytes())).unwrap());
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
