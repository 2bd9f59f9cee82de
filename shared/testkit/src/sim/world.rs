//! The world of the simulator: one store, one gateway, one clock, seeded chance.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::channel::Channel;
use domain::id::{ConnectionId, UserId};
use domain::queue::Hint;
use domain::row::{Change, Row, Write};
use domain::time::TimeMs;
use ports::Commit;
use ports::fake::rows::{self, Rows};

use super::fault::{Fault, Fired, Mix};
use super::laws::Laws;
use super::mutant::Mutant;
use crate::model::trace::Step;

/// How many deleted hints a stale read can still show.
const GRAVES: usize = 64;

/// Shared by all invocations; they share nothing else.
#[derive(Debug)]
pub struct World {
    inner: Mutex<Inner>,
}

/// What the world holds.
#[derive(Debug)]
pub struct Inner {
    /// The true time.
    pub now: TimeMs,
    /// Where all chance comes from.
    pub chance: fastrand::Rng,
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
    /// The first broken law.
    pub broken: Option<String>,
    /// What is planted into every decision.
    pub mutant: Option<Mutant>,
    /// What was committed, in the words of the model, while somebody watches.
    pub watched: Option<Vec<Result<Step, String>>>,
    pub(super) graves: Vec<Hint>,
    pub(super) old_channels: Vec<Channel>,
    pub(super) tokens: u64,
}

/// A socket at the gateway.
#[derive(Debug, Clone)]
pub struct Socket {
    /// Whose page opened it.
    pub user: UserId,
    /// When, by the gateway's clock: it orders a user's connections, and a repeated `$connect` says it again.
    pub opened_at: TimeMs,
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

impl World {
    /// A world of a seed.
    #[must_use]
    pub fn of_seed(seed: u64, now: TimeMs) -> Self {
        let inner = Inner {
            now,
            chance: fastrand::Rng::with_seed(seed),
            mix: Mix::none(),
            fired: Fired::default(),
            rows: Rows::new(),
            counts: BTreeMap::new(),
            sockets: BTreeMap::new(),
            sent: Vec::new(),
            stop: Stop::Read,
            laws: Laws::default(),
            broken: None,
            mutant: None,
            watched: None,
            graves: Vec::new(),
            old_channels: Vec::new(),
            tokens: 0,
        };
        Self { inner: Mutex::new(inner) }
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
        let strikes = rate > 0 && self.chance.u32(0..10_000) < rate;
        if strikes {
            self.fired.count(fault);
        }
        strikes
    }

    /// Notes a broken law; the first one counts.
    pub fn breaks(&mut self, what: String) {
        self.broken.get_or_insert(what);
    }

    /// Writes, and checks every law that the write could break.
    pub fn commit(&mut self, changes: &[Change]) -> Commit {
        let planted = self.mutant.map(|mutant| mutant.plant(changes));
        let changes = planted.as_deref().unwrap_or(changes);
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
                watched.extend(Step::of(&before, &self.rows, changes).transpose());
            }
            self.bury(&before, changes);
            if let Err(what) = self.laws.check(&before, &self.rows, changes, self.now) {
                self.breaks(what);
            }
        }
        commit
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
