//! Whom one never wants to meet again, and whom one looks for.

use domain::id::UserId;
use domain::row::{Key, Row};
use serde_json::json;

use crate::cast::Person;
use crate::deed::{Asked, Claims, Deed, PLAIN};
use crate::scene::{NOTHING, Scene};
use crate::seen::Seen;
use crate::stage::Stage;
use crate::table::Object;

pub const BLOCKED: Deed = Deed {
    name: "whom one blocks",
    shows: |scene, _, seen| {
        let blocks = seen.body["blocks"].as_array().unwrap();
        let own = blocks.iter().all(|block| block["blockId"] == scene.house().block.as_str());
        vec![(blocks.len() == 1 && own, "the list is their own"), (seen.is_nothing(), "it is only read")]
    },
    ..PLAIN
};

pub const BLOCK_PARTNER: Deed = Deed {
    name: "block the partner of a call",
    stage: Stage::Talking,
    ask: |scene, object| Asked::body(json!({ "sessionId": scene.session(object) })),
    beside: |scene, _| vec![scene.partner().user.clone()],
    shows: |scene, _, seen| blocks(scene, seen, scene.partner()),
    ..PLAIN
};

pub const BLOCK_PERSON: Deed = Deed {
    name: "block a person",
    ask: |scene, object| Asked::body(json!({ "userId": scene.user(object) })),
    beside: |scene, _| vec![scene.ada().user.clone()],
    shows: |scene, _, seen| blocks(scene, seen, scene.ada()),
    ..PLAIN
};

pub const UNBLOCK: Deed = Deed {
    name: "let go",
    ask: |scene, object| Asked::segment(scene.owner(object).map_or(NOTHING, |house| house.block.as_str())),
    shows: |scene, _, seen| {
        vec![
            (blocked(seen, &scene.me().user).is_empty(), "their list is empty"),
            (blocked(seen, &scene.ada().user).contains(&scene.cast.pest.user), "Ada still blocks the pest"),
        ]
    },
    ..PLAIN
};

pub const SEARCH: Deed = Deed {
    name: "search",
    ask: |scene, object| match object {
        Object::Own => Asked::q(&scene.me().name),
        Object::Foreign => Asked::q(&scene.ada().name),
        Object::Missing => Asked::q(&scene.cast.ada.mate.name),
    },
    names: |scene, object| match object {
        Object::Foreign => vec![scene.ada().user.clone()],
        Object::Own | Object::Missing => Vec::new(),
    },
    shows: |scene, object, seen| {
        let ada = json!({ "userId": scene.ada().user.as_str(), "nickname": "Ada" });
        let wanted = if object == Object::Foreign { json!([ada]) } else { json!([]) };
        vec![
            (seen.body["users"] == wanted, "who wants to be found is: a name and an id, never oneself"),
            (seen.is_nothing(), "it is only read"),
        ]
    },
    ..PLAIN
};

fn blocks(scene: &Scene<'_>, seen: &Seen, whom: &Person) -> Claims {
    let me = &scene.me().user;
    let known = |one: &UserId, other: &UserId| seen.row(&Key::Friendship(one.clone(), other.clone())).is_some();
    let before = |row: &Row| matches!(row, Row::Profile(profile) if profile.user == whom.user);
    let profile = seen.before.rows.values().find(|row| before(row));
    vec![
        (blocked(seen, me).contains(&whom.user), "it stands in their list"),
        (seen.row(&Key::Profile(whom.user.clone())) == profile, "the other's own list is as it was"),
        (!known(me, &whom.user) && !known(&whom.user, me), "the two are no friends"),
        (seen.after.posted.is_empty(), "the other hears nothing of it"),
    ]
}

fn blocked(seen: &Seen, owner: &UserId) -> Vec<UserId> {
    match seen.row(&Key::Profile(owner.clone())) {
        Some(Row::Profile(profile)) => profile.blocks.iter().map(|block| block.user.clone()).collect(),
        other => panic!("no profile: {other:?}"),
    }
}
