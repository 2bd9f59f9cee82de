//! Timers: messages to ourselves, late and repeated as it comes. Each only says where to look again.

use crate::id::{CallId, PeerId, RoomId, SessionId, TicketId, UserId};
use crate::session::Role;

/// A look to take later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Timer {
    /// The ticket reaches its next widening step, or is looked after while nobody comes.
    Widen {
        /// Whose ticket.
        user: UserId,
        /// Which ticket; another one of the same person is not meant.
        ticket: TicketId,
    },
    /// Both pages should have confirmed the match.
    Confirm {
        /// Of which session.
        session: SessionId,
        /// Whose match it is, offerer first: when the session never came about, they are fenced against its late
        /// coming.
        users: [UserId; 2],
    },
    /// A lost side should be back.
    Grace {
        /// In which session.
        session: SessionId,
        /// Which side.
        role: Role,
    },
    /// The ICE servers of this session will not be good for much longer.
    IceServers(SessionId),
    /// The time is up.
    Deadline(SessionId),
    /// A ban of this person should have been carried out.
    Enforce(UserId),
    /// A call has rung for long enough.
    Ring(CallId),
    /// Somebody who is away from a room should be back.
    Seat {
        /// From which room.
        room: RoomId,
        /// Who.
        peer: PeerId,
    },
    /// The people of a room should still be there.
    Room(RoomId),
    /// The browsers of who is rung are to be woken for what the call has come to.
    Wake(CallId),
}
