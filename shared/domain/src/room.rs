//! The room row: a few people at one link, each with each.

mod password;
mod share;
mod view;

pub use password::{Password, PasswordHash};
pub use share::{SHARES, Share};
pub use view::{DoorView, PeerView, Presence, RoomView};

use crate::id::{ConnectionId, DeviceId, PeerId, RoomId, UserId};
use crate::limits::{
    GRACE, ROOM_CAPACITY_DEFAULT, ROOM_CAPACITY_MAX, ROOM_CAPACITY_MIN, ROOM_HELD_FOR, ROOM_LIFE, ROOM_LOBBY_MAX,
    ROOM_LOOK_OVERDUE,
};
use crate::profile::{Nickname, RoomName};
use crate::refusal::{Code, Refusal};
use crate::row::Version;
use crate::signal::Fingerprint;
use crate::time::TimeMs;
use crate::user::User;

/// A few people who talk, and who waits to be let in. One row holds them all, so that nobody is seated past its capacity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Room {
    /// Its id, unguessable: whoever knows it knows the link.
    pub id: RoomId,
    /// The fence of every change; pages tell by it which of two tellings is the newer.
    pub version: Version,
    /// What its people call it.
    pub name: Option<RoomName>,
    /// How many it seats.
    pub capacity: Capacity,
    /// What whoever comes must know.
    pub password: Option<PasswordHash>,
    /// Whether who comes waits until the host lets them in.
    pub waiting_room: bool,
    /// Whether nobody comes in any more.
    pub locked: bool,
    /// Whether several may show their screens at once.
    pub many_screens: bool,
    /// Who is its host whenever they are there: who made it, or whom they have named since.
    pub owner: UserId,
    /// Who is there or waits, in the order in which they were let in: of two, the earlier one offers.
    pub seats: Vec<Seat>,
    /// Whom the host has removed, the newest last.
    pub removed: Vec<Removed>,
    /// When somebody looks next whether its people are still there; nothing while nobody has ever come.
    pub look_at: Option<TimeMs>,
    /// When it was changed last.
    pub touched_at: TimeMs,
}

/// Somebody in a room, or before its door.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// Who; never shown to the others.
    pub user: UserId,
    /// The alias that the others see; a page that begins anew gets a new one.
    pub peer: PeerId,
    /// The name that the others see.
    pub nickname: Nickname,
    /// The connection that speaks for this seat,
    pub connection: ConnectionId,
    /// and how many have done so before it: what was said into one of them may not have been heard.
    pub returns: u32,
    /// The certificate of the page, which the others compare with what they negotiate.
    pub fingerprint: Option<Fingerprint>,
    /// Whether this person's network address is shown to nobody.
    pub hide_ip: bool,
    /// Whether they were let in.
    pub admitted: bool,
    /// Since when they have a seat; a page that begins anew keeps it.
    pub since: TimeMs,
    /// Whether they are away for a while.
    pub absence: Option<Absence>,
    /// Since when they would like to say something.
    pub hand_at: Option<TimeMs>,
    /// Whether they show their screen.
    pub screen: bool,
}

/// Somebody whom the host does not want there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removed {
    /// Who,
    pub user: UserId,
    /// and on which device they were, if that is known: as somebody new they stay out as well.
    pub device: Option<DeviceId>,
}

/// Why somebody with a seat is not there, and since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absence {
    /// Their socket is gone.
    Lost(TimeMs),
    /// They have answered a friend's call, and may come back.
    Held(TimeMs),
}

impl Absence {
    /// Until when the seat is kept.
    #[must_use]
    pub fn back_by(self) -> TimeMs {
        match self {
            Self::Lost(at) => at + GRACE,
            Self::Held(at) => at + ROOM_HELD_FOR,
        }
    }
}

/// How somebody came out of a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parting {
    /// By themself.
    Left,
    /// They did not come back in time after their socket was gone,
    Lost,
    /// or from another call.
    Held,
    /// The host did not want them there.
    Removed,
    /// They are back already, as another page.
    Again,
    /// They waited before the door, and the last one has left.
    Closed,
    /// A moderator has banned them.
    Moderation,
}

impl Parting {
    /// Every way.
    pub const ALL: [Self; 7] =
        [Self::Left, Self::Lost, Self::Held, Self::Removed, Self::Again, Self::Closed, Self::Moderation];

    /// The reason as the wire spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Lost => "lost",
            Self::Held => "held",
            Self::Removed => "removed",
            Self::Again => "again",
            Self::Closed => "closed",
            Self::Moderation => "moderation",
        }
    }
}

/// How many people a room seats: 2 to 8.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Capacity(u8);

impl Capacity {
    /// # Errors
    /// `invalid_request` outside of 2 to 8.
    pub fn new(people: u8) -> Result<Self, Refusal> {
        if (ROOM_CAPACITY_MIN..=ROOM_CAPACITY_MAX).contains(&people) {
            return Ok(Self(people));
        }
        let message = format!("A room seats {ROOM_CAPACITY_MIN} to {ROOM_CAPACITY_MAX} people.");
        Err(Refusal::new(Code::InvalidRequest, message))
    }

    /// The number.
    #[must_use]
    pub const fn people(self) -> u8 {
        self.0
    }
}

impl Default for Capacity {
    fn default() -> Self {
        Self(ROOM_CAPACITY_DEFAULT)
    }
}

/// What whoever makes a room wishes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[expect(missing_docs, reason = "the fields of Room")]
pub struct RoomWish {
    pub name: Option<RoomName>,
    pub capacity: Capacity,
    pub password: Option<Password>,
    pub waiting_room: bool,
    pub many_screens: bool,
}

impl Room {
    /// A room in which nobody has been.
    #[must_use]
    pub fn new(id: RoomId, owner: UserId, wish: RoomWish, now: TimeMs) -> Self {
        Self {
            password: wish.password.map(|password| password.hash(&id)),
            id,
            version: Version::NEW,
            name: wish.name,
            capacity: wish.capacity,
            waiting_room: wish.waiting_room,
            locked: false,
            many_screens: wish.many_screens,
            owner,
            seats: Vec::new(),
            removed: Vec::new(),
            look_at: None,
            touched_at: now,
        }
    }

    /// Who has been let in, in that order; who is away for a while as well.
    pub fn people(&self) -> impl DoubleEndedIterator<Item = &Seat> {
        self.seats.iter().filter(|seat| seat.admitted)
    }

    /// Who waits before the door.
    pub fn lobby(&self) -> impl Iterator<Item = &Seat> {
        self.seats.iter().filter(|seat| !seat.admitted)
    }

    /// Who has been let in and can hear.
    pub fn present(&self) -> impl Iterator<Item = &Seat> {
        self.people().filter(|seat| seat.absence.is_none())
    }

    /// Whether nobody more can be let in.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.people().count() >= usize::from(self.capacity.people())
    }

    /// Whether nobody more can wait before the door.
    #[must_use]
    pub fn is_crowded(&self) -> bool {
        self.lobby().count() >= ROOM_LOBBY_MAX
    }

    /// Who decides: its owner, and while they are not there who has been there longest. Who is in another call decides
    /// nothing.
    #[must_use]
    pub fn host(&self) -> Option<&Seat> {
        let here = || self.people().filter(|seat| !seat.is_held());
        here().find(|seat| seat.user == self.owner).or_else(|| here().min_by_key(|seat| seat.since))
    }

    /// Whether somebody decides.
    #[must_use]
    pub fn is_host(&self, peer: &PeerId) -> bool {
        self.host().is_some_and(|host| host.peer == *peer)
    }

    /// Whether the host has sent somebody out, as whom they are now or as somebody else of their device.
    #[must_use]
    pub fn has_removed(&self, user: &User) -> bool {
        self.removed.iter().any(|it| it.user == user.id || it.device.as_ref() == Some(&user.device))
    }

    /// Since when a look is missed: its timer is lost, or long delayed.
    #[must_use]
    pub fn missed_look(&self, now: TimeMs) -> Option<TimeMs> {
        self.look_at.filter(|look_at| *look_at + ROOM_LOOK_OVERDUE <= now)
    }

    /// The seat of somebody.
    #[must_use]
    pub fn seat_of(&self, user: &UserId) -> Option<&Seat> {
        self.seats.iter().find(|seat| seat.user == *user)
    }

    /// The seat under an alias.
    #[must_use]
    pub fn seat(&self, peer: &PeerId) -> Option<&Seat> {
        self.seats.iter().find(|seat| seat.peer == *peer)
    }

    /// The seat for which a connection speaks, of somebody who was let in.
    #[must_use]
    pub fn speaker(&self, connection: &ConnectionId) -> Option<&Seat> {
        self.present().find(|seat| seat.connection == *connection)
    }

    /// The next version of the room, changed now.
    #[must_use]
    pub fn touched(&self, now: TimeMs) -> Self {
        Self { version: self.version.next(), touched_at: self.touched_at.max(now), ..self.clone() }
    }

    /// The same with one seat changed.
    #[must_use]
    pub fn with(mut self, peer: &PeerId, change: impl FnOnce(&mut Seat)) -> Self {
        if let Some(seat) = self.seats.iter_mut().find(|seat| seat.peer == *peer) {
            change(seat);
        }
        self
    }

    /// The same without one seat.
    #[must_use]
    pub fn without(mut self, peer: &PeerId) -> Self {
        self.seats.retain(|seat| seat.peer != *peer);
        self
    }

    /// When the row may be forgotten: nobody has come, or nothing has changed, for a day. Sockets last two hours, so a room
    /// in which people are changes more often.
    #[must_use]
    pub fn expires_at(&self) -> TimeMs {
        self.touched_at + ROOM_LIFE
    }
}
