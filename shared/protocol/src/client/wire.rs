//! The frames' data as they stand on the wire.
#![expect(missing_docs, reason = "the fields are those of docs/PROTOCOL.md, word for word")]

use serde::Deserialize;

use crate::object::Object;

asked! {
    pub struct Empty {}

    pub struct Hello {
        pub last_n: Option<u32>,
    }

    pub struct JoinQueue {
        pub user_id: Option<String>,
        pub tags: Option<Vec<String>>,
        pub interests: Option<Vec<String>>,
        pub language: Option<String>,
        pub region: Option<String>,
        pub mode: Option<ModeName>,
    }

    pub struct ConnectionStatus {
        pub session_id: String,
        pub status: StatusName,
        pub epoch: Option<u32>,
        pub connection_time_ms: Option<u32>,
        pub connection_type: Option<ConnectionType>,
        pub signaling_ms: Option<u32>,
        pub sha256: Option<String>,
    }

    pub struct SendDescription {
        pub session_id: Option<String>,
        pub room_id: Option<String>,
        pub to: Option<String>,
        pub epoch: u32,
        pub n: u32,
        #[cfg_attr(feature = "contract", ts(as = "Description"))]
        pub data: Object<Description>,
    }

    pub struct Description {
        pub r#type: DescriptionType,
        pub sdp: String,
    }

    pub struct SendCandidate {
        pub session_id: Option<String>,
        pub room_id: Option<String>,
        pub to: Option<String>,
        pub epoch: u32,
        pub n: u32,
        #[cfg_attr(feature = "contract", ts(as = "IceCandidate"))]
        pub data: Object<IceCandidate>,
    }

    pub struct IceCandidate {
        pub candidate: String,
        pub sdp_mid: Option<String>,
        pub sdp_m_line_index: Option<u16>,
        pub username_fragment: Option<String>,
    }

    pub struct SendFingerprint {
        pub session_id: Option<String>,
        pub room_id: Option<String>,
        pub sha256: String,
    }

    pub struct SendMessage {
        pub session_id: Option<String>,
        pub room_id: Option<String>,
        pub to: Option<String>,
        pub n: u32,
        pub message: String,
    }

    pub struct Next {
        pub session_id: Option<String>,
    }

    pub struct SendReaction {
        pub session_id: Option<String>,
        pub room_id: Option<String>,
        pub emoji: String,
    }

    pub struct OfSession {
        pub session_id: String,
    }

    pub struct RingFriend {
        pub to: String,
        pub mode: Option<ModeName>,
    }

    pub struct OneCall {
        pub call_id: String,
    }

    pub struct JoinRoom {
        pub room_id: String,
        pub name: Option<String>,
        pub password: Option<String>,
        pub peer_id: Option<String>,
        pub sha256: Option<String>,
    }

    pub struct OfRoom {
        pub room_id: String,
    }

    pub struct RaiseHand {
        pub room_id: String,
        pub raised: Option<bool>,
    }

    pub struct ShareScreen {
        pub room_id: String,
        pub shown: bool,
    }

    pub struct RoomAdmin {
        pub room_id: String,
        pub op: RoomOpName,
        pub peer_id: Option<String>,
    }
}

macro_rules! words {
    ($($(#[$rename:meta])* $name:ident { $($variant:ident),* })*) => {$(
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
        #[cfg_attr(feature = "contract", derive(ts_rs::TS))]
        #[serde(rename_all = "kebab-case")]
        pub enum $name { $($variant),* }
    )*};
}

words! {
    ModeName { Video, Audio, Text }
    StatusName { Received, Connected, Reconnecting, Failed, SignalingFailed, PartnerLost }
    DescriptionType { Offer, Answer }
    ConnectionType { Direct, Relay }
    RoomOpName { MuteAll, Remove, Lock, Unlock, Admit, Host, ManyScreens, OneScreen }
}
