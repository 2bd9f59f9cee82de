//! Whatever is secret, or somebody's own, is planted as a canary in every field of a full run, and found in no log, no event,
//! no error and no dead letter. URLs are looked at where they are made: in a browser (`frontend/e2e/stack/urls.spec.ts`).

mod ledger;
mod misuse;
mod rooms;
mod run;
mod safety;

use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, ensure};
use bots::{Person, Request, Stack, program};
use ledger::{Ledger, Reach};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

/// After this much silence the stream holds no more.
const SILENCE: Duration = Duration::from_secs(3);
/// Letters are dead within a few seconds here.
const DEAD_WITHIN: Duration = Duration::from_secs(40);
const DEAD_LETTERS: [&str; 4] =
    ["ClockDeadLettersUrl", "ErrandDeadLettersUrl", "ChannelsFailuresUrl", "AnalyticsFailuresUrl"];
/// Without these on the stream, that nothing else is there would mean little.
const EVENTS: [&str; 21] = [
    "user.signed_in",
    "connection.opened",
    "connection.closed",
    "queue.joined",
    "queue.left",
    "match.made",
    "session.started",
    "session.connected",
    "session.extended",
    "session.ended",
    "message.sent",
    "reaction.sent",
    "friend.requested",
    "friend.accepted",
    "call.ringing",
    "call.answered",
    "room.joined",
    "room.left",
    "report.submitted",
    "report.decided",
    "user.banned",
];

#[tokio::test(flavor = "multi_thread")]
async fn no_canary_of_a_full_run_is_logged_recorded_or_repeated() -> anyhow::Result<()> {
    let aws_port = super::free_port()?;
    let stack = Stack::start_at(aws_port, "--parameter TurnUrls=turn:turn.canary.example:3478").await?;
    let mut ledger = Ledger::of(stack.port);
    let mut cast = run::arrive(&mut ledger).await?;
    let token = super::metrics_token(aws_port).await?;
    ledger.plant("metrics token", &token);
    let met = run::meet(&mut ledger, &mut cast).await?;
    run::befriend(&mut ledger, &mut cast, &met).await?;
    rooms::gather(&mut ledger, &mut cast).await?;
    safety::judge(&mut ledger, &cast, &met, aws_port).await?;
    misuse::frames(&mut ledger, &mut cast.first).await?;
    misuse::sockets(&ledger).await?;
    let misuser = Person::sign_in(stack.port, "Misuser", &[]).await?;
    misuse::requests(&mut ledger, &misuser).await?;
    run::leave(&mut ledger, &mut cast).await?;
    let metrics = ledger.done(Request::get("/api/metrics").bearer(&token)).await?.text;
    assert!(metrics.contains("video_chat_sign_ins_total"), "{metrics}");
    assert_eq!(ledger.found_in(&metrics, None), Vec::<String>::new(), "in the metrics: {metrics}");
    assert_eq!(ledger.undriven(), Vec::<String>::new(), "not every route and action was driven");

    assert!(ledger.refusals() > 1_000, "only {} refusals", ledger.refusals());
    assert_eq!(ledger.repeated(), Vec::<String>::new(), "refusals repeat what was sent");
    let events = recorded(&stack, aws_port).await?;
    for event in EVENTS {
        assert!(events.iter().any(|record| record.contains(&format!("\"{event}\""))), "no {event} was recorded");
    }
    for record in &events {
        let kind: Value = serde_json::from_str(record)?;
        let by_design = ["queue.joined", "match.made"].iter().any(|open| kind["type"] == *open);
        let found = ledger.found_in(record, by_design.then_some(Reach::Events));
        assert_eq!(found, Vec::<String>::new(), "on the stream: {record}");
    }
    let said = stack.said();
    assert!(
        said.contains("refused a connection") && said.contains("the pool has changed"),
        "the logs are there: {said}"
    );
    assert_eq!(ledger.found_in(&said, None), Vec::<String>::new(), "in the logs: {said}");
    for queue in DEAD_LETTERS {
        assert_eq!(
            letters(&stack, aws_port, queue).await?,
            Vec::<String>::new(),
            "{queue}: nothing went wrong for good"
        );
    }
    stack.kill().await
}

/// Mail that nobody takes: what its errands leave behind.
#[tokio::test(flavor = "multi_thread")]
async fn a_dead_letter_tells_nothing() -> anyhow::Result<()> {
    let template = include_str!("../../../../cloudformation.yaml");
    let hasty = template.replace("VisibilityTimeout: 120", "VisibilityTimeout: 1");
    let hasty = hasty.replace("maxReceiveCount: 4", "maxReceiveCount: 1");
    // No sender's address has a line break: every mail is refused.
    let hasty = hasty.replace("MAIL_FROM: !Ref MailFrom", r#"MAIL_FROM: "no\nbody@localhost.localdomain""#);
    ensure!(hasty != template, "the queue of errands is declared otherwise");
    let file = std::env::temp_dir().join(format!("speed-connect-hasty-{}.yaml", std::process::id()));
    std::fs::write(&file, hasty)?;
    let aws_port = super::free_port()?;
    let arguments = format!("--template '{}'", file.display());
    let stack = Stack::start_at(aws_port, &arguments).await?;
    std::fs::remove_file(file)?;

    let mut ledger = Ledger::of(stack.port);
    let guest = Person::sign_in(stack.port, &ledger.plant("nickname", "Zq7 name of Eve"), &[]).await?;
    let email = ledger.plant("e-mail", "zq7-eve-mail@canary.example");
    let name = ledger.plant("nickname", "Zq7 name of Dan");
    ledger.done(Request::post("/api/signup", &json!({ "email": email, "name": name })).bearer(&guest.token)).await?;
    let invited = ledger.plant("invited e-mail", "zq7-dan-mail@canary.example");
    let invite = Request::post("/api/send-friend-request", &json!({ "toEmail": invited })).bearer(&guest.token);
    ledger.done(invite).await?;

    let mut dead = Vec::new();
    let gathering = async {
        while dead.len() < 2 {
            dead.extend(letters(&stack, aws_port, "ErrandDeadLettersUrl").await?);
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        anyhow::Ok(())
    };
    tokio::time::timeout(DEAD_WITHIN, gathering).await.context("no dead letters")??;
    ledger.plant("user id", &guest.user_id);
    assert_eq!(ledger.found_in(&dead.join("\n"), None), Vec::<String>::new(), "{dead:?}");
    let said = stack.said();
    assert!(said.contains("an errand failed"), "the logs are there: {said}");
    assert_eq!(ledger.found_in(&said, None), Vec::<String>::new(), "in the logs: {said}");
    stack.kill().await
}

/// Everything that the stream holds, as the tool for it reads it.
async fn recorded(stack: &Stack, aws_port: u16) -> anyhow::Result<Vec<String>> {
    let (endpoint, stream) = (format!("http://127.0.0.1:{aws_port}"), output(stack, "EventStreamName").await?);
    let mut tail = Command::new(program("tail")?)
        .args(["--endpoint", &endpoint, "--stream", &stream, "--from", "start", "--json"])
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let mut lines = BufReader::new(tail.stdout.take().context("no output")?).lines();
    let mut records = Vec::new();
    while let Ok(line) = tokio::time::timeout(SILENCE, lines.next_line()).await {
        records.push(line?.context("the tool ended")?);
    }
    tail.kill().await?;
    Ok(records)
}

/// The letters that lie in a queue; they stay hidden for a while.
async fn letters(stack: &Stack, aws_port: u16, queue: &str) -> anyhow::Result<Vec<String>> {
    let config = aws_sdk_sqs::Config::builder()
        .behavior_version(aws_sdk_sqs::config::BehaviorVersion::latest())
        .region(aws_sdk_sqs::config::Region::new("us-east-1"))
        .endpoint_url(format!("http://127.0.0.1:{aws_port}"))
        .credentials_provider(aws::Credentials::new("AKIDLOCAL", "local", None, None, "test"))
        .http_client(aws_smithy_http_client::Builder::new().build_http());
    let queues = aws_sdk_sqs::Client::from_conf(config.build());
    let asked = queues.receive_message().queue_url(output(stack, queue).await?).max_number_of_messages(10);
    let messages = asked.send().await?.messages.unwrap_or_default();
    Ok(messages.into_iter().filter_map(|message| message.body).collect())
}

async fn output(stack: &Stack, name: &str) -> anyhow::Result<String> {
    let outputs = Request::get("/_local/outputs").header("accept", "application/json").send(stack.port).await?.body;
    outputs[name].as_str().map(str::to_owned).with_context(|| format!("no {name} in {outputs}"))
}
