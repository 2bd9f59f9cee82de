//! The user row.

use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_dynamodb::types::builders::UpdateBuilder;
use domain::id::{ConnectionId, DeviceId, RoomId, SessionId, TicketId, UserId};
use domain::profile::{Language, Nickname, Tags};
use domain::time::TimeMs;
use domain::user::{Met, User, UserState, Waiting};
use ports::Error;

use super::super::number;
use super::call::{read_ring, write_ring};
use super::report::{read_reach, write_reach};
use super::{Reader, Writer, read_standing, read_tags, read_wish, write_standing, write_wish};

/// Where the session of somebody stands who is in one; nowhere else.
pub(crate) const SESSION: &str = "session";

pub(super) fn write(writer: Writer, user: &User) -> Writer {
    let writer = writer
        .version(user.version)
        .text("user", user.id.as_str())
        .text("nickname", user.nickname.as_str())
        .texts("tags", user.tags.iter().map(|tag| tag.as_str()))
        .optional_text("language", user.language.as_ref().map(Language::as_str))
        .flag("hide_ip", user.hide_ip)
        .optional_number("agreed", user.agreed)
        .text("device", user.device.as_str())
        .optional_text("connection", user.connection.as_ref().map(ConnectionId::as_str))
        .time("connected_at", user.connected_at)
        .time("seen_at", user.seen_at)
        .optional_time("slowed_until", user.slowed_until)
        .optional_text("again", user.again.as_ref().map(SessionId::as_str))
        .optional_text("last_ticket", user.last_ticket.as_ref().map(TicketId::as_str))
        .maps(
            "met",
            user.met.iter().map(|met| {
                Writer::default().text("user", met.user.as_str()).time("at", met.at).flag("skipped", met.skipped)
            }),
        );
    let writer = write_standing(writer, &user.standing);
    let writer = match &user.ring {
        Some(ring) => writer.map("ring", write_ring(ring)),
        None => writer,
    };
    let writer = match user.elsewhere.is_empty() {
        true => writer,
        false => writer.texts("elsewhere", user.elsewhere.iter().map(ConnectionId::as_str)),
    };
    let writer = match user.reported.is_empty() {
        true => writer,
        false => writer.texts("reported", user.reported.iter().map(UserId::as_str)),
    };
    let writer = match user.reach.is_empty() {
        true => writer,
        false => write_reach(writer, &user.reach),
    };
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
        UserState::InRoom(room) => writer.text("state", "in-room").text("room", room.as_str()),
        UserState::InSession(session) => writer.text("state", "in-session").text(SESSION, session.as_str()),
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
        tags: if reader.has("tags") { read_tags(reader)? } else { Tags::default() },
        language: reader.optional("language", Language::parse)?,
        hide_ip: reader.flag("hide_ip")?,
        agreed: reader.optional_u32("agreed")?,
        device: reader.id("device", DeviceId::parse)?,
        connection: reader.optional("connection", ConnectionId::parse)?,
        connected_at: reader.time("connected_at")?,
        seen_at: reader.time("seen_at")?,
        slowed_until: reader.optional_time("slowed_until")?,
        last_ticket: reader.optional("last_ticket", TicketId::parse)?,
        state: read_state(reader)?,
        ring: if reader.has("ring") { Some(read_ring(reader.map("ring")?)?) } else { None },
        again: reader.optional("again", SessionId::parse)?,
        elsewhere: if reader.has("elsewhere") { reader.ids("elsewhere", ConnectionId::parse)? } else { Vec::new() },
        wish: if reader.has("wish") { Some(read_wish(reader.map("wish")?)?) } else { None },
        reported: if reader.has("reported") { reader.ids("reported", UserId::parse)? } else { Vec::new() },
        standing: read_standing(reader)?,
        reach: if reader.has("devices") { read_reach(reader)? } else { Vec::new() },
        met: reader.maps("met")?.into_iter().map(met).collect::<Result<_, Error>>()?,
    })
}

/// Somebody becomes idle, whatever else their item says.
pub(crate) fn free(update: UpdateBuilder, at: TimeMs) -> UpdateBuilder {
    update
        .update_expression("SET #state = :idle, #seen_at = :at, #ttl = :ttl ADD #v :one REMOVE #session")
        .expression_attribute_names("#state", "state")
        .expression_attribute_names("#seen_at", "seen_at")
        .expression_attribute_names("#ttl", "ttl")
        .expression_attribute_names("#v", "v")
        .expression_attribute_names("#session", SESSION)
        .expression_attribute_values(":idle", AttributeValue::S("idle".to_owned()))
        .expression_attribute_values(":at", number(at.0))
        .expression_attribute_values(":ttl", number(User::lives_until(at).unix_seconds_up()))
        .expression_attribute_values(":one", number(1))
}

fn read_state(reader: Reader<'_>) -> Result<UserState, Error> {
    Ok(match reader.text("state")? {
        "idle" => UserState::Idle,
        "waiting" => {
            let ticket = reader.id("ticket", TicketId::parse)?;
            UserState::Waiting(Waiting { ticket, since: reader.time("since")?, look_at: reader.time("look_at")? })
        }
        "in-room" => UserState::InRoom(reader.id("room", RoomId::parse)?),
        "in-session" => UserState::InSession(reader.id(SESSION, SessionId::parse)?),
        _ => return Err(reader.corrupt("state")),
    })
}
