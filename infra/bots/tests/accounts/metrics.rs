//! Every metric moves when the thing happens, nobody reads them without the token, and objectives are told of what was
//! measured.

use std::time::Duration;

use anyhow::{Context, ensure};
use bots::{Page, Person, Request, Stack, program};
use serde_json::{Value, json};
use tokio::process::Command;

/// The stream is read every few seconds.
const COUNTED_WITHIN: Duration = Duration::from_secs(40);
const TRACE: &str = "b0tsm0ver0000000";

/// A stack, and how its metrics are read.
struct Watched {
    stack: Stack,
    aws_port: u16,
    token: String,
}

impl Watched {
    async fn start() -> anyhow::Result<Self> {
        let aws_port = super::free_port()?;
        let stack = Stack::start_at(aws_port, "").await?;
        let token = super::metrics_token(aws_port).await?;
        Ok(Self { stack, aws_port, token })
    }

    async fn text(&self) -> anyhow::Result<String> {
        let answer = Request::get("/api/metrics").bearer(&self.token).send(self.stack.port).await?;
        ensure!(answer.status == 200, "{answer:?}");
        ensure!(answer.headers.get("content-type").is_some_and(|it| it.starts_with("text/plain; version=0.0.4")));
        Ok(answer.text)
    }

    /// Waits until a line of the metrics has this value.
    async fn shows(&self, line: &str, value: u64) -> anyhow::Result<()> {
        let mut text = String::new();
        let waiting = async {
            loop {
                text = self.text().await?;
                if text.lines().any(|it| it == format!("{line} {value}")) {
                    return anyhow::Ok(());
                }
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        };
        let waited = tokio::time::timeout(COUNTED_WITHIN, waiting).await;
        waited.map_err(|_| anyhow::anyhow!("no line `{line} {value}` in\n{text}"))?
    }

    /// What the tool for objectives says.
    async fn objectives(&self) -> anyhow::Result<String> {
        let outputs =
            Request::get("/_local/outputs").header("accept", "application/json").send(self.stack.port).await?;
        let table = outputs.body["LiveTableName"].as_str().context("no table")?.to_owned();
        let endpoint = format!("http://127.0.0.1:{}", self.aws_port);
        let said = Command::new(program("slo")?).args(["--endpoint", &endpoint, "--table", &table]).output().await?;
        ensure!(said.status.success(), "{said:?}");
        Ok(String::from_utf8(said.stdout)?)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_metric_moves_when_the_thing_happens() -> anyhow::Result<()> {
    let watched = Watched::start().await?;
    refused_without_the_token(&watched).await?;
    // Somebody has come in; there is nothing else yet.
    assert_eq!(watched.objectives().await?.matches("no data yet").count(), 3);

    let (mut ada, mut bob) = (come(&watched, "Ada").await?, come(&watched, "Bob").await?);
    watched.shows("video_chat_sign_ins_total", 3).await?;
    watched.shows("video_chat_active_connections", 2).await?;
    ada.say("join-queue", json!({})).await?;
    ada.hear("queue-joined").await?;
    watched.shows("video_chat_queue_length", 1).await?;
    bob.say("join-queue", json!({})).await?;
    let (to_ada, _) = (ada.hear("matched").await?, bob.hear("matched").await?);
    let id = to_ada["sessionId"].clone();
    watched.shows("video_chat_sessions_created_total", 1).await?;
    watched.shows("video_chat_match_latency_seconds_count", 2).await?;
    watched.shows("video_chat_queue_length", 0).await?;

    tell(&mut ada, &id, json!({ "status": "received" })).await?;
    tell(&mut bob, &id, json!({ "status": "received" })).await?;
    watched.shows("video_chat_webrtc_offers_total", 1).await?;
    let connected =
        json!({ "status": "connected", "connectionTimeMs": 400, "connectionType": "relay", "signalingMs": 90 });
    tell(&mut ada, &id, connected).await?;
    watched.shows("video_chat_connection_success_total{connection_type=\"relay\"}", 1).await?;
    watched.shows("video_chat_signaling_seconds_bucket{le=\"0.1\"}", 1).await?;
    tell(&mut bob, &id, json!({ "status": "failed" })).await?;
    watched.shows("video_chat_connection_failures_total", 1).await?;
    tell(&mut bob, &id, json!({ "status": "connected" })).await?;

    ada.say("end-call", json!({ "sessionId": id })).await?;
    watched.shows("video_chat_sessions_ended_total{reason=\"peer-left\"}", 1).await?;
    limits_are_hit(&watched, &mut ada, &mut bob).await?;
    ada.close().await?;
    watched.shows("video_chat_active_connections", 1).await?;
    bob.close().await?;
    watched.shows("video_chat_active_connections", 0).await?;

    let objectives = watched.objectives().await?;
    assert_eq!(objectives.lines().count(), 4, "{objectives}");
    let line = |name: &str| objectives.lines().find(|line| line.starts_with(name)).unwrap_or_default().to_owned();
    assert!(line("signaling").contains(" 1 samples  met"), "{objectives}");
    assert!(line("ice").contains("66.66 %") && line("ice").contains("MISSED"), "{objectives}");
    assert!(line("availability").contains("100.00 %"), "{objectives}");
    one_id_is_followed(&watched).await?;
    watched.stack.kill().await
}

async fn refused_without_the_token(watched: &Watched) -> anyhow::Result<()> {
    let port = watched.stack.port;
    let guest = Person::sign_in(port, "Eve", &[]).await?;
    let asked = || Request::get("/api/metrics");
    let shorter = watched.token.get(1..).context("a token")?;
    let mut told = Vec::new();
    for request in [
        asked(),
        asked().bearer(""),
        asked().bearer(shorter),
        asked().bearer(&guest.token),
        asked().header("authorization", &watched.token),
    ] {
        let answer = request.send(port).await?;
        assert_eq!(answer.status, 401, "{answer:?}");
        told.push(answer.text);
    }
    assert!(told.iter().all(|one| *one == told[0]), "which token was wrong makes no difference: {told:?}");
    watched.shows("video_chat_sign_ins_total", 1).await?;
    Ok(())
}

/// `next` comes too soon after the match.
async fn limits_are_hit(watched: &Watched, ada: &mut Page, bob: &mut Page) -> anyhow::Result<()> {
    for page in [&mut *ada, &mut *bob] {
        page.hear("session-ended").await?;
    }
    let mut eve = come(watched, "Eve").await?;
    let mut dan = come(watched, "Dan").await?;
    for page in [&mut eve, &mut dan] {
        page.say("join-queue", json!({})).await?;
    }
    let id = eve.hear("matched").await?["sessionId"].clone();
    eve.say("next", json!({ "sessionId": id })).await?;
    assert_eq!(eve.hear("error").await?["code"], "rate_limited");
    // Ada is nobody in that call.
    tell(ada, &id, json!({ "status": "failed" })).await?;
    tell(&mut eve, &id, json!({ "status": "connected" })).await?;
    watched.shows("video_chat_connection_success_total{connection_type=\"unknown\"}", 1).await?;
    watched.shows("video_chat_rate_limit_hits_total", 1).await?;
    eve.close().await?;
    dan.close().await
}

/// The id of a tab stands in the log beside its connection, by which the end of that is found, and beside the errands that it
/// asked for, by which the courier's lines are.
async fn one_id_is_followed(watched: &Watched) -> anyhow::Result<()> {
    let asked = Request::post("/api/login", &json!({ "email": "traced@example.org" })).header("x-sc-trace", TRACE);
    ensure!(asked.send(watched.stack.port).await?.status == 202);
    let following = async {
        while !leads(watched, "opened", "connection", "closed") || !leads(watched, "entrusted", "errand", "carried out")
        {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    let followed = tokio::time::timeout(COUNTED_WITHIN, following).await;
    followed.with_context(|| format!("nothing leads on: {}", watched.stack.said()))?;
    // And so it is by X-Ray, to which each part of an invocation is told under it.
    let traces = Request::get(&format!("/_local/traces?trace={TRACE}")).send(watched.stack.port).await?.text;
    for told in ["\"function\":\"speed-connect-local-auth\"", "\"name\":\"upgrade\"", "\"action\":\"hello\""] {
        ensure!(traces.contains(told), "{told} is not among the traces: {traces}");
    }
    Ok(())
}

/// Whether a line of the tab that says one thing names something that stands in a line which says the other.
fn leads(watched: &Watched, one: &str, names: &str, other: &str) -> bool {
    let said = watched.stack.said();
    let named = |line: &str| Some(line.split_once(&format!(" {names}="))?.1.split([' ', '}']).next()?.to_owned());
    let first = said.lines().filter(|line| line.contains(one) && line.contains(TRACE)).find_map(named);
    first.is_some_and(|id| said.lines().any(|line| line.contains(other) && line.contains(&id)))
}

async fn come(watched: &Watched, name: &str) -> anyhow::Result<Page> {
    let port = watched.stack.port;
    let person = Person::sign_in(port, name, &[]).await?;
    let protocols = format!("speedconnect.v1, ticket.{}, trace.{TRACE}", person.ticket().await?);
    let origin = format!("http://localhost:{port}");
    let mut page = Page::open_with(port, &[("sec-websocket-protocol", &protocols), ("origin", &origin)]).await?;
    page.say_raw(json!({ "action": "hello", "trace": TRACE, "data": {} }).to_string()).await?;
    page.hear("connected").await?;
    Ok(page)
}

async fn tell(page: &mut Page, session: &Value, mut data: Value) -> anyhow::Result<()> {
    data["sessionId"] = session.clone();
    let frame = json!({ "action": "connection-status", "id": "told", "trace": TRACE, "data": data });
    page.say_raw(frame.to_string()).await?;
    page.hear("ack").await.map(|_| ())
}
