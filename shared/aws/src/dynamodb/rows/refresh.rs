//! Chains of refresh tokens.

use domain::id::{DeviceId, FamilyId, SecretHash, Token, UserId};
use domain::refresh::{Proof, RefreshFamily};
use ports::Error;

use super::{Reader, Writer};

pub(super) fn write(writer: Writer, family: &RefreshFamily) -> Writer {
    writer
        .version(family.version)
        .text("user", family.user.as_str())
        .text("family", family.family.as_str())
        .text("device", family.device.as_str())
        .flag("by_mail", family.proof == Proof::Mail)
        .text("root", family.root.as_str())
        .text("current", family.current.as_str())
        .optional_text("previous", family.previous.as_ref().map(SecretHash::as_str))
        .text("salt", family.salt.as_str())
        .time("began_at", family.began_at)
        .time("rotated_at", family.rotated_at)
        .time("expires_at", family.expires_at)
}

pub(crate) fn read(reader: Reader<'_>) -> Result<RefreshFamily, Error> {
    Ok(RefreshFamily {
        user: reader.id("user", UserId::parse)?,
        family: reader.id("family", FamilyId::parse)?,
        version: reader.version()?,
        device: reader.id("device", DeviceId::parse)?,
        proof: if reader.flag("by_mail")? { Proof::Mail } else { Proof::None },
        root: reader.id("root", SecretHash::parse)?,
        current: reader.id("current", SecretHash::parse)?,
        previous: reader.optional("previous", SecretHash::parse)?,
        salt: reader.id("salt", Token::parse)?,
        began_at: reader.time("began_at")?,
        rotated_at: reader.time("rotated_at")?,
        expires_at: reader.time("expires_at")?,
    })
}
