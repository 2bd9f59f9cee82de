//! Rows as items and back; a stored item that cannot be read is a named error, never a guess.

mod channel;
mod credential;
mod hint;
mod session;
mod tally;
mod user;

use domain::id::UserId;
use domain::profile::{Language, Mode, Region, Tags, Wish};
use domain::row::{Key, Row};
use domain::standing::Standing;
use ports::Error;

use super::item::{Item, Reader, Writer};
use super::key::place;

pub(crate) use channel::{read_channel, read_endpoints, write_endpoints};
pub(crate) use hint::read_peek;
pub(crate) use session::read_chat_line;
pub(crate) use user::{SESSION, free};

/// The item of a row, keys and TTL included.
pub(crate) fn write(row: &Row, queue_shards: u32) -> Item {
    let (pk, sk) = place(&row.key(), queue_shards);
    let writer = Writer::default().text("pk", pk).text("sk", sk);
    let writer = match row.expires_at() {
        // DynamoDB's TTL counts whole seconds; rounded up, so that nothing goes early.
        Some(expires_at) => writer.number("ttl", expires_at.unix_seconds_up()),
        None => writer,
    };
    let writer = match row {
        Row::User(user) => user::write(writer, user),
        Row::Session(session) => session::write(writer, session),
        Row::Hint(hint) => hint::write(writer, hint),
        Row::Waits(waits) => hint::write_waits(writer, waits),
        Row::Channel(channel) => channel::write(writer, channel),
        Row::ChatLine(line) => session::write_chat_line(writer, line),
        Row::Connection(connection) => credential::write_connection(writer, connection),
        Row::WsTicket(ticket) => credential::write_ws_ticket(writer, ticket),
        Row::Profile(profile) => credential::write_profile(writer, profile),
        Row::RefreshFamily(family) => credential::write_refresh_family(writer, family),
        Row::Tally(counters) => tally::write(writer, counters),
    };
    writer.finish()
}

/// The row of an item that was found under `key`.
pub(crate) fn read(key: &Key, item: &Item) -> Result<Row, Error> {
    match key {
        Key::User(_) => user::read(Reader::new("user", item)).map(Row::User),
        Key::Session(_) => session::read(Reader::new("session", item)).map(Row::Session),
        Key::Hint { bucket, .. } => hint::read(bucket, item).map(Row::Hint),
        Key::Waits(bucket) => hint::read_waits(bucket, item).map(Row::Waits),
        Key::Channel(_) => read_channel(item).map(Row::Channel),
        Key::ChatLine { session, .. } => read_chat_line(session, item).map(Row::ChatLine),
        Key::Connection(_) => credential::read_connection(Reader::new("connection", item)).map(Row::Connection),
        Key::WsTicket(_) => credential::read_ws_ticket(Reader::new("ticket", item)).map(Row::WsTicket),
        Key::Profile(_) => credential::read_profile(Reader::new("profile", item)).map(Row::Profile),
        Key::RefreshFamily(..) => credential::read_refresh_family(Reader::new("refresh", item)).map(Row::RefreshFamily),
        Key::Tally(_) => tally::read(Reader::new("tally", item)).map(Row::Tally),
    }
}

fn write_wish(wish: &Wish) -> Writer {
    Writer::default()
        .texts("tags", wish.tags.iter().map(|tag| tag.as_str()))
        .optional_text("language", wish.language.as_ref().map(Language::as_str))
        .optional_text("second_language", wish.second_language.as_ref().map(Language::as_str))
        .optional_text("region", wish.region.as_ref().map(Region::as_str))
        .text("mode", wish.mode.as_str())
}

fn read_wish(reader: Reader<'_>) -> Result<Wish, Error> {
    Ok(Wish {
        tags: read_tags(reader)?,
        language: reader.optional("language", Language::parse)?,
        second_language: reader.optional("second_language", Language::parse)?,
        region: reader.optional("region", Region::parse)?,
        mode: read_mode(reader)?,
    })
}

fn write_standing(writer: Writer, standing: &Standing) -> Writer {
    let blocked = standing.blocked.iter().map(UserId::as_str);
    writer.texts("blocked", blocked).optional_time("banned_until", standing.banned_until)
}

fn read_standing(reader: Reader<'_>) -> Result<Standing, Error> {
    Ok(Standing { blocked: reader.ids("blocked", UserId::parse)?, banned_until: reader.optional_time("banned_until")? })
}

fn read_tags(reader: Reader<'_>) -> Result<Tags, Error> {
    Tags::parse(&reader.texts("tags")?).map_err(|_| reader.corrupt("tags"))
}

fn read_mode(reader: Reader<'_>) -> Result<Mode, Error> {
    Mode::parse(reader.text("mode")?).ok_or_else(|| reader.corrupt("mode"))
}
