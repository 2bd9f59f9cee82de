//! The town: people, what is on its way, and the seeded scheduler that picks what happens next.

use std::collections::{BTreeMap, BTreeSet};
use std::task::{Context, Poll, Waker};

use app::Settings;
use domain::credential::Newcomer;
use domain::id::{ConnectionId, FamilyId, UserId};
use domain::network::Network;
use domain::pool::PoolSizes;
use domain::row::Change;
use domain::time::{SpanMs, TimeMs};
use serde_json::{Value, json};

use super::belief::Belief;
use super::course::Course;
use super::doors::{Doors, Knock};
use super::errand::{Answer, Errand, Flight};
use super::fault::{Fault, Mix};
use super::lens::Lens;
use super::nature::SWEPT_EVERY;
use super::person::Person;
use super::story;
use super::world::{Sent, SocketState, World};
use super::{NOON, Outcome, Plan};

/// Something that will happen.
#[derive(Debug, Clone)]
pub(super) enum Event {
    Invoke(Errand),
    Hear(ConnectionId, String),
    Look(usize),
    /// Somebody looks at a browser.
    Knock(usize),
    /// A browser hears an answer.
    Told(usize, Knock, Answer),
    /// A mail arrives.
    Mailed(String, String),
    Close(ConnectionId),
    /// Two hours have passed for a socket.
    Cut(ConnectionId),
    /// The visibility timeout of a timer message is over.
    Visible(u64, String, u32),
    /// The store deletes what has expired.
    Sweep,
    /// The dead letters are delivered once more.
    Redrive,
    /// A second copy of a write arrives.
    Write(Change),
}

/// The town.
pub struct Town<'w> {
    /// Everything that is shared.
    pub world: &'w World,
    /// Who lives there.
    pub people: Vec<Person>,
    pub(super) settings: &'w Settings,
    /// Timer messages that are taken and not done with, by their flights.
    pub(super) taken: BTreeSet<u64>,
    /// Timer messages that were delivered as often as the queue does.
    pub(super) dead_letters: Vec<String>,
    pub(super) owners: BTreeMap<ConnectionId, usize>,
    /// When a frame of somebody was last heard, which may be long after it was said.
    pub(super) heard: BTreeMap<UserId, TimeMs>,
    pub(super) tickets: BTreeMap<String, ConnectionId>,
    pub(super) flights: Vec<Flight<'w>>,
    pub(super) due: BTreeMap<(TimeMs, u64), Event>,
    pub(super) flights_max: usize,
    pub(super) doors: Doors,
    pub(super) restless: bool,
    /// Whether there are rooms.
    pub(super) rooms: bool,
    pub(super) sequence: u64,
    pub(super) steps: u64,
    pub(super) trace: u64,
    broken_at: u64,
}

/// What the deployment has chosen.
pub fn settings(world: &World) -> Settings {
    let channels = world.inner().chance.usize(0..6);
    let pool = PoolSizes::new(channels, channels);
    Settings { pool, logins_per_minute: u32::MAX, new_devices_per_hour: u32::MAX, ..Settings::default() }
}

impl<'w> Town<'w> {
    /// Founds a town: a pool, people with profiles, and a mix of faults, all drawn from the seed.
    pub fn found(world: &'w World, settings: &'w Settings, plan: &Plan) -> Self {
        let (population, flights_max) = {
            let mut inner = world.inner();
            let population = if inner.chance.u32(0..8) == 0 { 20..60 } else { 2..9 };
            let population = inner.chance.usize(population);
            (plan.users.unwrap_or(population), inner.chance.usize(2..48))
        };
        let mut town = Self {
            world,
            people: Vec::new(),
            settings,
            taken: BTreeSet::new(),
            dead_letters: Vec::new(),
            owners: BTreeMap::new(),
            heard: BTreeMap::new(),
            tickets: BTreeMap::new(),
            flights: Vec::new(),
            due: BTreeMap::new(),
            flights_max,
            doors: Doors::default(),
            restless: true,
            rooms: plan.rooms,
            sequence: 0,
            steps: 0,
            trace: 0,
            broken_at: 0,
        };
        let lens = Lens { world, flight: 0 };
        world.inner().courses.insert(0, Course::begin(&Errand::Ticket(0), NOON, 0));
        drop(finished(app::keep_pool(&lens, settings)));
        if plan.doors {
            let clocks = plan.faults.has(Fault::ClockSkew) || plan.faults.has(Fault::ClockBack);
            world.inner().laws.doors.clocks_are_wrong = clocks;
            town.open_doors(population);
        }
        while !plan.doors && town.people.len() < population {
            // A planted bug may let a sign-in fail; nobody founds a town alone.
            let Ok(signed_in) = finished(app::sign_in(&lens, settings, Newcomer::default(), None, &Network::of(None)))
            else {
                continue;
            };
            let who = town.people.len();
            town.settle(signed_in.profile.user, signed_in.refresh.family);
            town.plan(SpanMs(u64::try_from(who).unwrap_or_default()), Event::Look(who));
        }
        town.plan(SWEPT_EVERY, Event::Sweep);
        let mut inner = world.inner();
        inner.victim = town.people.first().map(|person| person.user.clone());
        let mix = Mix::draw(&mut fastrand::Rng::with_seed(plan.seed));
        inner.mix = mix.among(plan.faults, plan.always, plan.often);
        drop(inner);
        town
    }

    /// Lets the town live for so many polls, or until a law is broken.
    pub fn live(&mut self, steps: u64) {
        while self.steps < steps && !self.is_broken() {
            self.step();
        }
    }

    /// Lets time pass until a moment, or until a law is broken.
    pub fn live_until(&mut self, until: TimeMs) {
        while self.now() < until && !self.is_broken() {
            self.step();
        }
    }

    /// The true time.
    pub fn now(&self) -> TimeMs {
        self.world.inner().now
    }

    /// Whether a law is broken.
    pub fn is_broken(&self) -> bool {
        self.world.inner().broken.is_some()
    }

    /// What the run came to.
    pub fn outcome(self, plan: &Plan) -> Outcome {
        let mut inner = self.world.inner();
        let story = inner.story.take().unwrap_or_default();
        let broken_at = if self.broken_at > 0 { self.broken_at } else { self.steps };
        Outcome {
            plan: plan.clone(),
            users: self.people.len(),
            steps: self.steps,
            matches: inner.laws.matches,
            confirmed: inner.laws.confirmed,
            ended: inner.laws.ended,
            fired: inner.fired.clone(),
            done: inner.laws.done.clone(),
            trace: self.trace,
            broken: inner.broken.clone().map(|broken| (broken_at, broken)),
            seen: inner.seen.take().unwrap_or_default(),
            story: story::with_names(story, &self.people),
        }
    }

    /// Whether a person's page has an open socket; the person may sleep before it.
    pub fn has_socket(&self, person: &Person) -> bool {
        let inner = self.world.inner();
        let state = person.socket.as_ref().and_then(|socket| inner.sockets.get(socket)).map(|socket| socket.state);
        state == Some(SocketState::Open)
    }

    fn settle(&mut self, user: UserId, family: FamilyId) {
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
        // Most pages say who asks; some say nothing, and some lie.
        let other = self.people.last().map_or(&user, |person| &person.user);
        match inner.chance.u32(0..8) {
            0 => {}
            1 => wish["userId"] = Value::from(other.as_str()),
            _ => wish["userId"] = Value::from(user.as_str()),
        }
        let now = inner.now;
        drop(inner);
        let belief = Belief::Away;
        self.people.push(Person {
            user,
            family,
            wish,
            socket: None,
            belief,
            asleep_until: TimeMs(0),
            spoke_at: now,
            alone_since: None,
            introduced_at: TimeMs(0),
            ice_at: None,
            asked_for_more: false,
            goes_on: None,
            next_at: None,
            banned_until: TimeMs(0),
            last_call: None,
            blocks: BTreeMap::new(),
            heard: BTreeMap::new(),
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
                        self.plan(again, Event::Invoke(Errand::Timer(message.clone(), 0)));
                    }
                    self.plan(after, Event::Invoke(Errand::Timer(message, 0)));
                }
                Sent::Errand(message) => {
                    let after = self.soon(300);
                    self.plan(after, Event::Invoke(Errand::Carry(message, 0)));
                }
                Sent::Mail(to, text) => {
                    let after = self.soon(5_000);
                    self.plan(after, Event::Mailed(to, text));
                }
                Sent::Close(socket) => {
                    let after = self.soon(500);
                    self.plan(after, Event::Close(socket));
                }
                Sent::Write(copy) => self.delay(copy),
            }
        }
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Invoke(errand) => self.invoke(errand),
            Event::Hear(to, frame) => self.hear(&to, &frame),
            Event::Look(who) => self.look(who),
            Event::Knock(browser) => self.knock(browser),
            Event::Told(browser, knock, answer) => self.told(browser, &knock, answer),
            Event::Mailed(to, text) => self.mailed(&to, &text),
            Event::Close(socket) => {
                if let Some(socket) = self.world.inner().sockets.get_mut(&socket) {
                    socket.state = SocketState::Closed;
                }
                self.tell_lost(socket);
            }
            Event::Cut(socket) => self.cut(socket),
            Event::Visible(flight, message, before) => self.visible(flight, message, before),
            Event::Sweep => self.sweep(),
            Event::Redrive => self.redrive(),
            Event::Write(copy) => self.arrives_late(copy),
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
