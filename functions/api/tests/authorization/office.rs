//! The deployment: its origin, its keys, and whoever else has such keys.

use std::collections::BTreeMap;

use app::{ORIGIN_SECRET, OriginSecrets, Settings, Turn};
use domain::limits::ACCESS_TOKEN_LIFE;
use domain::pool::PoolSizes;
use domain::time::{SpanMs, TimeMs};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use lambda_http::http::header;
use lambda_http::{Body, Request, RequestExt, Response};
use protocol::device::DeviceSeal;
use protocol::route::Entry;
use protocol::token::{AUDIENCE, Signer, Verifier};
use protocol::turn::TurnSecret;
use serde_json::{Value, json};

use crate::cast::Person;
use crate::deed::Asked;
use crate::table::Who;

const PRIVATE: &str = include_str!("../../../../shared/protocol/tests/keys/ours.pem");
const JWKS: &str = include_str!("../../../../shared/protocol/tests/keys/ours.jwks.json");
/// Monday, 2 March 2026, noon UTC.
pub const NOON: TimeMs = TimeMs(1_772_452_800_000);
/// Where this deployment is.
pub const HOME: &str = "https://speed.example";
/// What the edge shows.
const EDGE: &str = "the secret between edge and function";
/// Where another one is.
pub const ELSEWHERE: &str = "https://stage.speed.example";

/// A TURN server of its own.
pub const TURN: &str = "turn:turn.speed.example:3478";

/// What the functions are started with.
pub struct Office {
    pub settings: Settings,
    pub signer: Signer,
    pub keys: web::Keys,
    pub seal: DeviceSeal,
    elsewhere: Signer,
}

impl Office {
    pub fn open() -> Self {
        Self {
            settings: Settings {
                origins: vec![HOME.into()],
                origin_secrets: OriginSecrets::of(vec![EDGE.into()]).unwrap(),
                pool: PoolSizes::new(4, 4),
                logins_per_minute: u32::MAX,
                new_devices_per_hour: u32::MAX,
                push_key: "the public half".into(),
                evidence_keys: protocol::evidence::EvidenceKeys::parse(&"A".repeat(43)).ok(),
                turn: Some(Turn {
                    urls: vec![TURN.into()],
                    secret: TurnSecret::new("0123456789abcdef0123456789abcdef").unwrap(),
                }),
                ..Settings::default()
            },
            signer: Signer::new(PRIVATE, HOME).unwrap(),
            keys: web::Keys { jwks: JWKS.into(), verifier: Verifier::new(JWKS, HOME).unwrap() },
            seal: DeviceSeal::new("0123456789abcdef0123456789abcdef").unwrap(),
            elsewhere: Signer::new(PRIVATE, ELSEWHERE).unwrap(),
        }
    }

    /// The desk of `auth`.
    pub fn desk(&self) -> auth::Desk<'_> {
        auth::Desk { settings: &self.settings, signer: &self.signer, keys: &self.keys, seal: &self.seal }
    }

    /// The access token that somebody shows.
    pub fn token(&self, who: Who, person: &Person, now: TimeMs) -> Option<String> {
        let signed = |signer: &Signer, now| signer.sign(&person.user, &person.device, &person.family, now).unwrap();
        match who {
            Who::Anonymous => None,
            Who::User | Who::Moderator | Who::ExPartner | Who::Blocked | Who::Banned => Some(signed(&self.signer, now)),
            Who::OtherUser => Some(boastful(person, now)),
            Who::Expired => Some(signed(&self.signer, TimeMs(now.0 - ACCESS_TOKEN_LIFE.0))),
            Who::WrongEnvironment => Some(signed(&self.elsewhere, now)),
        }
    }

    /// A request as the edge hands it over.
    pub fn request(&self, who: Who, person: &Person, now: TimeMs, entry: Entry, asked: &Asked) -> Request {
        let body = if asked.body.is_null() { Body::Empty } else { Body::Text(asked.body.to_string()) };
        let mut request = Request::new(body);
        *request.method_mut() = entry.method.parse().unwrap();
        let path = entry.path.split('{').next().unwrap();
        *request.uri_mut() = format!("/api{path}{}", asked.segment).parse().unwrap();
        let headers = request.headers_mut();
        let origin = if who == Who::WrongEnvironment { ELSEWHERE } else { HOME };
        headers.insert(header::ORIGIN, origin.parse().unwrap());
        headers.insert(ORIGIN_SECRET, EDGE.parse().unwrap());
        if let Some(token) = self.token(who, person, now) {
            headers.insert(header::AUTHORIZATION, format!("Bearer {token}").parse().unwrap());
        }
        if !asked.cookies.is_empty() {
            headers.insert(header::COOKIE, asked.cookies.join("; ").parse().unwrap());
        }
        let query: BTreeMap<String, String> = asked.q.iter().map(|q| ("q".to_owned(), q.clone())).collect();
        request.with_query_string_parameters(query.into_iter().collect::<std::collections::HashMap<_, _>>())
    }
}

/// Well signed, with claims that no door looks at.
fn boastful(person: &Person, now: TimeMs) -> String {
    let keys: Value = serde_json::from_str(JWKS).unwrap();
    let mut header = Header::new(Algorithm::ES256);
    header.typ = Some("at+jwt".into());
    header.kid = keys["keys"][0]["kid"].as_str().map(str::to_owned);
    let seconds = now.0 / 1000;
    let claims = json!({
        "iss": HOME, "aud": AUDIENCE, "sub": person.user.as_str(), "sid": person.family.as_str(),
        "device": person.device.as_str(), "iat": seconds, "exp": (now + SpanMs::seconds(300)).0 / 1000,
        "role": "moderator", "roles": ["moderator", "admin"], "scope": "moderate admin", "moderator": true,
    });
    protocol::es256::install();
    encode(&header, &claims, &EncodingKey::from_ec_pem(PRIVATE.as_bytes()).unwrap()).unwrap()
}

/// Status, body and cookies of an answer.
pub fn opened(response: &Response<Body>) -> (u16, Value, Vec<String>) {
    let Body::Text(text) = response.body() else { panic!("an answer is text") };
    let body = if text.is_empty() { Value::Null } else { serde_json::from_str(text).unwrap() };
    let cookies = response.headers().get_all(header::SET_COOKIE).iter();
    (response.status().as_u16(), body, cookies.map(|cookie| cookie.to_str().unwrap().to_owned()).collect())
}
