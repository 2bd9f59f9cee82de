//! The session row and its log.

use domain::channel::ChannelLease;
use domain::id::{ChannelId, ConnectionId, PeerId, SessionId, UserId};
use domain::profile::Nickname;
use domain::row::Version;
use domain::session::{Between, EndReason, Extension, Phase, Role, Session, Side, Transport};
use domain::speech::{ChatLine, Message};
use ports::Error;

use super::{Item, Reader, Writer, read_endpoints, read_mode, read_tags, write_endpoints};

pub(super) fn write(writer: Writer, session: &Session) -> Writer {
    let writer = writer
        .version(session.version)
        .text("session", session.id.as_str())
        .maps("sides", session.sides.iter().map(write_side))
        .text("mode", session.mode.as_str())
        .flag("relay_only", session.relay_only)
        .flag("friends", session.between == Between::Friends)
        .texts("tags", session.common_tags.iter().map(|tag| tag.as_str()))
        .time("started_at", session.started_at)
        .time("ends_at", session.ends_at)
        .number("extensions", session.extension.granted)
        .optional_text("extension_asked_by", session.extension.asked_by.map(Role::as_str))
        .number("epoch", session.epoch)
        .flag("relay", session.transport == Transport::Relay);
    let writer = match &session.lease {
        Some(lease) => writer.map("lease", write_lease(lease)),
        None => writer,
    };
    match session.phase {
        Phase::Pending => writer.text("phase", "pending"),
        Phase::Active => writer.text("phase", "active"),
        Phase::Ended { at, reason } => {
            writer.text("phase", "ended").time("ended_at", at).text("reason", reason.as_str())
        }
    }
}

pub(super) fn read(reader: Reader<'_>) -> Result<Session, Error> {
    let sides = reader.maps("sides")?.into_iter().map(read_side).collect::<Result<Vec<_>, _>>()?;
    Ok(Session {
        id: reader.id("session", SessionId::parse)?,
        version: reader.version()?,
        phase: read_phase(reader)?,
        sides: sides.try_into().map_err(|_| reader.corrupt("sides"))?,
        relay_only: reader.flag("relay_only")?,
        between: if reader.flag("friends")? { Between::Friends } else { Between::Strangers },
        mode: read_mode(reader)?,
        common_tags: read_tags(reader)?,
        started_at: reader.time("started_at")?,
        ends_at: reader.time("ends_at")?,
        extension: read_extension(reader)?,
        epoch: u32::try_from(reader.number("epoch")?).map_err(|_| reader.corrupt("epoch"))?,
        transport: if reader.flag("relay")? { Transport::Relay } else { Transport::Kvs },
        lease: if reader.has("lease") { Some(read_lease(reader.map("lease")?)?) } else { None },
    })
}

fn read_extension(reader: Reader<'_>) -> Result<Extension, Error> {
    let granted = u8::try_from(reader.number("extensions")?).map_err(|_| reader.corrupt("extensions"))?;
    let asked_by = if reader.has("extension_asked_by") { Some(read_role(reader, "extension_asked_by")?) } else { None };
    Ok(Extension { granted, asked_by })
}

fn read_role(reader: Reader<'_>, name: &'static str) -> Result<Role, Error> {
    let text = reader.text(name)?;
    Role::BOTH.into_iter().find(|role| role.as_str() == text).ok_or_else(|| reader.corrupt(name))
}

fn read_phase(reader: Reader<'_>) -> Result<Phase, Error> {
    Ok(match reader.text("phase")? {
        "pending" => Phase::Pending,
        "active" => Phase::Active,
        "ended" => {
            let text = reader.text("reason")?;
            let reason = EndReason::ALL.into_iter().find(|reason| reason.as_str() == text);
            Phase::Ended { at: reader.time("ended_at")?, reason: reason.ok_or_else(|| reader.corrupt("reason"))? }
        }
        _ => return Err(reader.corrupt("phase")),
    })
}

fn write_side(side: &Side) -> Writer {
    Writer::default()
        .text("user", side.user.as_str())
        .text("peer", side.peer.as_str())
        .text("nickname", side.nickname.as_str())
        .text("connection", side.connection.as_str())
        .flag("received", side.received)
        .optional_time("waited_since", side.waited_since)
        .time("next_at", side.next_at)
        .optional_time("lost_at", side.lost_at)
}

fn read_side(reader: Reader<'_>) -> Result<Side, Error> {
    Ok(Side {
        user: reader.id("user", UserId::parse)?,
        peer: reader.id("peer", PeerId::parse)?,
        nickname: reader.parsed("nickname", Nickname::parse)?,
        connection: reader.id("connection", ConnectionId::parse)?,
        lost_at: reader.optional_time("lost_at")?,
        received: reader.flag("received")?,
        waited_since: reader.optional_time("waited_since")?,
        next_at: reader.time("next_at")?,
    })
}

fn write_lease(lease: &ChannelLease) -> Writer {
    Writer::default()
        .text("channel", lease.channel.as_str())
        .number("fence", lease.fence.0)
        .map("endpoints", write_endpoints(&lease.endpoints))
        .text("viewer_client", lease.viewer_client.as_str())
}

fn read_lease(reader: Reader<'_>) -> Result<ChannelLease, Error> {
    Ok(ChannelLease {
        channel: reader.id("channel", ChannelId::parse)?,
        fence: Version(reader.number("fence")?),
        endpoints: read_endpoints(reader.map("endpoints")?)?,
        viewer_client: reader.id("viewer_client", PeerId::parse)?,
    })
}

pub(super) fn write_chat_line(writer: Writer, line: &ChatLine) -> Writer {
    writer
        .text("from", line.from.as_str())
        .number("n", line.n)
        .text("message", line.message.as_str())
        .time("sent_at", line.sent_at)
}

/// The line of an item of `session`.
pub(crate) fn read_chat_line(session: &SessionId, item: &Item) -> Result<ChatLine, Error> {
    let reader = Reader::new("chat line", item);
    Ok(ChatLine {
        session: session.clone(),
        from: read_role(reader, "from")?,
        n: u32::try_from(reader.number("n")?).map_err(|_| reader.corrupt("n"))?,
        message: reader.parsed("message", |text| Message::parse(text.to_owned()))?,
        sent_at: reader.time("sent_at")?,
    })
}
