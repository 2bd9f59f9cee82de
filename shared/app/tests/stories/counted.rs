//! What is told to analysts adds up: sockets and waits that begin also end, once, and refusals are counted.

use crate::town::{Page, Town};
use app::{Upgrade, figures, tally};
use domain::id::ConnectionId;
use domain::limits::LIVE_ROW_LIFE;
use domain::pool::PoolSizes;
use domain::tally::{Figures, Gauge, Happening, Sequence, Timing};
use domain::time::SpanMs;
use domain::trace::Trace;
use ports::Ambient;
use serde_json::{Value, json};

/// All that was recorded, as the counting function would see it.
async fn counted(town: &Town) -> Figures {
    let records = town.world.inner().recorded.clone();
    let numbered = records.iter().enumerate().map(|(number, record)| {
        let sequence = Sequence::parse(&(number + 1).to_string()).unwrap();
        (sequence, protocol::counted::read(record.json.as_bytes()).unwrap())
    });
    let batch: Vec<(Sequence, Happening)> = numbered.collect();
    tally(&town.world, "shard", &batch).await.unwrap();
    tally(&town.world, "shard", &batch).await.unwrap();
    figures(&town.world).await.unwrap()
}

async fn levels(town: &Town) -> [u64; 2] {
    let figures = counted(town).await;
    [Gauge::Connections, Gauge::Queue].map(|gauge| figures.level(gauge, town.world.now()))
}

#[tokio::test]
async fn a_socket_is_open_until_somebody_notices_once() {
    let mut town = Town::with_channels(0).await;
    let ada = town.arrive("Ada", &["chess"]).await;
    let bob = town.arrive("Bob", &["chess"]).await;
    assert_eq!(levels(&town).await, [2, 0]);
    for _ in 0..3 {
        town.breaks(&ada).await;
    }
    assert_eq!(levels(&town).await, [1, 0]);
    assert_eq!(town.recorded().iter().filter(|kind| *kind == "connection.closed").count(), 1);
    // Nobody was told that Bob's is gone: a post to it finds out.
    town.breaks_silently(&bob);
    town.says(&bob, "ping", json!({})).await;
    town.breaks(&bob).await;
    assert_eq!(levels(&town).await, [0, 0]);
}

#[tokio::test]
async fn whoever_joins_leaves_the_queue_in_some_way() {
    let mut town = Town::with_channels(0).await;
    let ada = town.arrive("Ada", &["chess"]).await;
    town.says(&ada, "join-queue", json!({})).await;
    assert_eq!(levels(&town).await, [1, 1]);
    town.says(&ada, "leave-queue", json!({})).await;
    assert_eq!(levels(&town).await, [1, 0]);
    town.says(&ada, "join-queue", json!({})).await;
    let bob = town.arrive("Bob", &["chess"]).await;
    town.says(&bob, "join-queue", json!({})).await;
    assert_eq!(levels(&town).await, [2, 0], "who found somebody at once never waited");
    // Neither page confirms: one goes back to the queue or both go home, and the numbers with them.
    town.seconds_pass(11).await;
    let waiting = [&ada, &bob].into_iter().filter(|page| town.is_waiting(page)).count();
    assert_eq!(levels(&town).await[1], u64::try_from(waiting).unwrap());
    // Rows that are forgotten take nobody out of the queue by a word; the slots do.
    town.world.pass(SpanMs(LIVE_ROW_LIFE.0 + 1_200_000));
    assert_eq!(levels(&town).await, [0, 0]);
}

#[tokio::test]
async fn what_pages_saw_is_believed_of_the_two_of_a_call_and_once_of_each() {
    let mut town = Town::with_channels(0).await;
    let (ada, bob, session) = town.meet().await;
    let eve = town.arrive("Eve", &[]).await;
    let says = async |page: &Page, session: &str, status: &str| {
        let data = json!({ "sessionId": session, "status": status, "signalingMs": 9 });
        let data = if status == "failed" { json!({ "sessionId": session, "status": status }) } else { data };
        town.says(page, "connection-status", data).await;
        counted(&town).await
    };
    let before = counted(&town).await;
    for status in ["connected", "failed"] {
        assert_eq!(says(&eve, &session, status).await, before, "of a call of others");
        assert_eq!(says(&eve, "made-up", status).await, before, "of one that nobody had");
    }
    let seen = |figures: &Figures| (figures.total("session.connected"), figures.total("ice.failed"));
    let once = says(&ada, &session, "connected").await;
    assert_eq!((seen(&once), once.timing(Timing::Signaling).total()), ((1, 0), 1));
    for status in ["connected", "failed"] {
        assert_eq!(says(&ada, &session, status).await, once, "said again");
    }
    assert_eq!(seen(&says(&bob, &session, "failed").await), (1, 1));
    town.says(&bob, "end-call", json!({ "sessionId": session })).await;
    for page in [&ada, &bob] {
        town.says(page, "rematch", json!({ "sessionId": session })).await;
    }
    let again = town.session_of(&ada).unwrap().id;
    assert_eq!(seen(&says(&ada, again.as_str(), "connected").await), (2, 1), "another call");
}

#[tokio::test]
async fn refusals_that_matter_are_told_without_anybody() {
    let mut town = Town::with_channels(0).await;
    let (ada, bob, session) = town.meet().await;
    town.says(&ada, "next", json!({ "sessionId": session })).await;
    town.says(&bob, "end-call", json!({ "sessionId": "nobody" })).await;
    let told: Vec<Value> =
        town.world.inner().recorded.iter().map(|record| serde_json::from_str(&record.json).unwrap()).collect();
    let hits: Vec<&Value> = told.iter().filter(|event| event["type"] == "limit.hit").collect();
    assert_eq!(hits.len(), 1, "another refusal is none of these");
    assert_eq!(hits[0]["data"], json!({ "what": "next", "scope": "person" }));
    assert_eq!(counted(&town).await.total("limit.hit"), 1);
}

#[tokio::test]
async fn the_trace_of_a_tab_stands_where_its_socket_opens() {
    let mut town = Town::with_channels(0).await;
    let ada = town.arrive("Ada", &["chess"]).await;
    let issued = town.ticket(&ada.user).await;
    let trace = Trace::parse("0123456789abcdef").unwrap();
    let id = ConnectionId::parse("another").unwrap();
    let upgrade = Upgrade {
        connection: &id,
        opened_at: town.world.now(),
        ticket: Some(issued.ticket.as_str()),
        origin: Some(&town.settings.origins[0]),
        trace: Some(&trace),
    };
    app::connect(&town.world, &town.settings, upgrade).await.unwrap();
    let record = town.world.inner().recorded.last().unwrap().json.clone();
    assert!(record.contains("\"connection.opened\"") && record.contains("\"trace\":\"0123456789abcdef\""), "{record}");
    assert!(!record.contains("another"), "what the gateway calls it is nobody's business: {record}");
    town.says_raw(&ada, r#"{"action":"join-queue","trace":"0123456789abcdef","data":{}}"#).await;
    let record = town.world.inner().recorded.last().unwrap().json.clone();
    assert!(record.contains("queue.joined") && !record.contains("trace"), "it names a person: {record}");
}

#[tokio::test]
async fn ready_names_the_part_that_is_not_there() {
    let town = Town::with_channels(2).await;
    let missing = async |part: &'static str| {
        town.world.inner().missing = [part].into();
        let parts = app::parts(&town.world, &town.settings).await;
        parts.into_iter().filter(|(_, ready)| !ready).map(|(name, _)| name).collect::<Vec<_>>()
    };
    assert_eq!(missing("nothing").await, Vec::<&str>::new());
    assert_eq!(missing("stream").await, ["event stream"]);
    assert_eq!(missing("timers").await, ["timer queue"]);
    assert_eq!(missing("errands").await, ["errand queue"]);
    town.world.inner().rows.retain(|_, row| !matches!(row, domain::row::Row::Channel(_)));
    assert_eq!(missing("nothing").await, ["channel pool"]);
    let none = app::Settings { pool: PoolSizes::new(0, 0), ..town.settings.clone() };
    assert!(app::parts(&town.world, &none).await.iter().all(|(_, ready)| *ready), "a deployment may want no channels");
}
