//! Once more with the partner of a call that is over: only if both ask, and nobody learns who asks alone.

use crate::town::{Page, Town};
use app::Whom;
use domain::id::SessionId;
use domain::limits::REMATCH_WITHIN;
use domain::session::Between;
use serde_json::json;

/// Two who have met, and one of whom has hung up.
async fn parted(town: &mut Town) -> (Page, Page, String) {
    let (ada, bob, over) = town.meet().await;
    town.says(&bob, "end-call", json!({ "sessionId": over })).await;
    for page in [&ada, &bob] {
        town.hears(page);
    }
    (ada, bob, over)
}

async fn asks(town: &Town, page: &Page, over: &str) -> Vec<String> {
    town.says_raw(page, &json!({ "action": "rematch", "id": "r", "data": { "sessionId": over } }).to_string()).await;
    town.hears_events(page)
}

#[tokio::test]
async fn both_ask_and_are_in_a_new_call_of_the_same_kind() {
    let mut town = Town::with_channels(1).await;
    let (ada, bob, over) = parted(&mut town).await;
    assert_eq!(asks(&town, &ada, &over).await, ["ack"]);
    assert!(town.hears(&bob).is_empty(), "nobody is told who asks alone");
    assert_eq!(asks(&town, &bob, &over).await, ["rematched", "matched", "ack"]);
    let told = town.hears(&ada);
    assert_eq!((&told[0]["event"], &told[1]["event"]), (&json!("rematched"), &json!("matched")));
    assert_eq!((&told[0]["data"]["callId"], &told[0]["data"]["nickname"]), (&json!(over), &json!("Bob")));
    assert!(!told[0].to_string().contains(bob.user.as_str()), "an alias, no id");
    let session = town.session_of(&ada).unwrap();
    assert_eq!((session.between, session.common_tags.iter().count()), (Between::Strangers, 1));
    assert_ne!(session.id.as_str(), over);
    assert_eq!(asks(&town, &ada, &over).await, ["ack"], "asked again in the new call it does nothing");
}

#[tokio::test]
async fn who_asks_alone_is_told_the_same_whatever_the_other_does() {
    let mut answers = Vec::new();
    for case in 0..5 {
        let mut town = Town::with_channels(0).await;
        let (ada, bob, over) = parted(&mut town).await;
        if case > 0 {
            assert_eq!(asks(&town, &bob, &over).await, ["ack"]);
        }
        match case {
            0 => {}
            1 => town.breaks(&bob).await,
            2 => drop(app::block(&town.world, &bob.user, &Whom::User(ada.user.clone())).await.unwrap()),
            3 => town.says(&bob, "leave-queue", json!({})).await,
            // Bob is put into another call meanwhile.
            _ => {
                let eve = town.arrive("Eve", &["chess"]).await;
                town.says(&bob, "join-queue", json!({})).await;
                town.says(&eve, "join-queue", json!({})).await;
                assert!(town.session_of(&bob).is_some());
            }
        }
        answers.push(asks(&town, &ada, &over).await);
        assert!(town.is_idle(&ada), "case {case}");
    }
    assert!(answers.iter().all(|answer| *answer == ["ack"]), "{answers:?}");
}

#[tokio::test]
async fn it_is_offered_for_two_minutes_to_those_of_a_call_that_ended_well() {
    let mut town = Town::with_channels(0).await;
    let (ada, bob, over) = parted(&mut town).await;
    let eve = town.arrive("Eve", &[]).await;
    town.hears(&eve);
    let refused = |told: Vec<serde_json::Value>| told.last().unwrap()["data"]["code"].clone();
    town.says(&eve, "rematch", json!({ "sessionId": over })).await;
    assert_eq!(refused(town.hears(&eve)), "not_in_session");
    town.says(&ada, "rematch", json!({ "sessionId": SessionId::from(ports::Ambient::token(&town.world)).as_str() }))
        .await;
    assert_eq!(refused(town.hears(&ada)), "not_in_session");
    asks(&town, &ada, &over).await;
    town.world.pass(REMATCH_WITHIN);
    town.world.pass(domain::time::SpanMs(1));
    town.says(&bob, "rematch", json!({ "sessionId": over })).await;
    assert_eq!(refused(town.hears(&bob)), "gone");
    assert!(town.is_idle(&ada) && town.is_idle(&bob));
}

#[tokio::test]
async fn another_page_and_second_thoughts_end_what_was_asked() {
    for reloads in [true, false] {
        let mut town = Town::with_channels(0).await;
        let (ada, bob, over) = parted(&mut town).await;
        asks(&town, &ada, &over).await;
        if reloads {
            town.open(&ada.user).await;
        } else {
            town.says(&ada, "leave-queue", json!({})).await;
            assert_eq!(town.hears_events(&ada), ["queue-left"]);
        }
        assert_eq!(asks(&town, &bob, &over).await, ["ack"]);
        assert!(town.session_of(&bob).is_none(), "no page is called that does not ask");
    }
}

#[tokio::test]
async fn who_waits_for_another_is_met_all_the_same_and_only_they_go_back_to_the_queue() {
    let mut town = Town::with_channels(0).await;
    let (ada, bob, over) = parted(&mut town).await;
    asks(&town, &ada, &over).await;
    town.says(&ada, "join-queue", json!({})).await;
    assert!(town.is_waiting(&ada));
    asks(&town, &bob, &over).await;
    assert!(town.session_of(&ada).is_some() && town.session_of(&bob).is_some());
    // Neither page confirms: a call that never was.
    town.seconds_pass(11).await;
    assert!(town.is_waiting(&ada), "back where they had waited");
    assert!(town.is_idle(&bob), "they had not waited, and do not now");
}
