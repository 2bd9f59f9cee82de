//! Every route of `auth` behind its door: cookies for our own page alone, tokens for who has one.
#![cfg(test)]

use app::{ORIGIN_SECRET, OriginSecrets, Settings};
use auth::{Desk, handle};
use domain::id::{DeviceId, FamilyId, UserId};
use domain::quota::TICKETS;
use domain::time::TimeMs;
use lambda_http::http::{HeaderMap, StatusCode, header};
use lambda_http::{Body, Request, Response};
use ports::fake::World;
use protocol::device::DeviceSeal;
use protocol::route::{Answers, AuthRoute, Door};
use protocol::token::{Signer, Verifier};

const PRIVATE: &str = include_str!("../../../shared/protocol/tests/keys/ours.pem");
const JWKS: &str = include_str!("../../../shared/protocol/tests/keys/ours.jwks.json");
const HOME: &str = "https://speed.example";
const FRIENDLY: &str = "https://friendly.example";
/// What the edge shows.
const EDGE: &str = "the secret between edge and function";
const NOW: TimeMs = TimeMs(1_772_452_800_000);
/// What a page from elsewhere may claim to be (S6 of the reliability goals, for HTTP).
const FOREIGN: [&str; 16] = [
    "https://evil.example",
    "http://speed.example",
    "https://speed.example.evil.example",
    "https://evilspeed.example",
    "https://speed.example:8443",
    "https://speed.example.",
    "https://SPEED.example",
    "https://user@speed.example",
    "https://speed.example/",
    "https://xn--spee-5na.example",
    "null",
    "",
    "file://",
    "chrome-extension://abcdefgh",
    "https://speed.example,https://evil.example",
    FRIENDLY,
];

async fn answer(world: &World, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Response<Body> {
    world.inner().now = NOW;
    let settings = Settings {
        origins: vec![HOME.into(), FRIENDLY.into()],
        origin_secrets: OriginSecrets::of(vec![EDGE.into()]).unwrap(),
        logins_per_minute: u32::MAX,
        new_devices_per_hour: u32::MAX,
        ..Settings::default()
    };
    let signer = Signer::new(PRIVATE, HOME).unwrap();
    let keys = web::Keys { jwks: JWKS.into(), verifier: Verifier::new(JWKS, HOME).unwrap() };
    let seal = DeviceSeal::new("0123456789abcdef0123456789abcdef").unwrap();
    let desk = Desk { settings: &settings, signer: &signer, keys: &keys, seal: &seal };
    let mut request = Request::new(Body::Text(body.into()));
    *request.method_mut() = method.parse().unwrap();
    *request.uri_mut() = path.parse().unwrap();
    for (name, value) in headers {
        let name: header::HeaderName = name.parse().unwrap();
        request.headers_mut().append(name, value.parse().unwrap());
    }
    request.headers_mut().entry(ORIGIN_SECRET).or_insert(EDGE.parse().unwrap());
    handle(world, &desk, &request).await.unwrap()
}

fn shared(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::ACCESS_CONTROL_ALLOW_ORIGIN).and_then(|value| value.to_str().ok())
}

fn body_for(route: AuthRoute) -> &'static str {
    if route == AuthRoute::Signup {
        return r#"{"email":"ada@example.org","name":"Ada"}"#;
    }
    if route == AuthRoute::VerifyLink { r#"{"token":"A.B"}"# } else { "{}" }
}

#[tokio::test]
async fn whoever_goes_past_the_edge_is_refused_at_every_door_and_changes_nothing() {
    for route in AuthRoute::ALL {
        let (entry, body) = (route.entry(), body_for(*route));
        let path = format!("/api{}", entry.path);
        for shown in ["", "guessed", &EDGE[1..]] {
            let world = World::default();
            let headers = [(ORIGIN_SECRET, shown), ("origin", HOME), ("x-sc-viewer", "203.0.113.7")];
            let answer = answer(&world, entry.method, &path, &headers, body).await;
            assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{path}");
            let inner = world.inner();
            assert!(inner.rows.is_empty() && inner.counts.is_empty() && inner.errands.is_empty(), "{path} wrote");
        }
    }
}

#[tokio::test]
async fn a_foreign_origin_is_refused_on_every_cookie_route_and_changes_nothing() {
    let homes = AuthRoute::ALL.iter().filter(|route| route.entry().door == Door::Home);
    let mut asked = 0;
    for route in homes {
        let (entry, body) = (route.entry(), body_for(*route));
        let path = format!("/api{}", entry.path);
        for origin in FOREIGN {
            let world = World::default();
            let got = answer(&world, entry.method, &path, &[("origin", origin)], body).await;
            assert_eq!(got.status(), StatusCode::FORBIDDEN, "{path} from {origin:?}");
            assert_eq!(
                (got.headers().get(header::SET_COOKIE), shared(got.headers())),
                (None, None),
                "{path} from {origin:?}"
            );
            let inner = world.inner();
            assert!(
                inner.rows.is_empty() && inner.counts.is_empty() && inner.errands.is_empty(),
                "{path} from {origin:?}"
            );
            asked += 1;
        }
        let world = World::default();
        let got = answer(&world, entry.method, &path, &[("origin", HOME)], body).await;
        assert_ne!(got.status(), StatusCode::FORBIDDEN, "{path} from home");
        let got = answer(&world, "OPTIONS", &path, &[("origin", FRIENDLY)], "").await;
        assert_eq!(shared(got.headers()), None, "{path} is shared with nobody");
    }
    assert_eq!(asked, 7 * FOREIGN.len());
}

#[tokio::test]
async fn a_bearer_route_wants_a_token_and_is_shared_with_the_allowed_origins_alone() {
    for route in AuthRoute::ALL.iter().filter(|route| route.entry().door == Door::Bearer) {
        let entry = route.entry();
        let path = format!("/api{}", entry.path);
        for token in ["", "Bearer ", "Bearer x.y.z", "bearer x", "Basic QTpC"] {
            let world = World::default();
            let got =
                answer(&world, entry.method, &path, &[("origin", FRIENDLY), ("authorization", token)], "{}").await;
            assert_eq!(got.status(), StatusCode::UNAUTHORIZED, "{path} with {token:?}");
            assert_eq!(shared(got.headers()), Some(FRIENDLY), "a refusal may be read as well");
        }
        for origin in FOREIGN.iter().filter(|origin| **origin != FRIENDLY) {
            for method in ["OPTIONS", entry.method] {
                let got = answer(&World::default(), method, &path, &[("origin", origin)], "{}").await;
                assert_eq!(shared(got.headers()), None, "{method} {path} from {origin:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_good_signature_is_not_enough_once_its_sign_in_is_over() {
    let world = World::default();
    let login = answer(&world, "POST", "/api/login", &[], "{}").await;
    let Body::Text(text) = login.body() else { panic!("text") };
    let told: serde_json::Value = serde_json::from_str(text).unwrap();
    let bearer = format!("Bearer {}", told["accessToken"].as_str().unwrap());
    let cookie = login.headers()[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
    let user = told["user"]["userId"].as_str().unwrap();
    let ticket = async || {
        let got = answer(&world, "POST", "/api/auth/ws-ticket", &[("authorization", &bearer)], "{}").await;
        got.status()
    };
    assert_eq!(ticket().await, StatusCode::OK);
    let named = format!(r#"{{"userId":"{user}"}}"#);
    let gone = answer(&world, "POST", "/api/auth/logout", &[("cookie", &cookie), ("origin", HOME)], &named).await;
    assert_eq!(gone.status(), StatusCode::NO_CONTENT);
    assert_eq!(ticket().await, StatusCode::UNAUTHORIZED);
}

/// Somebody's page cannot take a device for its own that we have not sealed, nor a user whose cookie it has not.
#[tokio::test]
async fn a_made_up_device_is_none_and_another_ones_cookie_opens_nothing() {
    let world = World::default();
    let login = answer(&world, "POST", "/api/login", &[], r#"{"deviceId":"D1.AAAAAAAAAAAAAAAAAAAAAA"}"#).await;
    let Body::Text(text) = login.body() else { panic!("text") };
    let told: serde_json::Value = serde_json::from_str(text).unwrap();
    let device = told["deviceId"].as_str().unwrap();
    assert!(!device.starts_with("D1."), "{device}");
    let again = answer(&world, "POST", "/api/login", &[], &format!(r#"{{"deviceId":"{device}"}}"#)).await;
    let Body::Text(text) = again.body() else { panic!("text") };
    assert_eq!(serde_json::from_str::<serde_json::Value>(text).unwrap()["deviceId"], device);

    let (user, device, family) =
        (UserId::parse("U1").unwrap(), DeviceId::parse("D1").unwrap(), FamilyId::parse("F1").unwrap());
    let forged = Signer::new(PRIVATE, HOME).unwrap().sign(&user, &device, &family, NOW).unwrap();
    let bearer = format!("Bearer {forged}");
    let got = answer(&world, "GET", "/api/auth/verify", &[("authorization", &bearer)], "").await;
    assert_eq!(got.status(), StatusCode::UNAUTHORIZED, "well signed, for nobody");
}

#[tokio::test]
async fn without_a_limiter_nobody_comes_in_and_who_is_in_goes_on() {
    let world = World::default();
    let login = answer(&world, "POST", "/api/login", &[], "{}").await;
    let Body::Text(text) = login.body() else { panic!("text") };
    let told: serde_json::Value = serde_json::from_str(text).unwrap();
    let bearer = format!("Bearer {}", told["accessToken"].as_str().unwrap());
    world.inner().limiter_is_down = true;
    let rows = world.inner().rows.len();
    for route in AuthRoute::ALL {
        let (entry, headers) = (route.entry(), [("authorization", bearer.as_str())]);
        let got = answer(&world, entry.method, &format!("/api{}", entry.path), &headers, body_for(*route)).await;
        let is_open = [AuthRoute::Verify, AuthRoute::Keys].contains(route);
        let wanted = if is_open { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
        assert_eq!(got.status(), wanted, "{}", entry.name);
    }
    assert_eq!(world.inner().rows.len(), rows, "nothing was written");
}

#[tokio::test]
async fn who_asks_too_often_is_told_when_to_come_again() {
    let world = World::default();
    let login = answer(&world, "POST", "/api/login", &[], "{}").await;
    let Body::Text(text) = login.body() else { panic!("text") };
    let told: serde_json::Value = serde_json::from_str(text).unwrap();
    let bearer = format!("Bearer {}", told["accessToken"].as_str().unwrap());
    let ticket = async || answer(&world, "POST", "/api/auth/ws-ticket", &[("authorization", &bearer)], "{}").await;
    for _ in 0..TICKETS.max {
        assert_eq!(ticket().await.status(), StatusCode::OK);
    }
    let refused = ticket().await;
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused.headers()[header::RETRY_AFTER], "60");
    let Body::Text(text) = refused.body() else { panic!("text") };
    let told: serde_json::Value = serde_json::from_str(text).unwrap();
    assert_eq!((&told["error"]["code"], &told["error"]["retryAfterSeconds"]), (&"rate_limited".into(), &60.into()));
    let hit = world.inner().recorded.last().unwrap().json.clone();
    assert!(hit.contains(r#""what":"POST /auth/ws-ticket""#) && hit.contains(r#""scope":"person""#), "{hit}");
}
