//! Invocations on their way: they begin, go on by one poll at a time in seeded order, crash, freeze, and land.

use std::task::{Context, Poll, Waker};

use domain::row::Key;
use domain::time::{SpanMs, TimeMs};

use super::belief::Move;
use super::course::{Cause, Course};
use super::doors::ANSWERS_WITHIN;
use super::errand::{Answer, Errand, Flight};
use super::fault::{Fault, SKEW_MAX};
use super::lens::Lens;
use super::nature::{HANDSHAKE_MAX, RECEIVED_MAX, VISIBLE_AFTER};
use super::person::Person;
use super::story;
use super::town::{Event, Town};
use super::world::{Inner, Stop};

impl Town<'_> {
    pub(super) fn invoke(&mut self, errand: Errand) {
        if self.strikes(Fault::EventRepeated) {
            let after = self.soon(if matches!(errand, Errand::Timer(..)) { 900_000 } else { 30_000 });
            // Nobody but the page repeats a request.
            if !matches!(errand, Errand::Ticket(_) | Errand::MakeRoom(_) | Errand::Knock(..)) {
                self.plan(after, Event::Invoke(errand.clone()));
            }
        }
        let skewed = self.strikes(Fault::ClockSkew);
        let skew = if skewed { self.world.inner().chance.i64(-SKEW_MAX..SKEW_MAX) } else { 0 };
        let bent = match self.world.plant() {
            Some(plant) => plant.misdirected(errand.clone(), &self.world.inner()),
            None => errand.clone(),
        };
        let access = if let Errand::Ticket(who) | Errand::MakeRoom(who) = &errand {
            self.people.get(*who).map(Person::access)
        } else {
            None
        };
        self.sequence += 1;
        let number = self.sequence;
        let mut inner = self.world.inner();
        inner.flying = number;
        let course = Course::begin(&errand, inner.now, skew);
        if let Cause::Frame { action, .. } = &course.cause {
            let in_room = course.in_room;
            inner.laws.done.count(&if in_room { format!("{action} in a room") } else { action.clone() });
            let now = inner.now;
            inner.laws.asks_again(&course.cause, now);
        }
        if let Errand::Knock(_, knock) = &errand {
            let (now, Inner { laws, rows, .. }) = (inner.now, &mut *inner);
            laws.done.count(knock.name());
            laws.doors.begins(number, knock, rows, now);
        }
        inner.courses.insert(number, course);
        if let Errand::Lost(connection) = &errand {
            inner.laws.gone.insert(connection.clone());
        }
        if let Errand::Frame(from, _) = &errand
            && let Some(socket) = inner.sockets.get(from)
        {
            self.heard.insert(socket.user.clone(), inner.now);
        }
        inner.tell(|| format!("begins: {}, clock {skew:+} ms", story::of_errand(&errand)));
        drop(inner);
        if let Errand::Act(act) = &errand {
            self.begun(act);
        }
        if let Errand::Timer(message, before) = &errand {
            self.taken.insert(number);
            self.plan(VISIBLE_AFTER, Event::Visible(number, message.clone(), *before));
        }
        self.flights.push(Flight::begin(
            number,
            Lens { world: self.world, flight: number },
            self.settings,
            bent,
            access,
        ));
    }

    pub(super) fn fly(&mut self) {
        let now = self.now();
        let ready: Vec<usize> = (0..self.flights.len()).filter(|at| self.flights[*at].frozen_until <= now).collect();
        if ready.is_empty() {
            let thaw = self.flights.iter().map(|flight| flight.frozen_until).min();
            let next = self.due.first_key_value().map(|((at, _), _)| *at);
            let next = if self.flights.len() < self.flights_max { next.into_iter().chain(thaw).min() } else { thaw };
            let mut inner = self.world.inner();
            inner.now = inner.now.max(next.unwrap_or(now + SpanMs(1)));
            return;
        }
        let at = ready[self.world.inner().chance.usize(0..ready.len())];
        self.trace = (self.trace ^ now.0 ^ u64::try_from(at).unwrap_or_default()).wrapping_mul(0x0100_0000_01b3);
        self.world.inner().flying = self.flights[at].number;
        if self.is_timed_out(at) {
            let flight = self.flights.swap_remove(at);
            self.world.inner().courses.remove(&flight.number);
            return self.land(&flight, Answer::Failed);
        }
        let crash = match self.flights[at].stop {
            Stop::Read => false,
            Stop::Before => self.strikes(Fault::CrashBefore),
            Stop::After => self.strikes(Fault::CrashAfter),
        };
        if crash {
            let flight = self.flights.swap_remove(at);
            self.world.inner().courses.remove(&flight.number);
            return self.land(&flight, Answer::Failed);
        }
        if self.strikes(Fault::Frozen) {
            let long = if self.world.inner().chance.bool() { 30_000 } else { 3_600_000 };
            self.flights[at].frozen_until = now + self.soon(long);
            return;
        }
        self.steps += 1;
        let polled = self.flights[at].future.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        let mut inner = self.world.inner();
        let passed = SpanMs(inner.chance.u64(0..5));
        inner.now = inner.now + passed;
        self.flights[at].stop = inner.stop;
        let held_up = inner.linger.take().map(|longest| SpanMs(inner.chance.u64(0..longest)));
        self.flights[at].frozen_until = held_up.map_or(TimeMs(0), |held_up| inner.now + held_up);
        drop(inner);
        if let Poll::Ready(answer) = polled {
            let flight = self.flights.swap_remove(at);
            let mut inner = self.world.inner();
            inner.tell(|| format!("ends: {answer:?}"));
            if let Some(course) = inner.courses.remove(&flight.number) {
                let done = matches!(answer, Answer::Done);
                let kept = inner.laws.over(&course, done, &inner.rows, inner.now);
                inner.keeps(kept);
            }
            drop(inner);
            self.land(&flight, answer);
        }
    }

    /// Whether a request has taken longer than its function may.
    fn is_timed_out(&self, at: usize) -> bool {
        let Flight { errand, number, .. } = &self.flights[at];
        let inner = self.world.inner();
        let born = inner.courses.get(number).map_or(inner.now, |course| course.born);
        matches!(errand, Errand::Knock(..)) && inner.now.since(born) > ANSWERS_WITHIN
    }

    /// Whether a person's present self is nobody's any more: only then a new one takes its place.
    fn is_forgotten(&self, who: usize) -> bool {
        let inner = self.world.inner();
        let Person { user, family, .. } = &self.people[who];
        let keys = [Key::Profile(user.clone()), Key::RefreshFamily(user.clone(), family.clone())];
        keys.iter().any(|key| inner.rows.get(key).is_none_or(|row| row.is_expired(inner.now)))
    }

    fn land(&mut self, flight: &Flight<'_>, answer: Answer) {
        match (&flight.errand, answer) {
            (Errand::Ticket(who), Answer::Ticket(ticket)) => self.connect(*who, ticket),
            (Errand::Ticket(who), Answer::Refused) => {
                let after = self.soon(100);
                self.plan(after, Event::Invoke(Errand::SignIn(*who)));
            }
            (Errand::SignIn(who), Answer::SignedIn(user, family)) if self.is_forgotten(*who) => {
                self.people[*who].user = user;
                self.people[*who].family = family;
                self.people[*who].blocks.clear();
                self.make(*who, Move::Open);
            }
            (Errand::Connect { who, connection, opened_at, ticket }, Answer::Done) => {
                if self.now().since(*opened_at) <= HANDSHAKE_MAX {
                    self.connected(*who, connection.clone(), ticket.clone());
                }
            }
            (Errand::Timer(..), Answer::Done) => {
                self.taken.remove(&flight.number);
            }
            (Errand::Knock(browser, knock), answer) => self.let_in(*browser, knock, answer, flight.number),
            (Errand::Carry(message, before), Answer::Failed) if before + 1 < RECEIVED_MAX => {
                self.plan(VISIBLE_AFTER, Event::Invoke(Errand::Carry(message.clone(), before + 1)));
            }
            (Errand::Act(act), answer) => self.answered(act, &answer),
            (_, _) => {}
        }
    }
}
