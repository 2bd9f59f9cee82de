//! Friends, and who wants to be one.

use domain::friend::Bond;
use domain::id::UserId;
use domain::row::{Key, Row};
use serde_json::{Value, json};

use crate::cast::Person;
use crate::deed::{Asked, Claims, Deed, PLAIN};
use crate::scene::{NOTHING, Scene};
use crate::seen::Seen;
use crate::stage::Stage;
use crate::table::{Object, Who};

pub const ASK_PARTNER: Deed = Deed {
    name: "ask the partner of a call",
    stage: Stage::Talking,
    ask: |scene, object| Asked::body(json!({ "sessionId": scene.session(object) })),
    beside: |scene, _| vec![scene.partner().user.clone()],
    shows: |scene, _, seen| asked(scene, seen, scene.partner()),
    ..PLAIN
};

pub const ASK_PERSON: Deed = Deed {
    name: "ask a person",
    ask: |scene, object| Asked::body(json!({ "toUserId": scene.user(object) })),
    beside: |scene, _| vec![scene.ada().user.clone()],
    shows: |scene, _, seen| match scene.who {
        Who::User => vec![(seen.is_nothing(), "they are friends already")],
        Who::Blocked => vec![
            (bond(seen, &scene.me().user, &scene.ada().user) == Some(Bond::Asked), "they see that they have asked"),
            (bond(seen, &scene.ada().user, &scene.me().user).is_none(), "it is not on Ada's list"),
            (seen.after.posted.is_empty() && seen.body == json!({}), "nobody is told anything"),
        ],
        Who::Anonymous
        | Who::OtherUser
        | Who::ExPartner
        | Who::Banned
        | Who::Moderator
        | Who::Expired
        | Who::WrongEnvironment => asked(scene, seen, scene.ada()),
    },
    ..PLAIN
};

pub const ASK_ADDRESS: Deed = Deed {
    name: "ask an address",
    ask: |scene, object| {
        let address = scene.owner(object).map_or("nobody@example.org", |house| &house.me.email);
        Asked::body(json!({ "toEmail": address }))
    },
    shows: |_, _, seen| {
        let changed = seen.changed();
        let noted = changed.len() == 1 && changed.iter().all(|key| matches!(key, Key::InviteRequest(_)));
        vec![
            (noted && seen.after.errands.len() == seen.before.errands.len() + 1, "it is noted for the courier"),
            (seen.body == json!({}) && seen.after.posted.is_empty(), "whose address it is shows in nothing"),
        ]
    },
    ..PLAIN
};

pub const ACCEPT: Deed = Deed {
    name: "accept a request",
    ask: |scene, object| answer(scene, object, "accept"),
    beside: |scene, _| vec![scene.cast.sue.user.clone()],
    names: |scene, _| vec![scene.cast.sue.user.clone()],
    shows: |scene, _, seen| {
        let sue = &scene.cast.sue;
        vec![
            (bond(seen, &scene.me().user, &sue.user) == Some(Bond::Friends), "they are friends"),
            (bond(seen, &sue.user, &scene.me().user) == Some(Bond::Friends), "and so is Sue"),
            (seen.events(&sue.connection) == ["friend-accepted"], "Sue is told"),
        ]
    },
    ..PLAIN
};

pub const REJECT: Deed = Deed {
    name: "reject a request",
    ask: |scene, object| answer(scene, object, "reject"),
    shows: |scene, _, seen| {
        let sue = &scene.cast.sue.user;
        vec![
            (bond(seen, &scene.me().user, sue).is_none(), "the request is gone"),
            (bond(seen, sue, &scene.me().user) == Some(Bond::Asked), "Sue does not see that"),
            (seen.after.posted.is_empty(), "nor is she told"),
        ]
    },
    ..PLAIN
};

pub const LIST: Deed = Deed {
    name: "one's own friends",
    names: |scene, _| {
        let ada = (scene.who == Who::User).then(|| scene.ada().user.clone());
        [scene.house().pal.user.clone()].into_iter().chain(ada).collect()
    },
    shows: |scene, _, seen| {
        let requests: Vec<&Value> = seen.body["incoming"].as_array().unwrap().iter().collect();
        let own = requests.iter().all(|request| request["requestId"] == scene.house().request.as_str());
        let friends = if scene.who == Who::User { 2 } else { 1 };
        vec![
            (seen.body["friends"].as_array().unwrap().len() == friends, "the friends are their own"),
            (requests.len() == 1 && own, "the requests are their own"),
            (seen.is_nothing(), "it is only read"),
        ]
    },
    ..PLAIN
};

pub const PART: Deed = Deed {
    name: "part from a friend",
    ask: |scene, object| Asked::segment(scene.owner(object).map_or(NOTHING, |house| house.pal.user.as_str())),
    beside: |scene, _| vec![scene.house().pal.user.clone()],
    shows: |scene, _, seen| parted(scene, seen, &scene.house().pal),
    ..PLAIN
};

/// By the id of the request: so its asker takes it back, and so it can be put away.
pub const TAKE_BACK: Deed = Deed {
    name: "end a request",
    ask: |scene, object| Asked::segment(scene.owner(object).map_or(NOTHING, |house| house.request.as_str())),
    beside: |scene, _| vec![scene.cast.sue.user.clone()],
    shows: |scene, _, seen| parted(scene, seen, &scene.cast.sue),
    ..PLAIN
};

fn answer(scene: &Scene<'_>, object: Object, action: &str) -> Asked {
    let request = scene.owner(object).map_or(NOTHING, |house| house.request.as_str());
    Asked::body(json!({ "requestId": request, "action": action }))
}

fn bond(seen: &Seen, owner: &UserId, other: &UserId) -> Option<Bond> {
    match seen.row(&Key::Friendship(owner.clone(), other.clone())) {
        Some(Row::Friendship(row)) => Some(row.bond),
        Some(_) | None => None,
    }
}

fn asked(scene: &Scene<'_>, seen: &Seen, whom: &Person) -> Claims {
    let me = &scene.me().user;
    vec![
        (bond(seen, me, &whom.user) == Some(Bond::Asked), "they have asked"),
        (bond(seen, &whom.user, me) == Some(Bond::AskedBy), "the other is asked"),
        (seen.events(&whom.connection) == ["friend-request"], "and is told"),
        (seen.body == json!({}), "the answer says nothing"),
    ]
}

fn parted(scene: &Scene<'_>, seen: &Seen, whom: &Person) -> Claims {
    let me = &scene.me().user;
    vec![
        (bond(seen, me, &whom.user).is_none() && bond(seen, &whom.user, me).is_none(), "nothing is left of it"),
        (bond(seen, &scene.ada().user, &scene.cast.ada.pal.user) == Some(Bond::Friends), "Ada has her friend"),
        (seen.after.posted.is_empty(), "nobody is told"),
    ]
}
