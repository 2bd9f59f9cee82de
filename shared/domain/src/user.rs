//! The user row: the one truth about where a person is.

use crate::call::Ring;
use crate::credential::Card;
use crate::id::{CallId, ConnectionId, DeviceId, RoomId, SessionId, TicketId, UserId};
use crate::limits::{
    CONNECTION_LIFE, LIVE_ROW_LIFE, MET_FADES, MET_MAX, NEXT_COOL_DOWNS, NEXT_COUNTS_FOR, REPORTED_MAX,
    SESSION_LOG_LIFE, SILENCE_WHILE_WAITING, SLOWED_COOL_DOWN,
};
use crate::profile::{Language, Nickname, Tags, Wish};
use crate::refusal::{Code, Refusal};
use crate::row::Version;
use crate::standing::{Barred, Standing};
use crate::time::{SpanMs, TimeMs};

/// A person who is or was just online.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Who.
    pub id: UserId,
    /// The fence of every change.
    pub version: Version,
    /// The name that partners see.
    pub nickname: Nickname,
    /// What is looked for by who asks for nothing else.
    pub tags: Tags,
    /// The language that the person can speak as well.
    pub language: Option<Language>,
    /// Whether calls must not show the network address.
    pub hide_ip: bool,
    /// The device that signed in.
    pub device: DeviceId,
    /// The newest connection, while it is not known to be lost.
    pub connection: Option<ConnectionId>,
    /// When that connection was opened; an older one cannot take over.
    pub connected_at: TimeMs,
    /// The last sign of life that was written down.
    pub seen_at: TimeMs,
    /// Where the person is.
    pub state: UserState,
    /// The call in which they ring or are rung.
    pub ring: Option<Ring>,
    /// The call that is over and whose partner the page that speaks would meet again.
    pub again: Option<SessionId>,
    /// Open connections that a newer one has superseded, the newest first: they hear that somebody rings.
    pub elsewhere: Vec<ConnectionId>,
    /// The last ticket, kept after its end: a timer of an unknown one has come before the ticket.
    pub last_ticket: Option<TicketId>,
    /// The last wish, kept for `next` and for going back to the queue.
    pub wish: Option<Wish>,
    /// Whom the person met lately, newest first.
    pub met: Vec<Met>,
    /// Whom the person has reported, the newest last: they are not met again as long as this row lives.
    pub reported: Vec<UserId>,
    /// Which version of the terms the person has agreed to.
    pub agreed: Option<u32>,
    /// Until when the person goes on to the next one more slowly, by a rule.
    pub slowed_until: Option<TimeMs>,
    /// The hard rules that hold for the person.
    pub standing: Standing,
    /// What a ban would reach of somebody who is erased; nothing while they are there.
    pub reach: Vec<Barred>,
}

/// One person is in one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserState {
    /// Online, asking for nobody.
    Idle,
    /// In the queue.
    Waiting(Waiting),
    /// In a call, pending or active.
    InSession(SessionId),
    /// In a room, or before its door.
    InRoom(RoomId),
}

/// A stay in the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The ticket that a match must name.
    pub ticket: TicketId,
    /// Since when; someone put back at the head keeps the first moment.
    pub since: TimeMs,
    /// When the next look is due; a timer that names another moment is a repeated one.
    pub look_at: TimeMs,
}

/// A recent meeting, `next` included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Met {
    /// The other.
    pub user: UserId,
    /// When it began.
    pub at: TimeMs,
    /// Whether this side left it by `next`.
    pub skipped: bool,
}

impl User {
    /// Whether one of two keeps the other away: by a block, or by having reported them lately.
    #[must_use]
    pub fn is_apart_from(&self, other: &Self) -> bool {
        let avoids =
            |one: &Self, other: &Self| one.standing.blocked.contains(&other.id) || one.reported.contains(&other.id);
        avoids(self, other) || avoids(other, self)
    }

    /// Someone who comes online.
    #[must_use]
    pub fn arriving(id: UserId, card: Card, device: DeviceId, now: TimeMs) -> Self {
        let Card { nickname, tags, language, hide_ip, agreed, standing } = card;
        Self {
            id,
            version: Version::made_at(now),
            nickname,
            tags,
            language,
            hide_ip,
            device,
            connection: None,
            connected_at: TimeMs::default(),
            seen_at: now,
            state: UserState::Idle,
            ring: None,
            again: None,
            elsewhere: Vec::new(),
            last_ticket: None,
            wish: None,
            met: Vec::new(),
            reported: Vec::new(),
            agreed,
            slowed_until: None,
            standing,
            reach: Vec::new(),
        }
    }

    /// The ticket, while the person waits.
    #[must_use]
    pub fn waiting(&self) -> Option<&Waiting> {
        match &self.state {
            UserState::Waiting(waiting) => Some(waiting),
            UserState::Idle | UserState::InSession(_) | UserState::InRoom(_) => None,
        }
    }

    /// The session, while the person is in one.
    #[must_use]
    pub fn session(&self) -> Option<&SessionId> {
        match &self.state {
            UserState::InSession(session) => Some(session),
            UserState::Idle | UserState::Waiting(_) | UserState::InRoom(_) => None,
        }
    }

    /// The room, while the person is in one or before its door.
    #[must_use]
    pub fn room(&self) -> Option<&RoomId> {
        match &self.state {
            UserState::InRoom(room) => Some(room),
            UserState::Idle | UserState::Waiting(_) | UserState::InSession(_) => None,
        }
    }

    /// Whether the person is with others, or about to be: nobody else meets them.
    #[must_use]
    pub fn is_taken(&self) -> bool {
        self.session().is_some() || self.room().is_some()
    }

    /// The call in which the person rings or is rung at this moment.
    #[must_use]
    pub fn rings(&self, now: TimeMs) -> Option<&CallId> {
        self.ring.as_ref().filter(|ring| ring.until > now).map(|ring| &ring.call)
    }

    /// Whether the person asks for the partner of a call once more.
    #[must_use]
    pub fn asks_again(&self, session: &SessionId) -> bool {
        self.again.as_ref() == Some(session)
    }

    /// Every open connection of the person, the one that speaks first.
    pub fn devices(&self) -> impl Iterator<Item = &ConnectionId> {
        self.connection.iter().chain(&self.elsewhere)
    }

    /// Whether a connection speaks for the person: it said the last hello, and its own row has not expired yet.
    #[must_use]
    pub fn speaks_on(&self, connection: &ConnectionId, now: TimeMs) -> bool {
        let expires_at = self.connected_at + CONNECTION_LIFE;
        self.connection.as_ref() == Some(connection) && !expires_at.is_over(now)
    }

    /// Lets into calls whom no ban holds, on a page that was opened since they signed out everywhere.
    ///
    /// # Errors
    /// `banned`, with the time that is left, or `unauthorized`.
    pub fn admit(&self, now: TimeMs) -> Result<(), Refusal> {
        self.standing.admit(now)?;
        if self.connection.is_none() || self.standing.honours(self.connected_at) {
            return Ok(());
        }
        Err(Refusal::new(Code::Unauthorized, "Sign in again."))
    }

    /// Whether a person may be queued: idle, and let into calls.
    #[must_use]
    pub fn may_queue(&self, now: TimeMs) -> bool {
        self.state == UserState::Idle && self.admit(now).is_ok()
    }

    /// Whether a search goes on that began with an `earlier` row: with the same ticket, whoever speaks for it now;
    /// without one, for the page that has asked.
    #[must_use]
    pub fn still_seeks(&self, earlier: &Self) -> bool {
        self.state == earlier.state && (self.waiting().is_some() || self.connection == earlier.connection)
    }

    /// Whether an older copy of this row is enough for the look that a ticket's timer asks for: the ticket is over,
    /// which it remains, or awaits just this look, and the write that follows is fenced.
    #[must_use]
    pub fn settles_look(&self, ticket: &TicketId, due_at: TimeMs) -> bool {
        match self.waiting() {
            Some(waiting) if waiting.ticket == *ticket => waiting.look_at == due_at,
            Some(_) | None => self.last_ticket.as_ref() == Some(ticket),
        }
    }

    /// The person, heard at this moment. Nobody falls silent because a clock goes slow; for that, who is heard by one that
    /// goes fast counts as there for so much longer.
    #[must_use]
    pub fn heard(&self, now: TimeMs) -> Self {
        Self { seen_at: self.seen_at.max(now), ..self.clone() }
    }

    /// Whether a page of theirs is open, as far as is known: one that speaks, or one that a newer one had superseded.
    #[must_use]
    pub fn is_online(&self, now: TimeMs) -> bool {
        let expires_at = self.connected_at + CONNECTION_LIFE;
        self.devices().next().is_some() && !expires_at.is_over(now)
    }

    /// Whether a waiting person can be reached as far as is known.
    #[must_use]
    pub fn is_there(&self, now: TimeMs) -> bool {
        self.connection.is_some() && now.since(self.seen_at) <= SILENCE_WHILE_WAITING
    }

    /// Remembers a meeting and forgets the faded ones.
    pub fn remember(&mut self, other: &UserId, now: TimeMs) {
        self.met.retain(|met| met.user != *other && now.since(met.at) < MET_FADES);
        self.met.insert(0, Met { user: other.clone(), at: now, skipped: false });
        self.met.truncate(MET_MAX);
    }

    /// Remembers whom the person has reported.
    pub fn note_report(&mut self, other: &UserId) {
        self.reported.retain(|reported| reported != other);
        self.reported.push(other.clone());
        let over = self.reported.len().saturating_sub(REPORTED_MAX);
        self.reported.drain(..over);
    }

    /// Notes that the last meeting was left by `next`.
    pub fn skip(&mut self, other: &UserId) {
        if let Some(met) = self.met.iter_mut().find(|met| met.user == *other) {
            met.skipped = true;
        }
    }

    /// The next version, slowed until then at least.
    #[must_use]
    pub fn slowed(&self, until: TimeMs) -> Self {
        Self { version: self.version.next(), slowed_until: self.slowed_until.max(Some(until)), ..self.clone() }
    }

    /// How long a new call must be looked at before `next` goes on: longer for who has just gone through many, or is slowed.
    #[must_use]
    pub fn next_cool_down(&self, now: TimeMs) -> SpanMs {
        if self.slowed_until.is_some_and(|until| until > now) {
            return SLOWED_COOL_DOWN;
        }
        let skips = self.met.iter().filter(|met| met.skipped && now.since(met.at) < NEXT_COUNTS_FOR).count();
        NEXT_COOL_DOWNS.iter().rfind(|(from, _)| *from <= skips).map_or(SpanMs::default(), |(_, span)| *span)
    }

    /// When the row may be forgotten.
    #[must_use]
    pub fn expires_at(&self) -> TimeMs {
        let erased = !self.reach.is_empty();
        if erased { self.seen_at + SESSION_LOG_LIFE } else { Self::lives_until(self.seen_at) }
    }

    /// When the row of somebody who was seen last at that moment may be forgotten.
    #[must_use]
    pub fn lives_until(seen_at: TimeMs) -> TimeMs {
        seen_at + LIVE_ROW_LIFE
    }
}
