//! What the people's pages do to the town: sockets that open and close, frames that come and go.

use domain::id::{ConnectionId, RoomId};
use domain::row::{Key, Row};
use domain::time::SpanMs;
use ports::fake::rows::Rows;
use serde_json::{Value, json};

use super::belief::{Belief, Move};
use super::errand::Errand;
use super::fault::Fault;
use super::law::Law;
use super::nature::SOCKET_LIFE;
use super::person::Person;
use super::town::{Event, Town};
use super::world::{Socket, SocketState};

/// People look at their page this often.
const LOOKS_EVERY: SpanMs = SpanMs::seconds(1);

/// F9: a frame may take so long, in milliseconds, and be overtaken by all that follow.
const SLOW_FRAME: u64 = 12_000;

/// The rooms of which people know: those in which somebody is, and one more.
fn rooms(rows: &Rows) -> Vec<RoomId> {
    let rooms = || rows.values().filter_map(|row| if let Row::Room(room) = row { Some(room) } else { None });
    let used = rooms().filter(|room| !room.seats.is_empty());
    used.chain(rooms().find(|room| room.seats.is_empty())).map(|room| room.id.clone()).collect()
}

impl Town<'_> {
    pub(super) fn connect(&mut self, who: usize, ticket: String) {
        let copies = if self.strikes(Fault::EventRepeated) { 2 } else { 1 };
        for _ in 0..copies {
            self.sequence += 1;
            let Ok(connection) = ConnectionId::parse(&format!("c{}=", self.sequence)) else { return };
            let user = self.people[who].user.clone();
            self.world.inner().sockets.insert(connection.clone(), Socket { user, state: SocketState::Opening });
            self.owners.insert(connection.clone(), who);
            let after = self.soon(if self.strikes(Fault::TicketLate) { 60_000 } else { 100 });
            let opened_at = self.now() + after;
            self.plan(after, Event::Invoke(Errand::Connect { who, connection, opened_at, ticket: ticket.clone() }));
        }
    }

    pub(super) fn connected(&mut self, who: usize, connection: ConnectionId, ticket: String) {
        let first = self.tickets.entry(ticket).or_insert_with(|| connection.clone());
        if *first != connection {
            self.world.inner().breaks(Law::C6, format!("one ticket opened {first} and {connection}"));
        }
        let mut inner = self.world.inner();
        let Some(socket) = inner.sockets.get_mut(&connection) else { return };
        if socket.state != SocketState::Opening {
            return;
        }
        socket.state = SocketState::Open;
        let now = inner.now;
        drop(inner);
        self.plan(SOCKET_LIFE, Event::Cut(connection.clone()));
        let mut inner = self.world.inner();
        let whose = match inner.rows.get(&Key::Connection(connection.clone())) {
            Some(Row::Connection(row)) => Some(row.user.clone()),
            _ => None,
        };
        if whose.is_none() {
            inner.breaks(Law::C1, format!("{connection} is open, and nobody knows whose it is"));
        }
        drop(inner);
        let person = &self.people[who];
        if !matches!(person.belief, Belief::Coming(_)) || whose.as_ref() != Some(&person.user) {
            return self.close(connection);
        }
        self.people[who].socket = Some(connection);
        self.people[who].belief = Belief::Asked(now);
        self.make(who, Move::Say(json!({ "action": "hello", "data": {} }).to_string()));
        if self.strikes(Fault::SpokenTooSoon) {
            let early = self.people[who].join(now);
            early.into_iter().for_each(|early| self.make(who, early));
        }
    }

    pub(super) fn hear(&mut self, to: &ConnectionId, frame: &str) {
        let now = self.now();
        let open = self.world.inner().sockets.get(to).is_some_and(|socket| socket.state == SocketState::Open);
        let Some(who) =
            self.owners.get(to).copied().filter(|who| open && self.people[*who].socket.as_ref() == Some(to))
        else {
            return;
        };
        let asleep = self.people[who].asleep_until.since(now);
        if asleep.0 > 0 {
            return self.plan(asleep, Event::Hear(to.clone(), frame.to_owned()));
        }
        let heard: Value = serde_json::from_str(frame).unwrap_or_default();
        let moves = self.people[who].hear(&heard, now);
        moves.into_iter().for_each(|next| self.make(who, next));
    }

    pub(super) fn look(&mut self, who: usize) {
        let now = self.now();
        if who == 0 {
            self.weather();
        }
        let asleep = self.people[who].asleep_until.since(now);
        self.plan(asleep.max(LOOKS_EVERY), Event::Look(who));
        if asleep.0 > 0 {
            return;
        }
        let state = |socket: &ConnectionId| self.world.inner().sockets.get(socket).map(|socket| socket.state);
        if self.people[who].socket.as_ref().and_then(state) == Some(SocketState::Closed) {
            return self.make(who, Move::Open);
        }
        let media_flows = self.has_partner(who);
        let person = &mut self.people[who];
        let mut moves = person.tick(now);
        moves.extend(person.sees(media_flows, now));
        if self.restless && self.world.inner().chance.u32(0..5) == 0 {
            let mut inner = self.world.inner();
            let rooms: Vec<RoomId> = if self.rooms { rooms(&inner.rows) } else { Vec::new() };
            moves.extend(person.act(&mut inner.chance, self.rooms.then_some(rooms.as_slice()), now));
        } else if !self.restless {
            moves.extend(person.rest(now));
        }
        moves.into_iter().for_each(|next| self.make(who, next));
    }

    /// Whether somebody else is in the same call, awake.
    fn has_partner(&self, who: usize) -> bool {
        let Belief::InCall { session: own, .. } = &self.people[who].belief else { return false };
        let now = self.now();
        let in_it = |other: &Person| matches!(&other.belief, Belief::InCall { session, .. } if session == own);
        let others = self.people.iter().enumerate().filter(|(at, _)| *at != who);
        others.into_iter().any(|(_, other)| in_it(other) && other.asleep_until <= now)
    }

    pub(super) fn make(&mut self, who: usize, next: Move) {
        let now = self.now();
        match next {
            Move::Say(text) => {
                self.people[who].spoke_at = now;
                let Some(socket) = self.people[who].socket.clone() else { return };
                let slow = self.restless && self.world.inner().chance.u32(0..16) == 0;
                let after = self.soon(if slow { SLOW_FRAME } else { 100 });
                self.plan(after, Event::Invoke(Errand::Frame(socket, text)));
            }
            Move::Open => {
                if let Some(old) = self.people[who].socket.take() {
                    self.close(old);
                }
                self.people[who].belief = Belief::Coming(now);
                let after = self.soon(100);
                self.plan(after, Event::Invoke(Errand::Ticket(who)));
            }
            Move::Vanish => {
                self.people[who].belief = Belief::Away;
                if let Some(old) = self.people[who].socket.take() {
                    self.close(old);
                }
            }
            Move::MakeRoom => {
                let after = self.soon(100);
                self.plan(after, Event::Invoke(Errand::MakeRoom(who)));
            }
            Move::Block(session) => self.block(who, session.as_deref()),
            Move::Unblock(other, id) => self.unblock(who, other, id),
            Move::Protest(law, what) => self.world.inner().breaks(law, what),
            Move::Sleep(span) => self.people[who].asleep_until = now + span,
        }
    }

    fn close(&mut self, socket: ConnectionId) {
        if self.world.inner().sockets.get(&socket).is_none_or(|known| known.state == SocketState::Closed) {
            return;
        }
        let dead = self.strikes(Fault::Zombie);
        let state = if dead { SocketState::Dead } else { SocketState::Closed };
        if let Some(known) = self.world.inner().sockets.get_mut(&socket) {
            known.state = state;
        }
        if dead {
            let after = self.soon(600_000);
            return self.plan(after, Event::Close(socket));
        }
        self.tell_lost(socket);
    }

    pub(super) fn tell_lost(&mut self, socket: ConnectionId) {
        if self.strikes(Fault::DisconnectLost) {
            return;
        }
        let after = if self.strikes(Fault::DisconnectLate) { self.soon(7_200_000) } else { self.soon(1500) };
        self.plan(after, Event::Invoke(Errand::Lost(socket)));
    }
}
