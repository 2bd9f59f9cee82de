//! Facts for analysts: what happened, without anything that names a person.

use crate::id::{ConnectionId, DeviceId, EventId, NotAnId, RoomId, SessionId, Token, UserId};
use crate::profile::{Language, Mode, Region, Tags};
use crate::report::Reason;
use crate::room::Parting;
use crate::sanction::Measure;
use crate::session::{EndReason, Role, Transport};
use crate::signal::Path;
use crate::tally::{EventMark, Slot};
use crate::time::{SpanMs, TimeMs};
use crate::trace::Trace;

/// Something that happened, once; a repeated delivery carries the same id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// Derived from what happened to whom, so that a repeat is seen as one.
    pub id: EventId,
    /// When.
    pub at: TimeMs,
    /// What.
    pub kind: FactKind,
    /// Of which tab, where the tab itself did it and nobody else has part in it.
    pub trace: Option<Trace>,
}

/// A person on the stream: changes every day, so that nobody can be followed. Friends know a person's id, but not the id of
/// their device, without which nobody who reads the stream can reckon it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pseudonym(Token);

impl Pseudonym {
    /// The pseudonym of a person on the day of `at` (UTC).
    #[must_use]
    pub fn of(user: &UserId, device: &DeviceId, at: TimeMs) -> Self {
        Self(Token::derived(&["pseudonym", &at.days().to_string(), user.as_str(), device.as_str()]))
    }

    /// Takes a pseudonym from the stream.
    ///
    /// # Errors
    /// [`NotAnId`] unless it is 26 letters and digits.
    pub fn parse(text: &str) -> Result<Self, NotAnId> {
        Token::parse(text).map(Self)
    }

    /// As much of it as tells a person from the few beside them.
    #[must_use]
    pub fn mark(&self) -> EventMark {
        EventMark::of(&self.0)
    }

    /// The pseudonym as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

/// A device on the stream: changes every day, as a person's pseudonym does. It needs no key: a device's id is 128 bits of
/// chance that only its own page is ever shown.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DeviceMark(Token);

impl DeviceMark {
    /// The mark of a device on the day of `at` (UTC).
    #[must_use]
    pub fn of(device: &DeviceId, at: TimeMs) -> Self {
        Self(Token::derived(&["device", &at.days().to_string(), device.as_str()]))
    }

    /// Takes a mark from the stream or from a stored row.
    ///
    /// # Errors
    /// [`NotAnId`] unless it is 26 letters and digits.
    pub fn parse(text: &str) -> Result<Self, NotAnId> {
        Token::parse(text).map(Self)
    }

    /// The mark as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

/// A connection in logs and on the stream: what the gateway calls it would be an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionMark(Token);

impl ConnectionMark {
    /// The mark of a connection.
    #[must_use]
    pub fn of(connection: &ConnectionId) -> Self {
        Self(Token::derived(&["connection", connection.as_str()]))
    }

    /// The mark as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

/// A room on the stream: its id would be a way in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomMark(Token);

impl RoomMark {
    /// The mark of a room.
    #[must_use]
    pub fn of(room: &RoomId) -> Self {
        Self(Token::derived(&["room", room.as_str()]))
    }

    /// The mark as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are the words of the event schemas in docs/PROTOCOL.md")]
pub enum FactKind {
    /// A guest or a member came in.
    SignedIn { user: Pseudonym, guest: bool, device: DeviceMark },
    /// A device was seen, on a day on which it is one of [`AGES_TOLD`] days old.
    DeviceSeen { guest: bool, days: u64 },
    /// A socket was opened.
    ConnectionOpened { connection: ConnectionMark, slot: Slot },
    /// It is gone.
    ConnectionClosed { connection: ConnectionMark, slot: Slot },
    /// Someone began to wait: they have `asked`, or were put back.
    QueueJoined {
        user: Pseudonym,
        asked: bool,
        mode: Mode,
        tags: Tags,
        language: Option<Language>,
        region: Option<Region>,
        slot: Slot,
    },
    /// Someone stopped waiting without a match.
    QueueLeft { user: Pseudonym, waited: SpanMs, slot: Slot },
    /// Two were paired; `slots` are of those who waited in the queue.
    MatchMade {
        session: SessionId,
        mode: Mode,
        common_tags: Tags,
        waited: [SpanMs; 2],
        slots: [Option<Slot>; 2],
        voices: [EventMark; 2],
    },
    /// Their session began.
    SessionStarted { session: SessionId, mode: Mode, transport: Transport },
    /// A page saw media flow. Whose it is tells its voice alone.
    SessionConnected {
        session: SessionId,
        voice: EventMark,
        connection_time: Option<SpanMs>,
        path: Option<Path>,
        signaling: Option<SpanMs>,
    },
    /// Both asked for more time.
    SessionExtended { session: SessionId, extensions: u8 },
    /// The session is over; who has gone on by `next`, if that ended it.
    SessionEnded { session: SessionId, reason: EndReason, duration: SpanMs, confirmed: bool, by: Option<Role> },
    /// A chat line; its length, how many links it has and whether it came faster than people type, not its words.
    MessageSent { session: SessionId, role: Role, characters: u32, links: u32, hasty: bool },
    /// A reaction.
    ReactionSent { session: SessionId, role: Role },
    /// Signaling went over to our own socket.
    SignalingFellBack { session: SessionId, epoch: u32 },
    /// Somebody asked another to be friends.
    FriendRequested { user: Pseudonym },
    /// Two are friends.
    FriendAccepted { user: Pseudonym },
    /// Somebody rings a friend.
    CallRinging { user: Pseudonym },
    /// The friend has answered.
    CallAnswered { session: SessionId, waited: SpanMs, voices: [EventMark; 2] },
    /// A page could not connect. Whose it is tells its voice alone.
    IceFailed { session: SessionId, voice: EventMark },
    /// Somebody said what another has done, who has this role.
    ReportSubmitted { session: SessionId, reason: Reason, role: Option<Role> },
    /// A moderator has decided on it; nothing was done when it was dismissed.
    ReportDecided { session: SessionId, reason: Reason, measure: Option<Measure>, waited: SpanMs },
    /// Somebody meets nobody for a while.
    UserBanned { user: Pseudonym, reason: Reason, until: TimeMs },
    /// Somebody was refused for asking too often: what they asked for, and where that was counted.
    LimitHit { what: &'static str, scope: &'static str },
    /// Somebody has come into a room, of whom there are now so many.
    RoomJoined { room: RoomMark, people: u8, capacity: u8, slot: Slot },
    /// Somebody has gone out of one, where so many are left.
    RoomLeft { room: RoomMark, people: u8, stayed: SpanMs, why: Parting, slot: Slot },
    /// A request failed by our fault: what was asked for, and what was answered.
    RequestFailed { what: &'static str, code: &'static str },
}

impl FactKind {
    /// Every type as the stream spells it.
    pub const NAMES: [&'static str; 26] = [
        "user.signed_in",
        "device.seen",
        "connection.opened",
        "connection.closed",
        "queue.joined",
        "queue.left",
        "match.made",
        "session.started",
        "session.connected",
        "session.extended",
        "session.ended",
        "message.sent",
        "reaction.sent",
        "signaling.fell_back",
        "friend.requested",
        "friend.accepted",
        "call.ringing",
        "call.answered",
        "ice.failed",
        "report.submitted",
        "report.decided",
        "user.banned",
        "room.joined",
        "room.left",
        "limit.hit",
        "request.failed",
    ];

    /// The type as the stream spells it.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::SignedIn { .. } => "user.signed_in",
            Self::DeviceSeen { .. } => "device.seen",
            Self::ConnectionOpened { .. } => "connection.opened",
            Self::ConnectionClosed { .. } => "connection.closed",
            Self::QueueJoined { .. } => "queue.joined",
            Self::QueueLeft { .. } => "queue.left",
            Self::MatchMade { .. } => "match.made",
            Self::SessionStarted { .. } => "session.started",
            Self::SessionConnected { .. } => "session.connected",
            Self::SessionExtended { .. } => "session.extended",
            Self::SessionEnded { .. } => "session.ended",
            Self::MessageSent { .. } => "message.sent",
            Self::ReactionSent { .. } => "reaction.sent",
            Self::SignalingFellBack { .. } => "signaling.fell_back",
            Self::FriendRequested { .. } => "friend.requested",
            Self::FriendAccepted { .. } => "friend.accepted",
            Self::CallRinging { .. } => "call.ringing",
            Self::CallAnswered { .. } => "call.answered",
            Self::IceFailed { .. } => "ice.failed",
            Self::ReportSubmitted { .. } => "report.submitted",
            Self::ReportDecided { .. } => "report.decided",
            Self::UserBanned { .. } => "user.banned",
            Self::RoomJoined { .. } => "room.joined",
            Self::RoomLeft { .. } => "room.left",
            Self::LimitHit { .. } => "limit.hit",
            Self::RequestFailed { .. } => "request.failed",
        }
    }

    /// The partition key: the session, the room, the person's pseudonym, the connection, or what was asked for; of a
    /// device that was seen, nothing that is its own.
    #[must_use]
    pub fn subject(&self) -> &str {
        match self {
            Self::SignedIn { user, .. }
            | Self::QueueJoined { user, .. }
            | Self::QueueLeft { user, .. }
            | Self::FriendRequested { user }
            | Self::FriendAccepted { user }
            | Self::CallRinging { user }
            | Self::UserBanned { user, .. } => user.as_str(),
            Self::DeviceSeen { .. } => self.name(),
            Self::ConnectionOpened { connection, .. } | Self::ConnectionClosed { connection, .. } => {
                connection.as_str()
            }
            Self::RoomJoined { room, .. } | Self::RoomLeft { room, .. } => room.as_str(),
            Self::LimitHit { what, .. } | Self::RequestFailed { what, .. } => what,
            Self::MatchMade { session, .. }
            | Self::SessionStarted { session, .. }
            | Self::SessionConnected { session, .. }
            | Self::SessionExtended { session, .. }
            | Self::SessionEnded { session, .. }
            | Self::MessageSent { session, .. }
            | Self::ReactionSent { session, .. }
            | Self::SignalingFellBack { session, .. }
            | Self::CallAnswered { session, .. }
            | Self::ReportSubmitted { session, .. }
            | Self::ReportDecided { session, .. }
            | Self::IceFailed { session, .. } => session.as_str(),
        }
    }
}

/// At which ages, in days, analysts are told that a device has come back.
pub const AGES_TOLD: [u64; 4] = [0, 1, 7, 30];

impl Fact {
    /// That a device was seen today, once a day and at the ages of [`AGES_TOLD`]: how many come back is known, and who does
    /// is not. So it tells the day and not the hour, and its id is reckoned from what nobody who reads the stream knows.
    #[must_use]
    pub fn seen(device: &DeviceId, guest: bool, now: TimeMs) -> Option<Self> {
        let days = now.days().checked_sub(device.made_on()?)?;
        let key = [device.as_str(), &now.days().to_string()];
        AGES_TOLD.contains(&days).then(|| Self::new(FactKind::DeviceSeen { guest, days }, &key, now.day()))
    }

    /// A fact whose id is derived from its type and `key`: what makes it this one and no other.
    #[must_use]
    pub fn new(kind: FactKind, key: &[&str], at: TimeMs) -> Self {
        let parts: Vec<&str> = [kind.name()].into_iter().chain(key.iter().copied()).collect();
        Self { id: Token::derived(&parts).into(), at, kind, trace: None }
    }

    /// The fact, of this tab.
    #[must_use]
    pub fn traced(self, trace: Option<Trace>) -> Self {
        Self { trace, ..self }
    }
}
