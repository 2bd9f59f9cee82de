//! Accounts by e-mail, and the links that open them.

use domain::account::{Account, LinkRequest, MagicLink};
use domain::credential::Newcomer;
use domain::email::Email;
use domain::id::{AddressId, SecretHash, Token, UserId};
use domain::profile::{Language, Nickname, Region};
use ports::Error;

use super::{Reader, Writer, read_tags};

pub(super) fn write_account(writer: Writer, account: &Account) -> Writer {
    writer.version(account.version).text("address", account.address.as_str()).text("user", account.user.as_str())
}

pub(super) fn read_account(reader: Reader<'_>) -> Result<Account, Error> {
    Ok(Account {
        address: reader.id("address", AddressId::parse)?,
        version: reader.version()?,
        user: reader.id("user", UserId::parse)?,
    })
}

pub(super) fn write_link_request(writer: Writer, request: &LinkRequest) -> Writer {
    write_newcomer(writer, &request.newcomer)
        .text("id", request.id.as_str())
        .text("email", request.email.as_str())
        .text("nonce", request.nonce.as_str())
        .text("salt", request.salt.as_str())
        .optional_text("guest", request.guest.as_ref().map(UserId::as_str))
        .time("asked_at", request.asked_at)
}

pub(super) fn read_link_request(reader: Reader<'_>) -> Result<LinkRequest, Error> {
    Ok(LinkRequest {
        id: reader.id("id", SecretHash::parse)?,
        email: reader.parsed("email", Email::parse)?,
        nonce: reader.id("nonce", SecretHash::parse)?,
        salt: reader.id("salt", Token::parse)?,
        newcomer: read_newcomer(reader)?,
        guest: reader.optional("guest", UserId::parse)?,
        asked_at: reader.time("asked_at")?,
    })
}

pub(super) fn write_magic_link(writer: Writer, link: &MagicLink) -> Writer {
    write_newcomer(writer, &link.newcomer)
        .version(link.version)
        .text("address", link.address.as_str())
        .text("email", link.email.as_str())
        .text("secret", link.secret.as_str())
        .text("code", link.code.as_str())
        .text("nonce", link.nonce.as_str())
        .optional_text("guest", link.guest.as_ref().map(UserId::as_str))
        .time("asked_at", link.asked_at)
        .number("tries_left", link.tries_left)
        .flag("used", link.used)
}

pub(super) fn read_magic_link(reader: Reader<'_>) -> Result<MagicLink, Error> {
    Ok(MagicLink {
        address: reader.id("address", AddressId::parse)?,
        version: reader.version()?,
        email: reader.parsed("email", Email::parse)?,
        secret: reader.id("secret", SecretHash::parse)?,
        code: reader.id("code", SecretHash::parse)?,
        nonce: reader.id("nonce", SecretHash::parse)?,
        newcomer: read_newcomer(reader)?,
        guest: reader.optional("guest", UserId::parse)?,
        asked_at: reader.time("asked_at")?,
        tries_left: u8::try_from(reader.number("tries_left")?).map_err(|_| reader.corrupt("tries_left"))?,
        used: reader.flag("used")?,
    })
}

fn write_newcomer(writer: Writer, newcomer: &Newcomer) -> Writer {
    writer
        .optional_text("nickname", newcomer.nickname.as_ref().map(Nickname::as_str))
        .texts("tags", newcomer.tags.iter().map(|tag| tag.as_str()))
        .optional_text("language", newcomer.language.as_ref().map(Language::as_str))
        .optional_text("region", newcomer.region.as_ref().map(Region::as_str))
}

fn read_newcomer(reader: Reader<'_>) -> Result<Newcomer, Error> {
    Ok(Newcomer {
        nickname: reader.optional("nickname", Nickname::parse)?,
        tags: read_tags(reader)?,
        language: reader.optional("language", Language::parse)?,
        region: reader.optional("region", Region::parse)?,
    })
}
