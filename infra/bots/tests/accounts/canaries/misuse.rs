//! Canaries where they do not belong: unknown fields, wrong types, headers, queries, paths, tickets, frames.

use bots::{Page, Person, Request};
use protocol::action::Action;
use protocol::route;
use serde_json::{Value, json};

use super::ledger::Ledger;

const CANARY: &str = "zq7-misplaced-canary";
/// Every name that some body or frame knows, whatever is expected under it.
const FIELDS: [&str; 37] = [
    "email",
    "nickname",
    "uid",
    "tags",
    "language",
    "region",
    "deviceId",
    "name",
    "token",
    "code",
    "userId",
    "hideIp",
    "findable",
    "sessionId",
    "toUserId",
    "toEmail",
    "requestId",
    "action",
    "lastN",
    "interests",
    "mode",
    "status",
    "epoch",
    "connectionTimeMs",
    "connectionType",
    "signalingMs",
    "trace",
    "sha256",
    "n",
    "data",
    "message",
    "emoji",
    "to",
    "callId",
    "type",
    "sdp",
    "candidate",
];
const HEADERS: [&str; 9] = [
    "cookie",
    "authorization",
    "origin",
    "referer",
    "user-agent",
    "x-forwarded-for",
    "x-request-id",
    "x-sc-trace",
    "accept-language",
];

/// Misplaces canaries at every route, without a sign-in and with one.
pub async fn requests(ledger: &mut Ledger, person: &Person) -> anyhow::Result<()> {
    ledger.plant("misplaced", CANARY);
    for entry in route::entries() {
        let (before, braced) = entry.path.split_once('{').map_or((entry.path, false), |(before, _)| (before, true));
        let path = format!("/api{before}{}", if braced { CANARY } else { "" });
        let ask = |body: String| Request::raw(entry.method, &path, body);
        for body in bodies() {
            // What would follow the contract after all is no misuse, and may not end the sign-in.
            if entry.method != "DELETE" {
                ledger.ask(ask(body.clone()).bearer(&person.token)).await?;
            }
        }
        for header in HEADERS {
            let value = format!("Bearer {CANARY}; __Host-sc={CANARY}.{CANARY}.{CANARY}; __Host-sc-link={CANARY}");
            ledger.ask(ask("{}".into()).header(header, &value)).await?;
            ledger.ask(ask(format!("{{\"userId\":\"{CANARY}\"}}")).header(header, CANARY)).await?;
        }
        for path in
            [format!("{path}?{CANARY}={CANARY}&q={CANARY}"), format!("{path}/{CANARY}"), format!("{path}%2f{CANARY}")]
        {
            ledger.ask(Request::raw(entry.method, &path, String::new())).await?;
            if entry.method == "GET" {
                ledger.ask(Request::raw(entry.method, &path, String::new()).bearer(&person.token)).await?;
            }
        }
    }
    ledger.ask(Request::get(&format!("/api/{CANARY}"))).await?;
    Ok(())
}

fn bodies() -> impl Iterator<Item = String> {
    let wrong = |field: &str| {
        let values = [json!({ CANARY: CANARY }), json!([CANARY, 7]), json!(CANARY), json!(7)];
        values.map(|value| json!({ field: value, CANARY: CANARY }).to_string()).into_iter().chain([
            json!({ field: { CANARY: CANARY } }).to_string(),
            json!({ field: [{ CANARY: CANARY }] }).to_string(),
        ])
    };
    let broken = [
        json!({ CANARY: CANARY }).to_string(),
        json!([CANARY]).to_string(),
        json!(CANARY).to_string(),
        CANARY.to_owned(),
        format!("{{\"{CANARY}\":\"{CANARY}"),
        format!("{{\"nickname\":\"{CANARY}\",\"nickname\":\"{CANARY}\"}}"),
        format!("{{\"hideIp\":\"{CANARY}\"}}"),
        format!("{{\"requestId\":\"{CANARY}\",\"action\":\"{CANARY}\"}}"),
    ];
    FIELDS.iter().flat_map(move |field| wrong(field)).chain(broken)
}

/// The same in frames.
pub async fn frames(ledger: &mut Ledger, page: &mut Page) -> anyhow::Result<()> {
    for action in Action::ALL.iter().map(|action| action.name()) {
        for data in [json!({ CANARY: CANARY }), json!([CANARY]), json!(CANARY)] {
            ledger.blunder(page, frame(action, &data)).await?;
        }
    }
    for field in FIELDS {
        for value in [json!({ CANARY: CANARY }), json!([{ CANARY: CANARY }])] {
            ledger.blunder(page, frame("send-candidate", &json!({ field: value }))).await?;
            ledger.blunder(page, frame("join-queue", &json!({ field: value }))).await?;
        }
    }
    for (action, data) in [
        ("call-request", json!({ "to": CANARY })),
        ("call-accepted", json!({ "callId": CANARY })),
        ("end-call", json!({ "sessionId": CANARY })),
        ("join-queue", json!({ "mode": CANARY })),
        ("connection-status", json!({ "sessionId": "7", "status": CANARY })),
        ("send-offer", json!({ "sessionId": "7", "epoch": 1, "n": 1, "data": { "type": CANARY, "sdp": CANARY } })),
        ("send-message", json!({ "sessionId": "00000000000000000000000000", "n": 1, "message": CANARY })),
        (CANARY, json!({})),
    ] {
        ledger.blunder(page, frame(action, &data)).await?;
    }
    for broken in [CANARY.to_owned(), format!("{{\"{CANARY}\":\"{CANARY}"), json!({ CANARY: CANARY }).to_string()] {
        ledger.blunder(page, broken).await?;
    }
    Ok(())
}

fn frame(action: &str, data: &Value) -> String {
    json!({ "action": action, "data": data }).to_string()
}

/// Sockets that are not opened.
pub async fn sockets(ledger: &Ledger) -> anyhow::Result<()> {
    let (home, protocols) = (format!("http://localhost:{}", ledger.port), format!("speedconnect.v1, ticket.{CANARY}"));
    for (protocols, origin) in [(&protocols, &home), (&protocols, &format!("https://{CANARY}.example"))] {
        let refused = Page::open_with(ledger.port, &[("sec-websocket-protocol", protocols), ("origin", origin)]).await;
        anyhow::ensure!(refused.is_err(), "opened by {protocols} from {origin}");
    }
    Ok(())
}
