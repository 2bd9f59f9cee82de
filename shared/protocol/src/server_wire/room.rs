//! What happens in rooms, as it stands on the wire.

use serde::Serialize;

use super::{IcePolicy, IceServer, RoleName};

answered! {
    pub struct Participant {
        #[serde(flatten)]
        pub room: RoomState,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub ice_servers: Option<Vec<IceServer>>,
    }

    pub struct NewPeer {
        #[serde(flatten)]
        pub room: RoomState,
        pub peer_id: String,
        pub nickname: String,
        pub ice_servers: Vec<IceServer>,
    }

    pub struct PeerLeft {
        #[serde(flatten)]
        pub room: RoomState,
        pub peer_id: String,
        pub reason: &'static str,
    }

    pub struct RoomState {
        pub room_id: String,
        #[cfg_attr(feature = "contract", ts(type = "number"))]
        pub version: u64,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub name: Option<String>,
        pub capacity: u8,
        pub epoch: u32,
        pub locked: bool,
        pub waiting_room: bool,
        pub many_screens: bool,
        pub own_peer_id: String,
        pub owner: bool,
        pub hand_raised: bool,
        pub screen: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub host_peer_id: Option<String>,
        pub peers: Vec<RoomPeer>,
        pub waiting: Vec<RoomGuest>,
        pub share: Share,
    }

    pub struct RoomPeer {
        pub peer_id: String,
        pub nickname: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub sha256: Option<String>,
        pub role: RoleName,
        pub ice_transport_policy: IcePolicy,
        pub presence: PresenceName,
        pub returns: u32,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "contract", ts(optional, type = "number"))]
        pub hand_raised_at: Option<u64>,
        pub screen: bool,
    }

    pub struct RoomGuest {
        pub peer_id: String,
        pub nickname: String,
    }

    pub struct Share {
        pub listener_kbps: u32,
        pub speaker_kbps: u32,
        pub lines: u32,
        pub frames: u32,
    }

    pub struct RoomWaiting {
        pub room_id: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub name: Option<String>,
        pub hosted: bool,
    }

    pub struct RoomEnded {
        pub room_id: String,
        pub reason: &'static str,
    }

    pub struct OfRoomPeer {
        pub room_id: String,
        pub from: String,
    }
}

words! {
    PresenceName { Here, Lost, Held }
}
