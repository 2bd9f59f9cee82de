//! What two people decide with plain clients: to stay longer, and never to meet again.
#![cfg(test)]

use bots::{Page, Person, Request, Stack};
use serde_json::{Value, json};

type Outcome = anyhow::Result<()>;

async fn meet(stack: &Stack) -> anyhow::Result<(Person, [Page; 2], Value)> {
    let ada = Person::sign_in(stack.port, "Ada", &["chess"]).await?;
    let bob = Person::sign_in(stack.port, "Bob", &["chess"]).await?;
    let (mut first, mut second) = (ada.open().await?.0, bob.open().await?.0);
    first.say("join-queue", json!({})).await?;
    first.hear("queue-joined").await?;
    second.say("join-queue", json!({})).await?;
    second.hear("matched").await?;
    let matched = first.hear("matched").await?;
    Ok((ada, [first, second], matched))
}

#[tokio::test(flavor = "multi_thread")]
async fn people_stay_longer_or_part_for_good() -> Outcome {
    let stack = Stack::start("").await?;
    let (ada, [mut first, mut second], matched) = meet(&stack).await?;
    let session = json!({ "sessionId": matched["sessionId"] });

    first.say("extend-session", session.clone()).await?;
    assert_eq!(second.hear("extend-requested").await?["endsAt"], matched["endsAt"]);
    second.say("extend-session", session.clone()).await?;
    let extended = first.hear("session-extended").await?;
    assert_eq!(extended["endsAt"].as_u64(), matched["endsAt"].as_u64().map(|ends_at| ends_at + 300_000));
    second.hear("session-extended").await?;

    let token = format!("Bearer {}", ada.token);
    let ask = async |request: Request| request.header("authorization", &token).send(stack.port).await;
    let blocked = ask(Request::post("/api/blocks", &session)).await?;
    assert_eq!(blocked.status, 200, "{blocked:?}");
    let id = blocked.body["blockId"].as_str().unwrap_or_default().to_owned();
    let list = ask(Request::get("/api/blocks")).await?;
    assert_eq!(list.body["blocks"][0]["blockId"], json!(id));
    assert_eq!(list.body["blocks"][0]["nickname"], "Bob");
    first.say("end-call", session).await?;
    second.hear("session-ended").await?;

    second.say("join-queue", json!({})).await?;
    second.hear("queue-joined").await?;
    first.say("join-queue", json!({})).await?;
    first.hear("queue-joined").await?;
    tokio::time::sleep(std::time::Duration::from_secs(11)).await;
    let heard = first.hear_all().await?;
    assert!(heard.iter().all(|frame| frame["event"] != "matched"), "not after the widest step either: {heard:?}");

    let path = format!("/api/blocks/{id}");
    let gone = ask(Request::raw("DELETE", &path, String::new())).await?;
    assert_eq!(gone.status, 204);
    first.hear("matched").await?;
    let again = ask(Request::raw("DELETE", &path, String::new())).await?;
    assert_eq!((again.status, &again.body["error"]["code"]), (404, &json!("not_found")));
    Ok(())
}
