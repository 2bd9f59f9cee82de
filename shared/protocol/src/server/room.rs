//! What happens in a room, as events.

use domain::id::{PeerId, RoomId};
use domain::limits::ROOM_EPOCH;
use domain::notice::{IceServer, RoomNotice};
use domain::room::{DoorView, PeerView, Presence, RoomView, Share};
use domain::session::Role;

use super::{ice_server, message, reaction, signaled, wire};

pub(super) fn event(notice: &RoomNotice) -> wire::Event {
    match notice {
        RoomNotice::Participant { view, servers } => {
            wire::Event::Participant(Box::new(participant(view, servers.as_deref())))
        }
        RoomNotice::NewPeer { view, peer, nickname, servers } => wire::Event::NewPeer(Box::new(wire::NewPeer {
            room: state(view),
            peer_id: peer.to_string(),
            nickname: nickname.as_str().to_owned(),
            ice_servers: servers.iter().map(ice_server).collect(),
        })),
        RoomNotice::PeerLeft { view, peer, why } => wire::Event::PeerLeft(Box::new(wire::PeerLeft {
            room: state(view),
            peer_id: peer.to_string(),
            reason: why.as_str(),
        })),
        RoomNotice::Waiting(door) => wire::Event::RoomWaiting(waiting(door)),
        RoomNotice::Ended { room, why } => {
            wire::Event::RoomEnded(wire::RoomEnded { room_id: room.to_string(), reason: why.as_str() })
        }
        RoomNotice::MuteAll { room, from } => {
            wire::Event::MuteAll(wire::OfRoomPeer { room_id: room.to_string(), from: from.to_string() })
        }
        RoomNotice::Signal { room, from, epoch, n, signal } => {
            signaled(signal, wire::Envelope { place: within(room), from: from.to_string(), epoch: *epoch, n: *n })
        }
        RoomNotice::Fingerprint { room, from, sha256 } => wire::Event::Fingerprint(wire::Fingerprint {
            place: within(room),
            from: from.to_string(),
            sha256: sha256.as_str().to_owned(),
        }),
        RoomNotice::Message { room, from, n, message: said, sent_at } => {
            wire::Event::Message(message(within(room), from, *n, said, *sent_at))
        }
        RoomNotice::Reaction { room, from, emoji, sent_at } => {
            wire::Event::Reaction(reaction(within(room), from, emoji, *sent_at))
        }
        RoomNotice::IceServers { room, servers } => wire::Event::IceServers(wire::IceServers {
            place: within(room),
            ice_servers: servers.iter().map(ice_server).collect(),
        }),
    }
}

pub(super) fn participant(view: &RoomView, servers: Option<&[IceServer]>) -> wire::Participant {
    wire::Participant {
        room: state(view),
        ice_servers: servers.map(|servers| servers.iter().map(ice_server).collect()),
    }
}

pub(super) fn waiting(door: &DoorView) -> wire::RoomWaiting {
    let name = door.name.as_ref().map(|name| name.as_str().to_owned());
    wire::RoomWaiting { room_id: door.room.to_string(), name, hosted: door.hosted }
}

fn within(room: &RoomId) -> wire::Place {
    wire::Place::RoomId(room.to_string())
}

fn state(view: &RoomView) -> wire::RoomState {
    let Share { listener_kbps, speaker_kbps, lines, frames } = view.share;
    wire::RoomState {
        room_id: view.room.to_string(),
        version: view.version.0,
        name: view.name.as_ref().map(|name| name.as_str().to_owned()),
        capacity: view.capacity.people(),
        epoch: ROOM_EPOCH,
        locked: view.locked,
        waiting_room: view.waiting_room,
        many_screens: view.many_screens,
        own_peer_id: view.own_peer.to_string(),
        owner: view.owner,
        hand_raised: view.hand_at.is_some(),
        screen: view.screen,
        host_peer_id: view.host.as_ref().map(PeerId::to_string),
        peers: view.peers.iter().map(peer).collect(),
        waiting: view
            .waiting
            .iter()
            .map(|(peer, nickname)| wire::RoomGuest {
                peer_id: peer.to_string(),
                nickname: nickname.as_str().to_owned(),
            })
            .collect(),
        share: wire::Share { listener_kbps, speaker_kbps, lines, frames },
    }
}

fn peer(peer: &PeerView) -> wire::RoomPeer {
    wire::RoomPeer {
        peer_id: peer.peer.to_string(),
        nickname: peer.nickname.as_str().to_owned(),
        sha256: peer.fingerprint.as_ref().map(|sha256| sha256.as_str().to_owned()),
        role: match peer.role {
            Role::Offerer => wire::RoleName::Offerer,
            Role::Answerer => wire::RoleName::Answerer,
        },
        ice_transport_policy: if peer.relay_only { wire::IcePolicy::Relay } else { wire::IcePolicy::All },
        presence: match peer.presence {
            Presence::Here => wire::PresenceName::Here,
            Presence::Lost => wire::PresenceName::Lost,
            Presence::Held => wire::PresenceName::Held,
        },
        returns: peer.returns,
        hand_raised_at: peer.hand_at.map(|at| at.0),
        screen: peer.screen,
    }
}
