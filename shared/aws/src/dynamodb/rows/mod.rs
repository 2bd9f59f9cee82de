//! Rows as items and back; a stored item that cannot be read is a named error, never a guess.

mod account;
mod call;
mod channel;
mod conduct;
mod credential;
mod friend;
mod hint;
mod refresh;
mod report;
mod room;
mod session;
mod subscription;
mod tally;
mod user;

use domain::audit::AuditLine;
use domain::directory::Entry;
use domain::friend::Invitation;
use domain::id::UserId;
use domain::profile::{Language, Mode, Region, Tags, Wish};
use domain::push::Subscription;
use domain::report::{Listing, Shelf};
use domain::row::{Belonging, Key, Row};
use domain::sanction::Sanction;
use domain::standing::{BlockedBy, Standing};
use ports::Error;

use super::item::{Item, Reader, Writer};
use super::key::place;

pub(crate) use channel::{read_channel, read_endpoints, write_endpoints};
pub(crate) use hint::read_peek;
pub(crate) use session::read_chat_line;
pub(crate) use tally::read_tally;
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
        Row::Room(seats) => room::write(writer, seats),
        Row::Hint(hint) => hint::write(writer, hint),
        Row::Waits(waits) => hint::write_waits(writer, waits),
        Row::Channel(channel) => channel::write(writer, channel),
        Row::ChatLine(line) => session::write_chat_line(writer, line),
        Row::Connection(connection) => credential::write_connection(writer, connection),
        Row::WsTicket(ticket) => credential::write_ws_ticket(writer, ticket),
        Row::Profile(profile) => credential::write_profile(writer, profile),
        Row::RefreshFamily(family) => refresh::write(writer, family),
        Row::Account(owned) => account::write_account(writer, owned),
        Row::LinkRequest(request) => account::write_link_request(writer, request),
        Row::MagicLink(link) => account::write_magic_link(writer, link),
        Row::Friendship(friendship) => friend::write(writer, friendship),
        Row::Invitation(invitation) => friend::write_invitation(writer, invitation),
        Row::InviteRequest(request) => friend::write_invite_request(writer, request),
        Row::Entry(entry) => friend::write_entry(writer, entry),
        Row::BlockedBy(row) => writer.text("user", row.user.as_str()).text("owner", row.owner.as_str()),
        Row::Subscription(row) => subscription::write(writer, row),
        Row::Call(ringing) => call::write(writer, ringing),
        Row::CallRecord(record) => friend::write_call(writer, record),
        Row::Bar(bar) => report::write_bar(writer, bar),
        Row::Report(filed) => report::write(writer, filed),
        Row::Listing(listing) => report::write_listing(writer, listing),
        Row::Sanction(sanction) => report::write_sanction(writer, sanction),
        Row::AuditLine(line) => report::write_audit_line(writer, line),
        Row::Tally(counters) => tally::write(writer, counters),
        Row::Conduct(noted) => conduct::write(writer, noted),
    };
    writer.finish()
}

/// The row of an item that was found under `key`.
pub(crate) fn read(key: &Key, item: &Item) -> Result<Row, Error> {
    match key {
        Key::User(_) => user::read(Reader::new("user", item)).map(Row::User),
        Key::Session(_) => session::read(Reader::new("session", item)).map(Row::Session),
        Key::Room(_) => room::read(Reader::new("room", item)).map(Row::Room),
        Key::Hint { bucket, .. } => hint::read(bucket, item).map(Row::Hint),
        Key::Waits(bucket) => hint::read_waits(bucket, item).map(Row::Waits),
        Key::Channel(_) => read_channel(item).map(Row::Channel),
        Key::ChatLine { session, .. } => read_chat_line(session, item).map(Row::ChatLine),
        Key::Connection(_) => credential::read_connection(Reader::new("connection", item)).map(Row::Connection),
        Key::WsTicket(_) => credential::read_ws_ticket(Reader::new("ticket", item)).map(Row::WsTicket),
        Key::Profile(_) => credential::read_profile(Reader::new("profile", item)).map(Row::Profile),
        Key::RefreshFamily(..) => refresh::read(Reader::new("refresh", item)).map(Row::RefreshFamily),
        Key::Account(_) => account::read_account(Reader::new("account", item)).map(Row::Account),
        Key::LinkRequest(_) => account::read_link_request(Reader::new("link request", item)).map(Row::LinkRequest),
        Key::MagicLink(_) => account::read_magic_link(Reader::new("link", item)).map(Row::MagicLink),
        Key::Friendship(..) => friend::read(Reader::new("friendship", item)).map(Row::Friendship),
        Key::Invitation(..) => read_invitation(item).map(Row::Invitation),
        Key::InviteRequest(_) => {
            friend::read_invite_request(Reader::new("invite request", item)).map(Row::InviteRequest)
        }
        Key::Entry(..) => read_entry(item).map(Row::Entry),
        Key::BlockedBy(..) => read_blocked_by(Reader::new("blocked by", item)).map(Row::BlockedBy),
        Key::Subscription(..) => read_subscription(item).map(Row::Subscription),
        Key::Call(_) => call::read(Reader::new("call", item)).map(Row::Call),
        Key::CallRecord { .. } => friend::read_call(Reader::new("call record", item)).map(Row::CallRecord),
        Key::Bar(_) => report::read_bar(Reader::new("bar", item)).map(Row::Bar),
        Key::Report(_) => report::read(Reader::new("report", item)).map(Row::Report),
        Key::Listing { shelf, .. } => read_listing(shelf, item).map(Row::Listing),
        Key::Sanction(..) => read_sanction(item).map(Row::Sanction),
        Key::AuditLine(_) => read_audit_line(item).map(Row::AuditLine),
        Key::Tally(_) => read_tally(item).map(Row::Tally),
        Key::Conduct(subject) => conduct::read(subject, Reader::new("conduct", item)).map(Row::Conduct),
    }
}

fn read_blocked_by(reader: Reader<'_>) -> Result<BlockedBy, Error> {
    Ok(BlockedBy { user: reader.id("user", UserId::parse)?, owner: reader.id("owner", UserId::parse)? })
}

fn read_subscription(item: &Item) -> Result<Subscription, Error> {
    subscription::read(Reader::new("subscription", item))
}

fn read_sanction(item: &Item) -> Result<Sanction, Error> {
    report::read_sanction(Reader::new("sanction", item))
}

/// A report on a list.
pub(crate) fn read_listing(shelf: &Shelf, item: &Item) -> Result<Listing, Error> {
    report::read_listing(shelf, Reader::new("listing", item))
}

/// A line of the moderators' book.
pub(crate) fn read_audit_line(item: &Item) -> Result<AuditLine, Error> {
    report::read_audit_line(Reader::new("audit line", item))
}

/// An invitation.
pub(crate) fn read_invitation(item: &Item) -> Result<Invitation, Error> {
    friend::read_invitation(Reader::new("invitation", item))
}

/// An entry of the directory.
pub(crate) fn read_entry(item: &Item) -> Result<Entry, Error> {
    friend::read_entry(Reader::new("entry", item))
}

/// The row of an item that is one of somebody's belongings.
pub(crate) fn read_belonging(kind: Belonging, item: &Item) -> Result<Row, Error> {
    match kind {
        Belonging::Families => refresh::read(Reader::new("refresh", item)).map(Row::RefreshFamily),
        Belonging::Friends => friend::read(Reader::new("friendship", item)).map(Row::Friendship),
        Belonging::Invitations => read_invitation(item).map(Row::Invitation),
        Belonging::BlockedBy => read_blocked_by(Reader::new("blocked by", item)).map(Row::BlockedBy),
        Belonging::Subscriptions => read_subscription(item).map(Row::Subscription),
        Belonging::Sanctions => read_sanction(item).map(Row::Sanction),
        Belonging::Calls => friend::read_call(Reader::new("call record", item)).map(Row::CallRecord),
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
    writer
        .texts("blocked", blocked)
        .optional_time("banned_until", standing.banned_until)
        .optional_time("signed_out_at", standing.signed_out_at)
}

fn read_standing(reader: Reader<'_>) -> Result<Standing, Error> {
    Ok(Standing {
        blocked: reader.ids("blocked", UserId::parse)?,
        banned_until: reader.optional_time("banned_until")?,
        signed_out_at: reader.optional_time("signed_out_at")?,
    })
}

fn read_tags(reader: Reader<'_>) -> Result<Tags, Error> {
    Tags::parse(&reader.texts("tags")?).map_err(|_| reader.corrupt("tags"))
}

fn read_mode(reader: Reader<'_>) -> Result<Mode, Error> {
    Mode::parse(reader.text("mode")?).ok_or_else(|| reader.corrupt("mode"))
}
