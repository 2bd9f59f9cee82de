//! What happens only once, and so often and no more, however many want it at the same instant: the real use cases over the
//! DynamoDB adapter and the embedded DynamoDB.
#![cfg(test)]

mod desk;
mod embedded;

use std::collections::BTreeMap;
use std::sync::Arc;

use app::{Entrance, LinkWish, Pacer, Settings, Ticket};
use desk::{Desk, Start};
use domain::credential::Newcomer;
use domain::decide::Verdict;
use domain::email::Email;
use domain::id::{ReportId, Token, UserId};
use domain::network::Network;
use domain::quota::{LOGINS, Quota, READS, TICKETS};
use domain::refusal::Code;
use domain::report::{Lease, Report, Statement};
use domain::row::{Change, Row};
use domain::time::{SpanMs, TimeMs};
use local_services::dynamodb::DynamoDb;
use local_wire::{Call, Caller, Service};
use ports::{Ambient, Store};
use serde_json::{Value, json};
use testkit::rows::Rows;
use tokio::task::JoinSet;

/// Monday, 2 March 2026, noon UTC.
const NOON: TimeMs = TimeMs(1_772_452_800_000);
const REDEMPTIONS: usize = 10_000;
const SIGN_INS: usize = 1_000;
const ADMITTED: usize = 137;
const MODERATORS: usize = 24;

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_redemptions_of_one_link_at_once_are_one_session() {
    let database = embedded::database();
    let mut desk = Desk::over(embedded::adapter_over(&database), NOON);
    let settings = Settings { logins_per_minute: 20_000, ..Settings::default() };
    let (link, nonce) = mailed_link(&desk, &settings).await;
    // Every one of them decides on a link that nobody has used yet.
    desk.start = Start::of(REDEMPTIONS);

    let shared = Arc::new((desk, settings, link, nonce));
    let mut running = JoinSet::new();
    for _ in 0..REDEMPTIONS {
        let shared = Arc::clone(&shared);
        running.spawn(async move {
            let (desk, settings, link, nonce) = &*shared;
            let (ticket, nonce) = (Ticket::Link(link), Some(nonce.as_str()));
            match app::redeem(desk, settings, ticket, nonce, None, &network()).await {
                Ok(Entrance::SignedIn(_)) => "signed in",
                Ok(Entrance::Elsewhere(_)) => "a code",
                Err(error) => error.refusal().code.as_str(),
            }
        });
    }
    let outcomes = counted(running).await;
    assert_eq!(outcomes, BTreeMap::from([("signed in", 1), (Code::Gone.as_str(), REDEMPTIONS - 1)]));

    let stored = stored(&database).await;
    let rows = |kind: &str| stored.iter().filter(|key| key.starts_with(kind)).count();
    assert_eq!([rows("REFRESH#"), rows("ACCOUNT"), rows("PROFILE")], [1, 1, 1], "{stored:?}");
    let inner = shared.0.rest.inner();
    let heard = inner.recorded.iter().filter(|record| record.json.contains("\"user.signed_in\"")).count();
    assert_eq!(heard, 1, "and the analysts hear of one");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_sign_ins_of_one_network_at_once_are_as_many_as_the_limit() {
    let desk = Desk::over(embedded::adapter(), NOON);
    let logins_per_minute = u32::try_from(ADMITTED).unwrap();
    let settings = Settings { logins_per_minute, new_devices_per_hour: 10_000, ..Settings::default() };
    let shared = Arc::new((desk, settings));
    let start = Arc::new(tokio::sync::Barrier::new(SIGN_INS));
    let mut running = JoinSet::new();
    for number in 0..SIGN_INS {
        let (shared, start) = (Arc::clone(&shared), Arc::clone(&start));
        running.spawn(async move {
            let (desk, settings) = &*shared;
            // One /64 of IPv6, whose every address asks for itself.
            let network = Network::of(Some(&format!("2001:db8:0:7::{number:x}")));
            start.wait().await;
            match app::sign_in(desk, settings, Newcomer::default(), None, &network).await {
                Ok(_) => "signed in",
                Err(error) => error.refusal().code.as_str(),
            }
        });
    }
    let wanted = BTreeMap::from([("signed in", ADMITTED), (Code::RateLimited.as_str(), SIGN_INS - ADMITTED)]);
    assert_eq!(counted(running).await, wanted);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_requests_at_once_are_as_many_as_the_limit_over_many_instances() {
    let desk = Arc::new(Desk::over(embedded::adapter(), NOON));
    let each = Quota { max: 137, at_once: 137, ..TICKETS };
    assert_eq!(admitted(&desk, each, |_| "ada".into()).await, 137, "each counted");
    // Whoever is refused while another brings a lease has come too early: never more, and hardly fewer.
    let leased = admitted(&desk, READS, |_| "ada".into()).await;
    assert!((500..=600).contains(&leased), "{leased} of {}", READS.max);

    let logins = Quota { max: 137, at_once: 137, ..LOGINS };
    let of = |viewer: String| Network::of(Some(&viewer)).as_str().to_owned();
    let neighbours = admitted(&desk, logins, |number| of(format!("2001:db8:0:8::{number:x}"))).await;
    assert_eq!(neighbours, 137, "one /64 of IPv6");
    let one_by_one = admitted(&desk, logins, |number| of(format!("192.0.{}.{}", number / 250, number % 250))).await;
    assert_eq!(one_by_one, SIGN_INS, "each IPv4 address by itself");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_dozen_decisions_at_once_all_land_in_the_book_or_are_told_to_come_again() {
    let mut desk = Desk::over(embedded::adapter(), NOON);
    let held = Rows::of(&desk.token(), NOON).report().unwrap();
    let whose = |number: usize| (format!("report{number}"), UserId::parse(&format!("moderator{number}")).unwrap());
    for number in 0..MODERATORS {
        let (id, by) = whose(number);
        let lease = Some(Lease { by, since: NOON, until: NOON + SpanMs::seconds(60) });
        let report = Report { id: ReportId::parse(&id).unwrap(), lease, ruling: None, ..held.clone() };
        desk.commit(&[Change::create(Row::Report(report), NOON)]).await.unwrap();
    }
    // Every one of them has seen the same last line.
    desk.start = Start::of(MODERATORS);

    let desk = Arc::new(desk);
    let mut running = JoinSet::new();
    for number in 0..MODERATORS {
        let desk = Arc::clone(&desk);
        running.spawn(async move {
            let (id, moderator) = whose(number);
            let (id, settings) = (ReportId::parse(&id).unwrap(), Settings::default());
            let verdict = Verdict { measure: None, note: Statement::parse("It is nothing.").unwrap() };
            loop {
                match app::moderate(&*desk, &settings, &moderator, &id, verdict.clone()).await {
                    Ok(decided) => return if decided.ruling.is_some() { "decided" } else { "left" },
                    Err(error) => {
                        let refusal = error.refusal();
                        if refusal.code != Code::Unavailable || refusal.retry_after.is_none() {
                            return refusal.code.as_str();
                        }
                    }
                }
            }
        });
    }
    assert_eq!(counted(running).await, BTreeMap::from([("decided", MODERATORS)]));
    let book = app::check_book(&*desk).await.unwrap();
    let lines = u64::try_from(MODERATORS).unwrap();
    assert!(matches!(book, app::Book::Unbroken { lines: found, .. } if found == lines), "{book:?}");
}

/// How many of a thousand pass who ask at once, each of eight instances an eighth of them.
async fn admitted(desk: &Arc<Desk>, quota: Quota, whom: impl Fn(usize) -> String) -> usize {
    let pacers: Vec<Arc<Pacer>> = (0..8).map(|_| Arc::default()).collect();
    let start = Arc::new(tokio::sync::Barrier::new(SIGN_INS));
    let mut running = JoinSet::new();
    for number in 0..SIGN_INS {
        let (desk, start, whom) = (Arc::clone(desk), Arc::clone(&start), whom(number));
        let pacer = Arc::clone(&pacers[number % pacers.len()]);
        running.spawn(async move {
            start.wait().await;
            match app::pass(&*desk, &pacer, &quota, &whom).await {
                Ok(()) => "admitted",
                Err(error) => error.refusal().code.as_str(),
            }
        });
    }
    let outcomes = counted(running).await;
    let admitted = outcomes.get("admitted").copied().unwrap_or_default();
    let refused = outcomes.get(Code::RateLimited.as_str()).copied().unwrap_or_default();
    assert_eq!(admitted + refused, SIGN_INS, "{outcomes:?}");
    admitted
}

fn network() -> Network {
    Network::of(Some("192.0.2.7"))
}

/// What a mailed link holds after its `#`, and the mark of the browser that asked for it.
async fn mailed_link(desk: &Desk, settings: &Settings) -> (String, Token) {
    let (email, nonce) = (Email::parse("ada@example.org").unwrap(), desk.token());
    let wish = LinkWish { email, newcomer: Newcomer::default(), guest: None, nonce: nonce.clone() };
    app::ask_for_link(desk, settings, wish, &network()).await.unwrap();
    let errand = desk.rest.inner().errands[0].clone();
    app::carry_out(desk, &ports::fake::World::default(), settings, &protocol::errand::decode(&errand).unwrap())
        .await
        .unwrap();
    let text = desk.rest.inner().letters[0].1.text.clone();
    let (_, link) = text.split_once("/sign-in#").expect("a link");
    (link.split_whitespace().next().unwrap().to_owned(), nonce)
}

async fn counted(mut running: JoinSet<&'static str>) -> BTreeMap<&'static str, usize> {
    let mut outcomes = BTreeMap::new();
    while let Some(outcome) = running.join_next().await {
        *outcomes.entry(outcome.expect("it ends")).or_default() += 1;
    }
    outcomes
}

/// The sort keys of everything that is stored.
async fn stored(database: &DynamoDb) -> Vec<String> {
    let ask = async |operation: &str, body: Value| {
        let call = Call {
            service: "dynamodb".into(),
            operation: operation.to_owned(),
            caller: Caller::Administrator,
            method: http::Method::POST,
            uri: http::Uri::from_static("/"),
            headers: http::HeaderMap::new(),
            body: body.to_string().into(),
        };
        let reply = database.call(call).await.expect("an answer");
        serde_json::from_slice::<Value>(&reply.body).expect("JSON")
    };
    let mut keys = Vec::new();
    for table in ask("ListTables", json!({})).await["TableNames"].as_array().expect("tables") {
        let page = ask("Scan", json!({ "TableName": table })).await;
        assert!(page["LastEvaluatedKey"].is_null(), "one page holds all");
        let items = page["Items"].as_array().expect("items").iter();
        keys.extend(items.filter_map(|item| item["sk"]["S"].as_str().map(str::to_owned)));
    }
    keys
}
