//! The town: people, what is on its way, and the seeded scheduler that picks what happens next.

use std::collections::BTreeMap;
use std::task::{Context, Poll, Waker};

use app::{LoginWish, Settings};
use domain::id::{ConnectionId, UserId};
use domain::time::{SpanMs, TimeMs};
use serde_json::{Value, json};

use super::Outcome;
use super::errand::{Answer, Errand, Flight};
use super::fault::{Fault, Mix};
use super::lens::Lens;
use super::person::{Belief, Person};
use super::world::{Sent, SocketState, Stop, World};

/// A timer message whose look failed is delivered again after this long (the queue's visibility timeout).
const DELIVERED_AGAIN_AFTER: SpanMs = SpanMs::seconds(10);

/// Something that will happen.
#[derive(Debug, Clone)]
pub(super) enum Event {
    Invoke(Errand),
    Hear(ConnectionId, String),
    Look(usize),
    Close(ConnectionId),
}

/// The town.
pub struct Town<'w> {
    /// Everything that is shared.
    pub world: &'w World,
    /// Who lives there.
    pub people: Vec<Person>,
    settings: &'w Settings,
    pub(super) owners: BTreeMap<ConnectionId, usize>,
    pub(super) tickets: BTreeMap<String, ConnectionId>,
    flights: Vec<Flight<'w>>,
    due: BTreeMap<(TimeMs, u64), Event>,
    flights_max: usize,
    pub(super) restless: bool,
    pub(super) sequence: u64,
    steps: u64,
    trace: u64,
    broken_at: u64,
}

/// What the deployment has chosen.
pub fn settings(world: &World) -> Settings {
    let pool_size = world.inner().chance.usize(0..6);
    Settings { pool_size, logins_per_minute: u32::MAX, ..Settings::default() }
}

impl<'w> Town<'w> {
    /// Founds a town: a pool, people with profiles, and a mix of faults, all drawn from the seed.
    pub fn found(world: &'w World, settings: &'w Settings) -> Self {
        let (population, flights_max) = {
            let mut inner = world.inner();
            let population = if inner.chance.u32(0..8) == 0 { 20..60 } else { 2..9 };
            (inner.chance.usize(population), inner.chance.usize(2..48))
        };
        let mut town = Self {
            world,
            people: Vec::new(),
            settings,
            owners: BTreeMap::new(),
            tickets: BTreeMap::new(),
            flights: Vec::new(),
            due: BTreeMap::new(),
            flights_max,
            restless: true,
            sequence: 0,
            steps: 0,
            trace: 0,
            broken_at: 0,
        };
        let lens = Lens { world, skew: 0 };
        drop(finished(app::keep_pool(&lens, settings)));
        for who in 0..population {
            let signed_in = finished(app::sign_in(&lens, settings, LoginWish::default(), None));
            if let Ok(signed_in) = signed_in {
                town.settle(signed_in.profile.user);
                town.plan(SpanMs(u64::try_from(who).unwrap_or_default()), Event::Look(who));
            }
        }
        let mut inner = world.inner();
        let mut drawn = inner.chance.fork();
        inner.mix = Mix::draw(&mut drawn);
        drop(inner);
        town
    }

    /// Lets the town live for so many polls, or until a law is broken.
    pub fn live(&mut self, steps: u64) {
        while self.steps < steps && self.broken().is_none() {
            self.step();
        }
    }

    /// The faults stop: what is frozen goes on, who sleeps wakes up, and nobody does anything unasked any more.
    pub fn calm(&mut self) {
        self.world.inner().mix = Mix::none();
        self.restless = false;
        for flight in &mut self.flights {
            flight.frozen_until = TimeMs(0);
        }
        for person in &mut self.people {
            person.asleep_until = TimeMs(0);
        }
        self.catch_up();
    }

    /// Timers that are late, or wait to be delivered again, come as soon as they should.
    fn catch_up(&mut self) {
        let now = self.now();
        let planned = std::mem::take(&mut self.due);
        for ((at, sequence), event) in planned {
            let message = if let Event::Invoke(Errand::Timer(message)) = &event { message.as_str() } else { "" };
            let due_at = protocol::timer::decode(message).map(|(_, due_at)| due_at).ok();
            self.due.insert((due_at.map_or(at, |due_at| at.min(due_at.max(now))), sequence), event);
        }
    }

    /// Lets time pass until a moment, or until a law is broken.
    pub fn live_until(&mut self, until: TimeMs) {
        while self.now() < until && self.broken().is_none() {
            self.step();
        }
    }

    /// The true time.
    pub fn now(&self) -> TimeMs {
        self.world.inner().now
    }

    /// The first broken law.
    pub fn broken(&self) -> Option<String> {
        self.world.inner().broken.clone()
    }

    /// What the run came to.
    pub fn outcome(self, seed: u64) -> Outcome {
        let inner = self.world.inner();
        Outcome {
            seed,
            steps: self.steps,
            matches: inner.laws.matches,
            confirmed: inner.laws.confirmed,
            ended: inner.laws.ended,
            fired: inner.fired.clone(),
            trace: self.trace,
            broken: inner.broken.clone().map(|what| (self.broken_at, what)),
        }
    }

    /// The person of a user, if their page is awake and its socket open.
    pub fn is_reachable(&self, person: &Person) -> bool {
        let inner = self.world.inner();
        let state = person.socket.as_ref().and_then(|socket| inner.sockets.get(socket)).map(|socket| socket.state);
        state == Some(SocketState::Open) && person.asleep_until <= inner.now
    }

    fn settle(&mut self, user: UserId) {
        let mut inner = self.world.inner();
        let tags = ["chess", "cooking", "rust", "music"];
        let count = inner.chance.usize(0..3);
        let tags: Vec<&str> = (0..count).map(|_| tags[inner.chance.usize(0..tags.len())]).collect();
        let mut wish = json!({ "tags": tags });
        if inner.chance.u32(0..4) == 0 {
            wish["language"] = Value::from(if inner.chance.bool() { "en" } else { "de" });
        }
        if inner.chance.u32(0..8) == 0 {
            wish["mode"] = Value::from("text");
        }
        let now = inner.now;
        drop(inner);
        let belief = Belief::Away;
        self.people.push(Person {
            user,
            wish,
            socket: None,
            belief,
            asleep_until: TimeMs(0),
            spoke_at: now,
            alone_since: None,
        });
    }

    pub(super) fn plan(&mut self, after: SpanMs, event: Event) {
        self.sequence += 1;
        let at = self.now() + after;
        self.due.insert((at, self.sequence), event);
    }

    pub(super) fn soon(&mut self, within: u64) -> SpanMs {
        SpanMs(self.world.inner().chance.u64(0..within))
    }

    pub(super) fn strikes(&self, fault: Fault) -> bool {
        self.world.inner().strikes(fault)
    }

    /// One step: what is due begins, and one invocation goes on by one poll, or never again.
    fn step(&mut self) {
        self.deliver();
        let now = self.now();
        while let Some(entry) = self.due.first_entry()
            && entry.key().0 <= now
            && self.flights.len() < self.flights_max
        {
            let event = entry.remove();
            self.happen(event);
        }
        self.fly();
        if self.broken_at == 0 && self.world.inner().broken.is_some() {
            self.broken_at = self.steps;
        }
    }

    fn deliver(&mut self) {
        let sent = std::mem::take(&mut self.world.inner().sent);
        for sent in sent {
            match sent {
                Sent::Frame(to, frame) => {
                    let after = self.soon(150);
                    self.plan(after, Event::Hear(to, frame));
                }
                Sent::Timer(at, message) => {
                    let late = if self.strikes(Fault::TimerLate) { self.soon(120_000) } else { self.soon(300) };
                    let after = SpanMs(at.since(self.now()).0 + late.0);
                    if self.strikes(Fault::TimerTwice) {
                        let again = SpanMs(after.0 + self.soon(60_000).0);
                        self.plan(again, Event::Invoke(Errand::Timer(message.clone())));
                    }
                    self.plan(after, Event::Invoke(Errand::Timer(message)));
                }
            }
        }
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Invoke(errand) => self.invoke(errand),
            Event::Hear(to, frame) => self.hear(&to, &frame),
            Event::Look(who) => self.look(who),
            Event::Close(socket) => {
                if let Some(socket) = self.world.inner().sockets.get_mut(&socket) {
                    socket.state = SocketState::Closed;
                }
                self.tell_lost(socket);
            }
        }
    }

    fn invoke(&mut self, errand: Errand) {
        if self.strikes(Fault::EventRepeated) {
            let after = self.soon(if matches!(errand, Errand::Timer(_)) { 900_000 } else { 30_000 });
            if !matches!(errand, Errand::Ticket(_)) {
                self.plan(after, Event::Invoke(errand.clone()));
            }
        }
        let skewed = self.strikes(Fault::ClockSkew);
        let skew = if skewed { self.world.inner().chance.i64(-300_000..300_000) } else { 0 };
        let user = if let Errand::Ticket(who) = &errand { self.people.get(*who).map(|p| p.user.clone()) } else { None };
        self.flights.push(Flight::begin(Lens { world: self.world, skew }, self.settings, errand, user));
    }

    fn fly(&mut self) {
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
        let crash = match self.flights[at].stop {
            Stop::Read => false,
            Stop::Before => self.strikes(Fault::CrashBefore),
            Stop::After => self.strikes(Fault::CrashAfter),
        };
        if crash {
            let flight = self.flights.swap_remove(at);
            return self.land(flight.errand, Answer::Failed);
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
        drop(inner);
        if let Poll::Ready(answer) = polled {
            let flight = self.flights.swap_remove(at);
            self.land(flight.errand, answer);
        }
    }

    fn land(&mut self, errand: Errand, answer: Answer) {
        match (errand, answer) {
            (Errand::Ticket(who), Answer::Ticket(ticket)) => self.connect(who, ticket),
            (Errand::Connect { who, connection, ticket }, Answer::Done) => self.connected(who, connection, ticket),
            (errand @ Errand::Timer(_), Answer::Failed) => self.plan(DELIVERED_AGAIN_AFTER, Event::Invoke(errand)),
            _ => {}
        }
    }
}

/// Runs a use case to its end, alone and undisturbed.
fn finished<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    loop {
        if let Poll::Ready(done) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return done;
        }
    }
}
