//! Browsers that are to be woken.

use domain::id::{FamilyId, UserId};
use domain::push::{BrowserKeys, Endpoint, Subscription};
use ports::Error;

use super::{Reader, Writer};

pub(super) fn write(writer: Writer, row: &Subscription) -> Writer {
    writer
        .text("owner", row.owner.as_str())
        .text("family", row.family.as_str())
        .text("endpoint", row.endpoint.as_str())
        .text("p256dh", row.keys.p256dh.as_str())
        .text("auth", row.keys.auth.as_str())
        .time("at", row.at)
}

pub(super) fn read(reader: Reader<'_>) -> Result<Subscription, Error> {
    let keys = BrowserKeys::parse(reader.text("p256dh")?, reader.text("auth")?);
    Ok(Subscription {
        owner: reader.id("owner", UserId::parse)?,
        family: reader.id("family", FamilyId::parse)?,
        endpoint: reader.parsed("endpoint", Endpoint::parse)?,
        keys: keys.map_err(|_| reader.corrupt("p256dh"))?,
        at: reader.time("at")?,
    })
}
