//! REST bodies of rooms.
#![expect(missing_docs, reason = "the fields are those of docs/PROTOCOL.md, word for word")]

use domain::id::RoomId;
use domain::profile::RoomName;
use domain::refusal::Refusal;
use domain::room::{Capacity, Password, Room, RoomWish};
use serde::{Deserialize, Serialize};

asked! {
    pub struct CreateRoomRequest {
        pub name: Option<String>,
        pub capacity: Option<u8>,
        pub password: Option<String>,
        pub waiting_room: Option<bool>,
        pub many_screens: Option<bool>,
    }
}

answered! {
    pub struct CreateRoomAnswer {
        pub room_id: String,
        pub url: String,
    }

    pub struct RoomAnswer {
        pub room_id: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub name: Option<String>,
        pub participants: usize,
        pub capacity: u8,
        pub password_required: bool,
        pub waiting_room: bool,
        pub locked: bool,
        #[cfg_attr(feature = "contract", ts(type = "number"))]
        pub expires_at: u64,
    }
}

impl TryFrom<CreateRoomRequest> for RoomWish {
    type Error = Refusal;

    fn try_from(wish: CreateRoomRequest) -> Result<Self, Refusal> {
        // A page sends what stands in its fields: an empty one wishes for nothing.
        let said = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
        Ok(Self {
            name: said(wish.name).as_deref().map(RoomName::parse).transpose()?,
            capacity: wish.capacity.map(Capacity::new).transpose()?.unwrap_or_default(),
            password: said(wish.password).as_deref().map(Password::parse).transpose()?,
            waiting_room: wish.waiting_room.unwrap_or_default(),
            many_screens: wish.many_screens.unwrap_or_default(),
        })
    }
}

/// A new room, at its link.
#[must_use]
pub fn created(room: &RoomId, home: &str) -> CreateRoomAnswer {
    CreateRoomAnswer { room_id: room.to_string(), url: format!("{home}/room/{room}") }
}

impl From<&Room> for RoomAnswer {
    fn from(room: &Room) -> Self {
        Self {
            room_id: room.id.to_string(),
            name: room.name.as_ref().map(|name| name.as_str().to_owned()),
            participants: room.people().count(),
            capacity: room.capacity.people(),
            password_required: room.password.is_some(),
            waiting_room: room.waiting_room,
            locked: room.locked,
            expires_at: room.expires_at().0,
        }
    }
}
