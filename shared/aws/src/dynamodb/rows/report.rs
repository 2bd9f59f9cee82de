//! Reports, sanctions and the moderators' book.

use domain::audit::{AuditLine, Deed, Entry};
use domain::conduct::Noticed;
use domain::id::{AddressId, DeviceId, ReportId, SanctionId, SecretHash, SessionId, UserId};
use domain::report::{Evidence, Lease, Listing, Reason, Report, Ruling, Sealed, Shelf, Statement};
use domain::sanction::{Answer, Appeal, Measure, Sanction};
use domain::standing::{Bar, Barred, Hold};
use domain::time::SpanMs;
use ports::Error;

use super::{Reader, Writer};

pub(super) fn write(writer: Writer, report: &Report) -> Writer {
    let writer = write_reach(writer, &report.reach)
        .version(report.version)
        .text("id", report.id.as_str())
        .text("session", report.session.as_str())
        .optional_text("reporter", report.reporter.as_ref().map(UserId::as_str))
        .text("accused", report.accused.as_str())
        .optional_text("heir", report.heir.as_ref().map(UserId::as_str))
        .text("reason", report.reason.as_str())
        .time("at", report.at);
    let writer = match &report.evidence {
        Evidence::Said(sealed) => writer.bytes("evidence", &sealed.0),
        Evidence::Noticed(noticed) => writer.map("noticed", write_noticed(noticed)),
    };
    let writer = match &report.lease {
        Some(lease) => writer.map("lease", write_lease(lease)),
        None => writer,
    };
    match &report.ruling {
        Some(ruling) => writer.map("ruling", write_ruling(ruling)),
        None => writer,
    }
}

pub(super) fn read(reader: Reader<'_>) -> Result<Report, Error> {
    Ok(Report {
        id: reader.id("id", ReportId::parse)?,
        version: reader.version()?,
        session: reader.id("session", SessionId::parse)?,
        reporter: reader.optional("reporter", UserId::parse)?,
        accused: reader.id("accused", UserId::parse)?,
        heir: reader.optional("heir", UserId::parse)?,
        reach: read_reach(reader)?,
        reason: read_reason(reader)?,
        at: reader.time("at")?,
        evidence: match reader.has("noticed") {
            true => Evidence::Noticed(read_noticed(reader.map("noticed")?)?),
            false => Evidence::Said(Sealed(reader.bytes("evidence")?.to_vec())),
        },
        lease: if reader.has("lease") { Some(read_lease(reader.map("lease")?)?) } else { None },
        ruling: if reader.has("ruling") { Some(read_ruling(reader.map("ruling")?)?) } else { None },
    })
}

fn write_noticed(noticed: &Noticed) -> Writer {
    let writer = Writer::default().text("rule", &noticed.rule).number("many", noticed.many);
    writer.number("within", noticed.within.0)
}

fn read_noticed(reader: Reader<'_>) -> Result<Noticed, Error> {
    let many = reader.optional_u32("many")?.ok_or_else(|| reader.corrupt("many"))?;
    Ok(Noticed { rule: reader.text("rule")?.to_owned(), many, within: SpanMs(reader.number("within")?) })
}

fn write_lease(lease: &Lease) -> Writer {
    Writer::default().text("by", lease.by.as_str()).time("since", lease.since).time("until", lease.until)
}

fn read_lease(reader: Reader<'_>) -> Result<Lease, Error> {
    let (since, until) = (reader.time("since")?, reader.time("until")?);
    Ok(Lease { by: reader.id("by", UserId::parse)?, since, until })
}

fn write_ruling(ruling: &Ruling) -> Writer {
    let writer = Writer::default().optional_text("by", ruling.by.as_ref().map(UserId::as_str)).time("at", ruling.at);
    let writer = writer.optional_text("note", ruling.note.as_ref().map(Statement::as_str));
    match ruling.measure {
        Some(measure) => write_measure(writer, measure),
        None => writer,
    }
}

fn read_ruling(reader: Reader<'_>) -> Result<Ruling, Error> {
    Ok(Ruling {
        by: reader.optional("by", UserId::parse)?,
        at: reader.time("at")?,
        measure: if reader.has("measure") { Some(read_measure(reader)?) } else { None },
        note: reader.optional("note", Statement::parse)?,
    })
}

fn write_measure(writer: Writer, measure: Measure) -> Writer {
    writer.text("measure", measure.as_str()).optional_time("until", measure.until())
}

fn read_measure(reader: Reader<'_>) -> Result<Measure, Error> {
    let until = reader.optional_time("until")?;
    Measure::of(reader.text("measure")?, until).ok_or_else(|| reader.corrupt("measure"))
}

fn read_reason(reader: Reader<'_>) -> Result<Reason, Error> {
    Reason::parse(reader.text("reason")?).ok_or_else(|| reader.corrupt("reason"))
}

pub(super) fn write_listing(writer: Writer, listing: &Listing) -> Writer {
    writer.time("at", listing.at).text("report", listing.report.as_str()).time("until", listing.until)
}

pub(super) fn read_listing(shelf: &Shelf, reader: Reader<'_>) -> Result<Listing, Error> {
    Ok(Listing {
        shelf: shelf.clone(),
        at: reader.time("at")?,
        report: reader.id("report", ReportId::parse)?,
        until: reader.time("until")?,
    })
}

pub(super) fn write_sanction(writer: Writer, sanction: &Sanction) -> Writer {
    let writer = write_measure(writer, sanction.measure)
        .version(sanction.version)
        .text("id", sanction.id.as_str())
        .text("report", sanction.report.as_str())
        .text("user", sanction.user.as_str())
        .text("reason", sanction.reason.as_str())
        .time("at", sanction.at);
    let Some(appeal) = &sanction.appeal else { return writer };
    let written = Writer::default().time("at", appeal.at).bytes("words", &appeal.words.0);
    let written = match &appeal.answer {
        None => written,
        Some(answer) => {
            let written = written.text("by", answer.by.as_str()).time("answered_at", answer.at);
            written.flag("lifted", answer.lifted).text("note", answer.note.as_str())
        }
    };
    writer.map("appeal", written)
}

pub(super) fn read_sanction(reader: Reader<'_>) -> Result<Sanction, Error> {
    Ok(Sanction {
        id: reader.id("id", SanctionId::parse)?,
        version: reader.version()?,
        report: reader.id("report", ReportId::parse)?,
        user: reader.id("user", UserId::parse)?,
        measure: read_measure(reader)?,
        reason: read_reason(reader)?,
        at: reader.time("at")?,
        appeal: if reader.has("appeal") { Some(read_appeal(reader.map("appeal")?)?) } else { None },
    })
}

fn read_appeal(reader: Reader<'_>) -> Result<Appeal, Error> {
    let answer = || {
        let (by, at) = (reader.id("by", UserId::parse)?, reader.time("answered_at")?);
        let note = reader.optional("note", Statement::parse)?.ok_or_else(|| reader.corrupt("note"))?;
        Ok::<_, Error>(Answer { by, at, lifted: reader.flag("lifted")?, note })
    };
    Ok(Appeal {
        at: reader.time("at")?,
        words: Sealed(reader.bytes("words")?.to_vec()),
        answer: if reader.has("by") { Some(answer()?) } else { None },
    })
}

pub(super) fn write_audit_line(writer: Writer, line: &AuditLine) -> Writer {
    writer
        .number("n", line.n)
        .time("at", line.at)
        .text("deed", line.entry.deed.as_str())
        .optional_text("by", line.entry.by.as_ref().map(UserId::as_str))
        .text("about", line.entry.about.as_str())
        .optional_text("report", line.entry.report.as_ref().map(ReportId::as_str))
        .optional_time("until", line.entry.until)
        .optional_text("note", line.entry.note.as_ref().map(SecretHash::as_str))
        .text("previous", line.previous.as_str())
        .text("hash", line.hash.as_str())
}

pub(super) fn read_audit_line(reader: Reader<'_>) -> Result<AuditLine, Error> {
    let entry = Entry {
        deed: Deed::parse(reader.text("deed")?).ok_or_else(|| reader.corrupt("deed"))?,
        by: reader.optional("by", UserId::parse)?,
        about: reader.id("about", UserId::parse)?,
        report: reader.optional("report", ReportId::parse)?,
        until: reader.optional_time("until")?,
        note: reader.optional("note", SecretHash::parse)?,
    };
    Ok(AuditLine {
        n: reader.number("n")?,
        at: reader.time("at")?,
        entry,
        previous: reader.id("previous", SecretHash::parse)?,
        hash: reader.id("hash", SecretHash::parse)?,
    })
}

pub(super) fn write_bar(writer: Writer, bar: &Bar) -> Writer {
    let writer = writer.optional_text("device", device(&bar.of)).optional_text("address", address(&bar.of));
    let hold = |hold: &Hold| {
        Writer::default().text("sanction", hold.sanction.as_str()).time("since", hold.since).time("until", hold.until)
    };
    writer.version(bar.version).maps("holds", bar.holds.iter().map(hold))
}

pub(super) fn read_bar(reader: Reader<'_>) -> Result<Bar, Error> {
    let of = match reader.optional("device", DeviceId::parse)? {
        Some(device) => Barred::Device(device),
        None => Barred::Address(reader.id("address", AddressId::parse)?),
    };
    let hold = |hold: Reader<'_>| {
        let sanction = hold.id("sanction", SanctionId::parse)?;
        Ok(Hold { sanction, since: hold.time("since")?, until: hold.time("until")? })
    };
    let holds = reader.maps("holds")?.into_iter().map(hold).collect::<Result<_, Error>>()?;
    Ok(Bar { of, version: reader.version()?, holds })
}

pub(super) fn write_reach(writer: Writer, reach: &[Barred]) -> Writer {
    let of = |kind: fn(&Barred) -> Option<&str>| reach.iter().filter_map(kind);
    writer.texts("devices", of(device)).texts("addresses", of(address))
}

/// Devices come before addresses, as in what was written.
pub(super) fn read_reach(reader: Reader<'_>) -> Result<Vec<Barred>, Error> {
    let devices = reader.ids("devices", DeviceId::parse)?.into_iter().map(Barred::Device);
    let addresses = reader.ids("addresses", AddressId::parse)?.into_iter().map(Barred::Address);
    Ok(devices.chain(addresses).collect())
}

fn device(barred: &Barred) -> Option<&str> {
    match barred {
        Barred::Device(device) => Some(device.as_str()),
        Barred::Address(_) => None,
    }
}

fn address(barred: &Barred) -> Option<&str> {
    match barred {
        Barred::Address(address) => Some(address.as_str()),
        Barred::Device(_) => None,
    }
}
