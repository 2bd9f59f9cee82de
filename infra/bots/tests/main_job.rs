//! The main job with plain WebSocket clients: meet, talk, part; and what hostile clients get.
#![cfg(test)]

use anyhow::Context;
use bots::{Page, Person, Request, Stack};
use domain::limits::NEXT_COOL_DOWNS;
use serde_json::{Value, json};
use std::time::Duration;

type Outcome = anyhow::Result<()>;

async fn person(stack: &Stack, name: &str, tags: &[&str]) -> anyhow::Result<Page> {
    Ok(Person::sign_in(stack.port, name, tags).await?.open().await?.0)
}

async fn received(page: &mut Page, matched: &Value) -> Outcome {
    let data = json!({ "sessionId": matched["sessionId"], "status": "received" });
    // With an id, to be sure that it is worked on: frames of one socket are handled in any order.
    page.say_raw(json!({ "action": "connection-status", "id": "received", "data": data }).to_string()).await?;
    page.hear("ack").await?;
    Ok(())
}

/// Two people who met, and what each was told.
async fn pair(stack: &Stack, tag: &str) -> anyhow::Result<[(Page, Value); 2]> {
    let mut ada = person(stack, "Ada", &[tag]).await?;
    let mut bob = person(stack, "Bob", &[tag]).await?;
    ada.say("join-queue", json!({})).await?;
    ada.hear("queue-joined").await?;
    bob.say("join-queue", json!({ "tags": [tag.to_uppercase()] })).await?;
    bob.hear("queue-joined").await?;
    let (to_ada, to_bob) = (ada.hear("matched").await?, bob.hear("matched").await?);
    received(&mut ada, &to_ada).await?;
    received(&mut bob, &to_bob).await?;
    Ok([(ada, to_ada), (bob, to_bob)])
}

#[tokio::test(flavor = "multi_thread")]
async fn people_meet_talk_and_part() -> Outcome {
    let stack = Stack::start("").await?;
    two_meet_and_talk(&stack).await?;
    next_and_a_reload(&stack).await?;
    strangers_wait(&stack).await?;
    fifty_meet(&stack).await?;
    hostile_sockets(&stack).await?;
    hostile_frames(&stack).await?;
    hostile_requests(&stack).await?;
    staying_in(&stack).await?;
    nothing_private_is_logged(&stack).await
}

/// The pool of channels fills in the seconds after the start; until then signaling is relayed.
async fn pair_over_kvs(stack: &Stack) -> anyhow::Result<[(Page, Value); 2]> {
    for _ in 0..30 {
        let mut pair = pair(stack, "chess").await?;
        if pair[0].1["signaling"]["transport"] == "kvs" {
            return Ok(pair);
        }
        let id = pair[0].1["sessionId"].clone();
        pair[0].0.say("end-call", json!({ "sessionId": id })).await?;
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    }
    anyhow::bail!("the pool of channels stays empty")
}

async fn two_meet_and_talk(stack: &Stack) -> Outcome {
    let [(mut ada, to_ada), (mut bob, to_bob)] = pair_over_kvs(stack).await?;
    assert_eq!(to_ada["sessionId"], to_bob["sessionId"]);
    assert_eq!((&to_ada["role"], &to_bob["role"]), (&json!("answerer"), &json!("offerer")));
    assert_eq!(to_ada["peer"]["commonTags"], json!(["chess"]));
    let url = to_ada["signaling"]["url"].as_str().unwrap_or_default();
    assert!(url.contains("X-Amz-Signature="), "{to_ada}");
    // Slower than 300 ms, they follow in an event of their own.
    let in_time = to_ada["iceServers"].as_array().is_some_and(|servers| !servers.is_empty());
    let servers =
        if in_time { to_ada["iceServers"].clone() } else { ada.hear("ice-servers").await?["iceServers"].clone() };
    assert!(servers[0]["urls"][0].as_str().is_some_and(|url| url.starts_with("turn:")), "{servers}");
    let remaining = to_ada["endsAt"].as_u64().unwrap() - to_ada["startedAt"].as_u64().unwrap();
    assert_eq!(remaining, 300_000);

    the_channel_opens([&to_ada, &to_bob]).await?;

    let id = &to_ada["sessionId"];
    ada.say("send-message", json!({ "sessionId": id, "n": 1, "message": "hello" })).await?;
    let heard = bob.hear("message").await?;
    assert_eq!((&heard["message"], &heard["from"]), (&json!("hello"), &to_bob["peer"]["peerId"]));
    bob.say("send-reaction", json!({ "sessionId": id, "emoji": "👋" })).await?;
    assert_eq!(ada.hear("reaction").await?["emoji"], "👋");

    bob.say_raw(json!({ "action": "end-call", "id": "bye", "data": { "sessionId": id } }).to_string()).await?;
    assert_eq!(ada.hear("session-ended").await?["reason"], "peer-left");
    bob.hear("session-ended").await?;
    bob.hear("ack").await?;
    ada.say("send-message", json!({ "sessionId": id, "n": 2, "message": "too late" })).await?;
    assert_eq!(ada.hear("error").await?["code"], "not_in_session");
    let late = bob.hear_all().await?;
    assert!(late.iter().all(|frame| frame["event"] != "message"), "{late:?}");
    Ok(())
}

/// Each side is let into the channel of their call by the address that they were told.
async fn the_channel_opens(told: [&Value; 2]) -> Outcome {
    for matched in told {
        let url = matched["signaling"]["url"].as_str().with_context(|| format!("no channel: {matched}"))?;
        tokio_tungstenite::connect_async(url).await?;
    }
    Ok(())
}

async fn next_and_a_reload(stack: &Stack) -> Outcome {
    let ada = Person::sign_in(stack.port, "Ada", &["go"]).await?;
    let (mut page, _) = ada.open().await?;
    let mut bob = person(stack, "Bob", &["go"]).await?;
    page.say("join-queue", json!({})).await?;
    page.hear("queue-joined").await?;
    bob.say("join-queue", json!({})).await?;
    let matched = page.hear("matched").await?;
    bob.hear("matched").await?;
    received(&mut page, &matched).await?;
    received(&mut bob, &matched).await?;
    bob.say("send-message", json!({ "sessionId": matched["sessionId"], "n": 1, "message": "hi" })).await?;
    page.hear("message").await?;

    page.close().await?;
    bob.hear("peer-reconnecting").await?;
    let (mut page, connected) = ada.open().await?;
    assert_eq!(connected["state"], "in-session");
    assert_eq!(connected["session"]["sessionId"], matched["sessionId"]);
    assert_eq!(connected["session"]["chat"][0]["message"], "hi");
    bob.hear("peer-reconnected").await?;

    let (mut second, _) = ada.open().await?;
    page.hear("superseded").await?;
    tokio::time::sleep(Duration::from_millis(NEXT_COOL_DOWNS[0].1.0)).await;
    second.say("next", json!({})).await?;
    assert_eq!(bob.hear("session-ended").await?["reason"], "skipped");
    second.hear("queue-joined").await?;
    second.say("leave-queue", json!({})).await?;
    second.hear("queue-left").await?;
    Ok(())
}

async fn strangers_wait(stack: &Stack) -> Outcome {
    let mut ada = person(stack, "Ada", &["only-ada"]).await?;
    let mut bob = person(stack, "Bob", &["only-bob"]).await?;
    for page in [&mut ada, &mut bob] {
        page.say("join-queue", json!({})).await?;
        page.hear("queue-joined").await?;
    }
    let soon = |frames: Vec<Value>| frames.iter().any(|frame| frame["event"] == "matched");
    assert!(!soon(ada.hear_all().await?) && !soon(bob.hear_all().await?), "no common tag: not within the first step");
    let matched = ada.hear("matched").await?;
    assert_eq!(matched["peer"]["commonTags"], json!([]), "the second step asks for the language alone");
    // Made by a timer: another function has signed the addresses.
    the_channel_opens([&matched, &bob.hear("matched").await?]).await?;
    for page in [&mut ada, &mut bob] {
        received(page, &matched).await?;
    }
    ada.say("end-call", json!({ "sessionId": matched["sessionId"] })).await?;
    bob.hear("session-ended").await?;
    Ok(())
}

async fn fifty_meet(stack: &Stack) -> Outcome {
    let mut joined = tokio::task::JoinSet::new();
    for number in 0..50 {
        let mut page = person(stack, &format!("P{number}"), &["crowd"]).await?;
        joined.spawn(async move {
            page.say("join-queue", json!({})).await?;
            let matched = page.hear("matched").await?;
            received(&mut page, &matched).await?;
            let matches = page.hear_all().await?.iter().filter(|frame| frame["event"] == "matched").count();
            anyhow::ensure!(matches == 0, "matched twice");
            Ok::<_, anyhow::Error>(matched["sessionId"].as_str().unwrap_or_default().to_owned())
        });
    }
    let mut sessions: Vec<String> = Vec::new();
    while let Some(session) = joined.join_next().await {
        sessions.push(session??);
    }
    sessions.sort();
    for couple in sessions.chunks(2) {
        assert_eq!(couple[0], couple[1], "each session has exactly two people");
    }
    sessions.dedup();
    assert_eq!(sessions.len(), 25);
    Ok(())
}

async fn hostile_sockets(stack: &Stack) -> Outcome {
    let ada = Person::sign_in(stack.port, "Ada", &[]).await?;
    let ticket = ada.ticket().await?;
    let protocols = format!("speedconnect.v1, ticket.{ticket}");
    let home = format!("http://localhost:{}", stack.port);
    let refused = async |headers: &[(&'static str, &str)]| match Page::open_with(stack.port, headers).await {
        Ok(_) => "opened".to_owned(),
        Err(error) => error.to_string(),
    };
    for origin in ["https://evil.example", "null", &format!("{home}.evil.example"), "http://localhost"] {
        let answer = refused(&[("sec-websocket-protocol", &protocols), ("origin", origin)]).await;
        assert_eq!(answer, "refused with 403", "{origin}");
    }
    assert_eq!(refused(&[("sec-websocket-protocol", &protocols)]).await, "refused with 403", "no origin");
    let forged = "speedconnect.v1, ticket.00000000000000000000000000";
    assert_eq!(refused(&[("sec-websocket-protocol", forged), ("origin", &home)]).await, "refused with 401");
    let none = "speedconnect.v1";
    assert_eq!(refused(&[("sec-websocket-protocol", none), ("origin", &home)]).await, "refused with 401");

    let (open, _) = (Page::open(stack.port, &ticket).await?, ());
    assert_eq!(refused(&[("sec-websocket-protocol", &protocols), ("origin", &home)]).await, "refused with 401", "used");
    drop(open);
    Ok(())
}

async fn hostile_frames(stack: &Stack) -> Outcome {
    let [(mut ada, matched), (mut bob, _)] = pair(stack, "frames").await?;
    let mut eve = person(stack, "Eve", &["frames"]).await?;
    let id = matched["sessionId"].as_str().unwrap_or_default();
    for frame in ["not json", "[]", "{}", r#"{"action":"fly","data":{}}"#, r#"{"action":"ping","data":{"x":1}}"#] {
        eve.say_raw(frame.into()).await?;
        assert_eq!(eve.hear("error").await?["code"], "invalid_request", "{frame}");
    }
    for (action, data) in [
        ("send-message", json!({ "sessionId": id, "n": 1, "message": "let me in" })),
        ("end-call", json!({ "sessionId": id })),
        ("get-match-details", json!({ "sessionId": id })),
        ("connection-status", json!({ "sessionId": id, "status": "signaling-failed", "epoch": 1 })),
        ("fingerprint", json!({ "sessionId": id, "sha256": vec!["AB"; 32].join(":") })),
        ("send-reaction", json!({ "sessionId": id, "emoji": "👋" })),
    ] {
        eve.say(action, data).await?;
        assert_eq!(eve.hear("error").await?["code"], "not_in_session", "{action}");
    }
    for page in [&mut ada, &mut bob] {
        let heard = page.hear_all().await?;
        assert!(
            heard.iter().all(|frame| frame["event"] == "ice-servers"),
            "nothing of Eve's reached the two: {heard:?}"
        );
    }
    eve.say("ping", json!({})).await?;
    eve.hear("pong").await?;

    eve.say_raw(format!(r#"{{"action":"ping","data":{{"x":"{}"}}}}"#, "x".repeat(33 * 1024))).await?;
    assert_eq!(eve.until_closed().await?.code, 1009);
    ada.say("end-call", json!({ "sessionId": id })).await
}

async fn hostile_requests(stack: &Stack) -> Outcome {
    let post = async |path: &str, body: &str| {
        let answer = Request::raw("POST", path, body.into()).send(stack.port).await?;
        Ok::<_, anyhow::Error>((answer.status, answer.body["error"]["code"].as_str().unwrap_or_default().to_owned()))
    };
    for body in
        ["{", "[]", "7", r#"{"nickname":7}"#, r#"{"surprise":1}"#, r#"{"uid":"a","uid":"b"}"#, r#"{"tags":[""]}"#]
    {
        assert_eq!(post("/api/login", body).await?, (400, "invalid_request".into()), "{body}");
    }
    assert_eq!(post("/api/login", &"x".repeat(20_000)).await?, (413, "too_large".into()));
    assert_eq!(post("/api/auth/ws-ticket", "{}").await?, (401, "unauthorized".into()));
    let forged = Request::get("/api/auth/verify").header("authorization", "Bearer eyJhbGciOiJub25lIn0.e30.");
    assert_eq!(forged.send(stack.port).await?.status, 401);
    let foreign = Request::post("/api/login", &json!({})).header("origin", "https://evil.example");
    assert_eq!(foreign.send(stack.port).await?.status, 403);
    Ok(())
}

async fn staying_in(stack: &Stack) -> Outcome {
    let ada = Person::sign_in(stack.port, "Ada", &[]).await?;
    let verify = Request::get("/api/auth/verify").header("authorization", &format!("Bearer {}", ada.token));
    let verified = verify.send(stack.port).await?;
    assert_eq!((verified.status, &verified.body["userId"]), (200, &json!(ada.user_id)));

    let refresh = async |cookie: &str| {
        Request::post("/api/auth/refresh", &json!({ "userId": ada.user_id }))
            .header("cookie", cookie)
            .send(stack.port)
            .await
    };
    let first = refresh(&ada.cookie).await?;
    assert_eq!(first.status, 200);
    let rotated = first.cookies[0].split(';').next().unwrap_or_default().to_owned();
    assert_ne!(rotated, ada.cookie);
    let again = refresh(&ada.cookie).await?;
    assert_eq!(again.status, 200);
    assert!(again.cookies[0].starts_with(&rotated), "an answer was lost: the same next token comes again");
    // A chain rotates once in its grace.
    tokio::time::sleep(Duration::from_millis(10_100)).await;
    assert_eq!(refresh(&rotated).await?.status, 200);
    let stolen = refresh(&ada.cookie).await?;
    assert_eq!(stolen.status, 401, "a token from before the last rotation: somebody holds a copy");
    let cleared = Request::post("/api/auth/logout", &json!({ "userId": ada.user_id })).header("cookie", &rotated);
    assert_eq!(cleared.send(stack.port).await?.status, 204);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_ends_the_session_and_frees_a_closed_tab() -> Outcome {
    let stack = Stack::start("--parameter SessionSeconds=6").await?;
    let [(mut ada, matched), (mut bob, _)] = pair(&stack, "clock").await?;
    for page in [&mut ada, &mut bob] {
        let ended = page.hear("session-ended").await?;
        assert_eq!((&ended["reason"], &ended["durationMs"]), (&json!("timeout"), &json!(6000)));
        assert_eq!(ended["sessionId"], matched["sessionId"]);
    }
    ada.say("join-queue", json!({})).await?;
    ada.hear("queue-joined").await?;
    stack.kill().await
}

async fn nothing_private_is_logged(stack: &Stack) -> Outcome {
    let ada = Person::sign_in(stack.port, "canary-nickname", &["canary"]).await?;
    let ticket = ada.ticket().await?;
    let mut page = Page::open(stack.port, &ticket).await?;
    page.say("hello", json!({})).await?;
    page.hear("connected").await?;
    let mut bob = person(stack, "Bob", &["canary"]).await?;
    for page in [&mut page, &mut bob] {
        page.say("join-queue", json!({})).await?;
    }
    let matched = page.hear("matched").await?;
    page.say("send-message", json!({ "sessionId": matched["sessionId"], "n": 1, "message": "canary-words" })).await?;
    page.say_raw(r#"{"action":"canary-action","data":{"canary-field":"canary-value"}}"#.into()).await?;
    page.hear("error").await?;
    bob.hear("message").await?;
    bob.hear_all().await?;

    let said = stack.said();
    assert!(said.contains("the pool has changed"), "the logs are there: {said}");
    let secret = ada.cookie.rsplit('.').next().unwrap_or_default();
    for private in ["canary-nickname", "canary-words", "canary-action", "canary-value", &ticket, &ada.token, secret] {
        assert!(!said.contains(private), "{private:?} is in the logs");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_survives_a_kill() -> Outcome {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("kept-{}", std::process::id()));
    let arguments = format!("--data '{}'", folder.display());
    let stack = Stack::start(&arguments).await?;
    let ada = Person::sign_in(stack.port, "Ada", &["kept"]).await?;
    let keys = Request::get("/api/.well-known/jwks.json").send(stack.port).await?.body;
    stack.kill().await?;

    let stack = Stack::start(&arguments).await?;
    let kept = Request::get("/api/.well-known/jwks.json").send(stack.port).await?.body;
    assert_eq!(kept, keys, "the signing keys are the same");
    let verify = Request::get("/api/auth/verify").header("authorization", &format!("Bearer {}", ada.token));
    assert_eq!(
        verify.send(stack.port).await?.status,
        401,
        "another port is another deployment: its tokens are not ours"
    );
    let refresh = Request::post("/api/auth/refresh", &json!({ "userId": ada.user_id })).header("cookie", &ada.cookie);
    assert_eq!(refresh.send(stack.port).await?.status, 200, "the refresh chain is there");
    stack.kill().await?;
    std::fs::remove_dir_all(folder)?;
    Ok(())
}
