//! Live counters.

use std::collections::BTreeMap;

use domain::tally::{Sequence, Tally};
use ports::Error;

use super::{Reader, Writer};

pub(super) fn write(writer: Writer, tally: &Tally) -> Writer {
    let total = |(kind, number): (&String, &u64)| Writer::default().text("type", kind).number("events", *number);
    writer
        .version(tally.version)
        .text("shard", &tally.shard)
        .text("counted_to", tally.counted_to.as_str())
        .maps("totals", tally.totals.iter().map(total))
}

pub(super) fn read(reader: Reader<'_>) -> Result<Tally, Error> {
    let total = |total: Reader<'_>| Ok((total.text("type")?.to_owned(), total.number("events")?));
    Ok(Tally {
        shard: reader.text("shard")?.to_owned(),
        version: reader.version()?,
        counted_to: Sequence::parse(reader.text("counted_to")?).ok_or_else(|| reader.corrupt("counted_to"))?,
        totals: reader.maps("totals")?.into_iter().map(total).collect::<Result<BTreeMap<_, _>, Error>>()?,
    })
}
