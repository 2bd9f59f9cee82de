//! What is said within a call. The call is that of who asks, Ada's, or none.

use domain::row::{Key, Row};
use domain::session::{Session, Transport};
use serde_json::{Value, json};

use crate::deed::{Asked, Claims, Deed, PLAIN};
use crate::deeds::queue::{mate_where_own, user};
use crate::scene::Scene;
use crate::seen::Seen;
use crate::stage::Stage;
use crate::table::Object;

/// Within a call, whatever is said.
const TALK: Deed = Deed { stage: Stage::Talking, beside: mate_where_own, ..PLAIN };

pub const RECEIVED: Deed = Deed {
    name: "received, with a fingerprint",
    ask: |scene, object| said(scene, object, json!({ "status": "received", "sha256": fingerprint() })),
    shows: |scene, _, seen| heard(scene, seen, "fingerprint"),
    ..TALK
};

pub const SIGNALING_FAILED: Deed = Deed {
    name: "signaling failed",
    ask: |scene, object| said(scene, object, json!({ "status": "signaling-failed", "epoch": 1 })),
    shows: |scene, _, seen| {
        let mut claims = heard(scene, seen, "signaling");
        claims.push((session(scene, seen).transport == Transport::Relay, "both go over to the relay"));
        claims
    },
    ..TALK
};

pub const PARTNER_LOST: Deed = Deed {
    name: "the partner is lost",
    ask: |scene, object| said(scene, object, json!({ "status": "partner-lost" })),
    shows: |scene, _, seen| {
        let mut claims = heard(scene, seen, "pong");
        claims.push((seen.is_nothing(), "who is there is only asked"));
        claims
    },
    ..TALK
};

pub const CONNECTED: Deed = Deed {
    name: "the media flows",
    ask: |scene, object| said(scene, object, json!({ "status": "connected", "connectionTimeMs": 800 })),
    shows: noted,
    ..TALK
};

pub const FAILED: Deed = Deed {
    name: "the media does not flow",
    ask: |scene, object| said(scene, object, json!({ "status": "failed" })),
    shows: noted,
    ..TALK
};

pub const RECONNECTING: Deed = Deed {
    name: "the media flows no more",
    ask: |scene, object| said(scene, object, json!({ "status": "reconnecting" })),
    shows: |scene, _, seen| {
        vec![(seen.is_nothing() && seen.events(&scene.partner().connection).is_empty(), "nothing is done")]
    },
    ..TALK
};

pub const OFFER: Deed = Deed {
    name: "an offer",
    ask: |scene, object| described(scene, object, "offer"),
    shows: |scene, _, seen| heard(scene, seen, "offer"),
    ..TALK
};

pub const ANSWER: Deed = Deed {
    name: "an answer",
    ask: |scene, object| described(scene, object, "answer"),
    shows: |scene, _, seen| heard(scene, seen, "answer"),
    ..TALK
};

pub const CANDIDATE: Deed = Deed {
    name: "a candidate",
    ask: |scene, object| {
        let data = json!({ "candidate": "candidate:1 1 udp 1 192.0.2.1 9 typ host", "sdpMid": "0" });
        said(scene, object, json!({ "epoch": 1, "n": 1, "data": data }))
    },
    shows: |scene, _, seen| heard(scene, seen, "candidate"),
    ..TALK
};

pub const FINGERPRINT: Deed = Deed {
    name: "a fingerprint",
    ask: |scene, object| said(scene, object, json!({ "sha256": fingerprint() })),
    shows: |scene, _, seen| heard(scene, seen, "fingerprint"),
    ..TALK
};

pub const MESSAGE: Deed = Deed {
    name: "a line of chat",
    ask: |scene, object| said(scene, object, json!({ "n": 1, "message": "hi" })),
    shows: |scene, _, seen| {
        let mut claims = heard(scene, seen, "message");
        let lines = seen.changed().into_iter().filter(|key| matches!(key, Key::ChatLine { .. }));
        claims.push((lines.count() == 1, "it is kept once"));
        claims
    },
    ..TALK
};

pub const REACTION: Deed = Deed {
    name: "a reaction",
    ask: |scene, object| said(scene, object, json!({ "emoji": "🎉" })),
    shows: |scene, _, seen| heard(scene, seen, "reaction"),
    ..TALK
};

pub const END: Deed = Deed {
    name: "end a call",
    ask: |scene, object| said(scene, object, json!({})),
    shows: |scene, _, seen| {
        let mut claims = heard(scene, seen, "session-ended");
        claims.push((session(scene, seen).is_ended(), "it is over"));
        claims.push((user(seen, &scene.me().user).session().is_none(), "they are free"));
        claims.push((user(seen, &scene.ada().user).session().is_some(), "Ada talks on"));
        claims
    },
    ..TALK
};

pub const EXTEND: Deed = Deed {
    name: "more time",
    ask: |scene, object| said(scene, object, json!({})),
    shows: |scene, _, seen| {
        let mut claims = heard(scene, seen, "extend-requested");
        claims.push((session(scene, seen).extension.asked_by.is_some(), "one has asked"));
        claims.push((session(scene, seen).extension.granted == 0, "that is not enough"));
        claims
    },
    ..TALK
};

/// Who asks alone is noted, and nobody hears of it.
pub const REMATCH: Deed = Deed {
    name: "the same partner again",
    stage: Stage::Parted,
    ask: |scene, object| said(scene, object, json!({})),
    shows: |scene, _, seen| {
        vec![
            (user(seen, &scene.me().user).again.is_some(), "it is noted"),
            (user(seen, &scene.me().user).session().is_none(), "one is not enough"),
            (seen.events(&scene.partner().connection).is_empty(), "the partner does not hear of it"),
        ]
    },
    ..PLAIN
};

pub const DETAILS: Deed = Deed {
    name: "the details of a match",
    ask: |scene, object| said(scene, object, json!({})),
    shows: |scene, _, seen| {
        let details = seen.frames(&scene.connection).remove(0);
        vec![
            (details["event"] == "match-details", "they are told"),
            (details["data"]["sessionId"] == scene.session(Object::Own), "of their own call"),
            (seen.is_nothing() && seen.events(&scene.partner().connection).is_empty(), "nothing is done"),
        ]
    },
    ..TALK
};

fn said(scene: &Scene<'_>, object: Object, mut data: Value) -> Asked {
    data["sessionId"] = json!(scene.session(object));
    Asked::body(data)
}

fn described(scene: &Scene<'_>, object: Object, kind: &str) -> Asked {
    said(scene, object, json!({ "epoch": 1, "n": 1, "data": { "type": kind, "sdp": "v=0\r\n" } }))
}

fn fingerprint() -> String {
    ["AB"; 32].join(":")
}

/// The partner hears it, once, under an alias.
fn heard(scene: &Scene<'_>, seen: &Seen, event: &str) -> Claims {
    vec![(seen.events(&scene.partner().connection) == [event], "the partner hears it, once")]
}

/// A record for analysts, and nothing else.
fn noted(scene: &Scene<'_>, _: Object, seen: &Seen) -> Claims {
    let others = seen.after.posted.iter().filter(|(to, _)| *to != scene.connection);
    vec![
        (seen.changed().is_empty() && others.count() == 0, "nobody is touched, nobody is told"),
        (seen.after.recorded.len() == seen.before.recorded.len() + 1, "one record is written"),
    ]
}

fn session(scene: &Scene<'_>, seen: &Seen) -> Session {
    let wanted = scene.session(Object::Own);
    let rows = seen.after.rows.values();
    let mut sessions = rows.filter_map(|row| if let Row::Session(row) = row { Some(row) } else { None });
    sessions.find(|session| session.id.as_str() == wanted).expect("a call").clone()
}
