//! What the server tells a page.

use crate::call::Party;
use crate::id::{CallId, PeerId, RequestId, RoomId, SanctionId, SessionId, UserId};
use crate::profile::{Mode, Nickname, Tag, Tags};
use crate::refusal::Refusal;
use crate::report::Reason;
use crate::room::{DoorView, Parting, RoomView};
use crate::sanction::Measure;
use crate::session::{Between, EndReason, Extension, Role};
use crate::signal::{Fingerprint, Signal};
use crate::speech::{ChatLine, Emoji, Message};
use crate::time::{SpanMs, TimeMs};
use crate::user::UserState;

/// One message to one page.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants are the events of docs/PROTOCOL.md, word for word")]
pub enum Notice {
    Connected { user: UserId, whereabouts: Whereabouts, ring: Option<RingStatus> },
    QueueJoined(QueueStatus),
    QueueUpdate(QueueStatus),
    QueueLeft,
    Rematched { over: SessionId, from: PeerId, nickname: Nickname },
    Matched(Box<Invitation>),
    MatchDetails(Box<Invitation>),
    Signaling { session: SessionId, epoch: u32 },
    Signal { session: SessionId, from: PeerId, epoch: u32, n: u32, signal: Signal },
    Fingerprint { session: SessionId, from: PeerId, sha256: Fingerprint },
    Message { session: SessionId, from: PeerId, n: u32, message: Message, sent_at: TimeMs },
    Reaction { session: SessionId, from: PeerId, emoji: Emoji, sent_at: TimeMs },
    PeerReconnecting { session: SessionId, peer: PeerId },
    PeerReconnected { session: SessionId, peer: PeerId },
    SessionEnded { session: SessionId, reason: EndReason, duration: SpanMs },
    SessionWarning { session: SessionId, ends_at: TimeMs },
    ExtendRequested { session: SessionId, ends_at: TimeMs },
    SessionExtended { session: SessionId, extension: Extension, ends_at: TimeMs },
    IceServers { session: SessionId, servers: Vec<IceServer> },
    FriendRequest { request: RequestId, nickname: Nickname },
    FriendAccepted { user: UserId, nickname: Nickname },
    Ring(RingNotice),
    Room(RoomNotice),
    ModerationWarning { sanction: SanctionId, reason: Reason },
    ModerationAction { sanction: SanctionId, measure: Measure, reason: Reason },
    Superseded,
    ServerDraining,
    Pong { state: Option<UserState> },
    Ack { id: String },
    Error { id: Option<String>, refusal: Refusal },
}

/// What becomes of a call that rings.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants are the `call-` events of docs/PROTOCOL.md, word for word")]
pub enum RingNotice {
    Request { call: CallId, from: Party, mode: Mode, until: TimeMs },
    Ringing(RingStatus),
    Accepted { call: CallId, from: Party },
    Rejected { call: CallId, from: Party },
    Cancelled { call: CallId, from: Party },
    Timeout { call: CallId, from: Party },
    Busy { call: CallId, from: Party },
}

/// What happens in a room.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants are the events of docs/PROTOCOL.md that name a room")]
pub enum RoomNotice {
    Participant { view: Box<RoomView>, servers: Option<Vec<IceServer>> },
    NewPeer { view: Box<RoomView>, peer: PeerId, nickname: Nickname, servers: Vec<IceServer> },
    PeerLeft { view: Box<RoomView>, peer: PeerId, why: Parting },
    Waiting(DoorView),
    Ended { room: RoomId, why: Parting },
    MuteAll { room: RoomId, from: PeerId },
    Signal { room: RoomId, from: PeerId, epoch: u32, n: u32, signal: Signal },
    Fingerprint { room: RoomId, from: PeerId, sha256: Fingerprint },
    Message { room: RoomId, from: PeerId, n: u32, message: Message, sent_at: TimeMs },
    Reaction { room: RoomId, from: PeerId, emoji: Emoji, sent_at: TimeMs },
    IceServers { room: RoomId, servers: Vec<IceServer> },
}

/// A call that rings, as one of its two sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RingStatus {
    /// Which.
    pub call: CallId,
    /// The other.
    pub with: Party,
    /// Video, audio or text.
    pub mode: Mode,
    /// Until when it rings.
    pub until: TimeMs,
    /// Whether the reader rings, or is rung.
    pub is_caller: bool,
}

/// Where a page that says `hello` finds itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whereabouts {
    /// Asking for nobody.
    Idle,
    /// In the queue.
    Waiting(QueueStatus),
    /// In a call: what `matched` held, freshly presigned, and the chat so far.
    InSession {
        /// What `matched` held.
        invitation: Box<Invitation>,
        /// The chat, oldest first.
        chat: Vec<Heard>,
    },
    /// In a room: who is there, and fresh ICE servers.
    InRoom {
        /// What is there to see.
        view: Box<RoomView>,
        /// STUN and TURN servers.
        servers: Vec<IceServer>,
    },
    /// Before the door of a room.
    BeforeRoom(DoorView),
}

/// A line of chat as the page that returns sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// The line.
    pub line: ChatLine,
    /// The alias of who said it.
    pub from: PeerId,
    /// Whether it was the reader.
    pub own: bool,
}

/// What a waiting person is told: measured numbers only, absent when unknown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct QueueStatus {
    /// The place among those who wait with a common tag, from 1.
    pub position: Option<u32>,
    /// How many wait with a common tag, oneself included.
    pub waiting: Option<u32>,
    /// How long it will take.
    pub estimated_wait: Option<SpanMs>,
    /// How many wait per own tag, oneself included.
    pub tags: Vec<(Tag, u32)>,
}

/// Everything a page needs to meet its partner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Which session.
    pub session: SessionId,
    /// The own alias, under which the partner sees this page.
    pub own_peer: PeerId,
    /// The partner's alias.
    pub peer: PeerId,
    /// The partner's name.
    pub nickname: Nickname,
    /// What the two have in common.
    pub common_tags: Tags,
    /// Who the two are to each other.
    pub between: Between,
    /// Who offers.
    pub role: Role,
    /// Which signaling transport this is.
    pub epoch: u32,
    /// When the match was made.
    pub started_at: TimeMs,
    /// When the session ends at the latest.
    pub ends_at: TimeMs,
    /// From when this side may go on to the next.
    pub next_at: TimeMs,
    /// How often that was moved.
    pub extension: Extension,
    /// STUN and TURN servers.
    pub ice_servers: Vec<IceServer>,
    /// Whether only relayed candidates may be used.
    pub relay_only: bool,
    /// How to signal.
    pub signaling: SignalingGrant,
}

/// How a page signals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignalingGrant {
    /// Over a KVS channel.
    Kvs(KvsGrant),
    /// Over our own socket.
    Relay,
}

/// A presigned way into a KVS channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KvsGrant {
    /// The channel.
    pub arn: String,
    /// Its region.
    pub region: String,
    /// The WSS endpoint of this role.
    pub endpoint: String,
    /// The viewer's client id: the own one, or the only sender that the master may heed.
    pub viewer_client: PeerId,
    /// Goes unchanged into `new WebSocket`.
    pub url: String,
    /// How long the URL opens a connection.
    pub expires_in: SpanMs,
}

/// A STUN or TURN server (W3C `RTCIceServer`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IceServer {
    /// `stun:` and `turn:` URLs.
    pub urls: Vec<String>,
    /// For TURN.
    pub username: Option<String>,
    /// For TURN.
    pub credential: Option<String>,
}

/// A mail without its address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The subject.
    pub subject: String,
    /// As plain text.
    pub text: String,
    /// As HTML that loads nothing.
    pub html: String,
}
