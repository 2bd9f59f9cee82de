//! What is asked too often waits; what is counted by nobody is closed or goes on a little, as the table says.

use std::sync::Arc;

use crate::town::{Page, Town};
use app::{Error, Pacer, Settings, pass};
use domain::credential::Newcomer;
use domain::network::Network;
use domain::quota::{CANDIDATES, FRAMES, Quota, READS, Scope, TICKETS};
use domain::refusal::Code;
use domain::time::{SpanMs, TimeMs};
use ports::fake::World;
use serde_json::json;
use tokio::task::JoinSet;

const NOON: TimeMs = TimeMs(1_772_452_800_000);
const AT_ONCE: usize = 1000;

#[tokio::test]
async fn of_a_thousand_at_once_as_many_pass_as_the_limit_has_whoever_answers_them() {
    for instances in [1, 7, 40] {
        let world = Arc::new(World::default());
        world.inner().now = NOON;
        let pacers: Vec<Arc<Pacer>> = (0..instances).map(|_| Arc::default()).collect();
        let mut running = JoinSet::new();
        for number in 0..AT_ONCE {
            let (world, pacer) = (Arc::clone(&world), Arc::clone(&pacers[number % instances]));
            running.spawn(async move { pass(&*world, &pacer, &READS, "ada").await.is_ok() });
        }
        let passed = running.join_all().await.into_iter().filter(|passed| *passed).count();
        assert_eq!(passed, READS.max as usize, "{instances} instances");
        assert!(pass(&*world, &pacers[0], &READS, "bob").await.is_ok(), "nobody waits for somebody else");
        world.pass(READS.within);
        assert!(pass(&*world, &pacers[0], &READS, "ada").await.is_ok(), "a new window");
    }
}

#[tokio::test]
async fn who_is_refused_is_told_who_was_counted_and_how_long() {
    let (world, pacer) = (World::default(), Pacer::default());
    world.inner().now = NOON + SpanMs(20_000);
    let quota = Quota { max: 1, at_once: 1, ..READS };
    pass(&world, &pacer, &quota, "ada").await.unwrap();
    let refusal = pass(&world, &pacer, &quota, "ada").await.unwrap_err().refusal();
    assert_eq!((refusal.code, refusal.scope), (Code::RateLimited, Some(Scope::Person)));
    assert_eq!(refusal.retry_after, Some(SpanMs(40_000)));
    let counted = world.inner().counts.clone();
    for _ in 0..100 {
        assert!(pass(&world, &pacer, &quota, "ada").await.is_err());
    }
    assert_eq!(world.inner().counts, counted);
}

#[tokio::test]
async fn without_a_limiter_the_way_in_is_closed() {
    let world = World::default();
    world.inner().now = NOON;
    world.inner().limiter_is_down = true;
    let (settings, network) = (Settings::default(), Network::of(Some("192.0.2.1")));
    let result = app::sign_in(&world, &settings, Newcomer::default(), None, &network).await;
    assert_eq!(result.unwrap_err().refusal().code, Code::Unavailable);
    assert!(matches!(pass(&world, &settings.pacer, &TICKETS, "ada").await, Err(Error::Port(_))));
    assert!(world.inner().rows.is_empty());
}

#[tokio::test]
async fn without_a_limiter_a_call_goes_on_as_far_as_an_instance_lets_it_alone() {
    let mut town = Town::with_channels(0).await;
    let (ada, bob, session) = town.meet().await;
    // What this instance had left is another's.
    town.settings.pacer = Arc::default();
    town.world.inner().limiter_is_down = true;
    town.hears(&bob);
    town.says(&ada, "send-message", json!({ "sessionId": session, "n": 1, "message": "Hello" })).await;
    assert_eq!(town.hears_events(&bob), ["message"]);
    for _ in 1..FRAMES.alone() {
        town.says(&ada, "ping", json!({})).await;
    }
    town.hears(&ada);
    town.says(&ada, "ping", json!({})).await;
    let told = town.hears(&ada);
    assert_eq!(told[0]["data"]["code"], "rate_limited");
    assert_eq!(told[0]["data"]["retryAfterSeconds"], 600);
    town.world.inner().limiter_is_down = false;
    town.says(&ada, "ping", json!({})).await;
    assert_eq!(town.hears_events(&ada), ["pong"], "it answers again");
}

#[tokio::test]
async fn a_socket_says_so_much_at_once_and_goes_on_evenly() {
    let mut town = Town::with_channels(0).await;
    let (ada, bob) = (town.arrive("Ada", &[]).await, town.arrive("Bob", &[]).await);
    town.hears(&ada);
    let counts = async |town: &Town, page: &Page, frames: usize| {
        for number in 0..frames {
            // One that nobody understands is one as well.
            let text = if number % 2 == 0 { r#"{"action":"ping","data":{}}"# } else { "{" };
            town.says_raw(page, text).await;
        }
        let told = town.hears(page);
        let refused = told.iter().filter(|frame| frame["data"]["code"] == "rate_limited");
        refused.inspect(|frame| assert_eq!(frame["data"]["retryAfterSeconds"], 2)).count()
    };
    // One was its hello, and a little of the window is over.
    assert_eq!(counts(&town, &ada, 1500).await, 1500 - (FRAMES.at_once as usize - 1));
    assert_eq!(counts(&town, &bob, 100).await, 0);
    town.world.pass(SpanMs::seconds(10));
    assert_eq!(counts(&town, &ada, 300).await, 100, "20 a second");
    let hits = town.world.inner().recorded.iter().filter(|record| record.json.contains("limit.hit")).count();
    assert!(town.world.inner().recorded.iter().any(|record| record.json.contains(r#""scope":"connection""#)));
    assert!(hits > 0);
}

#[tokio::test]
async fn candidates_are_counted_for_each_recipient() {
    let mut town = Town::with_channels(0).await;
    let (ada, bob, session) = town.meet().await;
    let say = |n: u32| {
        let data = json!({ "candidate": "candidate:1 1 udp 2130706431 192.0.2.7 5000 typ host", "sdpMid": "0" });
        json!({ "sessionId": session, "epoch": 1, "n": n, "data": data })
    };
    for n in 1..=CANDIDATES.max + 1 {
        town.says(&ada, "send-candidate", say(n)).await;
        town.says(&bob, "send-candidate", say(n)).await;
    }
    for page in [&ada, &bob] {
        let heard = town.hears(page);
        let (passed, refused): (Vec<_>, Vec<_>) = heard.iter().partition(|frame| frame["event"] == "candidate");
        assert_eq!((passed.len(), refused.len()), (CANDIDATES.max as usize, 1));
        let said = &refused[0]["data"];
        assert_eq!((&said["code"], &said["retryAfterSeconds"]), (&json!("rate_limited"), &json!(1)));
    }
    town.world.pass(CANDIDATES.within);
    town.says(&ada, "send-candidate", say(50)).await;
    assert_eq!(town.hears_events(&bob), ["candidate"]);
}
