//! `extend-session`: five minutes more when both ask, at most three times, with ICE servers that last.

use crate::town::{Page, Town};
use domain::time::{SpanMs, TimeMs};
use ports::{Ambient, Store};
use serde_json::{Value, json};

const EXTENSION_MS: u64 = 300_000;

async fn asks(town: &Town, page: &Page, session: &str) {
    town.says(page, "extend-session", json!({ "sessionId": session })).await;
}

fn ends_at(town: &Town, page: &Page) -> TimeMs {
    town.session_of(page).unwrap().ends_at
}

fn last<'a>(heard: &'a [Value], event: &str) -> &'a Value {
    &heard.iter().rfind(|frame| frame["event"] == event).unwrap_or_else(|| panic!("no {event} in {heard:?}"))["data"]
}

#[tokio::test]
async fn one_alone_asks_in_vain_and_both_get_five_minutes_more() {
    let mut town = Town::with_channels(1).await;
    let (ada, bob, session) = town.meet().await;
    let planned = ends_at(&town, &ada);
    asks(&town, &ada, &session).await;
    asks(&town, &ada, &session).await;
    assert_eq!(town.hears_events(&bob), ["extend-requested", "extend-requested"]);
    assert_eq!(ends_at(&town, &ada), planned);

    asks(&town, &bob, &session).await;
    for page in [&ada, &bob] {
        let heard = town.hears(page);
        let extended = last(&heard, "session-extended");
        assert_eq!(extended["endsAt"], json!(planned.0 + EXTENSION_MS));
        assert_eq!(extended["extensionsLeft"], 2);
    }
    town.seconds_pass(599).await;
    assert!(town.session_of(&ada).is_some());
    town.seconds_pass(2).await;
    assert_eq!(last(&town.hears(&ada), "session-ended")["reason"], "timeout");
    assert!(town.is_idle(&ada) && town.is_idle(&bob));
}

#[tokio::test]
async fn both_are_warned_before_the_end_wherever_that_is() {
    let mut town = Town::with_channels(1).await;
    let (ada, bob, session) = town.meet().await;
    let warnings = |town: &Town, page: &Page| {
        let warned = |frame: &Value| (frame["event"] == "session-warning").then(|| frame["data"]["endsAt"].clone());
        town.hears(page).iter().filter_map(warned).collect::<Vec<_>>()
    };
    let planned = ends_at(&town, &ada);
    let until = |town: &Town, at: TimeMs| at.since(town.world.now()).whole_seconds_up();
    town.seconds_pass(until(&town, planned) - 76).await;
    assert_eq!((warnings(&town, &ada), warnings(&town, &bob)), (vec![], vec![]));
    town.seconds_pass(2).await;
    let first = vec![json!(planned.0)];
    assert_eq!((warnings(&town, &ada), warnings(&town, &bob)), (first.clone(), first));

    asks(&town, &ada, &session).await;
    asks(&town, &bob, &session).await;
    town.seconds_pass(300).await;
    let second = vec![json!(planned.0 + EXTENSION_MS)];
    assert_eq!((warnings(&town, &ada), warnings(&town, &bob)), (second.clone(), second));
    town.seconds_pass(77).await;
    assert!(town.is_idle(&ada) && warnings(&town, &ada).is_empty());
}

#[tokio::test]
async fn a_call_is_extended_three_times_and_its_channel_stays_its_own() {
    let mut town = Town::with_channels(1).await;
    let (ada, bob, session) = town.meet().await;
    let planned = ends_at(&town, &ada);
    for _ in 0..3 {
        asks(&town, &bob, &session).await;
        asks(&town, &ada, &session).await;
        town.hears(&ada);
    }
    assert_eq!(ends_at(&town, &ada).0, planned.0 + 3 * EXTENSION_MS);
    asks(&town, &ada, &session).await;
    assert_eq!(last(&town.hears(&ada), "error")["code"], "conflict");

    town.seconds_pass(1_199).await;
    let rested = town.world.now() + SpanMs::seconds(600);
    assert_eq!(town.world.free_channels(rested, 10).await.unwrap(), [], "the lease outlasts every extension");
    town.seconds_pass(2).await;
    assert!(town.is_idle(&ada));
}

#[tokio::test]
async fn ice_servers_are_fresh_as_long_as_the_call_lasts() {
    let mut town = Town::with_channels(1).await;
    let (ada, bob, session) = town.meet().await;
    let began = town.session_of(&ada).unwrap().started_at;
    town.seconds_pass(250).await;
    let fresh = |town: &Town| town.hears_events(&ada).iter().filter(|event| *event == "ice-servers").count();
    assert_eq!(fresh(&town), 0, "those of the match last as long as the call was planned");
    asks(&town, &ada, &session).await;
    asks(&town, &bob, &session).await;
    assert_eq!(fresh(&town), 1, "those of the match would end with the first five minutes");
    let mut last_fresh = town.world.inner().now;
    while town.session_of(&ada).is_some() {
        town.seconds_pass(1).await;
        if fresh(&town) > 0 {
            last_fresh = town.world.inner().now;
        }
        let now = town.world.inner().now;
        assert!(now.since(last_fresh) <= SpanMs::seconds(300), "stale at {:?}", now.since(began));
    }
}

#[tokio::test]
async fn a_call_that_is_planned_for_longer_has_fresh_ice_servers_too() {
    let mut town = Town::with_channels(1).await;
    town.settings.session_length = SpanMs::seconds(900);
    let (ada, bob, _) = town.meet().await;
    let fresh = |town: &Town, page: &Page| town.hears_events(page).iter().filter(|e| *e == "ice-servers").count();
    for _ in 0..3 {
        town.seconds_pass(250).await;
        assert_eq!((fresh(&town, &ada), fresh(&town, &bob)), (1, 1));
    }
    town.seconds_pass(151).await;
    assert_eq!(fresh(&town, &ada), 0);
}

#[tokio::test]
async fn a_page_that_comes_back_knows_who_asked() {
    let mut town = Town::with_channels(1).await;
    let (ada, bob, session) = town.meet().await;
    asks(&town, &ada, &session).await;
    for (page, asked_by) in [(&ada, "you"), (&bob, "partner")] {
        let back = town.open(&page.user).await;
        let heard = town.hears(&back);
        assert_eq!(last(&heard, "connected")["session"]["extendAskedBy"], asked_by);
        assert_eq!(last(&heard, "connected")["session"]["extensionsLeft"], 3);
    }
}
