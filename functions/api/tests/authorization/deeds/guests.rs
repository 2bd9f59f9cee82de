//! Coming as a new guest.

use domain::id::UserId;
use domain::row::{Key, Row};
use serde_json::json;

use crate::deed::{Asked, Deed, PLAIN};
use crate::table::Object;

/// On the device that the page has kept, on one that it has made up of Ada's, or without one.
pub const COME: Deed = Deed {
    name: "a new guest",
    ask: |scene, object| match object {
        Object::Own => Asked::body(json!({ "deviceId": scene.office.seal.seal(&scene.me().device) })),
        Object::Foreign => Asked::body(json!({ "deviceId": format!("{}.AAAAAAAAAAAAAAAAAAAAAA", scene.ada().device) })),
        Object::Missing => Asked::default(),
    },
    shows: |scene, object, seen| {
        let user = seen.body["user"]["userId"].as_str().unwrap();
        let Some(Row::Profile(profile)) = seen.row(&Key::Profile(UserId::parse(user).unwrap())) else {
            return vec![(false, "the guest has a profile")];
        };
        let keeps = profile.device == scene.me().device;
        vec![
            (!scene.knows(user), "the guest is nobody we know"),
            (profile.email.is_none() && profile.blocks.is_empty(), "a guest has nothing yet"),
            (keeps == (object == Object::Own), "a device is kept by who had it from us, and by nobody else"),
            (profile.device != scene.ada().device, "Ada's device stays hers"),
            (seen.cookies.len() == 1, "one cookie"),
            (seen.cookies[0].starts_with(&format!("__Host-sc-{user}=")), "the cookie is the guest's own"),
        ]
    },
    ..PLAIN
};
