//! Facts as records on the event stream: `{"id","type","version","at","data","trace"?}`. Their schemas are in `docs/events`.
#![expect(missing_docs, reason = "the fields are those of docs/PROTOCOL.md, word for word")]

use domain::fact::{Fact, FactKind, RoomMark};
use domain::profile::{Language, Mode, Region, Tags};
use domain::report::Reason;
use domain::room::Parting;
use domain::sanction::Measure;
use domain::session::{Role, Transport};
use domain::signal::Path;
use domain::tally::{EventMark, Slot};
use domain::time::SpanMs;
use domain::trace::Trace;
use serde::Serialize;

/// The version of every event's shape; a shape that changes meaning gets the next one.
pub const VERSION: u32 = 1;

/// Writes one fact as a record.
#[must_use]
pub fn encode(fact: &Fact) -> String {
    let record = Record {
        id: fact.id.to_string(),
        data: data(&fact.kind),
        version: VERSION,
        at: fact.at.0,
        trace: fact.trace.as_ref().map(Trace::as_str).map(str::to_owned),
    };
    serde_json::to_string(&record).unwrap_or_default()
}

#[derive(Debug, Clone, Serialize)]
pub struct Record {
    pub id: String,
    #[serde(flatten)]
    pub data: Data,
    pub version: u32,
    pub at: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trace: Option<String>,
}

/// One name has one type, whatever the event: all of them share a table (docs/ANALYTICS.md).
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[serde(tag = "type", content = "data", rename_all_fields = "camelCase")]
pub enum Data {
    /// A guest came, or somebody signed in to an account.
    #[serde(rename = "user.signed_in")]
    SignedIn { user: String, guest: bool, device: String },
    /// A device was seen, once a day and only at these ages in days; `at` is the beginning of that day, so that nobody is followed.
    #[serde(rename = "device.seen")]
    DeviceSeen { guest: bool, days: u64 },
    /// A socket was opened.
    #[serde(rename = "connection.opened")]
    ConnectionOpened { slot_at: u64 },
    /// It is gone; told once, by who notices first.
    #[serde(rename = "connection.closed")]
    ConnectionClosed { slot_at: u64 },
    /// Somebody began to wait for a partner; not `asked` for who was put back.
    #[serde(rename = "queue.joined")]
    QueueJoined {
        user: String,
        mode: &'static str,
        tags: Vec<String>,
        language: Option<String>,
        region: Option<String>,
        slot_at: u64,
        asked: bool,
    },
    /// Somebody stopped waiting without a match.
    #[serde(rename = "queue.left")]
    QueueLeft { user: String, waited_ms: u64, slot_at: u64 },
    /// Two were paired. A wait of 0 and no slot is of who did not wait in the queue; two without are two who meet again.
    #[serde(rename = "match.made")]
    MatchMade {
        session_id: String,
        mode: &'static str,
        common_tags: Vec<String>,
        waits_ms: [u64; 2],
        slots_at: [Option<u64>; 2],
        voices: [String; 2],
    },
    /// Both have confirmed, and their call began.
    #[serde(rename = "session.started")]
    SessionStarted { session_id: String, mode: &'static str, transport: &'static str },
    /// A page saw media flow, as it says: believe it of the `voices` of that call alone, and once of each, this or `ice.failed`.
    #[serde(rename = "session.connected")]
    SessionConnected {
        session_id: String,
        connection_time_ms: Option<u64>,
        connection_type: Option<&'static str>,
        signaling_ms: Option<u64>,
        voice: String,
    },
    /// Both asked for more time.
    #[serde(rename = "session.extended")]
    SessionExtended { session_id: String, extensions: u8 },
    /// A call is over; `by` who went on to the next.
    #[serde(rename = "session.ended")]
    SessionEnded {
        session_id: String,
        reason: &'static str,
        duration_ms: u64,
        confirmed: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        by: Option<&'static str>,
    },
    /// A line of chat: its length, not its words.
    #[serde(rename = "message.sent")]
    MessageSent { session_id: String, role: &'static str, characters: u32, links: u32, hasty: bool },
    /// A reaction.
    #[serde(rename = "reaction.sent")]
    ReactionSent { session_id: String, role: &'static str },
    /// Signaling went over to our own socket.
    #[serde(rename = "signaling.fell_back")]
    SignalingFellBack { session_id: String, epoch: u32 },
    /// Somebody asked another to be friends.
    #[serde(rename = "friend.requested")]
    FriendRequested { user: String },
    /// Two are friends.
    #[serde(rename = "friend.accepted")]
    FriendAccepted { user: String },
    /// Somebody rings a friend.
    #[serde(rename = "call.ringing")]
    CallRinging { user: String },
    /// The friend has answered.
    #[serde(rename = "call.answered")]
    CallAnswered { session_id: String, waited_ms: u64, voices: [String; 2] },
    /// A page could not connect, as it says: believe it as `session.connected`.
    #[serde(rename = "ice.failed")]
    IceFailed { session_id: String, voice: String },
    /// Somebody was reported; `role` of whom it is about.
    #[serde(rename = "report.submitted")]
    ReportSubmitted {
        session_id: String,
        reason: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        role: Option<&'static str>,
    },
    /// A moderator has decided on a report.
    #[serde(rename = "report.decided")]
    ReportDecided {
        session_id: String,
        reason: &'static str,
        decision: &'static str,
        action: Option<&'static str>,
        waited_ms: u64,
    },
    /// Somebody meets nobody for a while.
    #[serde(rename = "user.banned")]
    UserBanned { user: String, reason: &'static str, until: u64 },
    /// Somebody was let into a room, and so many are in it now.
    #[serde(rename = "room.joined")]
    RoomJoined { room: String, people: u8, capacity: u8, slot_at: u64 },
    /// Somebody has gone out of a room, and so many are left.
    #[serde(rename = "room.left")]
    RoomLeft { room: String, people: u8, stayed_ms: u64, reason: &'static str, slot_at: u64 },
    /// A request was refused for there were too many: what was asked for, and who was counted together.
    #[serde(rename = "limit.hit")]
    LimitHit { what: &'static str, scope: &'static str },
    /// A request failed by our fault.
    #[serde(rename = "request.failed")]
    RequestFailed { what: &'static str, code: &'static str },
}

fn data(kind: &FactKind) -> Data {
    match kind {
        FactKind::SignedIn { user, guest, device } => {
            Data::SignedIn { user: user.as_str().to_owned(), guest: *guest, device: device.as_str().to_owned() }
        }
        FactKind::DeviceSeen { guest, days } => Data::DeviceSeen { guest: *guest, days: *days },
        FactKind::ConnectionOpened { slot, .. } => Data::ConnectionOpened { slot_at: slot.at().0 },
        FactKind::ConnectionClosed { slot, .. } => Data::ConnectionClosed { slot_at: slot.at().0 },
        FactKind::QueueJoined { user, asked, mode, tags, language, region, slot } => {
            let home = (language.as_ref(), region.as_ref());
            queue_joined(user.as_str(), *mode, tags, home, (slot.at().0, *asked))
        }
        FactKind::QueueLeft { user, waited, slot } => {
            Data::QueueLeft { user: user.as_str().to_owned(), waited_ms: waited.0, slot_at: slot.at().0 }
        }
        FactKind::MatchMade { session, mode, common_tags, waited, slots, voices } => {
            let (session_id, mode, voices) = (session.to_string(), mode.as_str(), both(voices));
            let (waits_ms, slots_at) = (waited.map(|span| span.0), slots.map(|slot| slot.map(|slot| slot.at().0)));
            Data::MatchMade { session_id, mode, common_tags: words(common_tags), waits_ms, slots_at, voices }
        }
        FactKind::SessionStarted { session, mode, transport } => {
            let (session_id, transport) = (session.to_string(), transport_name(*transport));
            Data::SessionStarted { session_id, mode: mode.as_str(), transport }
        }
        FactKind::SessionConnected { session, voice, connection_time, path, signaling } => {
            connected(session.to_string(), one(voice), *path, [connection_time, signaling])
        }
        FactKind::SessionExtended { session, extensions } => {
            Data::SessionExtended { session_id: session.to_string(), extensions: *extensions }
        }
        FactKind::SessionEnded { session, reason, duration, confirmed, by } => {
            let (session_id, reason, by) = (session.to_string(), reason.as_str(), by.map(Role::as_str));
            Data::SessionEnded { session_id, reason, duration_ms: duration.0, confirmed: *confirmed, by }
        }
        FactKind::MessageSent { session, role, characters, links, hasty } => {
            let (session_id, role) = (session.to_string(), role.as_str());
            Data::MessageSent { session_id, role, characters: *characters, links: *links, hasty: *hasty }
        }
        FactKind::ReactionSent { session, role } => {
            Data::ReactionSent { session_id: session.to_string(), role: role.as_str() }
        }
        FactKind::SignalingFellBack { session, epoch } => {
            Data::SignalingFellBack { session_id: session.to_string(), epoch: *epoch }
        }
        FactKind::FriendRequested { user } => Data::FriendRequested { user: user.as_str().to_owned() },
        FactKind::FriendAccepted { user } => Data::FriendAccepted { user: user.as_str().to_owned() },
        FactKind::CallRinging { user } => Data::CallRinging { user: user.as_str().to_owned() },
        FactKind::CallAnswered { session, waited, voices } => {
            Data::CallAnswered { session_id: session.to_string(), waited_ms: waited.0, voices: both(voices) }
        }
        FactKind::IceFailed { session, voice } => {
            Data::IceFailed { session_id: session.to_string(), voice: one(voice) }
        }
        FactKind::ReportSubmitted { session, reason, role } => {
            let (session_id, reason, role) = (session.to_string(), reason.as_str(), role.map(Role::as_str));
            Data::ReportSubmitted { session_id, reason, role }
        }
        FactKind::ReportDecided { session, reason, measure, waited } => {
            decided(session.as_str(), *reason, *measure, waited.0)
        }
        FactKind::UserBanned { user, reason, until } => {
            Data::UserBanned { user: user.as_str().to_owned(), reason: reason.as_str(), until: until.0 }
        }
        FactKind::RoomJoined { room, people, capacity, slot } => room_joined(room, [*people, *capacity], *slot),
        FactKind::RoomLeft { room, people, stayed, why, slot } => room_left(room, *people, *stayed, *why, *slot),
        FactKind::LimitHit { what, scope } => Data::LimitHit { what, scope },
        FactKind::RequestFailed { what, code } => Data::RequestFailed { what, code },
    }
}

fn queue_joined(
    user: &str,
    mode: Mode,
    tags: &Tags,
    (language, region): (Option<&Language>, Option<&Region>),
    (slot_at, asked): (u64, bool),
) -> Data {
    let (user, mode, tags) = (user.to_owned(), mode.as_str(), words(tags));
    let language = language.map(|language| language.as_str().to_owned());
    let region = region.map(|region| region.as_str().to_owned());
    Data::QueueJoined { user, mode, tags, language, region, slot_at, asked }
}

fn connected(session_id: String, voice: String, path: Option<Path>, took: [&Option<SpanMs>; 2]) -> Data {
    let [connection_time_ms, signaling_ms] = took.map(|span| span.map(|span| span.0));
    let connection_type = path.map(Path::as_str);
    Data::SessionConnected { session_id, connection_time_ms, connection_type, signaling_ms, voice }
}

fn room_joined(room: &RoomMark, [people, capacity]: [u8; 2], slot: Slot) -> Data {
    Data::RoomJoined { room: room.as_str().to_owned(), people, capacity, slot_at: slot.at().0 }
}

fn room_left(room: &RoomMark, people: u8, stayed: SpanMs, why: Parting, slot: Slot) -> Data {
    let (room, reason, slot_at) = (room.as_str().to_owned(), why.as_str(), slot.at().0);
    Data::RoomLeft { room, people, stayed_ms: stayed.0, reason, slot_at }
}

fn words(tags: &Tags) -> Vec<String> {
    tags.iter().map(|tag| tag.as_str().to_owned()).collect()
}

fn one(voice: &EventMark) -> String {
    voice.as_str().to_owned()
}

fn both(voices: &[EventMark; 2]) -> [String; 2] {
    voices.each_ref().map(one)
}

/// The transport as the wire spells it.
#[must_use]
pub const fn transport_name(transport: Transport) -> &'static str {
    match transport {
        Transport::Kvs => "kvs",
        Transport::Relay => "relay",
    }
}

fn decided(session: &str, reason: Reason, measure: Option<Measure>, waited_ms: u64) -> Data {
    let decision = if measure.is_some() { "accepted" } else { "rejected" };
    let (session_id, action) = (session.to_owned(), measure.map(Measure::as_str));
    Data::ReportDecided { session_id, reason: reason.as_str(), decision, action, waited_ms }
}
