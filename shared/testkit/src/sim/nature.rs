//! What befalls the whole town: nights, storms, the queue's patience, the gateway's, the store's; and the calm after
//! it.

use domain::id::ConnectionId;
use domain::row::Change;
use domain::time::{SpanMs, TimeMs};

use super::errand::Errand;
use super::fault::{CERTAIN, Fault, Mix};
use super::town::{Event, Town};
use super::world::SocketState;

/// The clock queue's `VisibilityTimeout` in `cloudformation.yaml`: a timer that is taken and not done with comes again.
pub const VISIBLE_AFTER: SpanMs = SpanMs::seconds(60);
/// Its `maxReceiveCount`: after so many deliveries a message lies with the dead letters.
pub const RECEIVED_MAX: u32 = 5;
/// The gateway gives `$connect` so long to answer (its integration timeout); then the socket never opens.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html>
pub(super) const HANDSHAKE_MAX: SpanMs = SpanMs::seconds(29);
/// The gateway closes a socket after two hours.
pub(super) const SOCKET_LIFE: SpanMs = SpanMs::seconds(2 * 3600);
/// The store looks for expired rows this often.
pub(super) const SWEPT_EVERY: SpanMs = SpanMs::seconds(600);
/// How late, in milliseconds, a write that was given up arrives at most.
const WRITE_LATE_MAX: u64 = 60_000;
/// The flight that is nobody's.
const FOUNDING: u64 = 0;
/// The longest night.
const NIGHT_MAX: u64 = 30 * 3600 * 1000;
/// The longest storm or outage.
const OUTAGE_MAX: u64 = 60_000;

impl Town<'_> {
    /// What may begin at any moment.
    pub(super) fn weather(&mut self) {
        let now = self.now();
        self.moderate();
        if self.strikes(Fault::Storm) {
            let until = now + self.soon(OUTAGE_MAX);
            let mut inner = self.world.inner();
            inner.storm = (until, inner.chance.u32(100..=CERTAIN));
        }
        if self.strikes(Fault::JournalOutage) {
            let until = now + self.soon(OUTAGE_MAX);
            self.world.inner().journal_down_until = until;
        }
        if self.strikes(Fault::KvsOutage) {
            let until = now + self.soon(OUTAGE_MAX);
            self.world.inner().kvs_down_until = until;
        }
        if self.strikes(Fault::Night) {
            let morning = now + self.soon(NIGHT_MAX);
            for who in 0..self.people.len() {
                let lazy = self.soon(600_000);
                self.people[who].asleep_until = morning + lazy;
            }
            // Somebody finds the dead letters in the morning and has them delivered once more.
            self.plan(morning.since(now), Event::Redrive);
        }
    }

    /// The dead letters are put back into the queue.
    pub(super) fn redrive(&mut self) {
        for message in std::mem::take(&mut self.dead_letters) {
            self.plan(SpanMs(0), Event::Invoke(Errand::Timer(message, 0)));
        }
    }

    /// A second copy of a write is held up in the network.
    pub(super) fn delay(&mut self, copy: Change) {
        let late = self.soon(WRITE_LATE_MAX);
        self.plan(late, Event::Write(copy));
    }

    /// The copy arrives, and nobody waits for its answer.
    pub(super) fn arrives_late(&mut self, copy: Change) {
        self.world.inner().commit(FOUNDING, &[copy]);
    }

    /// The gateway closes a socket whose time is over; the page sees that it is closed.
    pub(super) fn cut(&mut self, socket: ConnectionId) {
        let mut inner = self.world.inner();
        let Some(known) = inner.sockets.get_mut(&socket).filter(|known| known.state == SocketState::Open) else {
            return;
        };
        known.state = SocketState::Closed;
        inner.suffers(Fault::TwoHours, true);
        drop(inner);
        self.tell_lost(socket);
    }

    /// The queue delivers a message again, or gives it up.
    pub(super) fn visible(&mut self, flight: u64, message: String, before: u32) {
        if !self.taken.remove(&flight) {
            return;
        }
        let received = before + 1;
        let dead = received >= RECEIVED_MAX;
        self.world.inner().suffers(if dead { Fault::TimerDead } else { Fault::TimerAgain }, true);
        if dead {
            self.dead_letters.push(message);
        } else {
            self.plan(SpanMs(0), Event::Invoke(Errand::Timer(message, received)));
        }
    }

    /// The store deletes some of what has expired.
    pub(super) fn sweep(&mut self) {
        self.plan(SWEPT_EVERY, Event::Sweep);
        let mut inner = self.world.inner();
        let now = inner.now;
        let expired = inner.rows.iter().filter(|(_, row)| row.is_expired(now)).map(|(key, _)| key.clone());
        for key in expired.collect::<Vec<_>>() {
            if inner.strikes(Fault::RowExpired) {
                inner.rows.remove(&key);
            }
        }
    }

    /// The faults stop: what is frozen goes on, who sleeps wakes up, the dead letters are sent back to the queue.
    pub fn calm(&mut self) {
        let mut inner = self.world.inner();
        inner.tell(|| "the faults have stopped".to_owned());
        inner.mix = Mix::none();
        (inner.storm.0, inner.journal_down_until, inner.kvs_down_until) = (TimeMs(0), TimeMs(0), TimeMs(0));
        drop(inner);
        for flight in &mut self.flights {
            flight.frozen_until = TimeMs(0);
        }
        for person in &mut self.people {
            person.asleep_until = TimeMs(0);
        }
        self.catch_up();
        self.redrive();
    }

    /// Whether nothing that was due a moment ago still waits for its turn.
    pub(super) fn is_up_to_date(&self) -> bool {
        let now = self.now();
        self.due.first_key_value().is_none_or(|((at, _), _)| now.since(*at) < SpanMs(500))
    }

    /// What is late, or waits for somebody who slept, comes as soon as it should.
    fn catch_up(&mut self) {
        let now = self.now();
        let planned = std::mem::take(&mut self.due);
        for ((at, sequence), event) in planned {
            let soonest = match &event {
                Event::Invoke(Errand::Timer(message, _)) => {
                    protocol::timer::decode(message).map_or(at, |(_, due_at)| due_at.max(now))
                }
                Event::Visible(flight, ..) if self.flights.iter().all(|flying| flying.number != *flight) => now,
                Event::Look(_) | Event::Hear(..) => now + SpanMs(sequence % 1000),
                Event::Invoke(_) | Event::Close(_) | Event::Cut(_) => at,
                Event::Knock(_) | Event::Told(..) | Event::Mailed(..) => at,
                Event::Visible(..) | Event::Sweep | Event::Redrive | Event::Write(_) => at,
            };
            self.due.insert((at.min(soonest), sequence), event);
        }
    }
}
