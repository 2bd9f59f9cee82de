//! Calls that ring.

use domain::call::{Call, CallEnd, CallPhase, Party, Ring};
use domain::id::{CallId, SessionId, UserId};
use domain::profile::Nickname;
use ports::Error;

use super::{Reader, Writer, read_mode, read_tags};

const ENDS: [(CallEnd, &str); 3] =
    [(CallEnd::Rejected, "rejected"), (CallEnd::Cancelled, "cancelled"), (CallEnd::TimedOut, "timed out")];

pub(super) fn write(writer: Writer, call: &Call) -> Writer {
    let writer = writer
        .version(call.version)
        .text("call", call.id.as_str())
        .map("caller", write_party(&call.caller))
        .map("callee", write_party(&call.callee))
        .text("mode", call.mode.as_str())
        .texts("tags", call.common_tags.iter().map(|tag| tag.as_str()))
        .time("began_at", call.began_at);
    match &call.phase {
        CallPhase::Ringing => writer.text("phase", "ringing"),
        CallPhase::Answered(session) => writer.text("phase", "answered").text("session", session.as_str()),
        CallPhase::Over(end) => {
            let end = ENDS.iter().find(|(known, _)| known == end).map(|(_, name)| *name);
            writer.text("phase", "over").optional_text("end", end)
        }
    }
}

pub(super) fn read(reader: Reader<'_>) -> Result<Call, Error> {
    Ok(Call {
        id: reader.id("call", CallId::parse)?,
        version: reader.version()?,
        caller: read_party(reader.map("caller")?)?,
        callee: read_party(reader.map("callee")?)?,
        mode: read_mode(reader)?,
        common_tags: read_tags(reader)?,
        began_at: reader.time("began_at")?,
        phase: match reader.text("phase")? {
            "ringing" => CallPhase::Ringing,
            "answered" => CallPhase::Answered(reader.id("session", SessionId::parse)?),
            "over" => {
                let end = reader.text("end")?;
                let end = ENDS.iter().find(|(_, name)| *name == end).map(|(known, _)| *known);
                CallPhase::Over(end.ok_or_else(|| reader.corrupt("end"))?)
            }
            _ => return Err(reader.corrupt("phase")),
        },
    })
}

pub(super) fn write_ring(ring: &Ring) -> Writer {
    Writer::default().text("call", ring.call.as_str()).time("until", ring.until)
}

pub(super) fn read_ring(reader: Reader<'_>) -> Result<Ring, Error> {
    Ok(Ring { call: reader.id("call", CallId::parse)?, until: reader.time("until")? })
}

fn write_party(party: &Party) -> Writer {
    Writer::default().text("user", party.user.as_str()).text("nickname", party.nickname.as_str())
}

fn read_party(reader: Reader<'_>) -> Result<Party, Error> {
    Ok(Party { user: reader.id("user", UserId::parse)?, nickname: reader.parsed("nickname", Nickname::parse)? })
}
