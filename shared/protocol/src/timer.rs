//! Timers as messages on the delay queue.

use domain::id::{CallId, NotAnId, PeerId, RoomId, SessionId, TicketId, UserId};
use domain::session::Role;
use domain::time::TimeMs;
use domain::timer::Timer;
use serde::{Deserialize, Serialize};

/// A message on the delay queue that is no timer of ours.
#[derive(Debug, thiserror::Error)]
pub enum BadTimer {
    /// Not JSON of the right shape.
    #[error("not a timer: {0}")]
    Shape(#[from] serde_json::Error),
    /// An id that cannot be one.
    #[error("not a timer: {0}")]
    Id(#[from] NotAnId),
}

/// Writes a timer that is due at `due_at`.
#[must_use]
pub fn encode(timer: &Timer, due_at: TimeMs) -> String {
    let look = match timer {
        Timer::Widen { user, ticket } => Look::Widen { user: user.to_string(), ticket: ticket.to_string() },
        Timer::Confirm { session, users } => {
            Look::Confirm { session: session.to_string(), users: users.each_ref().map(UserId::to_string) }
        }
        Timer::Grace { session, role } => {
            Look::Grace { session: session.to_string(), answerer: *role == Role::Answerer }
        }
        Timer::IceServers(session) => Look::IceServers { session: session.to_string() },
        Timer::Deadline(session) => Look::Deadline { session: session.to_string() },
        Timer::Ring(call) => Look::Ring { call: call.to_string() },
        Timer::Wake(call) => Look::Wake { call: call.to_string() },
        Timer::Enforce(user) => Look::Enforce { user: user.to_string() },
        Timer::Seat { room, peer } => Look::Seat { room: room.to_string(), peer: peer.to_string() },
        Timer::Room(room) => Look::Room { room: room.to_string() },
    };
    serde_json::to_string(&Message { look, due_at: due_at.0 }).unwrap_or_default()
}

/// Reads a timer and the moment at which it is due.
///
/// # Errors
/// [`BadTimer`] for anything that [`encode`] does not write.
pub fn decode(text: &str) -> Result<(Timer, TimeMs), BadTimer> {
    let message: Message = serde_json::from_str(text)?;
    let timer = match message.look {
        Look::Widen { user, ticket } => Timer::Widen { user: UserId::parse(&user)?, ticket: TicketId::parse(&ticket)? },
        Look::Confirm { session, users: [offerer, answerer] } => Timer::Confirm {
            session: SessionId::parse(&session)?,
            users: [UserId::parse(&offerer)?, UserId::parse(&answerer)?],
        },
        Look::Grace { session, answerer } => {
            let role = if answerer { Role::Answerer } else { Role::Offerer };
            Timer::Grace { session: SessionId::parse(&session)?, role }
        }
        Look::IceServers { session } => Timer::IceServers(SessionId::parse(&session)?),
        Look::Deadline { session } => Timer::Deadline(SessionId::parse(&session)?),
        Look::Ring { call } => Timer::Ring(CallId::parse(&call)?),
        Look::Wake { call } => Timer::Wake(CallId::parse(&call)?),
        Look::Enforce { user } => Timer::Enforce(UserId::parse(&user)?),
        Look::Seat { room, peer } => Timer::Seat { room: RoomId::parse(&room)?, peer: PeerId::parse(&peer)? },
        Look::Room { room } => Timer::Room(RoomId::parse(&room)?),
    };
    Ok((timer, TimeMs(message.due_at)))
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    look: Look,
    due_at: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
enum Look {
    Widen { user: String, ticket: String },
    Confirm { session: String, users: [String; 2] },
    Grace { session: String, answerer: bool },
    IceServers { session: String },
    Deadline { session: String },
    Ring { call: String },
    Wake { call: String },
    Enforce { user: String },
    Seat { room: String, peer: String },
    Room { room: String },
}
