//! Links by mail.

use domain::row::Key;
use serde_json::json;

use crate::cast::Link;
use crate::deed::{Asked, Claims, Deed, PLAIN};
use crate::scene::{NOTHING, Scene};
use crate::seen::Seen;
use crate::table::Object;

/// To their own address, to Ada's, to nobody's: always the same answer after the same work.
pub const LOG_IN: Deed = Deed {
    name: "a link by mail",
    ask: |scene, object| Asked::body(json!({ "email": address(scene, object) })),
    shows: asked_for,
    ..PLAIN
};

pub const SIGN_UP: Deed = Deed {
    name: "a link by mail for a new account",
    ask: |scene, object| Asked::body(json!({ "email": address(scene, object), "name": "Zed" })),
    shows: asked_for,
    ..PLAIN
};

/// Their own link in the browser that asked for it; one of Ada's, which is told a code and consumes nothing.
pub const OPEN: Deed = Deed {
    name: "open a link",
    ask: |scene, object| {
        let unknown = format!("{NOTHING}.{NOTHING}");
        let token = scene.owner(object).map_or(unknown, |house| house.me.link.token.clone());
        Asked::body(json!({ "token": token })).with_cookie(mark(scene))
    },
    shows: |scene, object, seen| match object {
        Object::Own => came_in(scene, seen),
        Object::Foreign => vec![
            (seen.is_nothing(), "Ada's link is still good"),
            (seen.body.as_object().unwrap().keys().eq(["code"]), "a code is told, and nothing else"),
            (seen.cookies.is_empty(), "nobody is in"),
        ],
        Object::Missing => vec![(false, "there is no such link")],
    },
    ..PLAIN
};

/// The right code, typed in their own browser: good for a link that was asked for there, and for no other.
pub const TYPE_CODE: Deed = Deed {
    name: "type the code of a link",
    ask: |scene, object| {
        let Link { code, .. } = &scene.owner(object).unwrap_or_else(|| scene.house()).me.link;
        Asked::body(json!({ "email": address(scene, object), "code": code })).with_cookie(mark(scene))
    },
    shows: |scene, _, seen| came_in(scene, seen),
    ..PLAIN
};

fn address<'a>(scene: &'a Scene<'_>, object: Object) -> &'a str {
    scene.owner(object).map_or("nobody@example.org", |house| &house.me.email)
}

/// The browser in which they have asked for a link.
fn mark(scene: &Scene<'_>) -> Option<String> {
    Some(format!("__Host-sc-link={}", scene.me().link.nonce))
}

fn asked_for(_: &Scene<'_>, _: Object, seen: &Seen) -> Claims {
    let changed = seen.changed();
    vec![
        (seen.body == json!({}), "the answer says nothing"),
        (changed.len() == 1 && changed.iter().all(|key| matches!(key, Key::LinkRequest(_))), "one request is noted"),
        (seen.after.errands.len() == seen.before.errands.len() + 1, "one errand is sent"),
        (seen.after.letters.len() == seen.before.letters.len(), "no mail is sent at once"),
        (seen.cookies.iter().all(|cookie| cookie.starts_with("__Host-sc-link=")), "the browser is marked, no more"),
    ]
}

fn came_in(scene: &Scene<'_>, seen: &Seen) -> Claims {
    let me = &scene.me().user;
    let families = seen.changed().into_iter().filter(|key| matches!(key, Key::RefreshFamily(..)));
    vec![
        (seen.body["user"]["userId"] == me.as_str(), "they are in as themselves"),
        (seen.cookies[0].starts_with(&format!("__Host-sc={me}.")), "the cookie is their own"),
        (families.count() == 1, "one sign-in has begun"),
    ]
}
