//! Laws over the real use cases: whatever people do, in whatever order, and whatever breaks, everybody is in one place,
//! and once nothing breaks any more everything heals.

use crate::town::{Page, Town};
use domain::row::{Key, Row};
use domain::user::UserState;
use proptest::prelude::*;
use serde_json::json;

const PEOPLE: usize = 5;

#[derive(Debug, Clone)]
enum Act {
    Join(usize),
    Leave(usize),
    Next(usize),
    End(usize),
    Received(usize),
    Chat(usize),
    FallBack(usize),
    Break(usize),
    BreakSilently(usize),
    Return(usize),
    Wait(u64),
}

fn acts() -> impl Strategy<Value = Act> {
    let who = || 0..PEOPLE;
    prop_oneof![
        4 => who().prop_map(Act::Join),
        1 => who().prop_map(Act::Leave),
        2 => who().prop_map(Act::Next),
        1 => who().prop_map(Act::End),
        4 => who().prop_map(Act::Received),
        1 => who().prop_map(Act::Chat),
        1 => who().prop_map(Act::FallBack),
        1 => who().prop_map(Act::Break),
        1 => who().prop_map(Act::BreakSilently),
        3 => who().prop_map(Act::Return),
        2 => (0_u64..20).prop_map(Act::Wait),
    ]
}

async fn act(town: &mut Town, pages: &mut [Page], act: &Act) {
    let session = |town: &Town, who: usize| town.session_of(&pages[who]).map(|session| session.id.to_string());
    match act {
        Act::Join(who) => town.says(&pages[*who], "join-queue", json!({})).await,
        Act::Leave(who) => town.says(&pages[*who], "leave-queue", json!({})).await,
        Act::Next(who) => town.says(&pages[*who], "next", json!({})).await,
        Act::End(who) => {
            if let Some(id) = session(town, *who) {
                town.says(&pages[*who], "end-call", json!({ "sessionId": id })).await;
            }
        }
        Act::Received(who) => {
            if let Some(id) = session(town, *who) {
                town.says(&pages[*who], "connection-status", json!({ "sessionId": id, "status": "received" })).await;
            }
        }
        Act::Chat(who) => {
            if let Some(id) = session(town, *who) {
                town.says(&pages[*who], "send-message", json!({ "sessionId": id, "n": 1, "message": "hi" })).await;
            }
        }
        Act::FallBack(who) => {
            if let Some(id) = session(town, *who) {
                let failed = json!({ "sessionId": id, "status": "signaling-failed", "epoch": 1 });
                town.says(&pages[*who], "connection-status", failed).await;
            }
        }
        Act::Break(who) => town.breaks(&pages[*who]).await,
        Act::BreakSilently(who) => town.breaks_silently(&pages[*who]),
        Act::Return(who) => pages[*who] = town.open(&pages[*who].user.clone()).await,
        Act::Wait(seconds) => town.seconds_pass(*seconds).await,
    }
}

/// M1 one session each, M2 both sides agree, M3 never oneself, S4 an ended session holds nobody, K1 one session a channel.
fn check(town: &Town) {
    let inner = town.world.inner();
    let mut channels = Vec::new();
    for row in inner.rows.values() {
        let Row::Session(session) = row else { continue };
        let [a, b] = &session.sides;
        assert_ne!(a.user, b.user);
        for side in &session.sides {
            let Some(Row::User(user)) = inner.rows.get(&Key::User(side.user.clone())) else { panic!("no user") };
            assert_eq!(user.session() == Some(&session.id), !session.is_ended());
        }
        if let Some(lease) = session.lease.as_ref().filter(|_| !session.is_ended()) {
            assert!(!channels.contains(&lease.channel), "two live sessions on one channel");
            channels.push(lease.channel.clone());
        }
    }
}

/// When everybody is back, asks, and nothing breaks any more, at most one is left over, and the calls of the others end.
async fn heals(town: &mut Town, pages: &mut [Page]) {
    for page in pages.iter_mut() {
        *page = town.open(&page.user.clone()).await;
        if town.is_idle(page) {
            town.says(page, "join-queue", json!({})).await;
        }
    }
    // Pages confirm what they have, and say that they are there.
    for _ in 0..4 {
        for page in &*pages {
            match town.session_of(page) {
                Some(session) => {
                    let received = json!({ "sessionId": session.id.as_str(), "status": "received" });
                    town.says(page, "connection-status", received).await;
                }
                None => town.says(page, "ping", json!({})).await,
            }
        }
        town.seconds_pass(11).await;
        check(town);
    }
    let waiting = pages.iter().filter(|page| town.is_waiting(page)).count();
    assert!(waiting <= 1, "{waiting} wait beside each other");
    town.seconds_pass(320).await;
    check(town);
    for page in &*pages {
        assert!(!matches!(town.user(page).state, UserState::InSession(_)), "no call outlives its time");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn everybody_is_in_one_place_and_everything_heals(acts in prop::collection::vec(acts(), 0..60)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let mut town = Town::with_channels(2).await;
            let mut pages = Vec::new();
            for who in 0..PEOPLE {
                pages.push(town.arrive(&format!("P{who}"), &["law"]).await);
            }
            for step in &acts {
                act(&mut town, &mut pages, step).await;
                check(&town);
            }
            heals(&mut town, &mut pages).await;
        });
    }
}
