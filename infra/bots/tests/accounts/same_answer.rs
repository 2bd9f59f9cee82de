//! Who asks for mail learns nothing of the address: known, unknown, banned and limited ones get the same bytes.

use std::collections::BTreeMap;

use aws::{Aws, Credentials, Place};
use bots::{Answer, Person, Request, Stack, ask_for_link};
use domain::id::UserId;
use domain::time::SpanMs;
use ports::Ambient;
use serde_json::json;

/// An address is sent no more links within ten minutes (`domain::quota::LINKS_SENT`).
const SHARE: usize = 3;
const KNOWN: &str = "known@example.org";
const UNKNOWN: &str = "nobody@example.org";
const BANNED: &str = "banned@example.org";
const LIMITED: &str = "limited@example.org";

#[tokio::test(flavor = "multi_thread")]
async fn every_address_gets_the_same_answer() -> anyhow::Result<()> {
    let aws_port = super::free_port()?;
    let stack = Stack::start_at(aws_port, "").await?;
    let port = stack.port;
    Person::sign_in_by_mail(port, &json!({ "email": KNOWN })).await?;
    let banned = Person::sign_in_by_mail(port, &json!({ "email": BANNED })).await?;
    ban(&stack, aws_port, &banned).await?;
    for _ in 0..SHARE {
        ask_for_link(port, &json!({ "email": LIMITED })).await?;
    }

    let asker = Person::sign_in_by_mail(port, &json!({ "email": "asker@example.org" })).await?;
    let mark = "__Host-sc-link=00000000000000000000000000";
    let ways: [&dyn Fn(&str) -> Request; 4] = [
        &|email| Request::post("/api/login", &json!({ "email": email })),
        &|email| Request::post("/api/signup", &json!({ "email": email, "name": "Eve" })),
        &|email| {
            let shown = json!({ "email": email, "code": "AAAAAAAA" });
            Request::post("/api/auth/magic/verify", &shown).header("cookie", mark)
        },
        &|email| Request::post("/api/send-friend-request", &json!({ "toEmail": email })).bearer(&asker.token),
    ];
    for ask in ways {
        let expected = visible(ask(UNKNOWN).send(port).await?);
        for email in [KNOWN, BANNED, LIMITED, "KNOWN@example.org"] {
            assert_eq!(visible(ask(email).send(port).await?), expected, "{email}: {:?}", ask(email));
        }
    }
    stack.kill().await
}

/// All that an answer tells but what is drawn by chance or tells the time: of cookies the value, never its length.
fn visible(answer: Answer) -> (u16, BTreeMap<String, String>, Vec<String>, String) {
    let chance = |name: &str| ["apigw-requestid", "date"].contains(&name);
    let headers = answer.headers.into_iter().filter(|(name, _)| !chance(name)).collect();
    let cookies = answer.cookies.iter().map(|cookie| {
        let (pair, attributes) = cookie.split_once(';').unwrap_or((cookie, ""));
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        format!("{name}={};{attributes}", "x".repeat(value.len()))
    });
    (answer.status, headers, cookies.collect(), answer.text)
}

/// There is no door for this yet: it is done where a moderator's console would do it.
async fn ban(stack: &Stack, aws_port: u16, person: &Person) -> anyhow::Result<()> {
    let outputs = Request::get("/_local/outputs").header("accept", "application/json").send(stack.port).await?.body;
    let named = |name: &str| outputs[name].as_str().unwrap_or_default().to_owned();
    let place = Place {
        region: "us-east-1".into(),
        endpoint: Some(format!("http://127.0.0.1:{aws_port}")),
        live_table: named("LiveTableName"),
        ledger_table: named("LedgerTableName"),
        event_stream: named("EventStreamName"),
        clock_queue: named("ClockQueueUrl"),
        ..Place::default()
    };
    let world = Aws::at(place, Credentials::new("AKIDLOCAL", "local", None, None, "test"));
    let user = UserId::parse(&person.user_id).map_err(|_| anyhow::anyhow!("no user id"))?;
    Ok(app::ban(&world, &app::Settings::default(), &user, world.now() + SpanMs::seconds(3600)).await?)
}
