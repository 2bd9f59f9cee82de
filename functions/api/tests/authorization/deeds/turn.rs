//! Servers to relay through.

use domain::limits::{ICE_SERVERS_LIFE, TURN_NAME_LIFE};
use ports::Ambient;
use serde_json::{Value, json};

use crate::deed::{Asked, Claims, Deed, PLAIN};
use crate::office::TURN;
use crate::scene::Scene;
use crate::seen::Seen;
use crate::stage::Stage;

pub const OUTSIDE: Deed = Deed {
    name: "servers to try one's network with",
    shows: |scene, _, seen| {
        let mut claims = ours(scene, seen);
        claims.push((seen.body["iceServers"].as_array().map(Vec::len) == Some(1), "there are none but ours"));
        claims.push((seen.body["ttl"] == TURN_NAME_LIFE.0 / 1000, "they last as long as the name"));
        claims
    },
    ..PLAIN
};

pub const IN_CALL: Deed = Deed {
    name: "servers of a call",
    stage: Stage::Talking,
    ask: |scene, object| Asked::body(json!({ "sessionId": scene.session(object) })),
    shows: |scene, _, seen| {
        let mut claims = ours(scene, seen);
        let kvs = |server: &Value| server["username"] == "user";
        let all = seen.body["iceServers"].as_array().unwrap();
        claims.push((all.len() == 2 && all.iter().any(kvs), "KVS's are there as well"));
        claims.push((seen.body["ttl"] == ICE_SERVERS_LIFE.0 / 1000, "all together last as long as KVS's"));
        claims
    },
    ..PLAIN
};

fn ours(scene: &Scene<'_>, seen: &Seen) -> Claims {
    let own = json!({ "urls": [TURN], "username": seen.body["username"], "credential": seen.body["credential"] });
    let (end, opaque) = seen.body["username"].as_str().and_then(|name| name.split_once(':')).unwrap();
    let ends_at = end.parse::<u64>().unwrap();
    let latest = (scene.world.now() + TURN_NAME_LIFE).0 / 1000;
    vec![
        (seen.body["urls"] == own["urls"] && seen.body["iceServers"][0] == own, "ours is among them"),
        (ends_at > scene.world.now().0 / 1000 && ends_at <= latest, "the name ends within ten minutes"),
        (!scene.knows(opaque), "and is nobody's id"),
        (seen.is_nothing(), "it is only read"),
    ]
}
