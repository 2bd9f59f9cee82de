//! Names under which browsers relay through our own TURN servers: each ends by itself, and says of nobody who they are.

use crate::id::{DeviceId, PeerId, RoomId, SessionId, Token};
use crate::limits::TURN_NAME_LIFE;
use crate::session::Role;
use crate::time::TimeMs;

/// A name for TURN servers that share a secret with us (draft-uberti-behave-turn-rest-00).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TurnName {
    /// Whose allocations are counted together: means nothing to the operator of the server.
    pub opaque: Token,
    /// From when on it opens nothing.
    pub ends_at: TimeMs,
}

impl TurnName {
    /// The name of one side of a call. Asked for again it ends later and is the same otherwise, so that nobody holds more
    /// by asking more often. It needs no key: a session's id is 128 bits of chance that its two know, and we.
    #[must_use]
    pub fn in_session(session: &SessionId, role: Role, now: TimeMs) -> Self {
        Self::until(Token::derived(&["turn", session.as_str(), role.as_str()]), now)
    }

    /// The name of a seat in a room, as that of a side of a call. It needs no key: an alias is 128 bits of chance that the people
    /// of its room know, and we.
    #[must_use]
    pub fn in_room(room: &RoomId, peer: &PeerId, now: TimeMs) -> Self {
        Self::until(Token::derived(&["turn", room.as_str(), peer.as_str()]), now)
    }

    /// The name of a device that is in no call and tries its network: another one every [`TURN_NAME_LIFE`]. It needs no key: a
    /// device's id is 128 bits of chance that only its own page is shown, while friends know a person's.
    #[must_use]
    pub fn outside(device: &DeviceId, now: TimeMs) -> Self {
        let stretch = (now.0 / TURN_NAME_LIFE.0).to_string();
        Self::until(Token::derived(&["turn", device.as_str(), "outside", &stretch]), now)
    }

    const fn until(opaque: Token, now: TimeMs) -> Self {
        Self { opaque, ends_at: TimeMs(now.0.saturating_add(TURN_NAME_LIFE.0)) }
    }
}
