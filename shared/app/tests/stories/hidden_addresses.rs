//! A person who hides their network address is never told of by us, whichever of the two they are.

use crate::town::{Page, Town};
use app::ProfileChange;
use domain::session::Transport;
use serde_json::{Value, json};

async fn hides(town: &mut Town, page: &Page) -> Page {
    let hidden = ProfileChange { hide_ip: Some(true), ..ProfileChange::default() };
    app::change_profile(&town.world, &page.user, hidden).await.unwrap();
    town.open(&page.user).await
}

fn heard(frames: &[Value], event: &str) -> Vec<Value> {
    frames.iter().filter(|frame| frame["event"] == event).map(|frame| frame["data"].clone()).collect()
}

#[tokio::test]
async fn either_is_enough_and_only_the_relay_passes() {
    for first_hides in [true, false] {
        let mut town = Town::with_channels(1).await;
        let (ada, bob) = (town.arrive("Ada", &["chess"]).await, town.arrive("Bob", &["chess"]).await);
        let (ada, bob) =
            if first_hides { (hides(&mut town, &ada).await, bob) } else { (ada, hides(&mut town, &bob).await) };
        town.says(&ada, "join-queue", json!({})).await;
        town.says(&bob, "join-queue", json!({})).await;
        let session = town.session_of(&ada).expect("a session");
        assert!(session.lease.is_some(), "for its TURN servers");
        assert_eq!(session.transport, Transport::Relay);
        for page in [&ada, &bob] {
            let matched = heard(&town.hears(page), "matched").remove(0);
            assert_eq!(matched["iceTransportPolicy"], "relay");
            assert_eq!(matched["signaling"]["transport"], "relay");
            assert_eq!(matched["iceServers"][0]["username"], "user", "it has waited for TURN");
        }
        let said = |n: u32, candidate: &str| {
            let data = json!({ "candidate": candidate, "sdpMid": "0" });
            json!({ "sessionId": session.id.as_str(), "epoch": 1, "n": n, "data": data })
        };
        town.says(&ada, "send-candidate", said(1, "candidate:1 1 udp 1 198.51.100.7 9 typ host")).await;
        let relayed = "candidate:2 1 udp 1 203.0.113.9 9 typ relay raddr 198.51.100.7 rport 4";
        town.says(&ada, "send-candidate", said(2, relayed)).await;
        let passed = heard(&town.hears(&bob), "candidate");
        assert_eq!(passed.len(), 1, "{passed:?}");
        assert!(!passed[0].to_string().contains("198.51.100.7"), "{passed:?}");
    }
}

#[tokio::test]
async fn who_hides_nothing_meets_directly() {
    let mut town = Town::with_channels(1).await;
    let (ada, bob) = (town.arrive("Ada", &["chess"]).await, town.arrive("Bob", &["chess"]).await);
    town.says(&ada, "join-queue", json!({})).await;
    town.says(&bob, "join-queue", json!({})).await;
    let matched = heard(&town.hears(&bob), "matched").remove(0);
    assert_eq!(
        (matched["iceTransportPolicy"].as_str(), matched["signaling"]["transport"].as_str()),
        (Some("all"), Some("kvs"))
    );
}
