//! What is kept of a person.

use domain::email::Email;
use domain::row::{Key, Row};
use serde_json::{Value, json};

use crate::deed::{Asked, Deed, PLAIN};
use crate::scene::Scene;
use crate::seen::Seen;
use crate::stage::Stage;

pub const READ: Deed = Deed {
    name: "one's own profile",
    shows: |scene, _, seen| vec![(is_me(scene, &seen.body), "it is their own"), (seen.is_nothing(), "it is only read")],
    ..PLAIN
};

pub const WRITE: Deed = Deed {
    name: "change one's own profile",
    ask: |_, _| Asked::body(json!({ "nickname": "Zed" })),
    shows: |scene, _, seen| {
        let profiles = seen.changed().into_iter().filter(|key| matches!(key, Key::Profile(_)));
        vec![
            (is_me(scene, &seen.body) && seen.body["nickname"] == "Zed", "it is their own, and changed"),
            (profiles.eq([&Key::Profile(scene.me().user.clone())]), "no other profile has changed"),
        ]
    },
    ..PLAIN
};

pub const ERASE: Deed = Deed {
    name: "erase oneself",
    shows: |scene, _, seen| {
        let account = Key::Account(Email::parse(&scene.me().email).unwrap().id());
        vec![
            (seen.row(&Key::Profile(scene.me().user.clone())).is_none(), "they are nobody"),
            (seen.row(&account).is_none(), "their address is nobody's"),
            (seen.row(&Key::Profile(scene.ada().user.clone())).is_some(), "Ada is still there"),
            (seen.after.closed == [scene.me().connection.clone()], "their socket is closed, and no other"),
            (seen.after.errands.iter().skip(seen.before.errands.len()).all(|it| names(it, scene)), "errands for them"),
        ]
    },
    ..PLAIN
};

pub const EXPORT: Deed = Deed {
    name: "everything of oneself",
    shows: |scene, _, seen| {
        let calls = seen.body["calls"].as_array().unwrap().len();
        vec![
            (is_me(scene, &seen.body["profile"]), "it is their own"),
            (calls == records(scene, seen) && calls > 0, "with their own calls"),
            (seen.body["signIns"].as_array().unwrap().len() == 1, "with their own sign-in"),
            (seen.is_nothing(), "it is only read"),
        ]
    },
    ..PLAIN
};

pub const ERASE_LATER: Deed = Deed { name: "erase oneself, long signed in", stage: Stage::LongSignedIn, ..PLAIN };

pub const EXPORT_LATER: Deed = Deed { name: "everything, long signed in", stage: Stage::LongSignedIn, ..PLAIN };

pub const CALLS: Deed = Deed {
    name: "one's own calls",
    names: |scene, _| vec![scene.house().pal.user.clone()],
    shows: |scene, _, seen| {
        let calls = seen.body["calls"].as_array().unwrap().len();
        vec![
            (calls == records(scene, seen) && calls > 0, "they are their own"),
            (seen.is_nothing(), "they are only read"),
        ]
    },
    ..PLAIN
};

fn is_me(scene: &Scene<'_>, profile: &Value) -> bool {
    profile["userId"] == scene.me().user.as_str() && profile["email"] == scene.me().email.as_str()
}

fn records(scene: &Scene<'_>, seen: &Seen) -> usize {
    let is_own = |row: &&Row| matches!(row, Row::CallRecord(record) if record.owner == scene.me().user);
    seen.before.rows.values().filter(is_own).count()
}

fn names(errand: &str, scene: &Scene<'_>) -> bool {
    errand.contains(scene.me().user.as_str())
}
