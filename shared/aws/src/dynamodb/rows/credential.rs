//! Tickets, connections, profiles.

use domain::consent::Consent;
use domain::credential::{Card, Connection, Profile, WsTicket};
use domain::email::Email;
use domain::id::{ConnectionId, DeviceId, FamilyId, SecretHash, UserId};
use domain::profile::{Language, Nickname, Region};
use domain::standing::Block;
use ports::Error;

use super::{Reader, Writer, read_standing, read_tags, write_standing};

pub(super) fn write_connection(writer: Writer, connection: &Connection) -> Writer {
    write_card(writer, &connection.card)
        .text("connection", connection.id.as_str())
        .text("user", connection.user.as_str())
        .text("device", connection.device.as_str())
        .text("family", connection.family.as_str())
        .time("issued_at", connection.issued_at)
        .time("opened_at", connection.opened_at)
}

pub(super) fn read_connection(reader: Reader<'_>) -> Result<Connection, Error> {
    Ok(Connection {
        id: reader.id("connection", ConnectionId::parse)?,
        user: reader.id("user", UserId::parse)?,
        device: reader.id("device", DeviceId::parse)?,
        family: reader.id("family", FamilyId::parse)?,
        card: read_card(reader)?,
        issued_at: reader.time("issued_at")?,
        opened_at: reader.time("opened_at")?,
    })
}

pub(super) fn write_ws_ticket(writer: Writer, ticket: &WsTicket) -> Writer {
    write_card(writer, &ticket.card)
        .version(ticket.version)
        .text("hash", ticket.hash.as_str())
        .text("user", ticket.user.as_str())
        .text("device", ticket.device.as_str())
        .text("family", ticket.family.as_str())
        .time("issued_at", ticket.issued_at)
        .optional_text("used_by", ticket.used_by.as_ref().map(ConnectionId::as_str))
}

pub(super) fn read_ws_ticket(reader: Reader<'_>) -> Result<WsTicket, Error> {
    Ok(WsTicket {
        hash: reader.id("hash", SecretHash::parse)?,
        version: reader.version()?,
        user: reader.id("user", UserId::parse)?,
        device: reader.id("device", DeviceId::parse)?,
        family: reader.id("family", FamilyId::parse)?,
        card: read_card(reader)?,
        issued_at: reader.time("issued_at")?,
        used_by: reader.optional("used_by", ConnectionId::parse)?,
    })
}

fn write_card(writer: Writer, card: &Card) -> Writer {
    write_standing(writer, &card.standing)
        .text("nickname", card.nickname.as_str())
        .texts("tags", card.tags.iter().map(|tag| tag.as_str()))
        .optional_text("language", card.language.as_ref().map(Language::as_str))
        .flag("hide_ip", card.hide_ip)
        .optional_number("agreed", card.agreed)
}

fn read_card(reader: Reader<'_>) -> Result<Card, Error> {
    Ok(Card {
        nickname: reader.parsed("nickname", Nickname::parse)?,
        tags: read_tags(reader)?,
        language: reader.optional("language", Language::parse)?,
        hide_ip: reader.flag("hide_ip")?,
        agreed: reader.optional_u32("agreed")?,
        standing: read_standing(reader)?,
    })
}

pub(super) fn write_profile(writer: Writer, profile: &Profile) -> Writer {
    writer
        .version(profile.version)
        .text("user", profile.user.as_str())
        .text("device", profile.device.as_str())
        .text("nickname", profile.nickname.as_str())
        .texts("tags", profile.tags.iter().map(|tag| tag.as_str()))
        .optional_text("language", profile.language.as_ref().map(Language::as_str))
        .optional_text("region", profile.region.as_ref().map(Region::as_str))
        .time("created_at", profile.created_at)
        .maps("blocks", profile.blocks.iter().map(write_block))
        .optional_time("banned_until", profile.banned_until)
        .optional_time("signed_out_at", profile.signed_out_at)
        .flag("findable", profile.findable)
        .flag("hide_ip", profile.hide_ip)
        .optional_number("consent", profile.consent.map(|consent| consent.version))
        .optional_time("consent_at", profile.consent.map(|consent| consent.at))
        .flag("moderates", profile.moderates)
        .optional_text("email", profile.email.as_ref().map(Email::as_str))
        .optional_time("account_since", profile.account_since)
        .optional_text("heir", profile.heir.as_ref().map(UserId::as_str))
        .time("expires_at", profile.expires_at)
}

pub(super) fn read_profile(reader: Reader<'_>) -> Result<Profile, Error> {
    Ok(Profile {
        user: reader.id("user", UserId::parse)?,
        version: reader.version()?,
        device: reader.id("device", DeviceId::parse)?,
        nickname: reader.parsed("nickname", Nickname::parse)?,
        tags: read_tags(reader)?,
        language: reader.optional("language", Language::parse)?,
        region: reader.optional("region", Region::parse)?,
        created_at: reader.time("created_at")?,
        blocks: reader.maps("blocks")?.into_iter().map(read_block).collect::<Result<_, _>>()?,
        banned_until: reader.optional_time("banned_until")?,
        signed_out_at: reader.optional_time("signed_out_at")?,
        findable: reader.flag("findable")?,
        hide_ip: reader.flag("hide_ip")?,
        consent: match reader.optional_u32("consent")? {
            Some(version) => Some(Consent { version, at: reader.time("consent_at")? }),
            None => None,
        },
        moderates: reader.has("moderates") && reader.flag("moderates")?,
        email: reader.optional("email", Email::parse)?,
        account_since: reader.optional_time("account_since")?,
        heir: reader.optional("heir", UserId::parse)?,
        expires_at: reader.time("expires_at")?,
    })
}

fn write_block(block: &Block) -> Writer {
    Writer::default().text("user", block.user.as_str()).text("nickname", block.nickname.as_str()).time("at", block.at)
}

fn read_block(reader: Reader<'_>) -> Result<Block, Error> {
    Ok(Block {
        user: reader.id("user", UserId::parse)?,
        nickname: reader.parsed("nickname", Nickname::parse)?,
        at: reader.time("at")?,
    })
}
