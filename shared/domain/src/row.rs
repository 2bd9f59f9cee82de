//! Rows, and changes to rows as data: what is written, and what must be true for it.

use crate::account::{Account, LinkRequest, MagicLink};
use crate::audit::AuditLine;
use crate::call::Call;
use crate::channel::Channel;
use crate::conduct::{Conduct, Subject};
use crate::credential::{Connection, Profile, WsTicket};
use crate::directory::{Entry, Folded};
use crate::friend::{Friendship, Invitation, InvitationSide, InviteRequest};
use crate::history::CallRecord;
use crate::id::{
    AddressId, CallId, ChannelId, ConnectionId, FamilyId, ReportId, RoomId, SanctionId, SecretHash, SessionId,
    TicketId, UserId,
};
use crate::push::Subscription;
use crate::queue::{Bucket, Hint};
use crate::refresh::RefreshFamily;
use crate::report::{Listing, Report, Shelf};
use crate::room::Room;
use crate::sanction::Sanction;
use crate::session::{Role, Session};
use crate::speech::ChatLine;
use crate::standing::{Bar, Barred, BlockedBy};
use crate::tally::Tally;
use crate::time::TimeMs;
use crate::user::{User, UserState};
use crate::waits::Waits;

/// Counts the changes of a row; every change names the version that it was decided on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub u64);

impl Version {
    /// The version of a row that was just made.
    pub const NEW: Self = Self(1);

    /// The version of a row that is made under a key that may have stood for one that was forgotten: greater than any
    /// that one came to, for a row changes less than once a millisecond. So what was decided long ago on the other is
    /// fenced off.
    #[must_use]
    pub const fn made_at(now: TimeMs) -> Self {
        Self(now.0)
    }

    /// The version after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

/// Anything that is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant is documented at its type")]
pub enum Row {
    User(User),
    Session(Session),
    Room(Room),
    Hint(Hint),
    Waits(Waits),
    Channel(Channel),
    ChatLine(ChatLine),
    Connection(Connection),
    WsTicket(WsTicket),
    Profile(Profile),
    RefreshFamily(RefreshFamily),
    Account(Account),
    LinkRequest(LinkRequest),
    MagicLink(MagicLink),
    Bar(Bar),
    Friendship(Friendship),
    Invitation(Invitation),
    InviteRequest(InviteRequest),
    Entry(Entry),
    CallRecord(CallRecord),
    BlockedBy(BlockedBy),
    Call(Call),
    Subscription(Subscription),
    Report(Report),
    Listing(Listing),
    Sanction(Sanction),
    AuditLine(AuditLine),
    Tally(Tally),
    Conduct(Conduct),
}

/// Where a row is stored.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each variant is documented at its row's type")]
pub enum Key {
    User(UserId),
    Session(SessionId),
    Room(RoomId),
    Hint { bucket: Bucket, since: TimeMs, ticket: TicketId },
    Waits(Bucket),
    Channel(ChannelId),
    ChatLine { session: SessionId, role: Role, n: u32 },
    Connection(ConnectionId),
    WsTicket(SecretHash),
    Profile(UserId),
    RefreshFamily(UserId, FamilyId),
    Account(AddressId),
    LinkRequest(SecretHash),
    MagicLink(AddressId),
    Bar(Barred),
    Friendship(UserId, UserId),
    Invitation(InvitationSide, UserId, AddressId),
    InviteRequest(SecretHash),
    Entry(Folded, UserId),
    Call(CallId),
    Subscription(UserId, SecretHash),
    BlockedBy(UserId, UserId),
    CallRecord { owner: UserId, started_at: TimeMs, session: SessionId },
    Report(ReportId),
    Listing { shelf: Shelf, at: TimeMs, report: ReportId },
    Sanction(UserId, SanctionId),
    AuditLine(u64),
    Tally(String),
    Conduct(Subject),
}

/// A kind of rows of which somebody can have many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Belonging {
    /// Chains of refresh tokens.
    Families,
    /// Friends, and requests of both directions.
    Friends,
    /// Invitations that the person has sent.
    Invitations,
    /// Calls, the newest first.
    Calls,
    /// In whose list of blocked people they stand.
    BlockedBy,
    /// Browsers that are to be woken.
    Subscriptions,
    /// What moderators have done about them.
    Sanctions,
}

impl Row {
    /// Where the row is stored.
    #[must_use]
    pub fn key(&self) -> Key {
        match self {
            Self::User(user) => Key::User(user.id.clone()),
            Self::Session(session) => Key::Session(session.id.clone()),
            Self::Room(room) => Key::Room(room.id.clone()),
            Self::Hint(hint) => {
                Key::Hint { bucket: hint.bucket.clone(), since: hint.since, ticket: hint.ticket.clone() }
            }
            Self::Waits(waits) => Key::Waits(waits.bucket.clone()),
            Self::Channel(channel) => Key::Channel(channel.id.clone()),
            Self::ChatLine(line) => Key::ChatLine { session: line.session.clone(), role: line.from, n: line.n },
            Self::Connection(connection) => Key::Connection(connection.id.clone()),
            Self::WsTicket(ticket) => Key::WsTicket(ticket.hash.clone()),
            Self::Profile(profile) => Key::Profile(profile.user.clone()),
            Self::RefreshFamily(family) => Key::RefreshFamily(family.user.clone(), family.family.clone()),
            Self::Account(account) => Key::Account(account.address.clone()),
            Self::LinkRequest(request) => Key::LinkRequest(request.id.clone()),
            Self::MagicLink(link) => Key::MagicLink(link.address.clone()),
            Self::Friendship(friend) => Key::Friendship(friend.owner.clone(), friend.other.clone()),
            Self::Invitation(it) => Key::Invitation(it.side, it.from.clone(), it.address()),
            Self::InviteRequest(request) => Key::InviteRequest(request.id.clone()),
            Self::Entry(entry) => entry.key(),
            Self::BlockedBy(row) => Key::BlockedBy(row.user.clone(), row.owner.clone()),
            Self::Call(call) => Key::Call(call.id.clone()),
            Self::Subscription(row) => Key::Subscription(row.owner.clone(), row.id()),
            Self::CallRecord(record) => Key::CallRecord {
                owner: record.owner.clone(),
                started_at: record.started_at,
                session: record.session.clone(),
            },
            Self::Bar(bar) => Key::Bar(bar.of.clone()),
            Self::Report(report) => Key::Report(report.id.clone()),
            Self::Listing(Listing { shelf, at, report, .. }) => {
                Key::Listing { shelf: shelf.clone(), at: *at, report: report.clone() }
            }
            Self::Sanction(sanction) => Key::Sanction(sanction.user.clone(), sanction.id.clone()),
            Self::AuditLine(line) => Key::AuditLine(line.n),
            Self::Tally(tally) => Key::Tally(tally.shard.clone()),
            Self::Conduct(conduct) => Key::Conduct(conduct.subject.clone()),
        }
    }

    /// The version that fences the row; rows without one are written once and never changed.
    #[must_use]
    pub const fn version(&self) -> Option<Version> {
        match self {
            Self::User(user) => Some(user.version),
            Self::Session(session) => Some(session.version),
            Self::Room(room) => Some(room.version),
            Self::Channel(channel) => Some(channel.version),
            Self::WsTicket(ticket) => Some(ticket.version),
            Self::Profile(profile) => Some(profile.version),
            Self::RefreshFamily(family) => Some(family.version),
            Self::Account(account) => Some(account.version),
            Self::MagicLink(link) => Some(link.version),
            Self::Friendship(friend) => Some(friend.version),
            Self::Call(call) => Some(call.version),
            Self::Report(report) => Some(report.version),
            Self::Sanction(sanction) => Some(sanction.version),
            Self::Tally(tally) => Some(tally.version),
            Self::Conduct(conduct) => Some(conduct.version),
            Self::Bar(bar) => Some(bar.version),
            Self::LinkRequest(_)
            | Self::Listing(_)
            | Self::AuditLine(_)
            | Self::Invitation(_)
            | Self::InviteRequest(_)
            | Self::Entry(_)
            | Self::CallRecord(_)
            | Self::BlockedBy(_)
            | Self::Subscription(_)
            | Self::Hint(_)
            | Self::Waits(_)
            | Self::ChatLine(_)
            | Self::Connection(_) => None,
        }
    }

    /// Whether the row counts as absent, deleted or not.
    #[must_use]
    pub fn is_expired(&self, now: TimeMs) -> bool {
        self.expires_at().is_some_and(|expires_at| expires_at.is_over(now))
    }

    /// From when the row counts as absent; `None`: it stays until it is deleted.
    #[must_use]
    pub fn expires_at(&self) -> Option<TimeMs> {
        match self {
            Self::User(user) => Some(user.expires_at()),
            Self::Session(session) => Some(session.expires_at()),
            Self::Room(room) => Some(room.expires_at()),
            Self::Hint(hint) => Some(hint.expires_at()),
            Self::Waits(waits) => Some(waits.expires_at()),
            Self::ChatLine(line) => Some(line.expires_at()),
            Self::Connection(connection) => Some(connection.expires_at()),
            Self::WsTicket(ticket) => Some(ticket.expires_at()),
            Self::Profile(profile) => Some(profile.expires_at),
            Self::RefreshFamily(family) => Some(family.expires_at),
            Self::LinkRequest(request) => Some(request.expires_at()),
            Self::MagicLink(link) => Some(link.expires_at()),
            Self::Bar(bar) => Some(bar.expires_at()),
            Self::Report(report) => Some(report.expires_at()),
            Self::Listing(listing) => Some(listing.until),
            Self::Sanction(sanction) => Some(sanction.expires_at()),
            Self::Friendship(friend) => friend.expires_at(),
            Self::Invitation(invitation) => Some(invitation.expires_at()),
            Self::InviteRequest(request) => Some(request.expires_at()),
            Self::Entry(entry) => Some(entry.expires_at),
            Self::CallRecord(record) => Some(record.expires_at()),
            Self::Call(call) => Some(call.expires_at()),
            Self::Subscription(row) => Some(row.expires_at()),
            Self::Conduct(conduct) => Some(conduct.expires_at()),
            Self::Account(_) | Self::AuditLine(_) | Self::BlockedBy(_) | Self::Channel(_) | Self::Tally(_) => None,
        }
    }
}

/// One write of a transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What must be true of the row.
    pub guard: Guard,
    /// What is done to it.
    pub write: Write,
}

/// What must be true of a row when a change to it is committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Guard {
    /// There is none, or it has expired by this moment.
    Absent(TimeMs),
    /// It has this version.
    Version(Version),
    /// It is the row of somebody who is in this call, and has not expired by this moment.
    InSession(SessionId, TimeMs),
    /// Nothing: writing it twice or late does no harm.
    None,
}

/// What is done to a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Write {
    /// It becomes this.
    Put(Box<Row>),
    /// It goes.
    Delete(Key),
    /// The person asks for nobody, and was seen at that moment; whatever else the row says now stays so. Nothing of it
    /// need be read.
    Free(UserId, TimeMs),
}

impl Guard {
    /// Whether it is true of the row that stands there.
    #[must_use]
    pub fn holds(&self, row: Option<&Row>) -> bool {
        match self {
            Self::None => true,
            Self::Absent(now) => row.is_none_or(|row| row.is_expired(*now)),
            Self::Version(version) => row.and_then(Row::version) == Some(*version),
            Self::InSession(session, now) => match row {
                Some(Row::User(user)) => user.session() == Some(session) && !user.expires_at().is_over(*now),
                Some(_) | None => false,
            },
        }
    }
}

impl Change {
    /// A row that must not exist yet.
    #[must_use]
    pub fn create(row: Row, now: TimeMs) -> Self {
        Self { guard: Guard::Absent(now), write: Write::Put(Box::new(row)) }
    }

    /// The next version of a row; `row` carries the version after the one it was decided on.
    #[must_use]
    pub fn update(row: Row) -> Self {
        let guard = row.version().map_or(Guard::None, |version| Guard::Version(Version(version.0 - 1)));
        Self { guard, write: Write::Put(Box::new(row)) }
    }

    /// A row that is the same however often it is written.
    #[must_use]
    pub fn put(row: Row) -> Self {
        Self { guard: Guard::None, write: Write::Put(Box::new(row)) }
    }

    /// A row that may go, whether it is there or not.
    #[must_use]
    pub const fn delete(key: Key) -> Self {
        Self { guard: Guard::None, write: Write::Delete(key) }
    }

    /// A row that goes if it still has this version.
    #[must_use]
    pub const fn delete_version(key: Key, version: Version) -> Self {
        Self { guard: Guard::Version(version), write: Write::Delete(key) }
    }

    /// A person of a call who leaves it.
    #[must_use]
    pub const fn free(user: UserId, session: SessionId, now: TimeMs) -> Self {
        Self { guard: Guard::InSession(session, now), write: Write::Free(user, now) }
    }

    /// The row that is changed.
    #[must_use]
    pub fn key(&self) -> Key {
        match &self.write {
            Write::Put(row) => row.key(),
            Write::Delete(key) => key.clone(),
            Write::Free(user, _) => Key::User(user.clone()),
        }
    }

    /// What stands there afterwards, where `before` stood before.
    #[must_use]
    pub fn outcome(&self, before: Option<&Row>) -> Option<Row> {
        match (&self.write, before) {
            (Write::Put(row), _) => Some((**row).clone()),
            (Write::Free(_, at), Some(Row::User(user))) => {
                let version = user.version.next();
                Some(Row::User(User { version, state: UserState::Idle, seen_at: *at, ..user.clone() }))
            }
            (Write::Delete(_) | Write::Free(..), _) => None,
        }
    }
}
