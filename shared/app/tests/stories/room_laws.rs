//! Laws of rooms: whatever people and hosts do side by side, and wherever it breaks off.

use domain::id::{PeerId, RoomId};
use domain::limits::{GRACE, ROOM_LOOK_EVERY};
use domain::room::{Capacity, Room, RoomWish, Seat};
use domain::row::{Key, Row};
use domain::time::TimeMs;
use domain::user::User;
use ports::fake::rows::Rows;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::rooms::{made_by, row_of};
use crate::side_by_side::{Flight, Weave, weave, weaves};
use crate::town::{Page, Town};

const PEOPLE: usize = 5;
const ROOMS: usize = 2;

#[derive(Debug, Clone, Copy)]
enum Act {
    /// Somebody joins a room, or asks there for fresh servers.
    Join { who: usize, room: usize, anew: bool },
    /// Somebody leaves wherever they are.
    Leave(usize),
    /// A socket breaks.
    Break(usize),
    /// Whoever is the host of a room does something with whoever comes next to mind.
    Govern { room: usize, op: &'static str, peer: usize },
    /// A hand goes up or down, a screen is shown or not.
    Show { who: usize, shown: bool },
    /// Somebody asks to be queued.
    Queue(usize),
    /// A moderator bans somebody for a minute.
    Ban(usize),
}

fn acts() -> impl Strategy<Value = Act> {
    let who = || 0..PEOPLE;
    let ops = ["remove", "admit", "admit", "admit", "host", "lock", "unlock", "unlock", "many-screens", "one-screen"];
    let ops = prop::sample::select(ops.to_vec());
    prop_oneof![
        8 => (who(), 0..ROOMS, any::<bool>()).prop_map(|(who, room, anew)| Act::Join { who, room, anew }),
        3 => who().prop_map(Act::Leave),
        2 => who().prop_map(Act::Break),
        4 => (0..ROOMS, ops, 0_usize..9).prop_map(|(room, op, peer)| Act::Govern { room, op, peer }),
        2 => (who(), any::<bool>()).prop_map(|(who, shown)| Act::Show { who, shown }),
        1 => who().prop_map(Act::Queue),
        1 => who().prop_map(Act::Ban),
    ]
}

/// Two that run side by side, how long it is quiet then, and who opens a new page after that.
#[derive(Debug, Clone)]
struct Round {
    acts: [Act; 2],
    weave: Weave,
    quiet: u64,
    returns: Option<usize>,
}

fn rounds() -> impl Strategy<Value = Round> {
    let quiet = prop_oneof![6 => Just(0), 2 => 1_u64..40, 1 => 600_u64..700];
    ([acts(), acts()], weaves(), quiet, prop::option::weighted(0.4, 0..PEOPLE))
        .prop_map(|(acts, weave, quiet, returns)| Round { acts, weave, quiet, returns })
}

struct Cast {
    people: Vec<Page>,
    rooms: Vec<RoomId>,
}

fn user<'r>(rows: &'r Rows, page: &Page) -> Option<&'r User> {
    if let Some(Row::User(user)) = rows.get(&Key::User(page.user.clone())) { Some(user) } else { None }
}

/// The seat of somebody, wherever they are.
fn seat(town: &Town, page: &Page) -> Option<(RoomId, PeerId)> {
    let inner = town.world.inner();
    let id = user(&inner.rows, page)?.room()?.clone();
    let Some(Row::Room(room)) = inner.rows.get(&Key::Room(id.clone())) else { return None };
    Some((id, room.seat_of(&page.user)?.peer.clone()))
}

async fn act(town: &Town, cast: &Cast, act: Act) {
    let of = |who: usize| &cast.people[who];
    match act {
        Act::Join { who, room, anew } => {
            let own = seat(town, of(who)).filter(|_| !anew).map(|(_, peer)| peer.to_string());
            let room = &cast.rooms[room];
            let mut data = json!({ "roomId": room.as_str() });
            if let Some(own) = own {
                data["peerId"] = Value::from(own);
            }
            town.says(of(who), "join-room", data).await;
        }
        Act::Leave(who) => {
            let Some((room, _)) = seat(town, of(who)) else { return };
            town.says(of(who), "leave-room", json!({ "roomId": room.as_str() })).await;
        }
        Act::Break(who) => town.breaks(of(who)).await,
        Act::Govern { room, op, peer } => {
            let id = &cast.rooms[room];
            let Some(row) = row_of(town, id) else { return };
            let host = row.host().and_then(|host| cast.people.iter().find(|page| page.user == host.user));
            let Some(host) = host else { return };
            let Some(whom) = row.seats.get(peer % row.seats.len()) else { return };
            let data = json!({ "roomId": id.as_str(), "op": op, "peerId": whom.peer.as_str() });
            town.says(host, "room-admin", data).await;
        }
        Act::Show { who, shown } => {
            let Some((room, _)) = seat(town, of(who)) else { return };
            town.says(of(who), "raise-hand", json!({ "roomId": room.as_str(), "raised": shown })).await;
            town.says(of(who), "share-screen", json!({ "roomId": room.as_str(), "shown": shown })).await;
        }
        Act::Queue(who) => town.says(of(who), "join-queue", json!({})).await,
        Act::Ban(who) => {
            let until = ports::Ambient::now(&town.world) + domain::time::SpanMs::seconds(60);
            drop(app::ban(&town.world, &town.settings, &of(who).user, until).await);
        }
    }
}

fn rooms(rows: &Rows) -> impl Iterator<Item = &Room> {
    rows.values().filter_map(|row| if let Row::Room(room) = row { Some(room) } else { None })
}

/// What must hold between one look at the rows and the next.
fn check(before: &Rows, after: &Rows, _now: TimeMs) {
    let mut aliases: Vec<&PeerId> = rooms(after).flat_map(|room| room.seats.iter().map(|seat| &seat.peer)).collect();
    let seats = aliases.len();
    aliases.sort_unstable();
    aliases.dedup();
    assert_eq!(aliases.len(), seats, "an alias is one seat's");
    for room in rooms(after) {
        assert!(room.people().count() <= usize::from(room.capacity.people()), "nobody is seated past the capacity");
        let screens = room.people().filter(|seat| seat.screen).count();
        assert!(screens <= 1 || room.many_screens, "one screen is shown at a time");
        for seat in &room.seats {
            let Some(Row::User(user)) = after.get(&Key::User(seat.user.clone())) else { panic!("a seat of nobody") };
            assert_eq!(
                user.room() == Some(&room.id),
                !seat.is_held(),
                "one person is in one place, which both rows name"
            );
            assert!(!room.has_removed(user) || room.owner == seat.user, "who is removed stays out");
        }
        let hosts = room.people().filter(|seat| room.is_host(&seat.peer)).count();
        assert_eq!(hosts, usize::from(room.people().next().is_some()), "where people are there is one host");
        let owner = room.people().find(|seat| seat.user == room.owner);
        assert!(owner.is_none_or(|owner| room.is_host(&owner.peer)), "and where its owner is, they are it");
        mutual(room);
    }
    for row in after.values() {
        let Row::User(user) = row else { continue };
        let Some(id) = user.room() else { continue };
        let Some(Row::Room(room)) = after.get(&Key::Room(id.clone())) else { panic!("{} is in no room", user.id) };
        assert!(room.seat_of(&user.id).is_some(), "{} has no seat", user.id);
    }
    for room in rooms(before).filter(|room| room.people().next().is_some()) {
        if let Some(Row::Room(now)) = after.get(&Key::Room(room.id.clone())) {
            assert!(now.people().next().is_some(), "the last one takes the room along");
        }
    }
}

/// Of two, one offers and the other answers.
fn mutual(room: &Room) {
    for one in room.people() {
        for seen in &room.seen_by(one).peers {
            let Some(other) = room.seat(&seen.peer) else { panic!("somebody sees nobody") };
            let back = room.seen_by(other).peers.into_iter().find(|peer| peer.peer == one.peer);
            assert_eq!(back.map(|back| back.role), Some(seen.role.other()));
        }
    }
}

/// Whoever is in a room and whose page hears has been told last how it is.
fn told(town: &Town) {
    let inner = town.world.inner();
    for room in rooms(&inner.rows) {
        for seat in room.present() {
            let to_them = inner.posted.iter().filter(|(to, _)| *to == seat.connection);
            let frames = to_them.map(|(_, frame)| serde_json::from_str::<Value>(frame).unwrap());
            let views = frames.filter_map(|frame| match frame["event"].as_str() {
                Some("participant" | "new-peer" | "peer-left") => Some(frame["data"].clone()),
                Some("connected") => Some(frame["data"]["room"].clone()).filter(Value::is_object),
                _ => None,
            });
            let own = views.filter(|view| view["roomId"] == room.id.as_str());
            let Some(newest) = own.max_by_key(|view| view["version"].as_u64()) else { panic!("told nothing") };
            let seen: Vec<&str> =
                newest["peers"].as_array().unwrap().iter().map(|p| p["peerId"].as_str().unwrap()).collect();
            let so: Vec<&str> =
                room.people().filter(|other| other.peer != seat.peer).map(|other| other.peer.as_str()).collect();
            assert_eq!(seen, so, "{} sees who is there", seat.user);
        }
    }
}

async fn open_up(town: &Town, cast: &mut Cast) {
    for (at, id) in cast.rooms.clone().into_iter().enumerate() {
        if row_of(town, &id).is_none() {
            cast.rooms[at] = made(town, &cast.people[at], at).await;
        }
    }
}

/// The second room has a waiting room.
async fn made(town: &Town, host: &Page, at: usize) -> RoomId {
    let wish = RoomWish { capacity: Capacity::new(3).unwrap(), waiting_room: at == 1, ..RoomWish::default() };
    made_by(town, host, wish).await
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn a_room_holds_whom_it_should_and_nobody_twice(rounds in prop::collection::vec(rounds(), 0..30)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let mut town = Town::with_channels(1).await;
            let mut cast = Cast { people: Vec::new(), rooms: Vec::new() };
            for n in 0..PEOPLE {
                cast.people.push(town.arrive(&format!("P{n}"), &[]).await);
            }
            for at in 0..ROOMS {
                let id = made(&town, &cast.people[at], at).await;
                cast.rooms.push(id);
            }
            let mut is_whole = true;
            for round in &rounds {
                let flights = round.acts.map(|one| Box::pin(act(&town, &cast, one)) as Flight<'_>);
                weave(&town, flights, &round.weave, check);
                is_whole &= round.weave.dies_after == [None, None];
                town.seconds_pass(round.quiet).await;
                if is_whole {
                    told(&town);
                }
                if let Some(who) = round.returns {
                    cast.people[who] = town.open(&cast.people[who].user).await;
                }
                open_up(&town, &mut cast).await;
            }
            empties(&town, &cast).await;
        });
    }
}

/// Everybody's socket breaks, of some nobody says so: soon every room is empty, and everybody is free.
async fn empties(town: &Town, cast: &Cast) {
    for (at, page) in cast.people.iter().enumerate() {
        if at % 2 == 0 { town.breaks(page).await } else { town.breaks_silently(page) }
    }
    let bound = ROOM_LOOK_EVERY.0 + GRACE.0;
    town.seconds_pass(2 * bound / 1000).await;
    let inner = town.world.inner();
    let people: Vec<&Seat> = rooms(&inner.rows).flat_map(|room| room.seats.iter()).collect();
    assert_eq!(people, Vec::<&Seat>::new(), "nobody is left behind");
    for page in &cast.people {
        assert!(user(&inner.rows, page).is_none_or(|user| user.room().is_none()));
    }
}
