//! A hint of the queue.

use domain::id::{TicketId, UserId};
use domain::queue::{Bucket, Hint, Peek};
use domain::time::SpanMs;
use domain::waits::Waits;
use ports::Error;

use crate::dynamodb::key::WAITS;

use super::{Item, Reader, Writer, read_wish, write_wish};

pub(super) fn write(writer: Writer, hint: &Hint) -> Writer {
    writer
        .time("since", hint.since)
        .text("ticket", hint.ticket.as_str())
        .text("user", hint.user.as_str())
        .map("wish", write_wish(&hint.wish))
        .time("put_at", hint.put_at)
}

pub(super) fn write_waits(writer: Writer, waits: &Waits) -> Writer {
    writer.number("mean", waits.mean.0).number("samples", waits.samples).time("measured_at", waits.measured_at)
}

pub(super) fn read_waits(bucket: &Bucket, item: &Item) -> Result<Waits, Error> {
    let reader = Reader::new("waits", item);
    Ok(Waits {
        bucket: bucket.clone(),
        mean: SpanMs(reader.number("mean")?),
        samples: u32::try_from(reader.number("samples")?).map_err(|_| reader.corrupt("samples"))?,
        measured_at: reader.time("measured_at")?,
    })
}

/// The bucket whose first items these are; its waits stand before its hints.
pub(crate) fn read_peek(bucket: &Bucket, items: &[Item], limit: usize) -> Result<Peek, Error> {
    let is_waits = |item: &&Item| Reader::new("bucket", item).text("sk").is_ok_and(|sk| sk == WAITS);
    let (waits, hints): (Vec<&Item>, Vec<&Item>) = items.iter().partition(is_waits);
    Ok(Peek {
        bucket: bucket.clone(),
        waits: waits.first().map(|item| read_waits(bucket, item)).transpose()?,
        hints: hints.into_iter().take(limit).map(|item| read(bucket, item)).collect::<Result<_, _>>()?,
    })
}

pub(super) fn read(bucket: &Bucket, item: &Item) -> Result<Hint, Error> {
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
