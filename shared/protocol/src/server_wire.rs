//! The server's frames as they stand on the wire.
#![expect(missing_docs, reason = "the fields are those of docs/PROTOCOL.md, word for word")]

use domain::profile::Mode;
use domain::session::{Between, EndReason};
use serde::Serialize;

macro_rules! words {
    ($($name:ident { $($variant:ident),* })*) => {$(
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
        #[cfg_attr(feature = "contract", derive(ts_rs::TS))]
        #[serde(rename_all = "kebab-case")]
        pub enum $name { $($variant),* }
    )*};
}

mod room;
mod signaling;

pub use room::{
    NewPeer, OfRoomPeer, Participant, PeerLeft, PresenceName, RoomEnded, RoomGuest, RoomPeer, RoomState, RoomWaiting,
    Share,
};
pub use signaling::{Envelope, KvsRole, Place, Signaled, SignalingGrant};

#[derive(Debug, Clone, Serialize)]
pub struct Frame {
    #[serde(flatten)]
    pub event: Event,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    pub ts: u64,
}

#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "contract", derive(ts_rs::TS))]
#[serde(tag = "event", content = "data", rename_all = "kebab-case")]
pub enum Event {
    Connected(Box<Connected>),
    QueueJoined(Queue),
    QueueUpdate(Queue),
    QueueLeft(Nothing),
    Rematched(OfCall),
    Matched(Box<Matched>),
    MatchDetails(Box<Matched>),
    Signaling(Signaling),
    Offer(Signaled<Description>),
    Answer(Signaled<Description>),
    Candidate(Signaled<IceCandidate>),
    Fingerprint(Fingerprint),
    Message(Message),
    Reaction(Reaction),
    PeerReconnecting(OfPeer),
    PeerReconnected(OfPeer),
    SessionEnded(SessionEnded),
    SessionWarning(OfEnd),
    ExtendRequested(OfEnd),
    SessionExtended(SessionExtended),
    IceServers(IceServers),
    CallRequest(CallRequest),
    CallRinging(Ringing),
    CallAccepted(OfCall),
    CallRejected(OfCall),
    CallCancelled(OfCall),
    CallTimeout(OfCall),
    CallBusy(OfCall),
    FriendRequest(FriendRequest),
    FriendAccepted(FriendAccepted),
    Participant(Box<Participant>),
    NewPeer(Box<NewPeer>),
    PeerLeft(Box<PeerLeft>),
    RoomWaiting(RoomWaiting),
    RoomEnded(RoomEnded),
    MuteAll(OfRoomPeer),
    ModerationWarning(ModerationWarning),
    ModerationAction(ModerationAction),
    Superseded(Nothing),
    ServerDraining(Nothing),
    Pong(Pong),
    Ack(Nothing),
    Error(Error),
}

answered! {
    pub struct Nothing {}

    pub struct Connected {
        pub user_id: String,
        pub state: StateName,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub session: Option<Resumed>,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub queue: Option<Queue>,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub ring: Option<Ringing>,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub room: Option<Participant>,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub room_waiting: Option<RoomWaiting>,
    }

    pub struct Pong {
        #[serde(skip_serializing_if = "Option::is_none")]
        pub state: Option<StateName>,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub session_id: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub room_id: Option<String>,
    }

    pub struct Resumed {
        #[serde(flatten)]
        pub matched: Matched,
        pub chat: Vec<ChatLine>,
    }

    pub struct ChatLine {
        pub from: String,
        pub own: bool,
        pub n: u32,
        pub message: String,
        #[cfg_attr(feature = "contract", ts(type = "number"))]
        pub sent_at: u64,
    }

    pub struct Queue {
        #[serde(skip_serializing_if = "Option::is_none")]
        pub position: Option<u32>,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub waiting: Option<u32>,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub estimated_wait_seconds: Option<u32>,
        pub tags: Vec<TagCount>,
    }

    pub struct ModerationWarning {
        pub sanction_id: String,
        pub reason: &'static str,
    }

    pub struct ModerationAction {
        pub sanction_id: String,
        pub action: &'static str,
        pub reason: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "contract", ts(optional, type = "number"))]
        pub until: Option<u64>,
    }

    pub struct TagCount {
        pub tag: String,
        pub waiting: u32,
    }

    pub struct Matched {
        pub session_id: String,
        pub own_peer_id: String,
        pub kind: KindName,
        pub peer: Peer,
        pub role: RoleName,
        pub epoch: u32,
        #[cfg_attr(feature = "contract", ts(type = "number"))]
        pub started_at: u64,
        #[cfg_attr(feature = "contract", ts(type = "number"))]
        pub ends_at: u64,
        #[cfg_attr(feature = "contract", ts(type = "number"))]
        pub next_at: u64,
        pub extensions_left: u8,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub extend_asked_by: Option<AskedBy>,
        pub ice_servers: Vec<IceServer>,
        pub ice_transport_policy: IcePolicy,
        pub signaling: SignalingGrant,
    }

    pub struct Peer {
        pub peer_id: String,
        pub nickname: String,
        pub common_tags: Vec<String>,
    }

    pub struct IceServer {
        pub urls: Vec<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub username: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub credential: Option<String>,
    }

    pub struct Signaling {
        pub session_id: String,
        pub epoch: u32,
        pub transport: RelayName,
    }

    pub struct Description {
        pub r#type: DescriptionType,
        pub sdp: String,
    }

    pub struct IceCandidate {
        pub candidate: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub sdp_mid: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub sdp_m_line_index: Option<u16>,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub username_fragment: Option<String>,
    }

    pub struct Fingerprint {
        #[serde(flatten)]
        pub place: Place,
        pub from: String,
        pub sha256: String,
    }

    pub struct Message {
        #[serde(flatten)]
        pub place: Place,
        pub from: String,
        pub n: u32,
        pub message: String,
        #[cfg_attr(feature = "contract", ts(type = "number"))]
        pub sent_at: u64,
    }

    pub struct Reaction {
        #[serde(flatten)]
        pub place: Place,
        pub from: String,
        pub emoji: String,
        #[cfg_attr(feature = "contract", ts(type = "number"))]
        pub sent_at: u64,
    }

    pub struct OfPeer {
        pub session_id: String,
        pub peer_id: String,
    }

    pub struct SessionEnded {
        pub session_id: String,
        pub reason: EndReasonName,
        #[cfg_attr(feature = "contract", ts(type = "number"))]
        pub duration_ms: u64,
    }

    pub struct OfEnd {
        pub session_id: String,
        #[cfg_attr(feature = "contract", ts(type = "number"))]
        pub ends_at: u64,
    }

    pub struct SessionExtended {
        pub session_id: String,
        #[cfg_attr(feature = "contract", ts(type = "number"))]
        pub ends_at: u64,
        pub extensions_left: u8,
    }

    pub struct IceServers {
        #[serde(flatten)]
        pub place: Place,
        pub ice_servers: Vec<IceServer>,
    }

    pub struct OfCall {
        pub call_id: String,
        pub from: String,
        pub nickname: String,
    }

    pub struct CallRequest {
        #[serde(flatten)]
        pub call: OfCall,
        pub mode: ModeName,
        #[cfg_attr(feature = "contract", ts(type = "number"))]
        pub expires_at: u64,
    }

    pub struct Ringing {
        pub call_id: String,
        pub with: String,
        pub nickname: String,
        pub mode: ModeName,
        #[cfg_attr(feature = "contract", ts(type = "number"))]
        pub expires_at: u64,
        pub own: bool,
    }

    pub struct FriendRequest {
        pub request_id: String,
        pub nickname: String,
    }

    pub struct FriendAccepted {
        pub user_id: String,
        pub nickname: String,
    }

    pub struct Error {
        pub code: String,
        pub message: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub retry_after_seconds: Option<u32>,
    }
}

words! {
    ModeName { Video, Audio, Text }
    KindName { Stranger, Friend }
    StateName { Idle, Waiting, InSession, InRoom }
    RoleName { Offerer, Answerer }
    IcePolicy { All, Relay }
    AskedBy { You, Partner }
    RelayName { Relay }
    DescriptionType { Offer, Answer }
    EndReasonName { Timeout, PeerLeft, Skipped, Moderation, Failed }
}

impl From<Mode> for ModeName {
    fn from(mode: Mode) -> Self {
        match mode {
            Mode::Video => Self::Video,
            Mode::Audio => Self::Audio,
            Mode::Text => Self::Text,
        }
    }
}

impl From<Between> for KindName {
    fn from(between: Between) -> Self {
        match between {
            Between::Strangers => Self::Stranger,
            Between::Friends => Self::Friend,
        }
    }
}

impl From<EndReason> for EndReasonName {
    fn from(reason: EndReason) -> Self {
        match reason {
            EndReason::Timeout => Self::Timeout,
            EndReason::PeerLeft => Self::PeerLeft,
            EndReason::Skipped => Self::Skipped,
            EndReason::Moderation => Self::Moderation,
            EndReason::Failed => Self::Failed,
        }
    }
}
