//! Friends, invitations, the directory, and histories.

use domain::directory::Entry;
use domain::email::Email;
use domain::friend::{Bond, Friendship, Invitation, InvitationSide, InviteRequest, KnownAs};
use domain::history::{CallKind, CallRecord};
use domain::id::{SecretHash, SessionId, UserId};
use domain::profile::Nickname;
use domain::time::SpanMs;
use ports::Error;

use super::{Reader, Writer, read_mode, read_tags};

const BONDS: [(Bond, &str); 3] = [(Bond::Asked, "asked"), (Bond::AskedBy, "asked by"), (Bond::Friends, "friends")];

pub(super) fn write(writer: Writer, friendship: &Friendship) -> Writer {
    let bond = BONDS.iter().find(|(bond, _)| *bond == friendship.bond).map(|(_, name)| *name);
    let writer = writer
        .version(friendship.version)
        .text("owner", friendship.owner.as_str())
        .text("other", friendship.other.as_str())
        .optional_text("bond", bond)
        .time("since", friendship.since);
    match &friendship.known_as {
        KnownAs::Nickname(nickname) => writer.text("nickname", nickname.as_str()),
        KnownAs::Email(email) => writer.text("email", email.as_str()),
    }
}

pub(crate) fn read(reader: Reader<'_>) -> Result<Friendship, Error> {
    let bond = reader.text("bond")?;
    let bond = BONDS.iter().find(|(_, name)| *name == bond).map(|(bond, _)| *bond);
    let known_as = match reader.optional("email", Email::parse)? {
        Some(email) => KnownAs::Email(email),
        None => KnownAs::Nickname(reader.parsed("nickname", Nickname::parse)?),
    };
    Ok(Friendship {
        owner: reader.id("owner", UserId::parse)?,
        other: reader.id("other", UserId::parse)?,
        version: reader.version()?,
        bond: bond.ok_or_else(|| reader.corrupt("bond"))?,
        known_as,
        since: reader.time("since")?,
    })
}

pub(super) fn write_invitation(writer: Writer, invitation: &Invitation) -> Writer {
    writer
        .text("from", invitation.from.as_str())
        .text("email", invitation.email.as_str())
        .flag("sent", invitation.side == InvitationSide::Sent)
        .time("at", invitation.at)
}

pub(crate) fn read_invitation(reader: Reader<'_>) -> Result<Invitation, Error> {
    Ok(Invitation {
        from: reader.id("from", UserId::parse)?,
        email: reader.parsed("email", Email::parse)?,
        side: if reader.flag("sent")? { InvitationSide::Sent } else { InvitationSide::Received },
        at: reader.time("at")?,
    })
}

pub(super) fn write_invite_request(writer: Writer, request: &InviteRequest) -> Writer {
    writer
        .text("id", request.id.as_str())
        .text("from", request.from.as_str())
        .text("email", request.email.as_str())
        .time("asked_at", request.asked_at)
}

pub(crate) fn read_invite_request(reader: Reader<'_>) -> Result<InviteRequest, Error> {
    Ok(InviteRequest {
        id: reader.id("id", SecretHash::parse)?,
        from: reader.id("from", UserId::parse)?,
        email: reader.parsed("email", Email::parse)?,
        asked_at: reader.time("asked_at")?,
    })
}

pub(super) fn write_entry(writer: Writer, entry: &Entry) -> Writer {
    writer
        .text("user", entry.user.as_str())
        .text("nickname", entry.nickname.as_str())
        .time("expires_at", entry.expires_at)
}

pub(crate) fn read_entry(reader: Reader<'_>) -> Result<Entry, Error> {
    Ok(Entry {
        user: reader.id("user", UserId::parse)?,
        nickname: reader.parsed("nickname", Nickname::parse)?,
        expires_at: reader.time("expires_at")?,
    })
}

pub(super) fn write_call(writer: Writer, record: &CallRecord) -> Writer {
    writer
        .text("owner", record.owner.as_str())
        .text("session", record.session.as_str())
        .text("peer", record.peer.as_str())
        .text("nickname", record.nickname.as_str())
        .texts("tags", record.common_tags.iter().map(|tag| tag.as_str()))
        .text("mode", record.mode.as_str())
        .text("kind", record.kind.as_str())
        .time("started_at", record.started_at)
        .number("duration", record.duration.0)
}

pub(crate) fn read_call(reader: Reader<'_>) -> Result<CallRecord, Error> {
    let kind = reader.text("kind")?;
    let kind = CallKind::ALL.into_iter().find(|known| known.as_str() == kind);
    Ok(CallRecord {
        owner: reader.id("owner", UserId::parse)?,
        session: reader.id("session", SessionId::parse)?,
        peer: reader.id("peer", UserId::parse)?,
        nickname: reader.parsed("nickname", Nickname::parse)?,
        common_tags: read_tags(reader)?,
        mode: read_mode(reader)?,
        kind: kind.ok_or_else(|| reader.corrupt("kind"))?,
        started_at: reader.time("started_at")?,
        duration: SpanMs(reader.number("duration")?),
    })
}
