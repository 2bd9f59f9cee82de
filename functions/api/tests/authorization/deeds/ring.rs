//! Ringing friends. The call is that of who asks, Ada's, or none.

use domain::id::UserId;
use serde_json::json;

use crate::deed::{Asked, Deed, PLAIN};
use crate::deeds::queue::user;
use crate::scene::{NOTHING, Scene};
use crate::stage::Stage;
use crate::table::Object;

/// Between the two who ring, whatever is done.
const BETWEEN: Deed = Deed { ask: by_id, beside: pal, names: pal, ..PLAIN };

pub const RING: Deed = Deed {
    name: "ring",
    ask: |scene, object| {
        let to = scene.owner(object).map_or(NOTHING, |house| house.pal.user.as_str());
        Asked::body(json!({ "to": to }))
    },
    shows: |scene, _, seen| {
        let now = seen.after.now;
        let pal = &scene.house().pal;
        vec![
            (user(seen, &pal.user).rings(now).is_some(), "it rings at the friend's"),
            (seen.events(&pal.connection) == ["call-request"], "the friend hears it"),
            (user(seen, &scene.ada().user).rings(now).is_none(), "and nowhere else"),
        ]
    },
    ..BETWEEN
};

pub const ACCEPT: Deed = Deed {
    name: "accept a call",
    stage: Stage::Rung,
    // A call names nobody but to friends, and once it is answered it is like any other.
    shows: |scene, _, seen| {
        let (me, pal) = (user(seen, &scene.me().user), user(seen, &scene.house().pal.user));
        vec![
            (me.session().is_some() && me.session() == pal.session(), "the two talk"),
            (user(seen, &scene.ada().user).session().is_none(), "Ada is still rung"),
        ]
    },
    ..BETWEEN
};

pub const ACCEPT_OWN_RING: Deed = Deed { name: "accept one's own ring", stage: Stage::Ringing, ..BETWEEN };

pub const REJECT: Deed = Deed {
    name: "reject a call",
    stage: Stage::Rung,
    shows: |scene, _, seen| {
        let now = seen.after.now;
        vec![
            (user(seen, &scene.me().user).rings(now).is_none(), "it rings no more"),
            (seen.events(&scene.house().pal.connection) == ["call-rejected"], "the friend is told"),
            (user(seen, &scene.ada().user).rings(now).is_some(), "Ada is still rung"),
        ]
    },
    ..BETWEEN
};

pub const REJECT_OWN_RING: Deed = Deed { name: "reject one's own ring", stage: Stage::Ringing, ..BETWEEN };

pub const CANCEL: Deed = Deed {
    name: "call it off",
    stage: Stage::Ringing,
    shows: |scene, _, seen| {
        let now = seen.after.now;
        vec![
            (user(seen, &scene.house().pal.user).rings(now).is_none(), "it rings no more"),
            (seen.events(&scene.house().pal.connection) == ["call-cancelled"], "the friend is told"),
            (user(seen, &scene.ada().user).rings(now).is_some(), "Ada still rings"),
        ]
    },
    ..BETWEEN
};

pub const CANCEL_RUNG: Deed = Deed { name: "call off a call that another rings", stage: Stage::Rung, ..BETWEEN };

fn by_id(scene: &Scene<'_>, object: Object) -> Asked {
    Asked::body(json!({ "callId": scene.call(object) }))
}

fn pal(scene: &Scene<'_>, _: Object) -> Vec<UserId> {
    vec![scene.house().pal.user.clone()]
}
