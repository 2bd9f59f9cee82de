//! The session row: one meeting of two people, from the match to its end.

use crate::channel::{Channel, ChannelLease};
use crate::history::{CallKind, CallRecord};
use crate::id::{ConnectionId, PeerId, SessionId, UserId};
use crate::limits::{
    CONFIRM_WITHIN, EXTENSIONS_MAX, FRIENDS_SESSION, GRACE, ICE_RENEW_EVERY, ICE_RENEW_MARGIN, SESSION_EXTENSION,
    SESSION_LOG_LIFE, WARNED_BEFORE_END,
};
use crate::profile::{Mode, Nickname, Tags};
use crate::row::Version;
use crate::tally::EventMark;
use crate::time::{SpanMs, TimeMs};
use crate::timer::Timer;

/// A meeting of two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its id, unguessable.
    pub id: SessionId,
    /// The fence of every change.
    pub version: Version,
    /// Pending, active or ended; never backwards.
    pub phase: Phase,
    /// The two people; [`Role`] is the index.
    pub sides: [Side; 2],
    /// Who the two are to each other.
    pub between: Between,
    /// Video, audio or text.
    pub mode: Mode,
    /// What the two have in common.
    pub common_tags: Tags,
    /// When the match was made.
    pub started_at: TimeMs,
    /// When it ends at the latest.
    pub ends_at: TimeMs,
    /// How often that was moved, and who wants it moved again.
    pub extension: Extension,
    /// Counts the signaling transports; frames of an older one are dropped.
    pub epoch: u32,
    /// How offers, answers and candidates travel.
    pub transport: Transport,
    /// Whether only relayed media may flow and our own socket alone carries signaling: one of the two hides their network
    /// address from the other, and we let nothing pass that tells it. A channel is leased all the same, for its TURN servers.
    pub relay_only: bool,
    /// The leased channel; kept after a fall back to relay so that it can be given back.
    pub lease: Option<ChannelLease>,
}

/// Who two people in a call are to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Between {
    /// They met by chance.
    Strangers,
    /// One rang the other.
    Friends,
}

impl Between {
    /// The word for it on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Strangers => "stranger",
            Self::Friends => "friend",
        }
    }

    /// What one extension adds.
    #[must_use]
    pub const fn extension(self) -> SpanMs {
        match self {
            Self::Strangers => SESSION_EXTENSION,
            Self::Friends => FRIENDS_SESSION,
        }
    }
}

/// How often a session was extended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Extension {
    /// So many times.
    pub granted: u8,
    /// The side that asks for one more.
    pub asked_by: Option<Role>,
}

impl Extension {
    /// How many more there can be.
    #[must_use]
    pub const fn left(self) -> u8 {
        EXTENSIONS_MAX.saturating_sub(self.granted)
    }
}

/// How far a session has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Matched; not yet confirmed by both pages.
    Pending,
    /// Both pages have it.
    Active,
    /// Over.
    Ended {
        /// When.
        at: TimeMs,
        /// Why.
        reason: EndReason,
    },
}

/// Why a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndReason {
    /// The time was up.
    Timeout,
    /// One hung up or did not come back.
    PeerLeft,
    /// One went on to the next.
    Skipped,
    /// A moderator ended it.
    Moderation,
    /// It never came about.
    Failed,
}

impl EndReason {
    /// Every reason.
    pub const ALL: [Self; 5] = [Self::Timeout, Self::PeerLeft, Self::Skipped, Self::Moderation, Self::Failed];

    /// The reason as the wire spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Timeout => "timeout",
            Self::PeerLeft => "peer-left",
            Self::Skipped => "skipped",
            Self::Moderation => "moderation",
            Self::Failed => "failed",
        }
    }
}

/// Who offers; fixed by the server, so that both sides never offer at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Offers, alone restarts ICE; the VIEWER of the channel.
    Offerer,
    /// Answers; the MASTER of the channel.
    Answerer,
}

impl Role {
    /// Both, in the order of [`Session::sides`].
    pub const BOTH: [Self; 2] = [Self::Offerer, Self::Answerer];

    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Offerer => Self::Answerer,
            Self::Answerer => Self::Offerer,
        }
    }

    /// The role as the wire spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Offerer => "offerer",
            Self::Answerer => "answerer",
        }
    }
}

/// How signaling travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// Over the leased KVS channel.
    Kvs,
    /// Over our own socket.
    Relay,
}

/// One of the two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Side {
    /// Who; never shown to the other.
    pub user: UserId,
    /// The alias that the other sees.
    pub peer: PeerId,
    /// The name that the other sees.
    pub nickname: Nickname,
    /// The connection that speaks for this side.
    pub connection: ConnectionId,
    /// Since when that connection is known to be lost.
    pub lost_at: Option<TimeMs>,
    /// Whether the page has confirmed the match.
    pub received: bool,
    /// Since when this person had waited: the place to go back to when the match fails. Nothing for who did not come from
    /// the queue, and never goes there unasked.
    pub waited_since: Option<TimeMs>,
    /// From when `next` goes on to another: a small brake on flicking through people.
    pub next_at: TimeMs,
}

impl Session {
    /// A session of two who have just been brought together, to be made what it is: strangers on video with nothing in
    /// common.
    #[must_use]
    pub fn new(id: SessionId, sides: [Side; 2], length: SpanMs, now: TimeMs) -> Self {
        Self {
            id,
            version: Version::NEW,
            phase: Phase::Pending,
            sides,
            between: Between::Strangers,
            mode: Mode::default(),
            common_tags: Tags::default(),
            started_at: now,
            ends_at: now + length,
            extension: Extension::default(),
            epoch: 1,
            transport: Transport::Relay,
            relay_only: false,
            lease: None,
        }
    }

    /// The same on a channel, if it is free; and the channel as leased.
    #[must_use]
    pub fn on(mut self, channel: Option<&Channel>, viewer_client: PeerId, now: TimeMs) -> (Self, Option<Channel>) {
        let free = channel.filter(|channel| channel.is_free(now));
        let leased = free.map(|channel| channel.leased(&self.id, self.last_end()));
        if let Some(leased) = &leased {
            self.transport = if self.relay_only { Transport::Relay } else { Transport::Kvs };
            self.lease = Some(ChannelLease {
                channel: leased.id.clone(),
                fence: leased.version,
                endpoints: leased.endpoints.clone(),
                viewer_client,
            });
        }
        (self, leased)
    }

    /// The side of a role.
    #[must_use]
    pub const fn side(&self, role: Role) -> &Side {
        match role {
            Role::Offerer => &self.sides[0],
            Role::Answerer => &self.sides[1],
        }
    }

    /// By which the stream knows the connections that speak for the two.
    #[must_use]
    pub fn voices(&self) -> [EventMark; 2] {
        self.sides.each_ref().map(|side| EventMark::voice(&self.id, &side.connection))
    }

    /// The side of a role, to change it.
    pub const fn side_mut(&mut self, role: Role) -> &mut Side {
        match role {
            Role::Offerer => &mut self.sides[0],
            Role::Answerer => &mut self.sides[1],
        }
    }

    /// The role for which a connection speaks now.
    #[must_use]
    pub fn role_of_connection(&self, connection: &ConnectionId) -> Option<Role> {
        Role::BOTH.into_iter().find(|role| self.side(*role).connection == *connection)
    }

    /// The role of a user.
    #[must_use]
    pub fn role_of_user(&self, user: &UserId) -> Option<Role> {
        Role::BOTH.into_iter().find(|role| self.side(*role).user == *user)
    }

    /// Whether it is over.
    #[must_use]
    pub const fn is_ended(&self) -> bool {
        matches!(self.phase, Phase::Ended { .. })
    }

    /// Whether the two may talk: not ended, and not past its time on the server's clock.
    #[must_use]
    pub fn is_live(&self, now: TimeMs) -> bool {
        !self.is_ended() && now < self.ends_at
    }

    /// When the deadline timer looks next: to warn both, or to end it.
    #[must_use]
    pub fn next_deadline_look(&self, now: TimeMs) -> TimeMs {
        let warn_at = self.ends_at - WARNED_BEFORE_END;
        if now < warn_at { warn_at } else { self.ends_at }
    }

    /// When it ends at the latest, however often it is still extended.
    #[must_use]
    pub fn last_end(&self) -> TimeMs {
        self.ends_at + SpanMs(self.between.extension().0 * u64::from(self.extension.left()))
    }

    /// When ICE servers must be renewed in the part of the session that lies behind `from`.
    pub fn ice_renewals(&self, from: TimeMs) -> impl Iterator<Item = TimeMs> + use<> {
        let (started_at, from, until) = (self.started_at, from - ICE_RENEW_MARGIN, self.ends_at - ICE_RENEW_MARGIN);
        let first = from.since(started_at).0.div_ceil(ICE_RENEW_EVERY.0).max(1);
        let moments = (first..).map(move |count| started_at + SpanMs(ICE_RENEW_EVERY.0 * count));
        moments.take_while(move |at| *at < until)
    }

    /// Whether the match still waits for this side's page to confirm it.
    #[must_use]
    pub fn awaits(&self, role: Role) -> bool {
        self.phase == Phase::Pending && !self.side(role).received
    }

    /// Until when both pages must have confirmed; never after the end, so that the look taken then arms the deadline.
    #[must_use]
    pub fn confirm_by(&self) -> TimeMs {
        (self.started_at + CONFIRM_WITHIN).min(self.ends_at)
    }

    /// The timer that looks whether both have.
    #[must_use]
    pub fn confirm_timer(&self) -> Timer {
        Timer::Confirm { session: self.id.clone(), users: self.sides.each_ref().map(|side| side.user.clone()) }
    }

    /// Until when a lost side may come back, if it is lost.
    #[must_use]
    pub fn back_by(&self, role: Role) -> Option<TimeMs> {
        self.side(role).lost_at.map(|lost_at| lost_at + GRACE)
    }

    /// The look that should have been taken by now, if there is one: its timer is late or lost, and whoever notices
    /// takes it.
    #[must_use]
    pub fn overdue(&self, now: TimeMs) -> Option<Timer> {
        if self.is_ended() {
            return None;
        }
        if now >= self.ends_at {
            return Some(Timer::Deadline(self.id.clone()));
        }
        if self.phase == Phase::Pending && now >= self.confirm_by() {
            return Some(self.confirm_timer());
        }
        let late = |role: &Role| self.back_by(*role).is_some_and(|back_by| now >= back_by);
        Role::BOTH.into_iter().find(late).map(|role| Timer::Grace { session: self.id.clone(), role })
    }

    /// How long it lasted, or has lasted so far.
    #[must_use]
    pub fn duration(&self, now: TimeMs) -> SpanMs {
        match self.phase {
            Phase::Ended { at, .. } => at.since(self.started_at),
            Phase::Pending | Phase::Active => now.since(self.started_at),
        }
    }

    /// What one of the two remembers of it.
    #[must_use]
    pub fn remembered_by(&self, role: Role, duration: SpanMs) -> CallRecord {
        let (own, peer) = (self.side(role), self.side(role.other()));
        CallRecord {
            owner: own.user.clone(),
            session: self.id.clone(),
            peer: peer.user.clone(),
            nickname: peer.nickname.clone(),
            common_tags: self.common_tags.clone(),
            mode: self.mode,
            kind: match self.between {
                Between::Strangers => CallKind::Stranger,
                Between::Friends => CallKind::Friend,
            },
            started_at: self.started_at,
            duration,
        }
    }

    /// When the row may be forgotten.
    #[must_use]
    pub fn expires_at(&self) -> TimeMs {
        self.ends_at + SESSION_LOG_LIFE
    }
}
