//! A room as one of its people sees it.

use super::{Absence, Capacity, Room, Seat, Share};
use crate::id::{PeerId, RoomId};
use crate::profile::{Nickname, RoomName};
use crate::row::Version;
use crate::session::Role;
use crate::signal::Fingerprint;
use crate::time::TimeMs;

/// Everything that a page shows of its room. Each telling is whole: whoever has the newest knows all.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields of Room, as one seat sees them")]
pub struct RoomView {
    pub room: RoomId,
    pub version: Version,
    pub name: Option<RoomName>,
    pub capacity: Capacity,
    pub locked: bool,
    pub waiting_room: bool,
    pub many_screens: bool,
    /// The own alias.
    pub own_peer: PeerId,
    /// Whether the reader is its owner, who alone can make somebody else the host.
    pub owner: bool,
    /// Since when the own hand is raised.
    pub hand_at: Option<TimeMs>,
    /// Whether the own screen is shown.
    pub screen: bool,
    /// Who decides.
    pub host: Option<PeerId>,
    /// The others.
    pub peers: Vec<PeerView>,
    /// Who waits before the door; only the host sees them.
    pub waiting: Vec<(PeerId, Nickname)>,
    /// How much is sent to each of the others.
    pub share: Share,
}

/// A room as somebody sees it who waits to be let in.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields of Room")]
pub struct DoorView {
    pub room: RoomId,
    pub name: Option<RoomName>,
    /// Whether anybody is there who can let them in.
    pub hosted: bool,
}

/// One of the others.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields of Seat, as another one sees them")]
pub struct PeerView {
    pub peer: PeerId,
    pub nickname: Nickname,
    pub fingerprint: Option<Fingerprint>,
    /// What the reader does towards this one: the earlier one offers.
    pub role: Role,
    /// Whether only relayed media may flow between the two.
    pub relay_only: bool,
    pub presence: Presence,
    /// How often their connection was replaced by another.
    pub returns: u32,
    pub hand_at: Option<TimeMs>,
    pub screen: bool,
}

/// Whether somebody is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// They are.
    Here,
    /// Their socket is gone; they have a moment to come back.
    Lost,
    /// They are in another call.
    Held,
}

impl Seat {
    /// Whether they are in another call, connected with nobody here.
    #[must_use]
    pub const fn is_held(&self) -> bool {
        matches!(self.absence, Some(Absence::Held(_)))
    }

    /// Whether somebody is there.
    #[must_use]
    pub const fn presence(&self) -> Presence {
        match self.absence {
            None => Presence::Here,
            Some(Absence::Lost(_)) => Presence::Lost,
            Some(Absence::Held(_)) => Presence::Held,
        }
    }
}

impl Room {
    /// What those before the door are told.
    #[must_use]
    pub fn door(&self) -> DoorView {
        DoorView { room: self.id.clone(), name: self.name.clone(), hosted: self.host().is_some() }
    }

    /// The room as a seat sees it whose person was let in.
    #[must_use]
    pub fn seen_by(&self, own: &Seat) -> RoomView {
        let place = self.people().position(|seat| seat.peer == own.peer).unwrap_or_default();
        let others = self.people().enumerate().filter(|(_, seat)| seat.peer != own.peer);
        let peers = others.map(|(other, seat)| PeerView {
            peer: seat.peer.clone(),
            nickname: seat.nickname.clone(),
            fingerprint: seat.fingerprint.clone(),
            role: if place < other { Role::Offerer } else { Role::Answerer },
            relay_only: own.hide_ip || seat.hide_ip,
            presence: seat.presence(),
            returns: seat.returns,
            hand_at: seat.hand_at,
            screen: seat.screen,
        });
        let is_host = self.is_host(&own.peer);
        let waiting = self.lobby().filter(|_| is_host).map(|seat| (seat.peer.clone(), seat.nickname.clone()));
        RoomView {
            room: self.id.clone(),
            version: self.version,
            name: self.name.clone(),
            capacity: self.capacity,
            locked: self.locked,
            waiting_room: self.waiting_room,
            many_screens: self.many_screens,
            own_peer: own.peer.clone(),
            owner: self.owner == own.user,
            hand_at: own.hand_at,
            screen: own.screen,
            host: self.host().map(|host| host.peer.clone()),
            peers: peers.collect(),
            waiting: waiting.collect(),
            share: Share::among(self.people().filter(|seat| !seat.is_held()).count()),
        }
    }
}
