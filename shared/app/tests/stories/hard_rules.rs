//! Blocks and bans hold when a match is committed, whatever was read before.

use crate::town::{Page, Town};
use app::Whom;
use domain::credential::Newcomer;
use domain::id::SessionId;
use domain::limits::LIVE_ROW_LIFE;
use domain::network::Network;
use domain::standing::Block;
use domain::time::SpanMs;
use ports::Ambient;
use serde_json::json;

async fn ends(town: &Town, page: &Page, session: &str) {
    town.says(page, "end-call", json!({ "sessionId": session })).await;
}

async fn both_wait(town: &Town, one: &Page, other: &Page) {
    for page in [one, other] {
        town.says(page, "join-queue", json!({})).await;
    }
}

#[tokio::test]
async fn who_blocks_somebody_never_meets_them_again_whoever_comes_first() {
    let mut town = Town::with_channels(0).await;
    let (ada, bob, session) = town.meet().await;
    let whom = Whom::PartnerIn(SessionId::parse(&session).unwrap());
    let id = app::block(&town.world, &ada.user, &whom).await.unwrap();
    assert_eq!(app::block(&town.world, &ada.user, &whom).await.unwrap(), id, "said twice it is one block");
    assert!(town.session_of(&ada).is_some(), "the call is hers to end");
    ends(&town, &ada, &session).await;
    for (first, second) in [(&ada, &bob), (&bob, &ada)] {
        both_wait(&town, first, second).await;
        town.seconds_pass(30).await;
        assert!(town.is_waiting(&ada) && town.is_waiting(&bob), "not after the widest step either");
        for page in [first, second] {
            town.says(page, "leave-queue", json!({})).await;
        }
    }
    let listed = town.caller(&ada.user).await.profile.blocks;
    assert_eq!(listed.iter().map(|block| block.nickname.as_str()).collect::<Vec<_>>(), ["Bob"]);
    let another = Block { user: ada.user.clone(), ..listed[0].clone() };
    assert_eq!(another.id(&ada.user), id, "whoever knows all ids of people cannot tell whom it is about");
    assert!(town.caller(&bob.user).await.profile.blocks.is_empty(), "who is blocked is told nothing");

    app::unblock(&town.world, &ada.user, &id).await.unwrap();
    assert!(app::unblock(&town.world, &ada.user, &id).await.is_err());
    both_wait(&town, &ada, &bob).await;
    town.seconds_pass(10).await;
    assert!(town.session_of(&ada).is_some());
}

#[tokio::test]
async fn a_block_outlives_the_live_row() {
    let mut town = Town::with_channels(0).await;
    let ada = town.arrive("Ada", &["chess"]).await;
    let bob = town.arrive("Bob", &["chess"]).await;
    app::block(&town.world, &ada.user, &Whom::User(bob.user.clone())).await.unwrap();
    town.world.pass(SpanMs::seconds(4 * 3600));
    let (ada, bob) = (town.open(&ada.user).await, town.open(&bob.user).await);
    both_wait(&town, &ada, &bob).await;
    town.seconds_pass(30).await;
    assert!(town.is_waiting(&ada) && town.is_waiting(&bob));
}

#[tokio::test]
async fn a_block_at_the_end_of_the_live_rows_day_outlives_every_ticket() {
    let mut town = Town::with_channels(0).await;
    let ada = town.arrive("Ada", &["chess"]).await;
    let bob = town.arrive("Bob", &["chess"]).await;
    town.world.pass(SpanMs(LIVE_ROW_LIFE.0 - 10_000));
    let issued = town.ticket(&ada.user).await;
    app::block(&town.world, &ada.user, &Whom::User(bob.user.clone())).await.unwrap();
    town.world.pass(SpanMs::seconds(20));
    let (ada, bob) = (town.open_with(&ada.user, &issued).await, town.open(&bob.user).await);
    both_wait(&town, &ada, &bob).await;
    town.seconds_pass(30).await;
    assert!(town.is_waiting(&ada) && town.is_waiting(&bob));
}

#[tokio::test]
async fn a_block_of_somebody_offline_holds_when_they_come() {
    let mut town = Town::with_channels(0).await;
    let bob = town.arrive("Bob", &["chess"]).await;
    let signed_in = app::sign_in(&town.world, &town.settings, Newcomer::default(), None, &Network::of(None)).await;
    let cleo = signed_in.unwrap().profile.user;
    app::block(&town.world, &cleo, &Whom::User(bob.user.clone())).await.unwrap();
    let cleo = town.open(&cleo).await;
    town.says(&cleo, "join-queue", json!({ "tags": ["chess"] })).await;
    town.says(&bob, "join-queue", json!({})).await;
    town.seconds_pass(30).await;
    assert!(town.is_waiting(&cleo) && town.is_waiting(&bob));
}

#[tokio::test]
async fn a_block_is_about_people_whom_one_has_met_and_not_about_oneself() {
    let mut town = Town::with_channels(0).await;
    let (ada, bob, session) = town.meet().await;
    let eve = town.arrive("Eve", &[]).await;
    let session = Whom::PartnerIn(SessionId::parse(&session).unwrap());
    for (owner, whom) in [(&eve, session), (&ada, Whom::User(ada.user.clone()))] {
        assert!(app::block(&town.world, &owner.user, &whom).await.is_err());
    }
    assert!(town.caller(&bob.user).await.profile.blocks.is_empty());
}

#[tokio::test]
async fn a_ban_ends_the_call_and_the_wait_and_lets_nobody_in_until_it_is_over() {
    let mut town = Town::with_channels(0).await;
    let (ada, bob, _) = town.meet().await;
    let until = town.world.now() + SpanMs::seconds(60);
    app::ban(&town.world, &town.settings, &ada.user, until).await.unwrap();
    let heard = town.hears(&ada);
    assert_eq!(heard[0]["data"]["code"], "banned");
    assert_eq!(heard[0]["data"]["retryAfterSeconds"], 60);
    assert_eq!(heard[1]["data"]["reason"], "moderation");
    assert!(town.is_idle(&bob));

    assert!(!town.world.inner().open.contains(&ada.connection), "their socket is closed");
    let again = town.open(&ada.user).await;
    assert_eq!(town.hears(&again).last().unwrap()["data"]["code"], "banned");
    assert!(!town.world.inner().open.contains(&again.connection), "nor does one that was on its way stay open");
    town.says(&bob, "join-queue", json!({})).await;
    assert!(town.is_idle(&again) && town.is_waiting(&bob), "another socket does not help");

    let waiting = town.arrive("Cleo", &["tea"]).await;
    town.says(&waiting, "join-queue", json!({})).await;
    app::ban(&town.world, &town.settings, &waiting.user, until).await.unwrap();
    assert!(town.is_idle(&waiting));
    assert_eq!(town.hears_events(&waiting)[2..], ["queue-left", "error"]);
    assert_eq!(town.recorded().last().unwrap(), "queue.left");

    town.seconds_pass(61).await;
    let back = town.open(&ada.user).await;
    town.says(&back, "join-queue", json!({})).await;
    assert!(town.session_of(&back).is_some());
}

#[tokio::test]
async fn a_ban_that_is_said_again_when_it_is_over_ends_nothing() {
    let mut town = Town::with_channels(0).await;
    let (ada, bob, _) = town.meet().await;
    let cleo = town.arrive("Cleo", &["tea"]).await;
    town.says(&cleo, "join-queue", json!({})).await;
    let until = town.world.now();
    for page in [&ada, &cleo] {
        app::ban(&town.world, &town.settings, &page.user, until).await.unwrap();
    }
    assert!(town.session_of(&ada).is_some() && town.session_of(&bob).is_some() && town.is_waiting(&cleo));
}

#[tokio::test]
async fn who_is_blocked_is_never_met_in_a_thousand_joins_of_a_small_pool() {
    let mut town = Town::with_channels(0).await;
    let mut pages = Vec::new();
    for name in ["Ada", "Bob", "Cleo", "Dan"] {
        pages.push(town.arrive(name, &["chess"]).await);
    }
    app::block(&town.world, &pages[0].user, &Whom::User(pages[1].user.clone())).await.unwrap();
    let (mut joins, mut calls) = (0, [0_u32; 4]);
    for round in 0_usize.. {
        // Everybody who is free asks, each time in another order, and whoever meets parts at once.
        for turn in 0..pages.len() {
            let page = &pages[(turn * (1 + 2 * (round % 2)) + round) % pages.len()];
            if town.is_idle(page) {
                town.says(page, "join-queue", json!({})).await;
                joins += 1;
            }
        }
        for _ in 0..12 {
            town.seconds_pass(1).await;
            for page in &pages {
                let Some(session) = town.session_of(page) else { continue };
                let both = session.sides.each_ref().map(|side| side.user.clone());
                assert!(!(both.contains(&pages[0].user) && both.contains(&pages[1].user)), "round {round}");
                for (count, _) in calls.iter_mut().zip(&pages).filter(|(_, page)| both.contains(&page.user)) {
                    *count += 1;
                }
                let status = json!({ "sessionId": session.id.as_str(), "status": "received" });
                town.says(page, "connection-status", status).await;
                ends(&town, page, session.id.as_str()).await;
            }
        }
        if joins >= 1_000 {
            break;
        }
    }
    assert!(calls.iter().all(|calls| *calls > 100), "everybody meets the others: {calls:?}");
}
