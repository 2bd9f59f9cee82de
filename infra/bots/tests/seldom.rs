//! What happens seldom, on a real stack: sockets that signing out closes, a rule that warns, a pool that shrinks.
#![cfg(test)]

use std::time::Duration;

use bots::{Page, Person, Request, Stack};
use serde_json::json;

type Outcome = anyhow::Result<()>;

/// `LINKS_TO_MANY` of the rules of conduct.
const PARTNERS: usize = 5;

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_closes_sockets_and_a_rule_warns() -> Outcome {
    let stack = Stack::start("").await?;
    signing_out_everywhere_closes_sockets(&stack).await?;
    links_to_many_bring_a_warning(&stack).await
}

async fn signing_out_everywhere_closes_sockets(stack: &Stack) -> Outcome {
    let ada = Person::sign_in(stack.port, "Ada", &[]).await?;
    let (mut greeted, _) = ada.open().await?;
    // A page that has said nothing yet is not known as hers.
    let mut silent = Page::open(stack.port, &ada.ticket().await?).await?;
    let everywhere = Request::post("/api/auth/logout-all", &json!({ "userId": ada.user_id }));
    assert_eq!(everywhere.header("cookie", &ada.cookie).send(stack.port).await?.status, 204);
    greeted.until_closed().await?;
    silent.say("hello", json!({})).await?;
    silent.until_closed().await?;
    Ok(())
}

async fn links_to_many_bring_a_warning(stack: &Stack) -> Outcome {
    let (mut eve, _) = Person::sign_in(stack.port, "Eve", &["links"]).await?.open().await?;
    for number in 0..PARTNERS {
        let (mut other, _) = Person::sign_in(stack.port, &format!("Other {number}"), &["links"]).await?.open().await?;
        for page in [&mut other, &mut eve] {
            page.say("join-queue", json!({})).await?;
            page.hear("queue-joined").await?;
        }
        let session = eve.hear("matched").await?["sessionId"].clone();
        other.hear("matched").await?;
        let line = json!({ "sessionId": session, "n": 1, "message": "Look at https://links.example/" });
        eve.say("send-message", line).await?;
        other.hear("message").await?;
        eve.say("end-call", json!({ "sessionId": session })).await?;
        for page in [&mut other, &mut eve] {
            page.hear("session-ended").await?;
        }
        other.close().await?;
    }
    assert_eq!(eve.hear("moderation-warning").await?["reason"], "spam");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pool_that_is_too_large_shrinks() -> Outcome {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("pool-{}", std::process::id()));
    let arguments = |size: u32| {
        format!("--data '{}' --parameter ChannelPoolSize={size} --parameter ChannelPoolLimit={size}", folder.display())
    };
    let stack = Stack::start(&arguments(3)).await?;
    says(&stack, "added=3").await?;
    stack.kill().await?;
    let stack = Stack::start(&arguments(1)).await?;
    says(&stack, "removed=1").await?;
    stack.kill().await?;
    std::fs::remove_dir_all(folder)?;
    Ok(())
}

/// Waits until the keeper of the pool says so.
async fn says(stack: &Stack, what: &str) -> Outcome {
    let said = async {
        while !stack.said().lines().any(|line| line.contains("the pool has changed") && line.contains(what)) {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), said).await?;
    Ok(())
}
