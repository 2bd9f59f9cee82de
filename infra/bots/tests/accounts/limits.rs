//! Limits are exact, whatever address a request claims to come from.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bots::{Person, Request, Stack};
use domain::quota::{READS, TICKETS};
use serde_json::json;
use tokio::task::JoinSet;

const LIMIT: usize = 9;
const AT_ONCE: usize = 120;
/// What proxies say of where a request comes from, and the header in which our edge says it.
const FORWARDING: [&str; 11] = [
    "x-forwarded-for",
    "x-forwarded",
    "forwarded-for",
    "x-real-ip",
    "x-client-ip",
    "x-cluster-client-ip",
    "cf-connecting-ip",
    "fastly-client-ip",
    "true-client-ip",
    "x-original-forwarded-for",
    "x-sc-viewer",
];
/// Windows follow each other from the beginning of time.
const WINDOW_S: u64 = 60;

type Counts = BTreeMap<u16, usize>;

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_is_exact_whatever_address_a_request_claims() -> anyhow::Result<()> {
    let stack = Stack::start(&format!("--parameter LoginsPerMinute={LIMIT}")).await?;
    let begun = next_window().await;
    let guests = answers(&stack, AT_ONCE, |_| Request::post("/api/login", &json!({}))).await?;
    let links = answers(&stack, AT_ONCE, |number| {
        Request::post("/api/login", &json!({ "email": format!("somebody-{number}@example.org") }))
    });
    let links = links.await?;
    let shown = json!({ "token": "no.link" });
    let redeemed = answers(&stack, AT_ONCE, |_| Request::post("/api/auth/magic/verify", &shown)).await?;
    let windows = windows_since(begun);
    exactly(LIMIT, windows, 200, &guests);
    exactly(LIMIT, windows, 202, &links);
    exactly(LIMIT, windows, 410, &redeemed);
    stack.kill().await
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_thousand_requests_of_one_person_at_once_as_many_pass_as_the_table_says() -> anyhow::Result<()> {
    let stack = Stack::start("").await?;
    let reader = Person::sign_in(stack.port, "Ada", &[]).await?;
    let opener = Person::sign_in(stack.port, "Bob", &[]).await?;
    let begun = next_window().await;
    let ticket = Request::post("/api/auth/ws-ticket", &json!({})).bearer(&opener.token);
    let tickets = answers(&stack, 1000, |_| ticket.clone()).await?;
    let read = Request::get("/api/users/me").bearer(&reader.token);
    let reads = answers(&stack, 1000, |_| read.clone()).await?;
    let windows = windows_since(begun);
    exactly(TICKETS.max as usize, windows, 200, &tickets);
    // What an instance holds when the last request has come is lost.
    let (passed, max) = (reads[&200], READS.max as usize);
    assert!(passed > max / 2 && passed <= max * windows, "{reads:?}");
    assert_eq!(reads, Counts::from([(200, passed), (429, 1000 - passed)]), "reads");
    stack.kill().await
}

/// As many passed as the limit says, and all others were refused. On a machine so busy that a window ended meanwhile, as
/// many as its windows let pass.
fn exactly(limit: usize, windows: usize, status: u16, answers: &Counts) {
    let passed = answers.get(&status).copied().unwrap_or_default();
    assert!((limit..=limit * windows).contains(&passed), "{answers:?} in {windows} windows");
    assert!(answers.keys().all(|other| *other == status || *other == 429), "{answers:?}");
}

/// The statuses of many requests at once, each of which claims another address in every way there is; every refusal says
/// when to come again.
async fn answers(stack: &Stack, at_once: usize, request: impl Fn(usize) -> Request) -> anyhow::Result<Counts> {
    let mut running = JoinSet::new();
    for number in 0..at_once {
        running.spawn(claiming(request(number), number % 256).send(stack.port));
    }
    let mut counts = Counts::new();
    while let Some(answer) = running.join_next().await {
        let answer = answer??;
        if answer.status == 429 {
            let told = answer.body["error"]["retryAfterSeconds"].as_u64();
            let header = answer.headers.get("retry-after").and_then(|seconds| seconds.parse().ok());
            anyhow::ensure!(told == header && (1..=WINDOW_S).contains(&told.unwrap_or_default()), "{}", answer.text);
        }
        *counts.entry(answer.status).or_default() += 1;
    }
    Ok(counts)
}

fn claiming(request: Request, number: usize) -> Request {
    let (v4, v6) = (format!("198.51.100.{number}"), format!("2001:db8:{number:x}::7"));
    let address = if number.is_multiple_of(2) { &v4 } else { &v6 };
    let request = FORWARDING.iter().fold(request, |request, name| request.header(name, address));
    let request = request.header("forwarded", &format!("for=\"[{v6}]:4711\";proto=https;by=203.0.113.43"));
    // Twice: whoever joins or picks them takes one of ours.
    request.header("x-sc-viewer", &v4).header("cloudfront-viewer-address", &format!("{v4}:4711"))
}

/// Waits for the next window to begin.
async fn next_window() -> u64 {
    let next = seconds() / WINDOW_S + 1;
    while seconds() / WINDOW_S < next {
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    next
}

/// How many windows it has been since the first second of one.
fn windows_since(begun: u64) -> usize {
    usize::try_from(seconds() / WINDOW_S - begun + 1).unwrap_or(usize::MAX)
}

fn seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}
