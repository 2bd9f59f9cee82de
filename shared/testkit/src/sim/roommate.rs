//! A page in a room: it shows who is there as the newest telling says, and asks again every few minutes.

use domain::id::RoomId;
use domain::time::TimeMs;
use serde_json::{Value, json};

use super::belief::{Belief, Move, fingerprint, say};
use super::person::Person;

/// What a host does.
const OPS: [&str; 10] =
    ["admit", "admit", "admit", "host", "lock", "many-screens", "mute-all", "one-screen", "remove", "unlock"];
/// A description as short as one can be.
const SDP: &str = "v=0\r\n";

impl Person {
    /// The page hears of a room.
    pub(super) fn hear_room(&mut self, event: &str, data: &Value) -> Vec<Move> {
        let told = data["roomId"].as_str().unwrap_or_default();
        let is_here = matches!(&self.belief, Belief::InRoom { room, .. } if room == told);
        match event {
            "room-ended" if is_here => self.belief = Belief::Idle,
            "room-waiting" if !is_here && !matches!(self.belief, Belief::InCall { .. }) => self.before(told),
            "participant" if !matches!(self.belief, Belief::InCall { .. }) => self.seated(data),
            "new-peer" | "peer-left" if is_here => self.seated(data),
            _ => {}
        }
        Vec::new()
    }

    /// The page comes back and finds itself in a room; one that was loaded anew sits down again.
    pub(super) fn back_in_room(&mut self, data: &Value) -> Vec<Move> {
        let (room, waiting) = (&data["room"], &data["roomWaiting"]);
        if room.is_object() {
            self.seated(room);
        } else {
            self.before(waiting["roomId"].as_str().unwrap_or_default());
        }
        let Belief::InRoom { room, peer, .. } = &self.belief else { return Vec::new() };
        let anew = peer.as_bytes().last().is_some_and(|letter| letter.is_ascii_digit());
        if anew { vec![enter(room, None)] } else { Vec::new() }
    }

    fn before(&mut self, room: &str) {
        let (room, peer, peers) = (room.to_owned(), String::new(), Vec::new());
        self.belief = Belief::InRoom { room, peer, version: 0, peers, said: 0 };
    }

    fn seated(&mut self, data: &Value) {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let (room, peer) = (text(&data["roomId"]), text(&data["ownPeerId"]));
        let version = data["version"].as_u64().unwrap_or_default();
        let (mut newest, mut said) = (None, 0);
        if let Belief::InRoom { room: known, peer: alias, version, said: lines, .. } = &self.belief {
            newest = (*known == room).then_some(*version);
            said = if *alias == peer { *lines } else { 0 };
        }
        if newest > Some(version) {
            return;
        }
        let peers =
            data["peers"].as_array().into_iter().flatten().chain(data["waiting"].as_array().into_iter().flatten());
        let peers = peers.map(|peer| text(&peer["peerId"])).collect();
        self.belief = Belief::InRoom { room, peer, version, peers, said };
    }

    /// What somebody does who is in a room.
    pub(super) fn act_in_room(&mut self, chance: &mut fastrand::Rng, what: u32) -> Vec<Move> {
        let Belief::InRoom { room, peer, peers, said, .. } = &mut self.belief else { return Vec::new() };
        let other = peers.get(chance.usize(0..peers.len().max(1))).cloned().unwrap_or_default();
        vec![match what {
            0..6 => say("leave-room", &json!({ "roomId": room })),
            6..22 => {
                *said += 1;
                say("send-message", &json!({ "roomId": room, "n": *said, "message": format!("line {said}") }))
            }
            22..27 => say("raise-hand", &json!({ "roomId": room, "raised": chance.bool() })),
            27..34 => say("share-screen", &json!({ "roomId": room, "shown": chance.bool() })),
            34..56 => {
                let op = OPS[chance.usize(0..OPS.len())];
                say("room-admin", &json!({ "roomId": room, "op": op, "peerId": other }))
            }
            56..66 => {
                let data = json!({ "type": "offer", "sdp": SDP });
                say("send-offer", &json!({ "roomId": room, "to": other, "epoch": 1, "n": 1, "data": data }))
            }
            66..70 => enter(room, None),
            70..74 => enter(room, Some(peer)),
            74..77 => say("join-queue", &self.wish.clone()),
            _ => say("hello", &json!({})),
        }]
    }

    /// Asks for a seat in one of the rooms that there are.
    pub(super) fn join_room(&mut self, rooms: &[RoomId], chance: &mut fastrand::Rng, now: TimeMs) -> Vec<Move> {
        let Some(room) = rooms.get(chance.usize(0..rooms.len().max(1))) else { return Vec::new() };
        self.belief = Belief::Asked(now);
        vec![enter(room.as_str(), None)]
    }

    /// Who sits in a room asks again who is there, and through what to relay.
    pub(super) fn ask_again(&self) -> Vec<Move> {
        match &self.belief {
            Belief::InRoom { room, peer, .. } if !peer.is_empty() => vec![enter(room, Some(peer))],
            Belief::Away
            | Belief::Coming(_)
            | Belief::Idle
            | Belief::Asked(_)
            | Belief::Waiting
            | Belief::InCall { .. }
            | Belief::InRoom { .. } => vec![say("ping", &json!({}))],
        }
    }
}

fn enter(room: &str, peer: Option<&String>) -> Move {
    let mut data = json!({ "roomId": room, "sha256": fingerprint() });
    if let Some(peer) = peer.filter(|peer| !peer.is_empty()) {
        data["peerId"] = Value::from(peer.as_str());
    }
    say("join-room", &data)
}
