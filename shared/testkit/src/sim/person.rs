//! A person and their page, as the page of the product behaves: it believes what it was told, and asks when in doubt.

use std::collections::BTreeMap;

use domain::id::{BlockId, ConnectionId, FamilyId, RoomId, Token, UserId};
use domain::time::{SpanMs, TimeMs};
use protocol::token::Access;
use serde_json::{Value, json};

use super::belief::{Belief, Move, fingerprint, report, say};
use super::law::Law;

/// A page that is told nothing for this long asks again.
const PATIENCE: SpanMs = SpanMs::seconds(8);
/// A page whose partner's media has stopped for this long says so, and again.
const MEDIA_PATIENCE: SpanMs = SpanMs::seconds(10);
/// A waiting page says that it is there this often.
const PING_WAITING: SpanMs = SpanMs::seconds(30);
/// And one in a call this often.
const PING_IN_CALL: SpanMs = SpanMs::seconds(240);
/// A hello that is refused as well is not repeated at once.
const INTRODUCED_EVERY: SpanMs = SpanMs::seconds(10);
/// Nobody makes a room where there are so many: people would sit alone.
const ROOMS_MAX: usize = 3;
/// A page ends a call by its own clock this long after its time.
const OWN_CLOCK_SLACK: SpanMs = SpanMs::seconds(2);

/// Somebody with a page.
#[derive(Debug, Clone)]
pub struct Person {
    /// Who.
    pub user: UserId,
    /// By which sign-in.
    pub family: FamilyId,
    /// What they look for, as `join-queue` says it.
    pub wish: Value,
    /// The socket of their page.
    pub socket: Option<ConnectionId>,
    /// What the page believes.
    pub belief: Belief,
    /// The page does nothing until then: the device sleeps.
    pub asleep_until: TimeMs,
    /// When it said something last, or was warned of the end.
    pub spoke_at: TimeMs,
    /// When the partner's media stopped, in a call.
    pub alone_since: Option<TimeMs>,
    /// Whether it has asked for more time in this call.
    pub asked_for_more: bool,
    /// The call from which it has asked to go on, until it hears what came of it.
    pub goes_on: Option<Belief>,
    /// When it asks again to go on, after it was refused.
    pub next_at: Option<TimeMs>,
    /// Until when it does not ask to be queued by itself, after it was refused.
    pub banned_until: TimeMs,
    /// The call that it is or was last in.
    pub last_call: Option<String>,
    /// Whom the person was told that they block.
    pub blocks: BTreeMap<UserId, BlockId>,
    /// When it was given TURN servers last in this call.
    pub ice_at: Option<TimeMs>,
    /// When it said hello last because something was refused.
    pub introduced_at: TimeMs,
    /// The lines that the page has shown, by session, alias of the sender and their count.
    pub heard: BTreeMap<(String, String, u64), String>,
}

impl Person {
    /// What the page's access token says.
    pub fn access(&self) -> Access {
        let device = Token::derived(&["device"]).into();
        Access { user: self.user.clone(), device, family: self.family.clone(), expires_at: TimeMs(u64::MAX) }
    }

    /// The page hears a frame.
    pub fn hear(&mut self, frame: &Value, now: TimeMs) -> Vec<Move> {
        let data = &frame["data"];
        match frame["event"].as_str().unwrap_or_default() {
            "connected" => self.connected(data, now),
            "queue-joined" | "queue-update" => {
                if !matches!(self.belief, Belief::InCall { .. }) {
                    self.belief = Belief::Waiting;
                }
                Vec::new()
            }
            "queue-left" => {
                if !matches!(self.belief, Belief::InCall { .. }) {
                    self.belief = Belief::Idle;
                }
                Vec::new()
            }
            "participant" | "new-peer" | "peer-left" | "room-waiting" | "room-ended" => {
                self.hear_room(frame["event"].as_str().unwrap_or_default(), data)
            }
            "matched" => self.matched(data, now),
            "session-ended" => {
                self.goes_on = None;
                if !self.is_in(data) {
                    return Vec::new();
                }
                self.belief = Belief::Idle;
                // Some get on well with each other.
                let liked = data["sessionId"].as_str().is_some_and(|id| id.as_bytes()[10].is_multiple_of(4));
                if liked { vec![say("rematch", &json!({ "sessionId": data["sessionId"] }))] } else { Vec::new() }
            }
            "message" if self.is_in(data) => self.line(data, data["from"].as_str()),
            "session-warning" | "session-extended" if self.is_in(data) => {
                if let Belief::InCall { ends_at: end, .. } = &mut self.belief {
                    *end = TimeMs(data["endsAt"].as_u64().unwrap_or_default()).max(*end);
                }
                if frame["event"] == "session-warning" {
                    self.spoke_at = now;
                }
                Vec::new()
            }
            "extend-requested" if self.is_in(data) => {
                vec![say("extend-session", &json!({ "sessionId": data["sessionId"] }))]
            }
            "ice-servers" if self.is_in(data) => {
                self.ice(data, now);
                Vec::new()
            }
            "match-details" if self.is_in(data) => {
                self.ice(data, now);
                Vec::new()
            }
            "server-draining" => vec![Move::Open],
            "signaling" if self.is_in(data) => {
                if let Belief::InCall { epoch, .. } = &mut self.belief {
                    *epoch = data["epoch"].as_u64().unwrap_or_default();
                }
                Vec::new()
            }
            "pong" if data["state"].is_string() && !self.agrees(data) => {
                self.belief = Belief::Asked(now);
                vec![say("hello", &json!({}))]
            }
            "error" => self.refused(data, now),
            "superseded" => {
                self.belief = Belief::Away;
                vec![Move::Vanish]
            }
            _ => Vec::new(),
        }
    }

    /// The page acts by itself: pings, patience, its own clock.
    pub fn tick(&mut self, now: TimeMs) -> Vec<Move> {
        let quiet = now.since(self.spoke_at);
        match &self.belief {
            Belief::Coming(since) if now.since(*since) > PATIENCE => vec![Move::Open],
            Belief::Asked(since) if now.since(*since) > PATIENCE => {
                self.belief = Belief::Asked(now);
                vec![say("hello", &json!({}))]
            }
            Belief::InCall { .. } if self.next_at.take_if(|next_at| *next_at <= now).is_some() => self.go_on(now),
            Belief::Waiting if quiet >= PING_WAITING => vec![say("ping", &json!({}))],
            Belief::InCall { ends_at, .. } if now > *ends_at + OWN_CLOCK_SLACK => {
                self.belief = Belief::Idle;
                Vec::new()
            }
            Belief::InCall { .. } | Belief::InRoom { .. } if quiet >= PING_IN_CALL => self.ask_again(),
            Belief::Away
            | Belief::Coming(_)
            | Belief::Asked(_)
            | Belief::Idle
            | Belief::Waiting
            | Belief::InRoom { .. }
            | Belief::InCall { .. } => Vec::new(),
        }
    }

    /// The page in a call sees whether the partner's media flows; when it has stopped, it says so.
    pub fn sees(&mut self, media_flows: bool, now: TimeMs) -> Vec<Move> {
        let Belief::InCall { session, .. } = &self.belief else { return Vec::new() };
        if media_flows {
            self.alone_since = None;
            return Vec::new();
        }
        let alone_since = *self.alone_since.get_or_insert(now);
        if now.since(alone_since) < MEDIA_PATIENCE {
            return Vec::new();
        }
        self.alone_since = None;
        vec![say("connection-status", &json!({ "sessionId": session, "status": "partner-lost" }))]
    }

    /// The person does what people do; `chance` decides what.
    pub fn act(&mut self, chance: &mut fastrand::Rng, rooms: Option<&[RoomId]>, now: TimeMs) -> Vec<Move> {
        match (&mut self.belief, chance.u32(0..100)) {
            (Belief::Idle, 20..60) if rooms.is_some() => self.join_room(rooms.unwrap_or_default(), chance, now),
            (Belief::Waiting, 20..26) if rooms.is_some() => self.join_room(rooms.unwrap_or_default(), chance, now),
            (Belief::Idle, 60..70) if rooms.is_some_and(|rooms| rooms.len() < ROOMS_MAX) => vec![Move::MakeRoom],
            (Belief::InRoom { .. }, what @ 0..80) => self.act_in_room(chance, what),
            (Belief::Away, 0..70) => vec![Move::Open],
            (Belief::Idle, 0..6 | 20..80) => self.join(now),
            (Belief::Idle, 14..20) => vec![say("leave-queue", &json!({}))],
            (Belief::Idle | Belief::Waiting, 6..14) if self.last_call.is_some() => {
                vec![say("rematch", &json!({ "sessionId": self.last_call }))]
            }
            (Belief::Waiting, 0..6) => vec![say("leave-queue", &json!({}))],
            (Belief::InCall { .. }, 0..25) => self.go_on(now),
            (Belief::InCall { session, .. }, 25..40) => vec![say("end-call", &json!({ "sessionId": session }))],
            (Belief::InCall { session, said, .. }, 40..62) => {
                *said += 1;
                let line = json!({ "sessionId": session, "n": *said, "message": format!("line {said}") });
                vec![say("send-message", &line)]
            }
            (Belief::InCall { session, .. }, 62..65) => {
                vec![say("extend-session", &json!({ "sessionId": session }))]
            }
            (Belief::InCall { session, epoch, .. }, what @ (65..76 | 78..81)) => vec![report(session, *epoch, what)],
            (Belief::InCall { session, .. }, 76..78) => vec![Move::Block(Some(session.clone()))],
            (_, 84..85) => vec![Move::Block(self.last_call.clone())],
            (_, 85..86) => vec![Move::Block(None)],
            (_, 86..90) => {
                let known = self.blocks.keys().nth(chance.usize(0..self.blocks.len().max(1))).cloned();
                let known = known.and_then(|other| self.blocks.remove_entry(&other));
                known.map(|(other, id)| Move::Unblock(other, id)).into_iter().collect()
            }
            (Belief::Waiting | Belief::InCall { .. }, 81..84) => vec![say("hello", &json!({}))],
            (Belief::Idle | Belief::Waiting | Belief::InCall { .. } | Belief::InRoom { .. }, 90..94) => {
                vec![Move::Open]
            }
            (
                Belief::Idle | Belief::Waiting | Belief::InCall { .. } | Belief::InRoom { .. } | Belief::Asked(_),
                94..98,
            ) => vec![Move::Vanish],
            (_, 98..100) => vec![Move::Sleep(SpanMs::seconds(chance.u64(1..600)))],
            _ => Vec::new(),
        }
    }

    /// Goes on to the next partner.
    fn go_on(&mut self, now: TimeMs) -> Vec<Move> {
        let call = std::mem::replace(&mut self.belief, Belief::Asked(now));
        let Belief::InCall { session, .. } = &call else { return Vec::new() };
        let next = say("next", &json!({ "sessionId": session }));
        self.goes_on = Some(call);
        vec![next]
    }

    /// Something was refused: too early a `next` is asked again when it may be, who is banned waits for the end of
    /// that; else what the page believed may be wrong.
    fn refused(&mut self, data: &Value, now: TimeMs) -> Vec<Move> {
        let retry_at = now + SpanMs::seconds(data["retryAfterSeconds"].as_u64().unwrap_or_default());
        let code = data["code"].as_str().unwrap_or_default();
        if code == "banned" {
            self.banned_until = retry_at;
        } else if code != "rate_limited" {
            return self.introduce(code == "unauthorized", now);
        }
        if matches!(self.belief, Belief::Asked(_))
            && let Some(call) = self.goes_on.take()
        {
            self.belief = call;
            self.next_at = (code == "rate_limited").then_some(retry_at);
        } else if code == "banned" && !matches!(self.belief, Belief::InCall { .. }) {
            self.belief = Belief::Idle;
        }
        Vec::new()
    }

    /// Says hello again, but not in a loop; a socket whose hello is refused is given up for a new one.
    fn introduce(&mut self, refused: bool, now: TimeMs) -> Vec<Move> {
        let again = now.since(self.introduced_at) < INTRODUCED_EVERY;
        self.belief = Belief::Asked(now);
        if again {
            return if refused { vec![Move::Open] } else { Vec::new() };
        }
        self.introduced_at = now;
        vec![say("hello", &json!({}))]
    }

    /// Who rests takes what comes; every other one would like to talk longer.
    pub fn rest(&mut self, now: TimeMs) -> Vec<Move> {
        match &self.belief {
            Belief::Idle if self.banned_until <= now => self.join(now),
            Belief::InCall { session, .. } if !self.asked_for_more && session.as_bytes()[10].is_multiple_of(2) => {
                self.asked_for_more = true;
                vec![say("extend-session", &json!({ "sessionId": session }))]
            }
            Belief::InCall { .. }
            | Belief::Idle
            | Belief::Away
            | Belief::Coming(_)
            | Belief::Asked(_)
            | Belief::InRoom { .. }
            | Belief::Waiting => Vec::new(),
        }
    }

    /// Asks to be queued.
    pub fn join(&mut self, now: TimeMs) -> Vec<Move> {
        self.belief = Belief::Asked(now);
        vec![say("join-queue", &self.wish.clone())]
    }

    fn connected(&mut self, data: &Value, now: TimeMs) -> Vec<Move> {
        match data["state"].as_str().unwrap_or_default() {
            "waiting" => {
                self.belief = Belief::Waiting;
                Vec::new()
            }
            "in-room" => self.back_in_room(data),
            "in-session" => {
                let moves = self.matched(&data["session"], now);
                let lines = data["session"]["chat"].as_array().cloned().unwrap_or_default();
                lines.iter().flat_map(|line| self.line(line, line["from"].as_str())).chain(moves).collect()
            }
            _ if self.banned_until > now => {
                self.belief = Belief::Idle;
                Vec::new()
            }
            // A page that has asked and finds itself nowhere asks again.
            _ => self.join(now),
        }
    }

    fn matched(&mut self, data: &Value, now: TimeMs) -> Vec<Move> {
        let session = data["sessionId"].as_str().unwrap_or_default().to_owned();
        let said = if let Belief::InCall { session: present, said, .. } = &self.belief {
            (present, *said)
        } else {
            (&session, 0)
        };
        let said = if *said.0 == session { said.1 } else { 0 };
        let ends_at = TimeMs(data["endsAt"].as_u64().unwrap_or_default());
        let mut received = json!({ "sessionId": session, "status": "received" });
        if session.as_bytes()[9].is_multiple_of(2) {
            received["sha256"] = Value::from(fingerprint());
        }
        let epoch = data["epoch"].as_u64().unwrap_or_default();
        self.ice_at = None;
        self.asked_for_more = false;
        self.goes_on = None;
        self.next_at.take_if(|_| self.last_call.as_ref() != Some(&session));
        self.last_call = Some(session.clone());
        self.ice(data, now);
        self.belief = Belief::InCall { session, ends_at, epoch, said };
        vec![say("connection-status", &received)]
    }

    /// Takes note of TURN servers.
    fn ice(&mut self, data: &Value, now: TimeMs) {
        if data["iceServers"].as_array().is_some_and(|servers| !servers.is_empty()) {
            self.ice_at = Some(now);
        }
    }

    /// S7: a line that is heard again is the same line. Own lines that come back tell how many were said.
    fn line(&mut self, data: &Value, from: Option<&str>) -> Vec<Move> {
        let Belief::InCall { session, said, .. } = &mut self.belief else { return Vec::new() };
        let n = data["n"].as_u64().unwrap_or_default();
        let text = data["message"].as_str().unwrap_or_default().to_owned();
        if data["own"] == true {
            *said = u32::try_from(n).unwrap_or_default().max(*said);
        }
        let key = (session.clone(), from.unwrap_or_default().to_owned(), n);
        let first = self.heard.entry(key).or_insert_with(|| text.clone());
        if *first == text { Vec::new() } else { vec![Move::Protest(Law::S7, format!("line {n}: {first} and {text}"))] }
    }

    fn agrees(&self, data: &Value) -> bool {
        match &self.belief {
            Belief::Away | Belief::Coming(_) | Belief::Asked(_) => true,
            Belief::Idle => data["state"] == "idle",
            Belief::Waiting => data["state"] == "waiting",
            Belief::InCall { .. } => data["state"] == "in-session" && self.is_in(data),
            Belief::InRoom { room, .. } => data["state"] == "in-room" && data["roomId"] == **room,
        }
    }

    fn is_in(&self, data: &Value) -> bool {
        matches!(&self.belief, Belief::InCall { session, .. } if data["sessionId"] == *session)
    }
}
