//! Staying in and going out, by a cookie; what an access token is good for.

use domain::id::SecretHash;
use domain::row::{Key, Row};
use serde_json::json;

use crate::deed::{Asked, Deed, PLAIN};
use crate::scene::{NOTHING, Scene};
use crate::seen::Seen;
use crate::table::{Object, Who};

pub const REFRESH: Deed = Deed {
    name: "refresh",
    ask: by_cookie,
    shows: |scene, _, seen| {
        vec![
            (seen.body["userId"] == scene.me().user.as_str(), "they stay in as themselves"),
            (seen.changed() == [&own_family(scene)], "their own chain rotates, and nothing else"),
            (seen.cookies.len() == 1 && !seen.cookies[0].contains(&scene.me().refresh), "the cookie is a new one"),
        ]
    },
    ..PLAIN
};

/// With a token that is not the live one of the chain it names.
pub const REFRESH_BY_OLD: Deed = Deed {
    name: "refresh by an old token",
    ask: by_old_cookie,
    shows: |scene, object, seen| vec![(is_over(scene, object, seen), "the chain that was named is over")],
    ..PLAIN
};

pub const LOG_OUT_BY_OLD: Deed = Deed {
    name: "log out by an old token",
    ask: by_old_cookie,
    shows: |scene, object, seen| match object {
        Object::Own => vec![(is_over(scene, object, seen), "their own chain is over")],
        Object::Foreign | Object::Missing => vec![(seen.is_nothing(), "nobody is logged out")],
    },
    ..PLAIN
};

pub const LOG_OUT_EVERYWHERE_BY_OLD: Deed =
    Deed { name: "log out everywhere by an old token", ask: by_old_cookie, ..PLAIN };

pub const LOG_OUT: Deed = Deed {
    name: "log out",
    ask: by_cookie,
    shows: |scene, object, seen| match object {
        Object::Own => vec![
            (seen.row(&own_family(scene)).is_none(), "this sign-in is over"),
            (seen.after.closed.contains(&scene.me().connection), "their socket is closed"),
        ],
        Object::Foreign | Object::Missing => vec![(seen.is_nothing(), "nobody else is logged out")],
    },
    ..PLAIN
};

pub const LOG_OUT_EVERYWHERE: Deed = Deed {
    name: "log out everywhere",
    ask: by_cookie,
    shows: |scene, _, seen| {
        let (me, ada) = (families(seen, scene.me().user.as_str()), families(seen, scene.ada().user.as_str()));
        vec![
            (me == 0, "all their sign-ins are over"),
            (ada > 0, "Ada's are not"),
            (seen.after.closed == [scene.me().connection.clone()], "their socket is closed, and no other"),
        ]
    },
    ..PLAIN
};

pub const VERIFY: Deed = Deed {
    name: "verify",
    shows: |scene, _, seen| {
        vec![
            (seen.body["valid"] == true && seen.body["userId"] == scene.me().user.as_str(), "the token is their own"),
            (seen.is_nothing(), "nothing is written"),
        ]
    },
    ..PLAIN
};

pub const TICKET: Deed = Deed {
    name: "a ticket for a socket",
    shows: |scene, _, seen| {
        let key = Key::WsTicket(SecretHash::of(seen.body["ticket"].as_str().unwrap()));
        let theirs = matches!(seen.row(&key), Some(Row::WsTicket(ticket)) if ticket.user == scene.me().user);
        vec![(theirs, "it opens a socket for themselves"), (seen.changed() == [&key], "and nothing else is written")]
    },
    ..PLAIN
};

/// The cookie of who asks: under their own name, under Ada's, under nobody's.
fn by_cookie(scene: &Scene<'_>, object: Object) -> Asked {
    let cookie = format!("__Host-sc={}.{}", scene.user(object), scene.me().refresh);
    let shown = (scene.who != Who::Anonymous).then_some(cookie);
    Asked::body(json!({ "userId": scene.user(object) })).with_cookie(shown)
}

/// The name of somebody's chain, which every access token of theirs tells, with a token of the own chain that is not the live
/// one: an old one of theirs, and none of Ada's.
fn by_old_cookie(scene: &Scene<'_>, object: Object) -> Asked {
    let family = scene.owner(object).map_or(NOTHING, |house| house.me.family.as_str());
    let root = scene.me().refresh.split('.').nth(1).unwrap();
    let cookie = format!("__Host-sc={}.{family}.{root}.{NOTHING}", scene.user(object));
    let shown = (scene.who != Who::Anonymous).then_some(cookie);
    Asked::body(json!({ "userId": scene.user(object) })).with_cookie(shown)
}

fn is_over(scene: &Scene<'_>, object: Object, seen: &Seen) -> bool {
    let key = scene.owner(object).map(|house| Key::RefreshFamily(house.me.user.clone(), house.me.family.clone()));
    key.is_some_and(|key| seen.row(&key).is_none())
}

fn own_family(scene: &Scene<'_>) -> Key {
    Key::RefreshFamily(scene.me().user.clone(), scene.me().family.clone())
}

fn families(seen: &Seen, of: &str) -> usize {
    let is_theirs = |row: &&Row| matches!(row, Row::RefreshFamily(family) if family.user.as_str() == of);
    seen.after.rows.values().filter(is_theirs).count()
}
