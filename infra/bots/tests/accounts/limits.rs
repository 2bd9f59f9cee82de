//! The limits of a network are exact, whatever address a request claims to come from.

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
/// A machine that is so busy that a window ends meanwhile begins anew.
const TRIES: usize = 3;

type Counts = BTreeMap<u16, usize>;

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_is_exact_whatever_address_a_request_claims() -> anyhow::Result<()> {
    let stack = Stack::start(&format!("--parameter LoginsPerMinute={LIMIT}")).await?;
    for _ in 0..TRIES {
        let window = next_window().await;
        let guests = answers(&stack, |_| Request::post("/api/login", &json!({}))).await?;
        let links = answers(&stack, |number| {
            Request::post("/api/login", &json!({ "email": format!("somebody-{number}@example.org") }))
        });
        let links = links.await?;
        let redeemed = answers(&stack, |_| Request::post("/api/auth/magic/verify", &json!({ "token": "no.link" })));
        let redeemed = redeemed.await?;
        if seconds() / WINDOW_S == window {
            let refused = AT_ONCE - LIMIT;
            assert_eq!(guests, Counts::from([(200, LIMIT), (429, refused)]), "guests");
            assert_eq!(links, Counts::from([(202, LIMIT), (429, refused)]), "links by mail");
            assert_eq!(redeemed, Counts::from([(410, LIMIT), (429, refused)]), "redemptions");
            return stack.kill().await;
        }
    }
    anyhow::bail!("no window was long enough")
}

/// At once, of one person, whatever network they claim to come from.
const REQUESTS: usize = 1000;

#[tokio::test(flavor = "multi_thread")]
async fn of_a_thousand_requests_of_one_person_at_once_as_many_pass_as_the_table_says() -> anyhow::Result<()> {
    let stack = Stack::start("").await?;
    let reader = Person::sign_in(stack.port, "Ada", &[]).await?;
    let opener = Person::sign_in(stack.port, "Bob", &[]).await?;
    for _ in 0..TRIES {
        let window = next_window().await;
        let tickets = many(&stack, &Request::post("/api/auth/ws-ticket", &json!({})).bearer(&opener.token)).await?;
        let reads = many(&stack, &Request::get("/api/users/me").bearer(&reader.token)).await?;
        if seconds() / WINDOW_S == window {
            let (limit, refused) = (TICKETS.max as usize, REQUESTS - TICKETS.max as usize);
            assert_eq!(tickets, Counts::from([(200, limit), (429, refused)]), "tickets");
            // What an instance holds when the last request has come is lost.
            let read = reads[&200];
            assert!(read <= READS.max as usize && read > READS.max as usize / 2, "{reads:?}");
            assert_eq!(reads, Counts::from([(200, read), (429, REQUESTS - read)]), "reads");
            return stack.kill().await;
        }
    }
    anyhow::bail!("no window was long enough")
}

/// The statuses of the same request many times at once; every refusal says when to come again.
async fn many(stack: &Stack, request: &Request) -> anyhow::Result<Counts> {
    let mut running = JoinSet::new();
    for number in 0..REQUESTS {
        running.spawn(claiming(request.clone(), number % 256).send(stack.port));
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

/// The statuses of many requests at once, each of which claims another address in every way there is.
async fn answers(stack: &Stack, request: impl Fn(usize) -> Request) -> anyhow::Result<Counts> {
    let mut running = JoinSet::new();
    for number in 0..AT_ONCE {
        running.spawn(claiming(request(number), number).send(stack.port));
    }
    let mut counts = Counts::new();
    while let Some(answer) = running.join_next().await {
        *counts.entry(answer??.status).or_default() += 1;
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

fn seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}
