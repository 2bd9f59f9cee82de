//! Coming, and asking for somebody.

use domain::id::UserId;
use domain::row::{Key, Row};
use domain::user::{User, UserState};
use serde_json::json;

use crate::deed::{Asked, Deed, PLAIN};
use crate::scene::Scene;
use crate::seen::Seen;
use crate::stage::Stage;
use crate::table::Object;

pub const HELLO: Deed = Deed {
    name: "hello",
    stage: Stage::Talking,
    shows: |scene, _, seen| {
        let frames = seen.frames(&scene.connection);
        let connected = frames.iter().find(|frame| frame["event"] == "connected").unwrap();
        let session = user(seen, &scene.me().user).session().map(|session| session.as_str().to_owned());
        vec![
            (connected["data"]["userId"] == scene.me().user.as_str(), "they are told who they are"),
            (connected["data"]["session"]["sessionId"].as_str() == session.as_deref(), "and where they are"),
        ]
    },
    ..PLAIN
};

pub const PING: Deed = Deed {
    name: "ping",
    stage: Stage::Talking,
    shows: |scene, _, seen| {
        let pong = seen.frames(&scene.connection).remove(0);
        let session = user(seen, &scene.me().user).session().map(|session| session.as_str().to_owned());
        vec![
            (pong["event"] == "pong" && pong["data"]["sessionId"].as_str() == session.as_deref(), "their own place"),
            (seen.is_nothing(), "nothing is done"),
        ]
    },
    ..PLAIN
};

pub const JOIN: Deed = Deed {
    name: "join the queue",
    ask: |scene, object| Asked::body(json!({ "userId": scene.user(object) })),
    shows: |scene, _, seen| {
        vec![
            (user(seen, &scene.me().user).waiting().is_some(), "they wait, whoever they say they are"),
            (user(seen, &scene.ada().user).waiting().is_none(), "Ada does not"),
        ]
    },
    ..PLAIN
};

pub const LEAVE: Deed = Deed {
    name: "leave the queue",
    stage: Stage::Waiting,
    shows: |scene, _, seen| {
        vec![
            (user(seen, &scene.me().user).state == UserState::Idle, "they wait no more"),
            (user(seen, &scene.ada().user).waiting().is_some(), "Ada still does"),
        ]
    },
    ..PLAIN
};

pub const NEXT: Deed = Deed {
    name: "next",
    stage: Stage::Talking,
    ask: |scene, object| Asked::body(json!({ "sessionId": scene.session(object) })),
    beside: mate_where_own,
    shows: |scene, object, seen| match object {
        Object::Own => vec![
            (user(seen, &scene.me().user).waiting().is_some(), "they wait again"),
            (user(seen, &scene.partner().user).state == UserState::Idle, "the other is free"),
            (seen.events(&scene.partner().connection) == ["session-ended"], "and told"),
            (user(seen, &scene.ada().user).session().is_some(), "Ada talks on"),
        ],
        Object::Foreign | Object::Missing => vec![(seen.is_nothing(), "nothing is done")],
    },
    ..PLAIN
};

/// The partner hears of what is done in the own call, and of nothing else.
pub fn mate_where_own(scene: &Scene<'_>, object: Object) -> Vec<UserId> {
    match object {
        Object::Own => vec![scene.partner().user.clone()],
        Object::Foreign | Object::Missing => Vec::new(),
    }
}

pub fn user(seen: &Seen, id: &UserId) -> User {
    match seen.row(&Key::User(id.clone())) {
        Some(Row::User(user)) => user.clone(),
        other => panic!("nobody is there: {other:?}"),
    }
}
