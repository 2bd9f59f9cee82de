//! The room row.

use domain::id::{ConnectionId, DeviceId, PeerId, RoomId, UserId};
use domain::profile::{Nickname, RoomName};
use domain::room::{Absence, Capacity, PasswordHash, Removed, Room, Seat};
use domain::signal::Fingerprint;
use ports::Error;

use super::{Reader, Writer};

pub(super) fn write(writer: Writer, room: &Room) -> Writer {
    writer
        .version(room.version)
        .text("room", room.id.as_str())
        .optional_text("name", room.name.as_ref().map(RoomName::as_str))
        .number("capacity", room.capacity.people())
        .optional_text("password", room.password.as_ref().map(PasswordHash::as_str))
        .flag("waiting_room", room.waiting_room)
        .flag("locked", room.locked)
        .flag("many_screens", room.many_screens)
        .text("owner", room.owner.as_str())
        .maps("seats", room.seats.iter().map(write_seat))
        .maps("removed", room.removed.iter().map(write_removed))
        .optional_time("look_at", room.look_at)
        .time("touched_at", room.touched_at)
}

pub(super) fn read(reader: Reader<'_>) -> Result<Room, Error> {
    let capacity = u8::try_from(reader.number("capacity")?).map_err(|_| reader.corrupt("capacity"))?;
    Ok(Room {
        id: reader.id("room", RoomId::parse)?,
        version: reader.version()?,
        name: reader.optional("name", RoomName::parse)?,
        capacity: Capacity::new(capacity).map_err(|_| reader.corrupt("capacity"))?,
        password: reader.optional("password", PasswordHash::parse)?,
        waiting_room: reader.flag("waiting_room")?,
        locked: reader.flag("locked")?,
        many_screens: reader.flag("many_screens")?,
        owner: reader.id("owner", UserId::parse)?,
        seats: reader.maps("seats")?.into_iter().map(read_seat).collect::<Result<_, _>>()?,
        removed: reader.maps("removed")?.into_iter().map(read_removed).collect::<Result<_, _>>()?,
        look_at: reader.optional_time("look_at")?,
        touched_at: reader.time("touched_at")?,
    })
}

fn write_removed(removed: &Removed) -> Writer {
    Writer::default()
        .text("user", removed.user.as_str())
        .optional_text("device", removed.device.as_ref().map(DeviceId::as_str))
}

fn read_removed(reader: Reader<'_>) -> Result<Removed, Error> {
    Ok(Removed { user: reader.id("user", UserId::parse)?, device: reader.optional("device", DeviceId::parse)? })
}

fn write_seat(seat: &Seat) -> Writer {
    let (lost_at, held_at) = match seat.absence {
        None => (None, None),
        Some(Absence::Lost(at)) => (Some(at), None),
        Some(Absence::Held(at)) => (None, Some(at)),
    };
    Writer::default()
        .text("user", seat.user.as_str())
        .text("peer", seat.peer.as_str())
        .text("nickname", seat.nickname.as_str())
        .text("connection", seat.connection.as_str())
        .number("returns", seat.returns)
        .optional_text("sha256", seat.fingerprint.as_ref().map(Fingerprint::as_str))
        .flag("hide_ip", seat.hide_ip)
        .flag("admitted", seat.admitted)
        .time("since", seat.since)
        .optional_time("lost_at", lost_at)
        .optional_time("held_at", held_at)
        .optional_time("hand_at", seat.hand_at)
        .flag("screen", seat.screen)
}

fn read_seat(reader: Reader<'_>) -> Result<Seat, Error> {
    let lost = reader.optional_time("lost_at")?.map(Absence::Lost);
    Ok(Seat {
        user: reader.id("user", UserId::parse)?,
        peer: reader.id("peer", PeerId::parse)?,
        nickname: reader.parsed("nickname", Nickname::parse)?,
        connection: reader.id("connection", ConnectionId::parse)?,
        returns: u32::try_from(reader.number("returns")?).map_err(|_| reader.corrupt("returns"))?,
        fingerprint: reader.optional("sha256", Fingerprint::parse)?,
        hide_ip: reader.flag("hide_ip")?,
        admitted: reader.flag("admitted")?,
        since: reader.time("since")?,
        absence: lost.or(reader.optional_time("held_at")?.map(Absence::Held)),
        hand_at: reader.optional_time("hand_at")?,
        screen: reader.flag("screen")?,
    })
}
