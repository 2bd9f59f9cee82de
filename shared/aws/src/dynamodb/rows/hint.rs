//! A hint of the queue.

use domain::id::{TicketId, UserId};
use domain::queue::{Bucket, Hint};
use ports::Error;

use super::{Item, Reader, Writer, read_wish, write_wish};

pub(super) fn write(writer: Writer, hint: &Hint) -> Writer {
    writer
        .time("since", hint.since)
        .text("ticket", hint.ticket.as_str())
        .text("user", hint.user.as_str())
        .map("wish", write_wish(&hint.wish))
        .time("put_at", hint.put_at)
}

/// The hint of an item of `bucket`.
pub(crate) fn read_hint(bucket: &Bucket, item: &Item) -> Result<Hint, Error> {
    let reader = Reader::new("hint", item);
    Ok(Hint {
        bucket: bucket.clone(),
        since: reader.time("since")?,
        ticket: reader.id("ticket", TicketId::parse)?,
        user: reader.id("user", UserId::parse)?,
        wish: read_wish(reader.map("wish")?)?,
        put_at: reader.time("put_at")?,
    })
}
