//! Names under which browsers relay through our own TURN servers: each ends by itself, and says of nobody who they are.

use crate::id::{SessionId, Token, UserId};
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
    /// by asking more often.
    #[must_use]
    pub fn in_session(session: &SessionId, role: Role, now: TimeMs) -> Self {
        Self::until(Token::derived(&["turn", session.as_str(), role.as_str()]), now)
    }

    /// The name of somebody who is in no call and tries their network: another one every [`TURN_NAME_LIFE`].
    #[must_use]
    pub fn outside(user: &UserId, now: TimeMs) -> Self {
        let stretch = (now.0 / TURN_NAME_LIFE.0).to_string();
        Self::until(Token::derived(&["turn", user.as_str(), "outside", &stretch]), now)
    }

    const fn until(opaque: Token, now: TimeMs) -> Self {
        Self { opaque, ends_at: TimeMs(now.0.saturating_add(TURN_NAME_LIFE.0)) }
    }
}
