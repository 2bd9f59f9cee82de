//! What rules have noticed.

use domain::conduct::{Conduct, Count, CountState, Rule, Subject};
use domain::tally::EventMark;
use ports::Error;

use super::{Reader, Writer};

pub(super) fn write(writer: Writer, conduct: &Conduct) -> Writer {
    let count = |count: &Count| {
        let of = Writer::default().text("rule", count.rule.name).time("since", count.since);
        match &count.state {
            CountState::Fired => of,
            CountState::Counting(marks) => of.text("marks", marks.iter().map(EventMark::as_str).collect::<String>()),
        }
    };
    writer
        .version(conduct.version)
        .maps("counts", conduct.counts.iter().map(count))
        .optional_time("slowed_until", conduct.slowed_until)
}

/// What was counted by a rule that is none any more is passed over.
pub(super) fn read(subject: &Subject, reader: Reader<'_>) -> Result<Conduct, Error> {
    let counts = reader.maps("counts")?.into_iter().filter_map(|it| read_count(it).transpose());
    Ok(Conduct {
        subject: subject.clone(),
        version: reader.version()?,
        counts: counts.collect::<Result<_, Error>>()?,
        slowed_until: reader.optional_time("slowed_until")?,
    })
}

fn read_count(reader: Reader<'_>) -> Result<Option<Count>, Error> {
    let Some(rule) = Rule::named(reader.text("rule")?) else { return Ok(None) };
    let state = match reader.optional_text("marks")? {
        None => CountState::Fired,
        Some(marks) => {
            let mark = |letters: &[u8]| std::str::from_utf8(letters).ok().and_then(EventMark::parse);
            let marks = marks.as_bytes().chunks(EventMark::LETTERS).map(mark).collect::<Option<_>>();
            CountState::Counting(marks.ok_or_else(|| reader.corrupt("marks"))?)
        }
    };
    Ok(Some(Count { rule, since: reader.time("since")?, state }))
}
