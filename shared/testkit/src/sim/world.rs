//! The world of the simulator: one store, one gateway, one clock, seeded chance.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::channel::Channel;
use domain::id::{ConnectionId, UserId};
use domain::queue::Hint;
use domain::row::{Change, Key, Row, Write};
use domain::time::TimeMs;
use ports::Commit;
use ports::fake::rows::{self, Rows};

use super::Plan;
use super::course::Course;
use super::fault::{CERTAIN, Fault, Fired, Mix};
use super::law::{Broken, Kept, Law};
use super::laws::{Laws, Scene};
use super::mutant::Mutant;
use super::plant::Plant;
use super::story;
use crate::model::trace::Step;

/// How many deleted hints a stale read can still show.
const GRAVES: usize = 64;
/// How far back a stale read of a row can go, in writes of it.
const PAST: usize = 8;

/// Shared by all invocations; they share nothing else.
#[derive(Debug)]
pub struct World {
    /// A bug that is planted.
    pub mutant: Option<Mutant>,
    /// The bug for which transactions are held up, where it is planted and where it is not.
    pub holds_up: Option<Mutant>,
    inner: Mutex<Inner>,
}

/// What the world holds.
#[derive(Debug)]
pub struct Inner {
    /// The true time.
    pub now: TimeMs,
    /// Where all chance comes from but that of the faults.
    pub chance: fastrand::Rng,
    /// Each fault has its own, so that one which is left out changes nothing where it would not have struck.
    fault_chances: [fastrand::Rng; Fault::ALL.len()],
    /// How often what breaks.
    pub mix: Mix,
    /// What broke.
    pub fired: Fired,
    /// The rows.
    pub rows: Rows,
    /// Counts under limits.
    pub counts: BTreeMap<String, u32>,
    /// The gateway's sockets.
    pub sockets: BTreeMap<ConnectionId, Socket>,
    /// What invocations sent and the town has not yet taken up.
    pub sent: Vec<Sent>,
    /// Where the invocation that was polled last has stopped.
    pub stop: Stop,
    /// The laws, and what they remember.
    pub laws: Laws,
    /// What was committed, in the words of the model, while somebody watches.
    pub watched: Option<Vec<Result<Step, String>>>,
    /// The first broken law.
    pub broken: Option<Broken>,
    /// What happened, for people; kept only where it is asked for.
    pub story: Option<Vec<String>>,
    /// The flight that is being polled.
    pub flying: u64,
    /// Every invocation on its way, by its flight.
    pub courses: BTreeMap<u64, Course>,
    /// Until when a storm throttles the store and the queue, and in how many cases of [`CERTAIN`].
    pub storm: (TimeMs, u32),
    /// Until when the event stream takes nothing.
    pub journal_down_until: TimeMs,
    /// Until when KVS answers nobody.
    pub kvs_down_until: TimeMs,
    /// For how long at most the present invocation is held up, in milliseconds: a bug shows where others come between.
    pub linger: Option<u64>,
    /// The mutants that could be made of what was seen; kept only where it is asked for.
    pub seen: Option<BTreeSet<Mutant>>,
    /// Whom a planted bug is after, if it is after one.
    pub victim: Option<UserId>,
    pub(super) graves: Vec<Hint>,
    /// What stood at which key before it was replaced, oldest first.
    past: BTreeMap<Key, VecDeque<Option<Row>>>,
    pub(super) old_channels: Vec<Channel>,
    pub(super) tokens: u64,
}

/// A socket at the gateway.
#[derive(Debug, Clone)]
pub struct Socket {
    /// Whose page opened it.
    pub user: UserId,
    /// How far it is.
    pub state: SocketState,
}

/// How far a socket is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SocketState {
    /// `$connect` has not returned.
    Opening,
    /// Frames go both ways.
    Open,
    /// The page is gone, and the gateway does not know.
    Dead,
    /// The gateway knows that it is closed.
    Closed,
}

/// What an invocation sent into the world.
#[derive(Debug, Clone)]
pub enum Sent {
    /// A frame to a page.
    Frame(ConnectionId, String),
    /// A timer message, and when it is due.
    Timer(TimeMs, String),
    /// An errand.
    Errand(String),
    /// A mail, and to whom.
    Mail(String, String),
    /// A socket that the gateway is to close.
    Close(ConnectionId),
    /// A second copy of a write.
    Write(Change),
}

/// Where an invocation stops between two polls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// At a read.
    Read,
    /// Before something is changed or told.
    Before,
    /// After something was changed or told.
    After,
}

fn fault_seed(seed: u64, fault: usize) -> u64 {
    let fault = u64::try_from(fault).unwrap_or_default() + 1;
    seed.wrapping_add(fault.wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

impl World {
    /// A world as its plan wants it.
    #[must_use]
    pub fn of_plan(plan: &Plan, now: TimeMs) -> Self {
        let seed = plan.seed;
        let inner = Inner {
            now,
            chance: fastrand::Rng::with_seed(seed),
            fault_chances: std::array::from_fn(|fault| fastrand::Rng::with_seed(fault_seed(seed, fault))),
            mix: Mix::none(),
            fired: Fired::default(),
            rows: Rows::new(),
            counts: BTreeMap::new(),
            sockets: BTreeMap::new(),
            sent: Vec::new(),
            stop: Stop::Read,
            laws: Laws::default(),
            broken: None,
            watched: None,
            story: None,
            flying: 0,
            courses: BTreeMap::new(),
            storm: (TimeMs(0), 0),
            journal_down_until: TimeMs(0),
            kvs_down_until: TimeMs(0),
            linger: None,
            seen: None,
            victim: None,
            graves: Vec::new(),
            past: BTreeMap::new(),
            old_channels: Vec::new(),
            tokens: 0,
        };
        let mutant = plan.mutant.clone().filter(|_| !plan.harmless);
        Self { mutant, holds_up: plan.mutant.clone(), inner: Mutex::new(inner) }
    }

    /// The planted bug, if it is one made for a law.
    pub fn plant(&self) -> Option<Plant> {
        if let Some(Mutant::Planted(plant)) = &self.mutant { Some(*plant) } else { None }
    }

    /// The inside.
    pub fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// Whether a fault strikes now; counted when it does.
    pub fn strikes(&mut self, fault: Fault) -> bool {
        let rate = self.mix.rate(fault);
        let strikes = rate > 0 && self.fault_chances[fault as usize].u32(0..CERTAIN) < rate;
        if strikes {
            self.fired.count(fault);
            self.tell(|| format!("FAULT {fault:?}"));
        }
        strikes
    }

    /// Whether the store or the queue refuses to work now.
    pub fn throttles(&mut self) -> bool {
        if self.strikes(Fault::Throttled) {
            return true;
        }
        let (until, rate) = self.storm;
        let hit = self.now < until && self.fault_chances[Fault::Storm as usize].u32(0..CERTAIN) < rate;
        self.suffers(Fault::Storm, hit)
    }

    /// Whether the event stream takes nothing now.
    pub fn journal_is_down(&mut self) -> bool {
        let down = self.now < self.journal_down_until;
        self.suffers(Fault::JournalOutage, down) || self.strikes(Fault::JournalDown)
    }

    /// Whether KVS does not answer now.
    pub fn kvs_is_down(&mut self) -> bool {
        let down = self.now < self.kvs_down_until;
        self.suffers(Fault::KvsOutage, down) || self.strikes(Fault::KvsDown)
    }

    /// Counts a fault that follows from another.
    pub fn suffers(&mut self, fault: Fault, hit: bool) -> bool {
        if hit {
            self.fired.count(fault);
            self.tell(|| format!("FAULT {fault:?}"));
        }
        hit
    }

    /// Notes a broken law; the first one counts.
    pub fn breaks(&mut self, law: Law, what: String) {
        self.keeps(Err(Broken { law, what }));
    }

    /// Adds a line to the story, if it is kept.
    pub fn tell(&mut self, line: impl FnOnce() -> String) {
        if let Some(story) = &mut self.story {
            story.push(format!("{:>12} #{:<5} {}", self.now.since(super::NOON).0, self.flying, line()));
        }
    }

    /// Notes a broken law, if one is.
    pub fn keeps(&mut self, kept: Kept) {
        if let Err(broken) = kept {
            self.tell(|| broken.to_string());
            self.broken.get_or_insert(broken);
        }
    }

    /// Writes, and checks every law that the write could break.
    pub fn commit(&mut self, flight: u64, changes: &[Change]) -> Commit {
        let Some(mut course) = self.courses.remove(&flight) else { return Commit::Conflict };
        let before: Rows = changes
            .iter()
            .filter_map(|change| self.rows.get_key_value(&change.key()))
            .map(|(key, row)| (key.clone(), row.clone()))
            .collect();
        if before.values().any(|row| matches!(row, Row::Channel(_))) {
            self.old_channels = rows::channels(&self.rows).cloned().collect();
        }
        let commit = rows::commit(&mut self.rows, changes);
        if commit == Commit::Committed {
            if let Some(watched) = &mut self.watched {
                watched.extend(Step::of(&before, &self.rows, changes, course.earliest).transpose());
            }
            self.bury(&before, changes);
            self.outdate(&before, changes);
            let (rows, now) = (&self.rows, self.now);
            let kept = self.laws.check(&mut Scene { before: &before, rows, changes, now, course: &mut course, flight });
            self.keeps(kept);
        }
        self.courses.insert(flight, course);
        self.tell(|| format!("{commit:?} {}", story::of_changes(changes)));
        commit
    }

    /// What stood at a key before one of the last writes, where a read of it is stale now.
    pub(super) fn as_it_was(&mut self, key: &Key) -> Option<Option<Row>> {
        if !self.past.contains_key(key) || !self.strikes(Fault::StaleRow) {
            return None;
        }
        self.chance.choice(self.past.get(key)?).cloned()
    }

    fn outdate(&mut self, before: &Rows, changes: &[Change]) {
        let read_lately = |key: &Key| matches!(key, Key::User(_) | Key::Session(_) | Key::Connection(_));
        for key in changes.iter().map(Change::key).filter(read_lately) {
            let row = before.get(&key).cloned();
            let past = self.past.entry(key).or_default();
            past.push_back(row);
            if past.len() > PAST {
                past.pop_front();
            }
        }
    }

    fn bury(&mut self, before: &Rows, changes: &[Change]) {
        for change in changes {
            if let (Write::Delete(key), Some(Row::Hint(hint))) = (&change.write, before.get(&change.key())) {
                debug_assert_eq!(*key, change.key());
                self.graves.push(hint.clone());
            }
        }
        let surplus = self.graves.len().saturating_sub(GRAVES);
        self.graves.drain(..surplus);
    }
}
