//! What a push service receives, and what a browser makes of it.
#![cfg(test)]

use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use bytes::Bytes;
use domain::id::{CallId, Token};
use domain::push::{BrowserKeys, Endpoint, Subscription};
use domain::time::{SpanMs, TimeMs};
use http_body_util::{BodyExt, Full};
use hyper::{Request, StatusCode};
use jsonwebtoken::jwk::{Jwk, ThumbprintHash};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use p256::elliptic_curve::sec1::ToEncodedPoint;
use ports::{Error, Push, Pushed};
use push::Browsers;
use serde_json::Value;

const KEY: &str = include_str!("../../protocol/tests/keys/ours.pem");
const HOME: &str = "https://speed.example";
const MESSAGE: &str = r#"{"event":"call-request","data":{"nickname":"Ada 👋"}}"#;
const SECRET: [u8; 16] = [7; 16];

type Received = Arc<Mutex<Vec<Request<Full<Bytes>>>>>;

/// Browsers behind a service that answers all with `status`, or not at all; and what it receives.
fn service(status: Option<u16>) -> (Browsers, Received) {
    let received = Received::default();
    let kept = Arc::clone(&received);
    let answer = move |request| {
        kept.lock().unwrap().push(request);
        status.map(|status| StatusCode::from_u16(status).unwrap())
    };
    (Browsers::through(KEY, HOME, answer).unwrap(), received)
}

fn browser_key() -> p256::SecretKey {
    p256::SecretKey::from_slice(&[9; 32]).unwrap()
}

fn subscription() -> Subscription {
    let public = browser_key().public_key().to_encoded_point(false);
    let [p256dh, auth] = [public.as_bytes(), &SECRET].map(|bytes| BASE64_URL_SAFE_NO_PAD.encode(bytes));
    let token = Token::derived(&["test"]);
    Subscription {
        owner: token.clone().into(),
        family: token.into(),
        endpoint: Endpoint::parse("https://updates.push.services.mozilla.com/wpush/v2/abc").unwrap(),
        keys: BrowserKeys::parse(&p256dh, &auth).unwrap(),
        at: TimeMs(0),
    }
}

async fn push(browsers: &Browsers) -> Result<Pushed, Error> {
    let call: CallId = Token::derived(&["call"]).into();
    browsers.push(&subscription(), &call, MESSAGE.to_owned(), SpanMs(44_001)).await
}

async fn received() -> Request<Bytes> {
    let (browsers, received) = service(Some(201));
    assert_eq!(push(&browsers).await, Ok(Pushed::Done));
    let request = received.lock().unwrap().pop().unwrap();
    let (parts, body) = request.into_parts();
    Request::from_parts(parts, body.collect().await.unwrap().to_bytes())
}

#[tokio::test]
async fn the_service_learns_for_how_long_and_nothing_of_what() {
    let request = received().await;
    assert_eq!(
        (request.method().as_str(), request.uri().to_string()),
        ("POST", subscription().endpoint.as_str().into())
    );
    let header = |name: &str| request.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(
        (header("ttl"), header("urgency"), header("content-encoding")),
        ("45".into(), "high".into(), "aes128gcm".into())
    );
    let topic = header("topic");
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    assert!(topic.len() <= 32 && topic.bytes().all(plain), "RFC 8030 section 5.4: {topic}");
    assert!(!String::from_utf8_lossy(request.body()).contains("call-request"));
}

#[tokio::test]
async fn the_service_learns_whose_it_is() {
    let request = received().await;
    let authorization = request.headers()["authorization"].to_str().unwrap().to_owned();
    let (token, key) = authorization.strip_prefix("vapid t=").unwrap().split_once(", k=").unwrap();
    let point = p256::PublicKey::from_sec1_bytes(&BASE64_URL_SAFE_NO_PAD.decode(key).unwrap()).unwrap();
    let jwk: Jwk = serde_json::from_str(&point.to_jwk_string()).unwrap();
    let mut validation = Validation::new(Algorithm::ES256);
    validation.set_audience(&["https://updates.push.services.mozilla.com"]);
    validation.set_required_spec_claims(&["exp", "aud", "sub"]);
    let claims = decode::<Value>(token, &DecodingKey::from_jwk(&jwk).unwrap(), &validation).unwrap().claims;
    assert_eq!(claims["sub"], HOME);
    // RFC 8292 section 2: not more than 24 hours from the time of the request; ours are whole seconds.
    assert!(claims["exp"].is_u64());
    let ours: Value = serde_json::from_str(include_str!("../../protocol/tests/keys/ours.jwks.json")).unwrap();
    assert_eq!(jwk.thumbprint(ThumbprintHash::SHA256).unwrap(), ours["keys"][0]["kid"].as_str().unwrap());
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "the test run names its Python so")]
async fn the_browser_reads_it_by_a_library_that_is_not_ours() {
    let Ok(python) = std::env::var("SPEED_CONNECT_PYTHON") else {
        println!(
            "SKIPPED http_ece: SPEED_CONNECT_PYTHON does not name a python with it; `cargo xtask test` provides one"
        );
        return;
    };
    let encoded = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/decrypt.py");
    let private = encoded(&browser_key().to_bytes());
    let mut command = Command::new(python);
    command.arg(script).args([private, encoded(&SECRET), encoded(received().await.body())]).stdin(Stdio::null());
    let output = command.output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), MESSAGE, "{}", String::from_utf8_lossy(&output.stderr));
}

#[tokio::test]
async fn what_the_service_answers_decides_what_becomes_of_the_subscription() {
    for (status, expected) in [
        (Some(200), Ok(Pushed::Done)),
        (Some(202), Ok(Pushed::Done)),
        (Some(404), Ok(Pushed::Gone)),
        (Some(410), Ok(Pushed::Gone)),
        (Some(400), Ok(Pushed::Done)),
        (Some(403), Ok(Pushed::Done)),
        (Some(413), Ok(Pushed::Done)),
        (Some(429), Err(Error::Throttled { port: "push" })),
        (Some(503), Err(Error::Failed { port: "push", why: "503".into() })),
        (None, Err(Error::Failed { port: "push", why: "no answer".into() })),
    ] {
        assert_eq!(push(&service(status).0).await, expected, "{status:?}");
    }
}

#[tokio::test]
async fn keys_that_are_none_end_the_subscription() {
    let (browsers, received) = service(Some(201));
    let keys = BrowserKeys::parse(&"B".repeat(87), &"a".repeat(22)).unwrap();
    let broken = Subscription { keys, ..subscription() };
    let call: CallId = Token::derived(&["call"]).into();
    assert_eq!(browsers.push(&broken, &call, MESSAGE.into(), SpanMs(1)).await, Ok(Pushed::Gone));
    assert!(received.lock().unwrap().is_empty());
}
