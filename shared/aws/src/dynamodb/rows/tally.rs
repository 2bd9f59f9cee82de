//! Live counters.

use std::collections::BTreeMap;

use domain::tally::{EventMark, Figures, Gauge, Histogram, Sequence, Slot, Stays, Tally, Timing};
use domain::time::TimeMs;
use ports::Error;

use super::{Item, Reader, Writer};

pub(super) fn write(writer: Writer, tally: &Tally) -> Writer {
    let Figures { totals, timings, stays } = &tally.figures;
    let total = |((kind, label), number): (&(String, Option<String>), &u64)| {
        Writer::default().text("type", kind).optional_text("label", label.as_ref()).number("events", *number)
    };
    let timing = |(timing, histogram): (&Timing, &Histogram)| {
        let counts: Vec<String> = histogram.counts().iter().map(u64::to_string).collect();
        let of = Writer::default().text("of", timing.as_str()).number("sum", histogram.sum().0);
        of.texts("counts", counts.iter().map(String::as_str))
    };
    let stay = |((gauge, slot), stays): (&(Gauge, Slot), &Stays)| {
        let of = Writer::default().text("of", gauge.as_str()).time("slot", slot.at());
        of.number("begun", stays.begun).number("over", stays.over)
    };
    let [recent, voices] =
        [&tally.recent, &tally.voices].map(|marks| marks.iter().map(EventMark::as_str).collect::<String>());
    writer
        .version(tally.version)
        .text("shard", &tally.shard)
        .text("counted_to", tally.counted_to.as_str())
        .text("recent", recent)
        .text("voices", voices)
        .maps("totals", totals.iter().map(total))
        .maps("timings", timings.iter().map(timing))
        .maps("stays", stays.iter().map(stay))
}

/// The counters of an item.
pub(crate) fn read_tally(item: &Item) -> Result<Tally, Error> {
    let reader = Reader::new("tally", item);
    let mark = |letters: &[u8]| std::str::from_utf8(letters).ok().and_then(EventMark::parse);
    let marks = |name: &'static str, text: &str| {
        let marks = text.as_bytes().chunks(EventMark::LETTERS).map(mark).collect::<Option<_>>();
        marks.ok_or_else(|| reader.corrupt(name))
    };
    let recent = marks("recent", reader.text("recent")?)?;
    // A row of an earlier deployment has none.
    let voices = marks("voices", reader.optional_text("voices")?.unwrap_or_default())?;
    let totals = each(reader, "totals", |it| {
        let label = it.optional_text("label")?.map(str::to_owned);
        Ok(((it.text("type")?.to_owned(), label), it.number("events")?))
    })?;
    let timings = each(reader, "timings", |it| {
        let timing = Timing::named(it.text("of")?).ok_or_else(|| it.corrupt("of"))?;
        let counts = it.texts("counts")?.into_iter().map(|count| count.parse().ok()).collect::<Option<_>>();
        let counts = counts.ok_or_else(|| it.corrupt("counts"))?;
        Ok((timing, Histogram::stored(timing, counts, it.number("sum")?)))
    })?;
    let stays = each(reader, "stays", |it| {
        let gauge = Gauge::named(it.text("of")?).ok_or_else(|| it.corrupt("of"))?;
        let slot = Slot::of(TimeMs(it.number("slot")?));
        Ok(((gauge, slot), Stays { begun: it.number("begun")?, over: it.number("over")? }))
    })?;
    Ok(Tally {
        shard: reader.text("shard")?.to_owned(),
        version: reader.version()?,
        counted_to: Sequence::parse(reader.text("counted_to")?).ok_or_else(|| reader.corrupt("counted_to"))?,
        recent,
        voices,
        figures: Figures { totals, timings, stays },
    })
}

fn each<'a, K: Ord, V>(
    reader: Reader<'a>,
    name: &'static str,
    read: impl Fn(Reader<'a>) -> Result<(K, V), Error>,
) -> Result<BTreeMap<K, V>, Error> {
    reader.maps(name)?.into_iter().map(read).collect()
}
