//! What a waiting person is told is measured, or absent.

use crate::town::{Page, Town};
use serde_json::{Value, json};

async fn join(town: &mut Town, name: &str, tags: &[&str]) -> (Page, Value) {
    let page = town.arrive(name, tags).await;
    town.says(&page, "join-queue", json!({})).await;
    let heard = town.hears(&page);
    let joined = heard.iter().find(|frame| frame["event"] == "queue-joined").unwrap();
    (page, joined["data"].clone())
}

/// Somebody waits for so many seconds, then somebody comes.
async fn a_pair_meets_after(town: &mut Town, seconds: u64, tags: &[&str]) {
    let (waits, _) = join(town, "Waits", tags).await;
    town.seconds_pass(seconds).await;
    let (comes, _) = join(town, "Comes", tags).await;
    let session = town.session_of(&waits).unwrap().id.to_string();
    for page in [&waits, &comes] {
        town.says(page, "connection-status", json!({ "sessionId": session, "status": "received" })).await;
    }
    town.says(&waits, "end-call", json!({ "sessionId": session })).await;
    assert!(town.is_idle(&waits) && town.is_idle(&comes));
}

#[tokio::test]
async fn place_and_numbers_are_counted() {
    let mut town = Town::with_channels(0).await;
    join(&mut town, "Ada", &["chess", "tea"]).await;
    let page = town.arrive("Bob", &["tea"]).await;
    town.says(&page, "join-queue", json!({ "tags": ["tea"], "language": "fi" })).await;
    let (_, numbers) = join(&mut town, "Cleo", &["go"]).await;
    assert_eq!(numbers["position"], 1);
    assert_eq!(numbers["tags"], json!([{ "tag": "go", "waiting": 1 }]));
    let audio = town.arrive("Dan", &["tea"]).await;
    town.says(&audio, "join-queue", json!({ "mode": "audio" })).await;
    assert_eq!(town.hears(&audio)[1]["data"]["waiting"], 1, "another mode is another queue");
}

#[tokio::test]
async fn a_wait_is_estimated_once_it_was_measured_three_times() {
    let mut town = Town::with_channels(0).await;
    for seconds in [8, 4, 6] {
        let (page, numbers) = join(&mut town, "Early", &["chess"]).await;
        assert_eq!(numbers.get("estimatedWaitSeconds"), None, "after fewer samples");
        town.says(&page, "leave-queue", json!({})).await;
        a_pair_meets_after(&mut town, seconds, &["chess"]).await;
    }
    let (ada, numbers) = join(&mut town, "Ada", &["chess", "rare"]).await;
    assert_eq!(numbers["estimatedWaitSeconds"], 6, "the mean of 8, 4 and 6");
    town.seconds_pass(3).await;
    let update = town.hears(&ada).pop().unwrap();
    assert_eq!((&update["event"], &update["data"]["estimatedWaitSeconds"]), (&json!("queue-update"), &json!(3)));
    town.seconds_pass(7).await;
    let late = town.hears(&ada).pop().unwrap();
    assert_eq!(late["data"].get("estimatedWaitSeconds"), None, "who has waited longer is told nothing made up");

    let (_, numbers) = join(&mut town, "Otto", &["opera"]).await;
    assert_eq!(numbers.get("estimatedWaitSeconds"), None, "of other tags nothing is known");
}

#[tokio::test]
async fn an_old_measure_is_forgotten() {
    let mut town = Town::with_channels(0).await;
    for _ in 0..3 {
        a_pair_meets_after(&mut town, 2, &["chess"]).await;
    }
    town.seconds_pass(901).await;
    let (_, numbers) = join(&mut town, "Ada", &["chess"]).await;
    assert_eq!(numbers.get("estimatedWaitSeconds"), None);
}
