//! The doors of rooms, and who keeps them.

use crate::rooms::{code, joins, last, made_by, of_three, peers, row_of};
use crate::town::{Page, Town};
use domain::id::RoomId;
use domain::limits::ROOM_LOOK_OVERDUE;
use domain::room::{Capacity, Password, RoomWish};
use domain::row::Key;
use serde_json::{Value, json};

#[tokio::test]
async fn a_full_room_a_wrong_password_a_locked_door_and_a_host_who_removes() {
    let mut town = Town::with_channels(0).await;
    let ada = town.arrive("Ada", &[]).await;
    let wish = RoomWish {
        capacity: Capacity::new(2).unwrap(),
        password: Some(Password::parse("sesame").unwrap()),
        ..RoomWish::default()
    };
    let room = made_by(&town, &ada, wish).await;
    joins(&town, &ada, &room).await;
    let knock = |password: &str| json!({ "roomId": room.as_str(), "password": password });
    let bob = town.arrive("Bob", &[]).await;
    town.says(&bob, "join-room", json!({ "roomId": room.as_str() })).await;
    assert_eq!(code(&town.hears(&bob)), "forbidden");
    for _ in 0..9 {
        town.says(&bob, "join-room", knock("open")).await;
        assert_eq!(code(&town.hears(&bob)), "forbidden");
    }
    town.says(&bob, "join-room", knock("sesame")).await;
    let bobs = last(&town.hears(&bob), "participant")["ownPeerId"].clone();
    let cy = town.arrive("Cy", &[]).await;
    town.says(&cy, "join-room", knock("sesame")).await;
    assert_eq!(code(&town.hears(&cy)), "conflict");

    let admin = |op: &str, peer: &Value| json!({ "roomId": room.as_str(), "op": op, "peerId": peer });
    town.says(&bob, "room-admin", admin("remove", &bobs)).await;
    assert_eq!(code(&town.hears(&bob)), "forbidden", "only the host does that");
    town.says(&ada, "room-admin", admin("remove", &bobs)).await;
    assert_eq!(last(&town.hears(&bob), "room-ended")["reason"], "removed");
    town.says(&bob, "join-room", knock("sesame")).await;
    assert!(["forbidden", "rate_limited"].contains(&code(&town.hears(&bob)).as_str()));
    town.says(&ada, "room-admin", json!({ "roomId": room.as_str(), "op": "lock" })).await;
    town.says(&cy, "join-room", knock("sesame")).await;
    assert_eq!(code(&town.hears(&cy)), "forbidden");
    town.says(&ada, "room-admin", json!({ "roomId": room.as_str(), "op": "unlock" })).await;
    town.says(&cy, "join-room", knock("sesame")).await;
    last(&town.hears(&cy), "participant");
    let dee = town.arrive("Dee", &[]).await;
    for _ in 0..11 {
        town.says(&dee, "join-room", knock("guess")).await;
    }
    assert_eq!(code(&town.hears(&dee)), "rate_limited");
}

#[tokio::test]
async fn before_a_door_one_waits_until_the_host_opens() {
    let mut town = Town::with_channels(0).await;
    let (ada, bob) = (town.arrive("Ada", &[]).await, town.arrive("Bob", &[]).await);
    let room = made_by(&town, &ada, RoomWish { waiting_room: true, ..of_three() }).await;
    town.says(&bob, "join-room", json!({ "roomId": room.as_str(), "name": "Robert" })).await;
    assert_eq!(last(&town.hears(&bob), "room-waiting")["name"], "Tea");
    let view = joins(&town, &ada, &room).await;
    assert_eq!((peers(&view).len(), view["waiting"][0]["nickname"].as_str()), (0, Some("Robert")));
    town.says(&bob, "send-message", json!({ "roomId": room.as_str(), "n": 1, "message": "hi" })).await;
    assert_eq!(code(&town.hears(&bob)), "not_in_session");
    let peer = view["waiting"][0]["peerId"].clone();
    town.says(&ada, "room-admin", json!({ "roomId": room.as_str(), "op": "admit", "peerId": peer })).await;
    assert_eq!(last(&town.hears(&bob), "participant")["peers"][0]["nickname"], "Ada");
    assert_eq!(last(&town.hears(&ada), "new-peer")["waiting"], json!([]));

    let cy = town.arrive("Cy", &[]).await;
    town.says(&cy, "join-room", json!({ "roomId": room.as_str() })).await;
    town.says(&ada, "leave-room", json!({ "roomId": room.as_str() })).await;
    town.says(&bob, "leave-room", json!({ "roomId": room.as_str() })).await;
    assert_eq!(last(&town.hears(&cy), "room-ended")["reason"], "closed");
    assert!(town.is_idle(&cy) && row_of(&town, &room).is_none());
}

fn with_password(password: &str) -> RoomWish {
    RoomWish { password: Some(Password::parse(password).unwrap()), ..RoomWish::default() }
}

#[tokio::test]
async fn who_is_seated_or_owns_the_room_spends_no_tries() {
    let mut town = Town::with_channels(0).await;
    let (ada, bob) = (town.arrive("Ada", &[]).await, town.arrive("Bob", &[]).await);
    let room = made_by(&town, &ada, with_password("sesame")).await;
    let knock = |peer: Option<&Value>| {
        let mut data = json!({ "roomId": room.as_str(), "password": "sesame" });
        peer.into_iter().for_each(|peer| data["peerId"] = peer.clone());
        data
    };
    for page in [&ada, &bob] {
        town.says(page, "join-room", knock(None)).await;
        for _ in 0..30 {
            let own = last(&town.hears(page), "participant")["ownPeerId"].clone();
            town.says(page, "join-room", knock(Some(&own))).await;
        }
    }
}

#[tokio::test]
async fn ten_guests_with_wrong_passwords_keep_nobody_out() {
    let mut town = Town::with_channels(0).await;
    let ada = town.arrive("Ada", &[]).await;
    let room = made_by(&town, &ada, with_password("sesame")).await;
    for n in 0..10 {
        let guest = town.arrive(&format!("G{n}"), &[]).await;
        for _ in 0..12 {
            town.says(&guest, "join-room", json!({ "roomId": room.as_str(), "password": "guess" })).await;
        }
        assert_eq!(code(&town.hears(&guest)), "rate_limited");
    }
    let bob = town.arrive("Bob", &[]).await;
    town.says(&bob, "join-room", json!({ "roomId": room.as_str(), "password": "sesame" })).await;
    last(&town.hears(&bob), "participant");
}

#[tokio::test]
async fn who_waits_hears_whether_anybody_can_let_them_in() {
    let mut town = Town::with_channels(0).await;
    let (ada, bob) = (town.arrive("Ada", &[]).await, town.arrive("Bob", &[]).await);
    let room = made_by(&town, &ada, RoomWish { waiting_room: true, ..of_three() }).await;
    town.says(&bob, "join-room", json!({ "roomId": room.as_str() })).await;
    assert_eq!(last(&town.hears(&bob), "room-waiting")["hosted"], false);
    let view = joins(&town, &ada, &room).await;
    assert_eq!(last(&town.hears(&bob), "room-waiting")["hosted"], true);
    let bob = town.open(&bob.user).await;
    assert_eq!(last(&town.hears(&bob), "connected")["roomWaiting"]["hosted"], true);
    let admit = json!({ "roomId": room.as_str(), "op": "admit", "peerId": view["waiting"][0]["peerId"] });
    town.says(&ada, "room-admin", admit.clone()).await;
    last(&town.hears(&bob), "participant");
    // The page of who was let in did not hear of it: the host says so once more, and so it is told once more.
    town.says(&ada, "room-admin", admit).await;
    assert_eq!(peers(&last(&town.hears(&bob), "participant")), ["Ada"]);
}

#[tokio::test]
async fn an_alias_that_is_not_the_pages_own_is_no_way_in() {
    let mut town = Town::with_channels(0).await;
    let ada = town.arrive("Ada", &[]).await;
    let room = made_by(&town, &ada, of_three()).await;
    let former = joins(&town, &ada, &room).await["ownPeerId"].clone();
    let own = joins(&town, &ada, &room).await["ownPeerId"].clone();
    assert_ne!(former, own);
    let before = row_of(&town, &room).unwrap();
    town.says(&ada, "join-room", json!({ "roomId": room.as_str(), "peerId": former })).await;
    assert_eq!(code(&town.hears(&ada)), "not_in_session");
    assert_eq!(row_of(&town, &room).unwrap(), before);
}

#[tokio::test]
async fn who_was_removed_stays_out_as_somebody_new_but_never_the_owner() {
    let mut town = Town::with_channels(0).await;
    let (ada, bob) = (town.arrive("Ada", &[]).await, town.arrive("Bob", &[]).await);
    let room = made_by(&town, &ada, of_three()).await;
    joins(&town, &ada, &room).await;
    let bobs = joins(&town, &bob, &room).await["ownPeerId"].clone();
    town.says(&ada, "room-admin", json!({ "roomId": room.as_str(), "op": "remove", "peerId": bobs })).await;
    let device = town.user(&bob).device;
    let again = town.signs_in("bob@example.org", None, Some(device)).await;
    let again = town.open(&again).await;
    town.says(&again, "join-room", json!({ "roomId": room.as_str() })).await;
    assert_eq!(code(&town.hears(&again)), "forbidden");
}

#[tokio::test]
async fn who_is_turned_away_at_the_door_is_not_barred_with_all_of_their_device() {
    let mut town = Town::with_channels(0).await;
    let (ada, bob) = (town.arrive("Ada", &[]).await, town.arrive("Bob", &[]).await);
    let room = made_by(&town, &ada, RoomWish { waiting_room: true, ..of_three() }).await;
    joins(&town, &ada, &room).await;
    town.says(&bob, "join-room", json!({ "roomId": room.as_str() })).await;
    let bobs = last(&town.hears(&ada), "participant")["waiting"][0]["peerId"].clone();
    town.says(&ada, "room-admin", json!({ "roomId": room.as_str(), "op": "remove", "peerId": bobs })).await;
    town.says(&bob, "join-room", json!({ "roomId": room.as_str() })).await;
    assert_eq!(code(&town.hears(&bob)), "forbidden");
    let again = town.signs_in("bob@example.org", None, Some(town.user(&bob).device)).await;
    let again = town.open(&again).await;
    town.says(&again, "join-room", json!({ "roomId": room.as_str() })).await;
    last(&town.hears(&again), "room-waiting");
}

#[tokio::test]
async fn whoever_knocks_finds_no_ghosts() {
    let mut town = Town::with_channels(0).await;
    let (ada, bob, cy) = (town.arrive("Ada", &[]).await, town.arrive("Bob", &[]).await, town.arrive("Cy", &[]).await);
    let room = made_by(&town, &ada, RoomWish { capacity: Capacity::new(2).unwrap(), ..RoomWish::default() }).await;
    joins(&town, &ada, &room).await;
    joins(&town, &bob, &room).await;
    // Both break, and nobody ever says so: no `$disconnect`, no timer.
    for page in [&ada, &bob] {
        town.breaks_silently(page);
    }
    let look_at = row_of(&town, &room).unwrap().look_at.unwrap();
    town.world.inner().timers.clear();
    town.world.inner().now = look_at + ROOM_LOOK_OVERDUE;
    town.says(&cy, "join-room", json!({ "roomId": room.as_str() })).await;
    town.hears(&cy);
    town.seconds_pass(31).await;
    assert!(row_of(&town, &room).is_none(), "the look has found them gone");
}

/// The owner is in a friend's call, and somebody else is host meanwhile.
async fn held_by_a_substitute(town: &mut Town) -> (Page, Page, RoomId, Value) {
    let (ada, bob) = crate::friends_and_calls::befriended(town).await;
    let room = made_by(town, &bob, of_three()).await;
    let bobs = joins(town, &bob, &room).await["ownPeerId"].clone();
    let cy = town.arrive("Cy", &[]).await;
    joins(town, &cy, &room).await;
    town.says(&ada, "call-request", json!({ "to": bob.user.as_str() })).await;
    let call = last(&town.hears(&bob), "call-request")["callId"].clone();
    town.says(&bob, "call-accepted", json!({ "callId": call })).await;
    (bob, cy, room, bobs)
}

#[tokio::test]
async fn a_substitute_neither_gives_the_room_away_nor_removes_its_owner() {
    let mut town = Town::with_channels(0).await;
    let (bob, cy, room, bobs) = held_by_a_substitute(&mut town).await;
    let seen = last(&town.hears(&cy), "participant");
    assert_eq!((&seen["hostPeerId"], &seen["owner"]), (&seen["ownPeerId"], &json!(false)));
    for (op, peer) in [("host", &seen["ownPeerId"]), ("remove", &bobs)] {
        town.says(&cy, "room-admin", json!({ "roomId": room.as_str(), "op": op, "peerId": peer })).await;
        assert_eq!(code(&town.hears(&cy)), "forbidden", "{op}");
    }
    let row = row_of(&town, &room).unwrap();
    assert!(row.owner == bob.user && row.seat_of(&bob.user).is_some());
}

#[tokio::test]
async fn of_several_screens_one_goes_on() {
    let mut town = Town::with_channels(0).await;
    let (ada, bob) = (town.arrive("Ada", &[]).await, town.arrive("Bob", &[]).await);
    let room = made_by(&town, &ada, RoomWish { many_screens: true, ..of_three() }).await;
    for page in [&ada, &bob] {
        joins(&town, page, &room).await;
        town.says(page, "share-screen", json!({ "roomId": room.as_str(), "shown": true })).await;
    }
    town.says(&ada, "room-admin", json!({ "roomId": room.as_str(), "op": "one-screen" })).await;
    let seen = last(&town.hears(&bob), "participant");
    assert_eq!((&seen["screen"], &seen["peers"][0]["screen"]), (&json!(false), &json!(true)));
}

#[tokio::test]
async fn a_lost_timer_keeps_no_seat() {
    let mut town = Town::with_channels(0).await;
    let (ada, bob) = (town.arrive("Ada", &[]).await, town.arrive("Bob", &[]).await);
    let room = made_by(&town, &ada, of_three()).await;
    joins(&town, &ada, &room).await;
    joins(&town, &bob, &room).await;
    town.breaks(&bob).await;
    let look_at = row_of(&town, &room).unwrap().look_at.unwrap();
    town.world.inner().timers.clear();
    town.world.inner().now = look_at + ROOM_LOOK_OVERDUE;
    let ada = town.open(&ada.user).await;
    let seen = last(&town.hears(&ada), "connected");
    assert_eq!(seen["room"]["peers"], json!([]), "her coming back makes the lost looks good");
    assert!(row_of(&town, &room).unwrap().look_at.unwrap() > look_at + ROOM_LOOK_OVERDUE);
    assert!(town.world.inner().rows.contains_key(&Key::Room(room)));
}

#[tokio::test]
async fn a_socket_that_is_replaced_unseen_is_counted() {
    let mut town = Town::with_channels(0).await;
    let (ada, bob) = (town.arrive("Ada", &[]).await, town.arrive("Bob", &[]).await);
    let room = made_by(&town, &ada, of_three()).await;
    joins(&town, &ada, &room).await;
    joins(&town, &bob, &room).await;
    let returns = |heard: &[Value], event: &str| last(heard, event)["peers"][0]["returns"].clone();
    assert_eq!(returns(&town.hears(&ada), "new-peer"), 0);
    town.open(&bob.user).await;
    assert_eq!(returns(&town.hears(&ada), "participant"), 1, "what was said into the old one may be lost");
}
