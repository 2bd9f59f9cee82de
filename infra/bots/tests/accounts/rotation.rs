//! The keys that sign are rotated while people come and stay: nobody is refused for it.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Context, ensure};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use bots::{Answer, Person, Request, Stack, program};
use domain::limits::KEYS_READ_EVERY;
use serde_json::{Value, json};
use tokio::process::Command;
use tokio::sync::watch;
use tokio::task::JoinSet;

const CLIENTS: usize = 24;
/// A person is given 60 tickets a minute.
const PAUSE: Duration = Duration::from_millis(1100);
/// A function that fails is asked so often.
const TRIES: u32 = 3;
/// The load begins so long before the rotation, and goes on so long after the last function must have read the keys.
const MARGIN: Duration = Duration::from_secs(5);

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_refused_while_the_keys_are_rotated() -> anyhow::Result<()> {
    let aws_port = super::free_port()?;
    let stack = Stack::start_at(aws_port, "").await?;
    let keeper = Person::sign_in(stack.port, "Keeper", &[]).await?;
    let before = published(&stack).await?;
    ensure!(before.len() == 2 && before.contains(&key_of(&keeper.token)?), "one signs, the next is known: {before:?}");

    let (goes_on, told) = watch::channel(true);
    let mut clients = JoinSet::new();
    for _ in 0..CLIENTS {
        let person = Person::sign_in(stack.port, "Somebody", &[]).await?;
        clients.spawn(live(stack.port, person, told.clone()));
    }
    tokio::time::sleep(MARGIN).await;
    let port = aws_port.to_string();
    let rotated = Command::new(program("operator")?).args(["keys", "rotate", "--aws-port", &port]).output().await?;
    ensure!(rotated.status.success(), "{rotated:?}");
    tokio::time::sleep(Duration::from_millis(KEYS_READ_EVERY.0) + MARGIN).await;
    goes_on.send(false)?;

    let (mut requests, mut signed_by) = (0, BTreeSet::new());
    while let Some(client) = clients.join_next().await {
        let (asked, keys) = client??;
        requests += asked;
        ensure!(keys.len() == 2, "each client was signed in by the old key and then by the next: {keys:?}");
        signed_by.extend(keys);
    }
    println!("{requests} requests while the keys were rotated, none refused");
    assert_eq!(signed_by, before, "what signs now was known to all before");
    let after = published(&stack).await?;
    assert!(after.is_superset(&before) && after.len() == 3, "the old key is still accepted, and a new one known");
    expect(200, Request::get("/api/auth/verify").bearer(&keeper.token), stack.port).await?;
    stack.kill().await
}

/// Refreshes, and shows the new token wherever tokens are read, over and over; how often, and which keys have signed.
async fn live(port: u16, person: Person, goes_on: watch::Receiver<bool>) -> anyhow::Result<(usize, BTreeSet<String>)> {
    let (mut cookie, mut requests, mut keys) = (person.cookie, 0, BTreeSet::new());
    while *goes_on.borrow() {
        let refresh = Request::post("/api/auth/refresh", &json!({ "userId": person.user_id }));
        let refreshed = expect(200, refresh.header("cookie", &cookie), port).await?;
        cookie = refreshed.cookie().context("the cookie rotates")?.to_owned();
        let token = refreshed.body["accessToken"].as_str().context("a token")?.to_owned();
        keys.insert(key_of(&token)?);
        expect(200, Request::get("/api/auth/verify").bearer(&token), port).await?;
        expect(200, Request::get("/api/users/me").bearer(&token), port).await?;
        expect(200, Request::post("/api/auth/ws-ticket", &json!({})).bearer(&token), port).await?;
        requests += 4;
        tokio::time::sleep(PAUSE).await;
    }
    Ok((requests, keys))
}

/// Asks again while the function itself fails: one that runs out of its time on a busy machine has refused nobody.
async fn expect(status: u16, request: Request, port: u16) -> anyhow::Result<Answer> {
    let mut answer = request.clone().send(port).await?;
    for _ in 1..TRIES {
        if answer.status < 500 {
            break;
        }
        tokio::time::sleep(PAUSE).await;
        answer = request.clone().send(port).await?;
    }
    ensure!(answer.status == status, "{request:?} was answered by {answer:?}");
    Ok(answer)
}

/// The ids of the published keys.
async fn published(stack: &Stack) -> anyhow::Result<BTreeSet<String>> {
    let set = expect(200, Request::get("/api/.well-known/jwks.json"), stack.port).await?.body;
    let keys = set["keys"].as_array().context("no keys")?.iter();
    keys.map(|key| key["kid"].as_str().map(str::to_owned).context("a key without an id")).collect()
}

/// The id of the key that has signed a token (RFC 7515 section 4.1.4).
fn key_of(token: &str) -> anyhow::Result<String> {
    let header = token.split('.').next().context("no header")?;
    let header: Value = serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(header)?)?;
    header["kid"].as_str().map(str::to_owned).context("it names no key")
}
