//! The user row.

use domain::id::{ConnectionId, DeviceId, SessionId, TicketId, UserId};
use domain::profile::Nickname;
use domain::user::{Met, User, UserState, Waiting};
use ports::Error;

use super::{Reader, Writer, read_standing, read_wish, write_standing, write_wish};

pub(super) fn write(writer: Writer, user: &User) -> Writer {
    let writer = writer
        .version(user.version)
        .text("user", user.id.as_str())
        .text("nickname", user.nickname.as_str())
        .text("device", user.device.as_str())
        .optional_text("connection", user.connection.as_ref().map(ConnectionId::as_str))
        .time("connected_at", user.connected_at)
        .time("seen_at", user.seen_at)
        .optional_text("last_ticket", user.last_ticket.as_ref().map(TicketId::as_str))
        .maps(
            "met",
            user.met.iter().map(|met| {
                Writer::default().text("user", met.user.as_str()).time("at", met.at).flag("skipped", met.skipped)
            }),
        );
    let writer = write_standing(writer, &user.standing);
    let writer = match &user.wish {
        Some(wish) => writer.map("wish", write_wish(wish)),
        None => writer,
    };
    match &user.state {
        UserState::Idle => writer.text("state", "idle"),
        UserState::Waiting(waiting) => {
            let writer = writer.text("state", "waiting").text("ticket", waiting.ticket.as_str());
            writer.time("since", waiting.since).time("look_at", waiting.look_at)
        }
        UserState::InSession(session) => writer.text("state", "in-session").text("session", session.as_str()),
    }
}

pub(super) fn read(reader: Reader<'_>) -> Result<User, Error> {
    let met = |met: Reader<'_>| {
        Ok(Met { user: met.id("user", UserId::parse)?, at: met.time("at")?, skipped: met.flag("skipped")? })
    };
    Ok(User {
        id: reader.id("user", UserId::parse)?,
        version: reader.version()?,
        nickname: reader.parsed("nickname", Nickname::parse)?,
        device: reader.id("device", DeviceId::parse)?,
        connection: reader.optional("connection", ConnectionId::parse)?,
        connected_at: reader.time("connected_at")?,
        seen_at: reader.time("seen_at")?,
        last_ticket: reader.optional("last_ticket", TicketId::parse)?,
        state: read_state(reader)?,
        wish: if reader.has("wish") { Some(read_wish(reader.map("wish")?)?) } else { None },
        standing: read_standing(reader)?,
        met: reader.maps("met")?.into_iter().map(met).collect::<Result<_, Error>>()?,
    })
}

fn read_state(reader: Reader<'_>) -> Result<UserState, Error> {
    Ok(match reader.text("state")? {
        "idle" => UserState::Idle,
        "waiting" => {
            let ticket = reader.id("ticket", TicketId::parse)?;
            UserState::Waiting(Waiting { ticket, since: reader.time("since")?, look_at: reader.time("look_at")? })
        }
        "in-session" => UserState::InSession(reader.id("session", SessionId::parse)?),
        _ => return Err(reader.corrupt("state")),
    })
}
