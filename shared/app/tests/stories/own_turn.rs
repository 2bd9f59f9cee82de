//! A deployment's own TURN servers: beside KVS's or instead of them, by names that end.

use crate::town::{Page, Town};
use app::{ProfileChange, Turn, TurnServers, turn_servers};
use domain::id::SessionId;
use domain::limits::{ICE_SERVERS_LIFE, TURN_NAME_LIFE};
use domain::quota::TURN_ASKS;
use domain::refusal::Code;
use domain::time::{SpanMs, TimeMs};
use ports::Ambient;
use protocol::turn::TurnSecret;
use serde_json::{Value, json};

const URL: &str = "turns:turn.speed.example:443?transport=tcp";

async fn town(channels: usize) -> Town {
    let mut town = Town::with_channels(channels).await;
    let secret = TurnSecret::new("0123456789abcdef0123456789abcdef").unwrap();
    town.settings.turn = Some(Turn { urls: vec![URL.into()], secret });
    town
}

/// The servers of the last frame of this name that a page has heard.
fn servers(heard: &[Value], event: &str) -> Option<Vec<Value>> {
    let frame = heard.iter().rfind(|frame| frame["event"] == event)?;
    frame["data"]["iceServers"].as_array().cloned()
}

/// Of our own server among others: until when its name is good, and the rest of the name.
fn own(servers: &[Value]) -> (TimeMs, String) {
    let own: Vec<&Value> = servers.iter().filter(|server| server["urls"] == json!([URL])).collect();
    assert_eq!(own.len(), 1, "{servers:?}");
    let (end, opaque) = own[0]["username"].as_str().unwrap().split_once(':').unwrap();
    (TimeMs(end.parse::<u64>().unwrap() * 1000), opaque.to_owned())
}

async fn matched(town: &mut Town) -> (Page, Page, [Vec<Value>; 2]) {
    let (ada, bob) = (town.arrive("Ada", &["chess"]).await, town.arrive("Bob", &["chess"]).await);
    town.says(&ada, "join-queue", json!({})).await;
    town.says(&bob, "join-queue", json!({})).await;
    let heard = [&ada, &bob].map(|page| servers(&town.hears(page), "matched").unwrap());
    (ada, bob, heard)
}

#[tokio::test]
async fn each_side_of_a_match_has_a_name_of_its_own_with_kvs_and_without() {
    for channels in [0, 1] {
        let mut town = town(channels).await;
        let (ada, _, [to_ada, to_bob]) = matched(&mut town).await;
        assert_eq!((to_ada.len(), to_bob.len()), (1 + channels, 1 + channels));
        let now = town.world.now();
        let ((ends_at, ada_is), (_, bob_is)) = (own(&to_ada), own(&to_bob));
        assert!(now < ends_at && ends_at <= now + TURN_NAME_LIFE);
        assert_ne!(ada_is, bob_is);

        town.world.pass(SpanMs::seconds(5));
        let session = town.session_of(&ada).unwrap().id;
        town.says(&ada, "get-match-details", json!({ "sessionId": session.as_str() })).await;
        let (later, still) = own(&servers(&town.hears(&ada), "match-details").unwrap());
        assert_eq!((later, still), (ends_at + SpanMs::seconds(5), ada_is.clone()));
        let again = town.open(&ada.user).await;
        let connected = town.hears(&again).into_iter().find(|frame| frame["event"] == "connected").unwrap();
        assert_eq!(own(connected["data"]["session"]["iceServers"].as_array().unwrap()).1, ada_is);
    }
}

#[tokio::test]
async fn who_hides_an_address_can_call_though_the_pool_is_empty_or_kvs_is_down() {
    for channels in [0, 1] {
        let mut town = town(channels).await;
        town.world.inner().kvs_is_down = true;
        let ada = town.arrive("Ada", &["chess"]).await;
        let hidden = ProfileChange { hide_ip: Some(true), ..ProfileChange::default() };
        app::change_profile(&town.world, &ada.user, hidden).await.unwrap();
        let (ada, bob) = (town.open(&ada.user).await, town.arrive("Bob", &["chess"]).await);
        town.says(&ada, "join-queue", json!({})).await;
        town.says(&bob, "join-queue", json!({})).await;
        assert!(town.session_of(&ada).unwrap().relay_only);
        for page in [&ada, &bob] {
            own(&servers(&town.hears(page), "matched").unwrap());
        }
    }
}

#[tokio::test]
async fn a_name_never_ends_while_its_call_goes_on() {
    for (channels, kvs_is_down) in [(0, false), (1, false), (1, true)] {
        let mut town = town(channels).await;
        let (ada, bob, heard) = matched(&mut town).await;
        let session = town.session_of(&ada).unwrap().id.to_string();
        for page in [&ada, &bob] {
            town.says(page, "connection-status", json!({ "sessionId": session, "status": "received" })).await;
        }
        for page in [&ada, &bob, &ada, &bob] {
            town.says(page, "extend-session", json!({ "sessionId": session })).await;
        }
        town.world.inner().kvs_is_down = kvs_is_down;
        let mut names = heard.map(|servers| own(&servers));
        let mut renewals = 0;
        while town.session_of(&ada).is_some() {
            town.seconds_pass(1).await;
            for (page, (ends_at, opaque)) in [&ada, &bob].into_iter().zip(&mut names) {
                if let Some(servers) = servers(&town.hears(page), "ice-servers") {
                    let (later, same) = own(&servers);
                    assert!(later > *ends_at && same == *opaque, "renewed");
                    *ends_at = later;
                    renewals += 1;
                }
                assert!(*ends_at > town.world.now(), "over at {:?}", town.world.now());
            }
        }
        assert_eq!(renewals, 2 * 3, "each page at 240, 480 and 720 s");
    }
}

#[tokio::test]
async fn what_does_not_end_is_not_renewed() {
    let mut town = Town::with_channels(0).await;
    town.settings.session_length = SpanMs::seconds(900);
    let (ada, _, _) = town.meet().await;
    town.seconds_pass(800).await;
    assert!(!town.hears_events(&ada).contains(&"ice-servers".to_owned()));
}

fn refused(asked: app::Result<TurnServers>) -> Code {
    asked.unwrap_err().refusal().code
}

#[tokio::test]
async fn servers_are_for_who_is_in_the_call_while_it_lasts() {
    let mut town = town(1).await;
    let (ada, bob, session) = town.meet().await;
    let eve = town.arrive("Eve", &[]).await;
    let (session, nobodys) = (SessionId::parse(&session).unwrap(), SessionId::parse("nobodys").unwrap());
    let ask = async |page: &Page, session: Option<&SessionId>| {
        turn_servers(&town.world, &town.settings, &town.caller(&page.user).await, session).await
    };
    let of_call = ask(&ada, Some(&session)).await.unwrap();
    assert_eq!((of_call.all.len(), of_call.life), (2, ICE_SERVERS_LIFE), "KVS's are there and end first");
    assert_ne!(of_call.own, ask(&bob, Some(&session)).await.unwrap().own);
    let outside = ask(&eve, None).await.unwrap();
    assert_eq!((outside.all, outside.life), (outside.own.into_iter().collect(), TURN_NAME_LIFE));
    assert_eq!(refused(ask(&eve, Some(&session)).await), Code::NotInSession);
    assert_eq!(refused(ask(&ada, Some(&nobodys)).await), Code::NotInSession);

    town.world.inner().kvs_is_down = true;
    let of_call = ask(&ada, Some(&session)).await.unwrap();
    assert_eq!((of_call.all.len(), of_call.life), (1, TURN_NAME_LIFE));
    town.says(&bob, "end-call", json!({ "sessionId": session.as_str() })).await;
    assert_eq!(refused(ask(&ada, Some(&session)).await), Code::NotInSession);

    app::ban(&town.world, &town.settings, &eve.user, town.world.now() + SpanMs::seconds(60)).await.unwrap();
    assert_eq!(refused(ask(&eve, None).await), Code::Banned);
}

#[tokio::test]
async fn nobody_asks_for_servers_without_end() {
    let mut town = town(0).await;
    let (ada, bob) = (town.arrive("Ada", &[]).await, town.arrive("Bob", &[]).await);
    let (max, length) = (TURN_ASKS.max, TURN_ASKS.within);
    let caller = town.caller(&ada.user).await;
    for _ in 0..max {
        turn_servers(&town.world, &town.settings, &caller, None).await.unwrap();
    }
    assert_eq!(refused(turn_servers(&town.world, &town.settings, &caller, None).await), Code::RateLimited);
    turn_servers(&town.world, &town.settings, &town.caller(&bob.user).await, None).await.unwrap();
    town.world.pass(length);
    turn_servers(&town.world, &town.settings, &caller, None).await.unwrap();
}

#[tokio::test]
async fn without_servers_of_its_own_a_deployment_says_so() {
    let mut town = Town::with_channels(0).await;
    let ada = town.arrive("Ada", &[]).await;
    let servers = turn_servers(&town.world, &town.settings, &town.caller(&ada.user).await, None).await.unwrap();
    assert_eq!((servers.own, servers.all), (None, vec![]));
}
