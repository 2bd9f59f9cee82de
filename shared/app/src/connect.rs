//! The way to a socket: a one-use ticket over HTTPS, then `$connect`.

use domain::credential::{Connection, WsTicket};
use domain::fact::{ConnectionMark, Fact, FactKind};
use domain::id::{ConnectionId, SecretHash, Token};
use domain::limits::{ATTEMPTS_MAX, WS_TICKET_LIFE};
use domain::refusal::{Code, Refusal};
use domain::row::{Change, Row, Version};
use domain::tally::Slot;
use domain::time::{SpanMs, TimeMs};
use domain::trace::Trace;
use ports::{Ambient, Commit, Journal, Store};

use crate::caller::Caller;
use crate::perform::record;
use crate::{Result, Settings, contended, load};

/// A ticket in clear, for the page alone.
#[derive(Clone)]
pub struct IssuedTicket {
    /// What the page offers as subprotocol `ticket.<ticket>`.
    pub ticket: Token,
    /// How long it is good.
    pub life: SpanMs,
}

/// What the gateway says of a page that wants to open a socket.
#[derive(Debug, Clone, Copy)]
pub struct Upgrade<'a> {
    /// The connection it would be.
    pub connection: &'a ConnectionId,
    /// When, by the gateway's clock: it orders a user's connections.
    pub opened_at: TimeMs,
    /// The ticket it offers.
    pub ticket: Option<&'a str>,
    /// Where the page comes from.
    pub origin: Option<&'a str>,
    /// The tab, as it calls itself.
    pub trace: Option<&'a Trace>,
}

/// Issues a ticket for one WebSocket connection of a signed-in user.
///
/// # Errors
/// A port failed.
pub async fn ws_ticket<W: Store + Ambient + Sync>(world: &W, caller: &Caller) -> Result<IssuedTicket> {
    let Caller { profile, family } = caller;
    let now = world.now();
    let ticket = world.token();
    let row = WsTicket {
        hash: SecretHash::of(ticket.as_str()),
        version: Version::NEW,
        user: profile.user.clone(),
        device: profile.device.clone(),
        family: family.family.clone(),
        card: profile.card(),
        issued_at: now,
        used_by: None,
    };
    // Its key is new; a second copy of this write that comes late must not make a ticket new that was used.
    match world.commit(&[Change::create(Row::WsTicket(row), now)]).await? {
        Commit::Committed => Ok(IssuedTicket { ticket, life: WS_TICKET_LIFE }),
        Commit::Conflict => Err(contended()),
    }
}

/// `$connect`: lets a page of an allowed origin in with a ticket that was never used. The ticket is spent before the
/// connection is written: a crash in between costs the page a new ticket, and opens nothing twice.
///
/// # Errors
/// `forbidden` for a foreign origin, `unauthorized` for a ticket that is unknown, late or used, or a port failed.
pub async fn connect<W>(world: &W, settings: &Settings, asked: Upgrade<'_>) -> Result<()>
where
    W: Store + Journal + Ambient + Sync,
{
    let Upgrade { connection: id, opened_at, ticket, origin, trace } = asked;
    if !settings.allows_origin(origin) {
        return Err(Refusal::new(Code::Forbidden, "This origin may not connect.").into());
    }
    let refused = || Refusal::new(Code::Unauthorized, "Ask for a new ticket.");
    let hash = SecretHash::of(ticket.ok_or_else(refused)?);
    for _ in 0..ATTEMPTS_MAX {
        let now = world.now();
        let row = load::ws_ticket(world, &hash, now).await?.ok_or_else(refused)?;
        if row.used_by.as_ref() != Some(id) {
            let used = row.used(id, now).ok_or_else(refused)?;
            if world.commit(&[Change::update(Row::WsTicket(used))]).await? == Commit::Conflict {
                continue;
            }
        }
        let WsTicket { user, device, family, card, issued_at, .. } = row;
        let connection = Connection { id: id.clone(), user, device, family, card, issued_at, opened_at };
        if world.commit(&[Change::put(Row::Connection(connection))]).await? == Commit::Committed {
            let kind = FactKind::ConnectionOpened { connection: ConnectionMark::of(id), slot: Slot::of(opened_at) };
            let opened = Fact::new(kind, &[id.as_str()], opened_at).traced(trace.cloned());
            record(world, &[opened]).await;
            return Ok(());
        }
    }
    Err(contended())
}
