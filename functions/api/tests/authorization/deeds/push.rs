//! Browsers that are woken.

use domain::push::Endpoint;
use domain::row::Key;
use serde_json::json;

use crate::cast::browser_of;
use crate::deed::{Asked, Deed, PLAIN};
use crate::scene::Scene;
use crate::seen::Seen;
use crate::table::Object;

pub const KEY: Deed = Deed {
    name: "the key of pushes",
    shows: |_, _, seen| {
        vec![(seen.body["publicKey"] == "the public half", "the public half"), (seen.is_nothing(), "it is only read")]
    },
    ..PLAIN
};

pub const SUBSCRIBE: Deed = Deed {
    name: "have a browser woken",
    ask: |scene, _| {
        let endpoint = format!("{}-phone", browser_of(&scene.me().name));
        Asked::body(json!({ "endpoint": endpoint, "keys": { "p256dh": "B".repeat(87), "auth": "a".repeat(22) } }))
    },
    shows: |scene, _, seen| {
        vec![(seen.changed().len() == 1 && is_woken(scene, seen, "-phone"), "it is theirs, and nothing else changes")]
    },
    ..PLAIN
};

pub const UNSUBSCRIBE: Deed = Deed {
    name: "have a browser woken no more",
    ask: |scene, object| {
        let name = scene.owner(object).map_or("Nobody", |house| house.me.name.as_str());
        Asked::body(json!({ "endpoint": browser_of(name) }))
    },
    shows: |scene, object, seen| {
        let stays = object != Object::Own;
        let hers = Key::Subscription(scene.ada().user.clone(), id(&browser_of(&scene.ada().name)));
        vec![
            (is_woken(scene, seen, "") == stays, "their own ends, if they mean it"),
            (seen.row(&hers).is_some(), "Ada's stays"),
        ]
    },
    ..PLAIN
};

fn is_woken(scene: &Scene<'_>, seen: &Seen, device: &str) -> bool {
    let endpoint = format!("{}{device}", browser_of(&scene.me().name));
    seen.row(&Key::Subscription(scene.me().user.clone(), id(&endpoint))).is_some()
}

fn id(endpoint: &str) -> domain::id::SecretHash {
    Endpoint::parse(endpoint).unwrap().id()
}
