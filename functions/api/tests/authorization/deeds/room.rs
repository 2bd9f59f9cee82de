//! Rooms. In each of two sit its host and their mate: one is that of who asks, the other Ada's.

use domain::id::UserId;
use domain::room::Room;
use domain::row::{Key, Row};
use serde_json::{Value, json};

use crate::deed::{Asked, Claims, Deed, PLAIN};
use crate::deeds::queue::user;
use crate::scene::Scene;
use crate::seen::Seen;
use crate::stage::Stage;
use crate::table::{Object, Who};

/// Within a room, whatever is said.
const TALK: Deed = Deed { stage: Stage::Seated, beside: mate_where_own, ..PLAIN };

pub const CREATE: Deed = Deed {
    name: "make a room",
    ask: |_, _| Asked::body(json!({ "name": "Tea", "capacity": 3 })),
    shows: |scene, _, seen| {
        let id = seen.body["roomId"].as_str().unwrap_or_default();
        let made = room(seen, id).is_some_and(|room| room.owner == scene.me().user && room.seats.is_empty());
        vec![
            (made, "it is theirs, and nobody is in it"),
            (seen.body["url"].as_str().is_some_and(|url| url.ends_with(&format!("/room/{id}"))), "at its link"),
        ]
    },
    ..PLAIN
};

pub const LOOK: Deed = Deed {
    name: "look at a room from outside",
    stage: Stage::Seated,
    ask: |scene, object| Asked::segment(scene.room(object)),
    shows: |scene, object, seen| {
        let many = room(seen, scene.room(object)).map(|room| room.people().count());
        let text = seen.body.to_string();
        let people =
            scene.cast.everybody().any(|person| text.contains(&person.name) || text.contains(person.user.as_str()));
        vec![(seen.body["participants"] == json!(many), "it tells how many are there"), (!people, "and not who")]
    },
    ..PLAIN
};

/// Whoever knows the link comes in; here nobody is there yet.
pub const JOIN: Deed = Deed {
    name: "come into a room",
    stage: Stage::Hosting,
    ask: |scene, object| Asked::body(json!({ "roomId": scene.room(object) })),
    shows: |scene, object, seen| {
        let sits = room(seen, scene.room(object)).is_some_and(|room| room.seat_of(&scene.me().user).is_some());
        let told = seen.events(&scene.connection).contains(&"participant".to_owned());
        vec![(sits && user(seen, &scene.me().user).room().is_some(), "they have a seat"), (told, "and are told so")]
    },
    ..PLAIN
};

pub const LEAVE: Deed = Deed {
    name: "leave a room",
    ask: |scene, object| said(scene, object, json!({})),
    shows: |scene, object, seen| match object {
        // The ban has taken them out already.
        Object::Own if scene.who != Who::Banned => vec![
            (user(seen, &scene.me().user).room().is_none(), "they are out"),
            (seen.events(&scene.house().mate.connection) == ["peer-left"], "their mate hears it"),
        ],
        Object::Own | Object::Foreign | Object::Missing => vec![(seen.is_nothing(), "nothing is done")],
    },
    ..TALK
};

pub const HAND: Deed = Deed {
    name: "raise a hand",
    ask: |scene, object| said(scene, object, json!({})),
    shows: |scene, _, seen| heard(scene, seen, "participant"),
    ..TALK
};

pub const SCREEN: Deed = Deed {
    name: "show a screen",
    ask: |scene, object| said(scene, object, json!({ "shown": true })),
    shows: |scene, _, seen| heard(scene, seen, "participant"),
    ..TALK
};

pub const LOCK: Deed = Deed {
    name: "lock a room",
    ask: |scene, object| said(scene, object, json!({ "op": "lock" })),
    shows: |scene, object, seen| {
        let mut claims = heard(scene, seen, "participant");
        claims.push((room(seen, scene.room(object)).is_some_and(|room| room.locked), "it is locked"));
        claims
    },
    ..TALK
};

pub const REMOVE: Deed = Deed {
    name: "remove somebody from a room",
    ask: |scene, object| said(scene, object, json!({ "op": "remove", "peerId": scene.alias(object) })),
    shows: |scene, _, seen| {
        let mut claims = heard(scene, seen, "room-ended");
        claims.push((user(seen, &scene.house().mate.user).room().is_none(), "they are out"));
        claims
    },
    ..TALK
};

pub const OFFER: Deed = Deed {
    name: "an offer in a room",
    ask: |scene, object| described(scene, object, "offer"),
    shows: |scene, _, seen| heard(scene, seen, "offer"),
    ..TALK
};

pub const ANSWER: Deed = Deed {
    name: "an answer in a room",
    ask: |scene, object| described(scene, object, "answer"),
    shows: |scene, _, seen| heard(scene, seen, "answer"),
    ..TALK
};

pub const CANDIDATE: Deed = Deed {
    name: "a candidate in a room",
    ask: |scene, object| {
        let data = json!({ "candidate": "candidate:1 1 udp 1 192.0.2.1 9 typ host", "sdpMid": "0" });
        said(scene, object, json!({ "to": scene.alias(object), "epoch": 1, "n": 1, "data": data }))
    },
    shows: |scene, _, seen| heard(scene, seen, "candidate"),
    ..TALK
};

pub const FINGERPRINT: Deed = Deed {
    name: "a fingerprint in a room",
    ask: |scene, object| said(scene, object, json!({ "sha256": "AB".to_owned() + &":AB".repeat(31) })),
    shows: |scene, _, seen| heard(scene, seen, "fingerprint"),
    ..TALK
};

pub const MESSAGE: Deed = Deed {
    name: "a line of chat in a room",
    ask: |scene, object| said(scene, object, json!({ "n": 1, "message": "hi" })),
    shows: |scene, _, seen| {
        let mut claims = heard(scene, seen, "message");
        claims.push((seen.is_nothing(), "it is kept nowhere"));
        claims
    },
    ..TALK
};

pub const REACTION: Deed = Deed {
    name: "a reaction in a room",
    ask: |scene, object| said(scene, object, json!({ "emoji": "🎉" })),
    shows: |scene, _, seen| heard(scene, seen, "reaction"),
    ..TALK
};

fn said(scene: &Scene<'_>, object: Object, mut data: Value) -> Asked {
    data["roomId"] = json!(scene.room(object));
    Asked::body(data)
}

/// To the mate of whose room it is.
fn described(scene: &Scene<'_>, object: Object, kind: &str) -> Asked {
    let data = json!({ "type": kind, "sdp": "v=0\r\n" });
    said(scene, object, json!({ "to": scene.alias(object), "epoch": 1, "n": 1, "data": data }))
}

/// Their mate hears it, once.
fn heard(scene: &Scene<'_>, seen: &Seen, event: &str) -> Claims {
    vec![(seen.events(&scene.house().mate.connection) == [event], "their mate hears it, once")]
}

fn mate_where_own(scene: &Scene<'_>, object: Object) -> Vec<UserId> {
    match object {
        Object::Own => vec![scene.house().mate.user.clone()],
        Object::Foreign | Object::Missing => Vec::new(),
    }
}

fn room<'s>(seen: &'s Seen, id: &str) -> Option<&'s Room> {
    let rooms = seen.after.rows.iter().filter(|(key, _)| matches!(key, Key::Room(room) if room.as_str() == id));
    rooms.map(|(_, row)| row).find_map(|row| if let Row::Room(room) = row { Some(room) } else { None })
}
