//! What a page says of rooms.

use domain::decide::{Entering, RoomOp};
use domain::id::{PeerId, RoomId};
use domain::profile::Nickname;
use domain::refusal::{Code, Refusal};
use domain::room::Password;
use domain::signal::Fingerprint;

use super::{Command, wire};

pub(super) fn join(said: wire::JoinRoom) -> Result<Command, Refusal> {
    let entering = Entering {
        peer: said.peer_id.as_deref().map(peer).transpose()?,
        nickname: said.name.as_deref().map(Nickname::parse).transpose()?,
        password: said.password.as_deref().map(Password::parse).transpose()?,
        fingerprint: said.sha256.as_deref().map(Fingerprint::parse).transpose()?,
    };
    Ok(Command::JoinRoom { room: id(&said.room_id)?, entering: Box::new(entering) })
}

pub(super) fn admin(said: &wire::RoomAdmin) -> Result<Command, Refusal> {
    let whom = || {
        let nobody = || Refusal::new(Code::InvalidRequest, "Name the `peerId` of whom you mean.");
        peer(said.peer_id.as_deref().ok_or_else(nobody)?)
    };
    let op = match said.op {
        wire::RoomOpName::MuteAll => RoomOp::MuteAll,
        wire::RoomOpName::Remove => RoomOp::Remove(whom()?),
        wire::RoomOpName::Lock => RoomOp::Lock,
        wire::RoomOpName::Unlock => RoomOp::Unlock,
        wire::RoomOpName::Admit => RoomOp::Admit(whom()?),
        wire::RoomOpName::Host => RoomOp::Host(whom()?),
        wire::RoomOpName::ManyScreens => RoomOp::ManyScreens,
        wire::RoomOpName::OneScreen => RoomOp::OneScreen,
    };
    Ok(Command::RoomAdmin { room: id(&said.room_id)?, op })
}

pub(super) fn id(text: &str) -> Result<RoomId, Refusal> {
    RoomId::parse(text).map_err(|_| Refusal::new(Code::InvalidRequest, "That is no room id."))
}

pub(super) fn peer(text: &str) -> Result<PeerId, Refusal> {
    PeerId::parse(text).map_err(|_| Refusal::new(Code::InvalidRequest, "That is no peer id."))
}
