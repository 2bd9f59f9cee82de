//! Rooms: a few people at one link.

use crate::side_by_side::{Flight, Weave, weave};
use crate::town::{Page, Town};
use app::create_room;
use domain::id::RoomId;
use domain::profile::RoomName;
use domain::room::{Capacity, Room, RoomWish};
use domain::row::{Key, Row};
use domain::timer::Timer;
use serde_json::{Value, json};

/// A room of somebody's making.
pub async fn made_by(town: &Town, host: &Page, wish: RoomWish) -> RoomId {
    create_room(&town.world, &town.caller(&host.user).await, wish).await.unwrap()
}

/// The row of a room, while there is one.
pub fn row_of(town: &Town, room: &RoomId) -> Option<Room> {
    match town.world.inner().rows.get(&Key::Room(room.clone())) {
        Some(Row::Room(row)) => Some(row.clone()),
        Some(_) | None => None,
    }
}

/// Somebody joins, and how the room looks to them then.
pub async fn joins(town: &Town, page: &Page, room: &RoomId) -> Value {
    town.says(page, "join-room", json!({ "roomId": room.as_str() })).await;
    last(&town.hears(page), "participant")
}

/// The data of the last event of this name.
pub fn last(heard: &[Value], event: &str) -> Value {
    let found = heard.iter().rfind(|frame| frame["event"] == event);
    found.unwrap_or_else(|| panic!("no `{event}` in {heard:?}"))["data"].clone()
}

pub fn code(heard: &[Value]) -> String {
    last(heard, "error")["code"].as_str().unwrap().to_owned()
}

pub fn peers(view: &Value) -> Vec<&str> {
    view["peers"].as_array().unwrap().iter().map(|peer| peer["nickname"].as_str().unwrap()).collect()
}

pub fn of_three() -> RoomWish {
    RoomWish { name: Some(RoomName::parse("Tea").unwrap()), capacity: Capacity::new(3).unwrap(), ..RoomWish::default() }
}

#[tokio::test]
async fn who_is_there_offers_to_who_comes_and_each_signals_to_each() {
    let mut town = Town::with_channels(1).await;
    let [ada, bob, cy] = [town.arrive("Ada", &[]).await, town.arrive("Bob", &[]).await, town.arrive("Cy", &[]).await];
    let room = made_by(&town, &ada, of_three()).await;
    let to_ada = joins(&town, &ada, &room).await;
    assert_eq!((to_ada["name"].as_str(), peers(&to_ada).len()), (Some("Tea"), 0));
    assert_eq!(to_ada["hostPeerId"], to_ada["ownPeerId"]);
    let to_bob = joins(&town, &bob, &room).await;
    assert_eq!((to_bob["peers"][0]["role"].as_str(), peers(&to_bob)), (Some("answerer"), vec!["Ada"]));
    assert!(!to_bob["iceServers"].as_array().unwrap().is_empty(), "KVS relays for rooms as well");
    let told = last(&town.hears(&ada), "new-peer");
    assert_eq!((&told["peerId"], told["nickname"].as_str()), (&to_bob["ownPeerId"], Some("Bob")));
    assert_eq!(told["peers"][0]["role"], "offerer");
    assert_eq!(told["iceServers"], to_bob["iceServers"]);
    let to_cy = joins(&town, &cy, &room).await;
    assert_eq!(peers(&to_cy), ["Ada", "Bob"]);
    town.hears(&bob);

    let offer = |to: &Value| json!({ "roomId": room.as_str(), "to": to, "epoch": 1, "n": 1, "data": { "type": "offer", "sdp": SDP } });
    town.says(&ada, "send-offer", offer(&to_bob["ownPeerId"])).await;
    let heard = last(&town.hears(&bob), "offer");
    assert_eq!((&heard["from"], heard["roomId"].as_str()), (&to_ada["ownPeerId"], Some(room.as_str())));
    assert_eq!(town.hears_events(&cy), ["participant"; 0], "and nobody else hears it");

    town.says(&cy, "send-message", json!({ "roomId": room.as_str(), "n": 1, "message": "Tea?" })).await;
    for page in [&ada, &bob] {
        assert_eq!(last(&town.hears(page), "message")["message"], "Tea?");
    }
    assert_eq!(town.free_channels(), 1, "no channel is leased for it");
}

const SDP: &str = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n";

#[tokio::test]
async fn nobody_signals_into_a_room_that_is_not_theirs() {
    let mut town = Town::with_channels(0).await;
    let [ada, bob, eve] = [town.arrive("Ada", &[]).await, town.arrive("Bob", &[]).await, town.arrive("Eve", &[]).await];
    let room = made_by(&town, &ada, of_three()).await;
    let other = made_by(&town, &eve, of_three()).await;
    joins(&town, &ada, &room).await;
    let bobs = joins(&town, &bob, &room).await["ownPeerId"].clone();
    joins(&town, &eve, &other).await;
    for page in [&ada, &bob] {
        town.hears(page);
    }
    for (at, expected) in [(&room, "not_in_session"), (&other, "not_found")] {
        let data = json!({ "type": "offer", "sdp": SDP });
        let frame = json!({ "roomId": at.as_str(), "to": bobs, "epoch": 1, "n": 1, "data": data });
        town.says(&eve, "send-offer", frame).await;
        assert_eq!(code(&town.hears(&eve)), expected);
        assert!(town.hears(&bob).is_empty());
    }
    town.says(&eve, "send-message", json!({ "roomId": room.as_str(), "n": 1, "message": "hi" })).await;
    assert_eq!(code(&town.hears(&eve)), "not_in_session");
}

#[tokio::test]
async fn a_socket_that_comes_back_in_time_keeps_its_place_and_a_new_page_gets_a_new_alias() {
    let mut town = Town::with_channels(0).await;
    let (ada, bob) = (town.arrive("Ada", &[]).await, town.arrive("Bob", &[]).await);
    let room = made_by(&town, &ada, of_three()).await;
    joins(&town, &ada, &room).await;
    let alias = joins(&town, &bob, &room).await["ownPeerId"].clone();
    town.hears(&ada);

    town.breaks(&bob).await;
    assert_eq!(last(&town.hears(&ada), "participant")["peers"][0]["presence"], "lost");
    town.seconds_pass(29).await;
    let bob = town.open(&bob.user).await;
    let connected = last(&town.hears(&bob), "connected");
    assert_eq!((connected["state"].as_str(), &connected["room"]["ownPeerId"]), (Some("in-room"), &alias));
    assert_eq!(last(&town.hears(&ada), "participant")["peers"][0]["presence"], "here");
    town.seconds_pass(60).await;
    assert_eq!(row_of(&town, &room).unwrap().seats.len(), 2);

    town.says(&bob, "join-room", json!({ "roomId": room.as_str(), "peerId": alias })).await;
    assert_eq!(last(&town.hears(&bob), "participant")["ownPeerId"], alias, "this only asks for fresh servers");
    assert!(town.hears(&ada).is_empty());
    let anew = joins(&town, &bob, &room).await;
    assert_ne!(anew["ownPeerId"], alias);
    let heard = town.hears(&ada);
    assert_eq!(last(&heard, "peer-left")["peerId"], alias);
    assert_eq!(last(&heard, "new-peer")["peers"][0]["role"], "offerer");
}

#[tokio::test]
async fn who_does_not_come_back_has_left_and_the_last_one_takes_the_room_along() {
    let mut town = Town::with_channels(0).await;
    let (ada, bob) = (town.arrive("Ada", &[]).await, town.arrive("Bob", &[]).await);
    let room = made_by(&town, &ada, of_three()).await;
    joins(&town, &ada, &room).await;
    joins(&town, &bob, &room).await;
    town.hears(&ada);
    town.breaks(&bob).await;
    town.seconds_pass(31).await;
    let left = last(&town.hears(&ada), "peer-left");
    assert_eq!((left["reason"].as_str(), peers(&left).len()), (Some("lost"), 0));
    assert!(town.is_idle(&bob));
    // Nobody says that her socket broke: the next look finds it.
    town.breaks_silently(&ada);
    town.seconds_pass(700).await;
    assert!(row_of(&town, &room).is_none() && town.is_idle(&ada));
    let recorded = town.recorded();
    assert_eq!(recorded.iter().filter(|kind| *kind == "room.joined").count(), 2);
    assert_eq!(recorded.iter().filter(|kind| *kind == "room.left").count(), 2);
}

#[tokio::test]
async fn the_host_hands_over_mutes_all_and_one_screen_is_shown_at_a_time() {
    let mut town = Town::with_channels(0).await;
    let (ada, bob) = (town.arrive("Ada", &[]).await, town.arrive("Bob", &[]).await);
    let room = made_by(&town, &ada, of_three()).await;
    joins(&town, &ada, &room).await;
    let bobs = joins(&town, &bob, &room).await["ownPeerId"].clone();
    let share = |shown: bool| json!({ "roomId": room.as_str(), "shown": shown });
    town.says(&ada, "share-screen", share(true)).await;
    town.says(&bob, "share-screen", share(true)).await;
    assert_eq!(code(&town.hears(&bob)), "conflict");
    town.says(&ada, "share-screen", share(false)).await;
    town.says(&bob, "share-screen", share(true)).await;
    town.says(&bob, "raise-hand", json!({ "roomId": room.as_str() })).await;
    let seen = last(&town.hears(&ada), "participant");
    assert!(seen["peers"][0]["screen"] == true && seen["peers"][0]["handRaisedAt"].is_u64());
    town.says(&ada, "room-admin", json!({ "roomId": room.as_str(), "op": "mute-all" })).await;
    last(&town.hears(&bob), "mute-all");
    town.says(&ada, "room-admin", json!({ "roomId": room.as_str(), "op": "host", "peerId": bobs })).await;
    assert_eq!(last(&town.hears(&ada), "participant")["hostPeerId"], bobs);
    town.says(&bob, "leave-room", json!({ "roomId": room.as_str() })).await;
    let after = last(&town.hears(&ada), "peer-left");
    assert_eq!(after["hostPeerId"], after["ownPeerId"], "who stays is the host");
}

#[tokio::test]
async fn one_person_is_in_one_place() {
    let mut town = Town::with_channels(0).await;
    let (ada, bob, session) = town.meet().await;
    let room = made_by(&town, &ada, of_three()).await;
    town.says(&ada, "join-room", json!({ "roomId": room.as_str() })).await;
    assert_eq!(code(&town.hears(&ada)), "conflict", "a call is not left unasked");
    town.says(&ada, "end-call", json!({ "sessionId": session })).await;
    town.says(&ada, "join-queue", json!({})).await;
    town.hears(&ada);
    town.says(&ada, "join-room", json!({ "roomId": room.as_str() })).await;
    assert_eq!(town.hears_events(&ada), ["queue-left", "participant"]);
    town.says(&bob, "join-queue", json!({})).await;
    assert!(town.is_waiting(&bob), "who is in a room is met by nobody");
    town.says(&ada, "join-queue", json!({})).await;
    assert_eq!(code(&town.hears(&ada)), "already_in_queue");
    let other = made_by(&town, &ada, of_three()).await;
    town.says(&ada, "join-room", json!({ "roomId": other.as_str() })).await;
    assert_eq!(code(&town.hears(&ada)), "conflict");
}

#[tokio::test]
async fn who_is_banned_is_out_of_the_room() {
    let mut town = Town::with_channels(0).await;
    let (ada, bob) = (town.arrive("Ada", &[]).await, town.arrive("Bob", &[]).await);
    let room = made_by(&town, &ada, of_three()).await;
    joins(&town, &ada, &room).await;
    joins(&town, &bob, &room).await;
    town.hears(&ada);
    let until = ports::Ambient::now(&town.world) + domain::time::SpanMs::seconds(3600);
    app::ban(&town.world, &town.settings, &bob.user, until).await.unwrap();
    assert_eq!(last(&town.hears(&ada), "peer-left")["reason"], "moderation");
    assert_eq!(row_of(&town, &room).unwrap().seats.len(), 1);
}

#[tokio::test]
async fn between_two_of_whom_one_hides_only_relayed_candidates_pass() {
    let mut town = Town::with_channels(0).await;
    let (ada, bob, cy) = (town.arrive("Ada", &[]).await, town.arrive("Bob", &[]).await, town.arrive("Cy", &[]).await);
    let hidden = app::ProfileChange { hide_ip: Some(true), ..app::ProfileChange::default() };
    app::change_profile(&town.world, &cy.user, hidden).await.unwrap();
    let cy = town.open(&cy.user).await;
    let room = made_by(&town, &ada, of_three()).await;
    joins(&town, &ada, &room).await;
    let bobs = joins(&town, &bob, &room).await["ownPeerId"].clone();
    let seen = joins(&town, &cy, &room).await;
    assert_eq!(seen["peers"][0]["iceTransportPolicy"], "relay");
    for page in [&ada, &bob, &cy] {
        town.hears(page);
    }
    let candidate = "candidate:1 1 udp 2130706431 192.0.2.7 5000 typ host";
    let say = |to: &Value| {
        let data = json!({ "candidate": candidate, "sdpMid": "0" });
        json!({ "roomId": room.as_str(), "to": to, "epoch": 1, "n": 1, "data": data })
    };
    town.says(&ada, "send-candidate", say(&bobs)).await;
    assert_eq!(last(&town.hears(&bob), "candidate")["data"]["candidate"], candidate);
    town.says(&ada, "send-candidate", say(&seen["ownPeerId"])).await;
    town.says(&cy, "send-candidate", say(&bobs)).await;
    assert!(town.hears(&cy).is_empty() && town.hears(&bob).is_empty());
}

#[tokio::test]
async fn a_friend_who_rings_reaches_somebody_in_a_room_and_their_seat_is_kept_for_a_while() {
    let mut town = Town::with_channels(0).await;
    let (ada, bob) = crate::friends_and_calls::befriended(&mut town).await;
    let room = made_by(&town, &bob, of_three()).await;
    joins(&town, &bob, &room).await;
    let cy = town.arrive("Cy", &[]).await;
    joins(&town, &cy, &room).await;
    for page in [&ada, &bob, &cy] {
        town.hears(page);
    }
    town.says(&ada, "call-request", json!({ "to": bob.user.as_str() })).await;
    let call = last(&town.hears(&bob), "call-request")["callId"].clone();
    town.says(&bob, "call-accepted", json!({ "callId": call })).await;
    let session = last(&town.hears(&bob), "matched")["sessionId"].clone();
    let seen = last(&town.hears(&cy), "participant");
    assert_eq!(seen["peers"][0]["presence"], "held");
    assert_eq!(seen["hostPeerId"], seen["ownPeerId"], "who is there decides");
    town.says(&bob, "end-call", json!({ "sessionId": session })).await;
    let back = joins(&town, &bob, &room).await;
    assert_eq!(back["hostPeerId"], back["ownPeerId"]);

    town.says(&ada, "call-request", json!({ "to": bob.user.as_str() })).await;
    let call = last(&town.hears(&bob), "call-request")["callId"].clone();
    town.says(&bob, "call-accepted", json!({ "callId": call })).await;
    let session = last(&town.hears(&bob), "matched")["sessionId"].clone();
    for page in [&ada, &bob] {
        town.says(page, "connection-status", json!({ "sessionId": session, "status": "received" })).await;
    }
    town.seconds_pass(901).await;
    assert_eq!(row_of(&town, &room).unwrap().seats.len(), 1);
    assert!(town.user(&bob).session().is_some(), "and the call goes on");
}

/// Somebody's live row has expired and is deleted; the room, which lives longer, does not know.
fn is_forgotten(town: &Town, page: &Page) {
    town.breaks_silently(page);
    town.world.inner().rows.remove(&Key::User(page.user.clone()));
}

#[tokio::test]
async fn the_seat_of_who_was_forgotten_is_free_again_and_takes_nobody_along() {
    for pattern in 0_u32..256 {
        let mut town = Town::with_channels(0).await;
        let (ada, bob) = (town.arrive("Ada", &[]).await, town.arrive("Bob", &[]).await);
        let room = made_by(&town, &ada, of_three()).await;
        joins(&town, &ada, &room).await;
        is_forgotten(&town, &ada);
        let due_at = row_of(&town, &room).unwrap().look_at.unwrap();
        town.world.inner().now = due_at;
        let timer = Timer::Room(room.clone());
        let look: Flight<'_> =
            Box::pin(async { app::tick(&town.world, &town.settings, &timer, due_at).await.unwrap() });
        let join: Flight<'_> =
            Box::pin(async { town.says(&bob, "join-room", json!({ "roomId": room.as_str() })).await });
        let turns = (0..16).map(|turn| pattern >> (turn % 8) & 1 == 1).collect();
        weave(&town, [look, join], &Weave::of(turns), |_, _, _| ());
        match row_of(&town, &room) {
            Some(row) => {
                let people: Vec<_> = row.seats.iter().map(|seat| &seat.user).collect();
                assert_eq!((people, town.user(&bob).room()), (vec![&bob.user], Some(&room)), "{pattern:b}");
            }
            None => assert_eq!(town.user(&bob).room(), None, "{pattern:b}"),
        }
    }
}
