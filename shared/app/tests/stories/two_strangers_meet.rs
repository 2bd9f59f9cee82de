//! The main job: two strangers are paired, talk, and part.

use crate::town::Town;
use domain::limits::{LINES_AT_ONCE, LINES_PER_SECOND};
use serde_json::json;

#[tokio::test]
async fn the_first_waits_and_the_second_is_paired_at_once() {
    let mut town = Town::with_channels(1).await;
    let ada = town.arrive("Ada", &["chess", "jazz"]).await;
    let bob = town.arrive("Bob", &["jazz"]).await;
    assert_eq!(town.hears_events(&ada), ["connected"]);
    assert_eq!(town.hears_events(&bob), ["connected"]);

    town.says(&ada, "join-queue", json!({})).await;
    let heard = town.hears(&ada);
    assert_eq!(heard[0]["event"], "queue-joined");
    assert_eq!(heard[0]["data"]["position"], 1);
    assert_eq!(heard[0]["data"]["tags"][0], json!({ "tag": "chess", "waiting": 1 }));

    town.says(&bob, "join-queue", json!({ "tags": [" Jazz "] })).await;
    let ada_heard = town.hears(&ada);
    let bob_heard = town.hears(&bob);
    let matched = &ada_heard[0]["data"];
    assert_eq!(ada_heard[0]["event"], "matched");
    assert_eq!(matched["peer"]["nickname"], "Bob");
    assert_eq!(matched["peer"]["commonTags"], json!(["jazz"]));
    assert_eq!(matched["role"], "answerer");
    assert_eq!(matched["signaling"]["role"], "MASTER");
    let bob_matched = &bob_heard.iter().find(|frame| frame["event"] == "matched").unwrap()["data"];
    assert_eq!(bob_matched["role"], "offerer");
    assert_eq!(bob_matched["signaling"]["clientId"], matched["signaling"]["peerClientId"]);
    assert_eq!(bob_matched["peer"]["peerId"], matched["ownPeerId"]);
    assert_ne!(matched["peer"]["peerId"], json!(bob.user.as_str()), "a stranger never learns the user id");
    assert_eq!(town.free_channels(), 0);
}

#[tokio::test]
async fn chat_goes_to_the_partner_alone_and_a_line_said_twice_is_kept_once() {
    let mut town = Town::with_channels(1).await;
    let (ada, bob, session) = town.meet().await;
    let eve = town.arrive("Eve", &["chess"]).await;
    town.hears(&eve);

    let line = json!({ "sessionId": session, "n": 1, "message": "hello <b>you</b>" });
    town.says(&ada, "send-message", line.clone()).await;
    town.world.pass(domain::time::SpanMs(40));
    town.says(&ada, "send-message", line).await;
    let heard = town.hears(&bob);
    assert_eq!(heard.len(), 2, "the receiver drops repeats by n");
    assert_eq!(heard[0]["data"]["message"], "hello <b>you</b>");
    assert_eq!(town.hears(&ada), Vec::<serde_json::Value>::new());
    assert_eq!(town.recorded().iter().filter(|kind| *kind == "message.sent").count(), 1);

    town.says(&eve, "send-message", json!({ "sessionId": session, "n": 1, "message": "let me in" })).await;
    assert_eq!(town.hears(&eve)[0]["data"]["code"], "not_in_session");
    assert!(town.hears(&bob).is_empty());
}

#[tokio::test]
async fn the_session_ends_for_both_when_the_time_is_up() {
    let mut town = Town::with_channels(1).await;
    let (ada, bob, _) = town.meet().await;
    town.seconds_pass(299).await;
    assert!(!town.is_idle(&ada));
    town.seconds_pass(2).await;
    for page in [&ada, &bob] {
        let heard = town.hears(page);
        assert_eq!(heard.len(), 2);
        assert_eq!(heard[0]["event"], "session-warning");
        assert_eq!(heard[1]["event"], "session-ended");
        assert_eq!(heard[1]["data"]["reason"], "timeout");
        assert_eq!(heard[1]["data"]["durationMs"], 300_000);
        assert!(town.is_idle(page));
    }
    assert_eq!(town.free_channels(), 1);
    assert_eq!(
        town.recorded(),
        [
            "user.signed_in",
            "device.seen",
            "connection.opened",
            "user.signed_in",
            "device.seen",
            "connection.opened",
            "queue.joined",
            "match.made",
            "session.started",
            "session.ended"
        ]
    );
}

#[tokio::test]
async fn ending_the_call_frees_both_and_the_channel_rests() {
    let mut town = Town::with_channels(1).await;
    let (ada, bob, session) = town.meet().await;
    town.says(&ada, "end-call", json!({ "sessionId": session })).await;
    assert_eq!(town.hears(&bob)[0]["data"]["reason"], "peer-left");
    assert!(town.is_idle(&ada) && town.is_idle(&bob));

    let (_, _, _) = town.meet().await;
    assert_eq!(town.recorded().iter().filter(|kind| *kind == "session.started").count(), 2);
    let relayed =
        town.world.inner().recorded.iter().filter(|record| record.json.contains("\"transport\":\"relay\"")).count();
    assert_eq!(relayed, 1, "the only channel rests, so the second call signals over our socket");
}

#[tokio::test]
async fn flicking_through_people_slows_down() {
    let mut town = Town::with_channels(0).await;
    let flicker = town.arrive("Flick", &["chess"]).await;
    town.says(&flicker, "join-queue", json!({})).await;
    let mut waits = Vec::new();
    for name in ["Ada", "Bob", "Cleo", "Dan", "Eve"] {
        let other = town.arrive(name, &["chess"]).await;
        town.says(&other, "join-queue", json!({})).await;
        let session = town.session_of(&flicker).unwrap();
        assert_eq!(session.side(session.role_of_user(&other.user).unwrap()).next_at.since(session.started_at).0, 2_000);
        town.hears(&flicker);
        town.says(&flicker, "next", json!({})).await;
        let refused = town.hears(&flicker).remove(0);
        assert_eq!(refused["data"]["code"], "rate_limited");
        let wait = refused["data"]["retryAfterSeconds"].as_u64().unwrap();
        waits.push(wait);
        town.seconds_pass(wait).await;
        town.says(&flicker, "next", json!({})).await;
        assert!(town.is_waiting(&flicker) && town.is_idle(&other));
    }
    assert_eq!(waits, [2, 2, 2, 4, 4], "the others are not slowed");
}

#[tokio::test]
async fn next_ends_the_call_and_queues_again_in_one_step() {
    let mut town = Town::with_channels(2).await;
    let (ada, bob, _) = town.meet().await;
    town.seconds_pass(2).await;
    town.says(&ada, "next", json!({})).await;
    assert_eq!(town.hears(&bob)[0]["data"]["reason"], "skipped");
    assert!(town.is_waiting(&ada) && town.is_idle(&bob));
    assert_eq!(town.hears_events(&ada), ["session-ended", "queue-joined", "queue-update"]);

    let cleo = town.arrive("Cleo", &["chess"]).await;
    town.says(&cleo, "join-queue", json!({})).await;
    assert_eq!(town.session_of(&ada).unwrap().id, town.session_of(&cleo).unwrap().id);
}

#[tokio::test]
async fn an_empty_pool_signals_over_our_own_socket() {
    let mut town = Town::with_channels(0).await;
    let (ada, bob, session) = town.meet().await;
    let offer = json!({ "sessionId": session, "epoch": 1, "n": 1, "data": { "type": "offer", "sdp": "v=0\r\n" } });
    town.says(&bob, "send-offer", offer).await;
    let heard = town.hears(&ada);
    assert_eq!(heard[0]["event"], "offer");
    assert_eq!(heard[0]["data"]["data"]["sdp"], "v=0\r\n");
}

#[tokio::test]
async fn both_fall_back_together_and_the_first_to_say_so_wins() {
    let mut town = Town::with_channels(1).await;
    let (ada, bob, session) = town.meet().await;
    let failed = json!({ "sessionId": session, "status": "signaling-failed", "epoch": 1 });
    town.says(&ada, "connection-status", failed.clone()).await;
    for page in [&ada, &bob] {
        let heard = town.hears(page);
        assert_eq!(heard.len(), 1);
        assert_eq!(heard[0]["data"], json!({ "sessionId": session, "epoch": 2, "transport": "relay" }));
    }
    town.says(&bob, "connection-status", failed).await;
    assert_eq!(town.hears(&bob)[0]["data"]["epoch"], 2, "who complains of the old one has missed the move");
    assert!(town.hears(&ada).is_empty());
    let stale = json!({ "sessionId": session, "epoch": 1, "n": 1, "data": { "type": "offer", "sdp": "v=0\r\n" } });
    town.says(&bob, "send-offer", stale).await;
    assert!(town.hears(&ada).is_empty(), "frames of an older epoch are dropped");
}

#[tokio::test]
async fn whoever_joins_again_at_the_last_second_does_not_wait_for_the_timer() {
    let mut town = Town::with_channels(2).await;
    let (ada, bob, _) = town.meet().await;
    town.world.pass(domain::time::SpanMs::seconds(300));
    town.says(&ada, "join-queue", json!({})).await;
    assert_eq!(town.hears_events(&ada), ["session-ended", "queue-joined"]);
    assert_eq!(town.hears_events(&bob), ["session-ended"]);
    assert!(town.is_waiting(&ada) && town.is_idle(&bob));
    town.seconds_pass(2).await;
    assert!(town.hears(&bob).is_empty(), "the timer finds it over and says nothing twice");
}

#[tokio::test]
async fn a_match_is_confirmed_and_the_certificate_told_in_one_frame() {
    let mut town = Town::with_channels(1).await;
    let (ada, bob) = (town.arrive("Ada", &["go"]).await, town.arrive("Bob", &["go"]).await);
    for page in [&ada, &bob] {
        // Whom Bob claims to be makes no difference: his connection says who he is.
        town.says(page, "join-queue", json!({ "userId": ada.user.as_str() })).await;
    }
    let matched = town.hears(&ada).pop().unwrap();
    assert_eq!(matched["data"]["peer"]["nickname"], "Bob");
    town.hears(&bob);
    let sha256 = ["AB"; 32].join(":");
    let session = matched["data"]["sessionId"].clone();
    let received = json!({ "sessionId": session, "status": "received", "sha256": sha256 });
    for _ in 0..2 {
        town.says(&ada, "connection-status", received.clone()).await;
        let heard = town.hears(&bob);
        assert_eq!(heard.len(), 1);
        assert_eq!((&heard[0]["event"], &heard[0]["data"]["sha256"]), (&json!("fingerprint"), &json!(sha256)));
    }
    assert!(town.hears(&ada).is_empty());
    let eve = town.arrive("Eve", &["go"]).await;
    town.hears(&eve);
    town.says(&eve, "connection-status", received).await;
    assert_eq!(town.hears(&eve)[0]["data"]["code"], "not_in_session");
    assert!(town.hears(&bob).is_empty());
}

#[tokio::test]
async fn nobody_says_more_than_anybody_types() {
    let mut town = Town::with_channels(1).await;
    let (ada, bob, session) = town.meet().await;
    let line = |n: u64| json!({ "sessionId": session, "n": n, "message": "spam" });
    let rows = |town: &Town| town.world.inner().rows.len();
    town.world.pass(domain::time::SpanMs::seconds(1));
    let before = rows(&town);
    town.says(&ada, "send-message", line(LINES_AT_ONCE + LINES_PER_SECOND + 2)).await;
    let refused = town.hears(&ada).pop().unwrap();
    assert_eq!((&refused["data"]["code"], &refused["data"]["retryAfterSeconds"]), (&json!("rate_limited"), &json!(1)));
    assert!(town.hears(&bob).is_empty() && rows(&town) == before);
    town.says(&ada, "send-message", line(LINES_AT_ONCE + LINES_PER_SECOND)).await;
    assert_eq!(town.hears_events(&bob), ["message"]);
}
