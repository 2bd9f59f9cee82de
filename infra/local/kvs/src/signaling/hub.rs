//! All channels with their sockets: who is connected, who hears what.

use std::collections::{BTreeMap, HashMap};

use super::frame::{self, Fault, Kind, Message};
use super::mailbox::Mailbox;
use super::{ClientId, Peer};
use crate::limits::Limits;
use crate::rate::Rate;
use crate::usage::Usage;

/// One socket, never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ConnectionId(u64);

/// What the shell has to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Output {
    /// Send a text frame.
    Send(ConnectionId, String),
    /// Close the socket; the hub has forgotten it.
    Close(ConnectionId),
}

/// Why a connect is refused, both `ClientLimitExceededException`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refused {
    TooFast,
    TooManyViewers,
}

/// The state of the signaling service. Times are milliseconds since 1970.
#[derive(Debug)]
pub(crate) struct Hub {
    limits: Limits,
    next_id: u64,
    connection_by_id: HashMap<ConnectionId, Connection>,
    room_by_arn: HashMap<String, Room>,
    usage: Usage,
}

#[derive(Debug)]
struct Connection {
    arn: String,
    peer: Peer,
    opened_at_ms: u64,
    active_at_ms: u64,
    warned: bool,
    rate_by_kind: BTreeMap<Kind, Rate>,
}

#[derive(Debug, Default)]
struct Room {
    connection_by_peer: BTreeMap<Peer, ConnectionId>,
    mailbox_by_peer: BTreeMap<Peer, Mailbox>,
    master_connects: Rate,
    viewer_connects: Rate,
}

impl Hub {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            next_id: 0,
            connection_by_id: HashMap::new(),
            room_by_arn: HashMap::new(),
            usage: Usage::default(),
        }
    }

    pub(crate) fn usage(&self) -> &Usage {
        &self.usage
    }

    /// Registers a socket: it displaces the one with the same role and name, and receives what
    /// waits for it.
    pub(crate) fn connect(
        &mut self,
        arn: &str,
        peer: Peer,
        now_ms: u64,
    ) -> Result<(ConnectionId, Vec<Output>), Refused> {
        let room = self.room_by_arn.entry(arn.to_owned()).or_default();
        let rate = match &peer {
            Peer::Master => &mut room.master_connects,
            Peer::Viewer(_) => &mut room.viewer_connects,
        };
        if !rate.take(self.limits.connects_per_second, now_ms) {
            return Err(Refused::TooFast);
        }
        let others = room.connection_by_peer.keys().filter(|other| **other != Peer::Master && **other != peer).count();
        if peer != Peer::Master && others >= self.limits.viewers_max {
            return Err(Refused::TooManyViewers);
        }
        let id = ConnectionId(self.next_id);
        self.next_id += 1;
        room.connection_by_peer.insert(peer.clone(), id);
        let waiting = room.mailbox_by_peer.remove(&peer).unwrap_or_default().empty(now_ms);
        let outputs: Vec<Output> = waiting.map(|text| Output::Send(id, text)).collect();
        self.usage.messages_delivered += outputs.len() as u64;
        self.usage.channels_used.insert(arn.to_owned());
        let connection = Connection {
            arn: arn.to_owned(),
            peer,
            opened_at_ms: now_ms,
            active_at_ms: now_ms,
            warned: false,
            rate_by_kind: BTreeMap::new(),
        };
        self.connection_by_id.insert(id, connection);
        Ok((id, outputs))
    }

    /// The channel of a socket that is still known.
    pub(crate) fn arn(&self, id: ConnectionId) -> Option<&str> {
        self.connection_by_id.get(&id).map(|connection| connection.arn.as_str())
    }

    /// A text frame from a socket; an undelivered message is kept for `message_ttl_ms`.
    pub(crate) fn receive(&mut self, id: ConnectionId, text: &str, message_ttl_ms: u64, now_ms: u64) -> Vec<Output> {
        self.alive(id, now_ms);
        if !self.is_current(id) {
            return vec![];
        }
        let Some((correlation, message)) = frame::read(text, self.limits.payload_chars_max) else { return vec![] };
        let outcome = message.and_then(|message| self.forward(id, message, message_ttl_ms, now_ms));
        match (outcome, correlation) {
            (Ok(outputs), _) => outputs,
            (Err(fault), Some(correlation)) => vec![Output::Send(id, frame::status(&correlation, &fault))],
            (Err(_), None) => vec![],
        }
    }

    /// Any sign of life of a socket, a ping for example.
    pub(crate) fn alive(&mut self, id: ConnectionId, now_ms: u64) {
        if let Some(connection) = self.connection_by_id.get_mut(&id) {
            connection.active_at_ms = now_ms;
        }
    }

    /// When [`Hub::wake`] has to be called for a socket at the latest.
    pub(crate) fn deadline_ms(&self, id: ConnectionId) -> Option<u64> {
        let connection = self.connection_by_id.get(&id)?;
        let end = connection.opened_at_ms + millis(self.limits.connection_max);
        let next = if connection.warned { end } else { end.saturating_sub(millis(self.limits.go_away_grace)) };
        Some(next.min(connection.active_at_ms + millis(self.limits.idle_max)))
    }

    /// Time has passed: warns or closes a socket that is old, closes one that is silent.
    pub(crate) fn wake(&mut self, id: ConnectionId, now_ms: u64) -> Vec<Output> {
        let Some(connection) = self.connection_by_id.get_mut(&id) else { return vec![] };
        let age_ms = now_ms.saturating_sub(connection.opened_at_ms);
        let idle = now_ms.saturating_sub(connection.active_at_ms) >= millis(self.limits.idle_max);
        if idle || age_ms >= millis(self.limits.connection_max) {
            self.closed(id);
            return vec![Output::Close(id)];
        }
        let warn_after_ms = millis(self.limits.connection_max).saturating_sub(millis(self.limits.go_away_grace));
        if connection.warned || age_ms < warn_after_ms {
            return vec![];
        }
        connection.warned = true;
        vec![Output::Send(id, frame::go_away())]
    }

    /// A socket is gone.
    pub(crate) fn closed(&mut self, id: ConnectionId) {
        let current = self.is_current(id);
        let Some(connection) = self.connection_by_id.remove(&id) else { return };
        if let Some(room) = self.room_by_arn.get_mut(&connection.arn).filter(|_| current) {
            room.connection_by_peer.remove(&connection.peer);
        }
    }

    /// A channel is deleted: its sockets close and nothing is kept.
    pub(crate) fn remove_channel(&mut self, arn: &str) -> Vec<Output> {
        self.room_by_arn.remove(arn);
        let mut closed: Vec<_> = self
            .connection_by_id
            .extract_if(|_, connection| connection.arn == arn)
            .map(|(id, _)| Output::Close(id))
            .collect();
        closed.sort_by_key(|output| match output {
            Output::Close(id) | Output::Send(id, _) => *id,
        });
        closed
    }

    fn forward(
        &mut self,
        id: ConnectionId,
        message: Message,
        message_ttl_ms: u64,
        now_ms: u64,
    ) -> Result<Vec<Output>, Fault> {
        let Some(connection) = self.connection_by_id.get_mut(&id) else { return Ok(vec![]) };
        let per_second = match message.kind {
            Kind::Offer | Kind::Answer => self.limits.sdp_per_second,
            Kind::Candidate => self.limits.candidates_per_second,
        };
        let rate = connection.rate_by_kind.entry(message.kind).or_default();
        if !rate.take(per_second, now_ms) {
            let kind = message.kind.name();
            return Err(Fault::too_many(format!("At most {per_second} messages {kind} a second on a connection.")));
        }
        let from = connection.peer.clone();
        let (to, sender) = match &from {
            Peer::Master => (Peer::Viewer(recipient(&message)?), None),
            Peer::Viewer(client) => (Peer::Master, Some(client)),
        };
        self.usage.messages_received += 1;
        let text = frame::deliver(message.kind, &message.payload, sender);
        let Some(room) = self.room_by_arn.get_mut(&connection.arn) else { return Ok(vec![]) };
        if let Some(receiver) = room.connection_by_peer.get(&to).copied() {
            self.usage.messages_delivered += 1;
            self.alive(receiver, now_ms);
            return Ok(vec![Output::Send(receiver, text)]);
        }
        room.mailbox_by_peer.retain(|_, mailbox| mailbox.keep_fresh(now_ms));
        let mailbox = room.mailbox_by_peer.entry(to).or_default();
        mailbox.put(from, message.kind, text, now_ms + message_ttl_ms, self.limits.waiting_max);
        Ok(vec![])
    }

    /// Whether a socket is the newest one of its role and name.
    fn is_current(&self, id: ConnectionId) -> bool {
        self.connection_by_id.get(&id).is_some_and(|connection| {
            let room = self.room_by_arn.get(&connection.arn);
            room.and_then(|room| room.connection_by_peer.get(&connection.peer)) == Some(&id)
        })
    }
}

fn recipient(message: &Message) -> Result<ClientId, Fault> {
    let missing = || Fault::invalid("recipientClientId is required for the MASTER.");
    let text = message.recipient.as_deref().ok_or_else(missing)?;
    ClientId::parse(text).ok_or_else(|| Fault::invalid("recipientClientId must be 1 to 256 of [a-zA-Z0-9_.-]."))
}

fn millis(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
