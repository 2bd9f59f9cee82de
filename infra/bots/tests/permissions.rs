//! A role that loses one permission fails where it needs it, and the stack says what was denied.
#![cfg(test)]

use std::path::Path;
use std::time::Duration;

use bots::{Person, Stack};
use futures_util::future::join_all;
use serde_json::json;

const TEMPLATE: &str = include_str!("../../../cloudformation.yaml");
/// The main job takes a second where nothing is in its way, and longer on a busy machine.
const PATIENCE: Duration = Duration::from_secs(40);

/// A function, what its role loses, and the words of the template in which that stands first.
const LOSSES: [(&str, &str, &str); 5] = [
    ("AuthFunction", "dynamodb:PutItem", "[dynamodb:GetItem, dynamodb:Query, dynamodb:PutItem, dynamodb:DeleteItem]"),
    ("AuthFunction", "ssm:GetParameters", "ssm:GetParameters"),
    ("ConnectFunction", "dynamodb:PutItem", "[dynamodb:GetItem, dynamodb:PutItem, dynamodb:UpdateItem]"),
    (
        "MessageFunction",
        "dynamodb:Query",
        "[dynamodb:GetItem, dynamodb:Query, dynamodb:PutItem, dynamodb:UpdateItem, dynamodb:DeleteItem]",
    ),
    ("MessageFunction", "execute-api:ManageConnections", "execute-api:ManageConnections"),
];

#[tokio::test(flavor = "multi_thread")]
async fn without_a_permission_the_main_job_fails_and_says_why() {
    let whole = run("nothing", TEMPLATE).await;
    assert_eq!(whole, (true, String::new()), "with all permissions two people meet, and nothing is denied");
    let outcomes = join_all(LOSSES.map(|(function, action, words)| async move {
        let template = without(function, action, words);
        (function, action, run(&format!("{function}-{}", action.replace(':', "-")), &template).await)
    }));
    for (function, action, (met, denied)) in outcomes.await {
        assert!(!met, "two people meet although {function} may not {action}");
        assert!(denied.contains(&format!("denied {function} {action} ")), "{function} {action}: {denied}");
    }
}

/// The template in which a function's role lacks an action.
fn without(function: &str, action: &str, words: &str) -> String {
    let (before, paragraph) = TEMPLATE.split_once(&format!("\n  {function}:\n")).expect("the function is declared");
    assert!(paragraph.contains(words), "{function} is not allowed {words} any more");
    // An action that is left alone stands for one that nobody asks for.
    let fewer = words.replace(&format!("{action}, "), "").replace(action, "dynamodb:DescribeLimits");
    format!("{before}\n  {function}:\n{}", paragraph.replacen(words, &fewer, 1))
}

/// Whether two people meet on a stack of this template, and the lines of its log that tell of denials.
async fn run(name: &str, template: &str) -> (bool, String) {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.yaml"));
    std::fs::write(&path, template).expect("the template is written");
    let log = path.with_extension("log");
    let arguments = format!("--template '{}' --permissions-log '{}'", path.display(), log.display());
    let (met, said) = match Stack::start(&arguments).await {
        Ok(stack) => {
            let met = tokio::time::timeout(PATIENCE, meet(stack.port)).await;
            (met.is_ok_and(|met| met.is_ok()), stack.said())
        }
        Err(error) => (false, error.to_string()),
    };
    let denied: Vec<&str> = said.lines().filter(|line| line.contains("denied ")).collect();
    (met, denied.join("\n"))
}

async fn meet(port: u16) -> anyhow::Result<()> {
    let (mut ada, _) = Person::sign_in(port, "Ada", &["chess"]).await?.open().await?;
    let (mut bob, _) = Person::sign_in(port, "Bob", &["chess"]).await?.open().await?;
    for page in [&mut ada, &mut bob] {
        page.say("join-queue", json!({})).await?;
        page.hear("queue-joined").await?;
    }
    ada.hear("matched").await?;
    bob.hear("matched").await?;
    Ok(())
}
