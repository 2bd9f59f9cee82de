//! What is counted, and what an event adds to it. Every number is a sum, so that neither the order of events nor their shard
//! matters.

use std::collections::BTreeMap;

use super::EventMark;
use super::histogram::{Histogram, Timing};
use crate::limits::{CONNECTION_LIFE, LIVE_ROW_LIFE, ROOM_LIFE, SLOT};
use crate::time::{SpanMs, TimeMs};

/// What one event adds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happening {
    /// Which event.
    pub mark: EventMark,
    /// Its type.
    pub kind: &'static str,
    /// What tells events of this type apart, where something does.
    pub label: Option<String>,
    /// What was timed.
    pub timings: Vec<(Timing, SpanMs)>,
    /// What begins with it or is over.
    pub stays: Vec<Stay>,
    /// The voices of the call that it makes.
    pub voices: Option<[EventMark; 2]>,
    /// The voice of the page that says so, where nobody else knows.
    pub said_by: Option<EventMark>,
}

/// Something of which the number at one moment counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gauge {
    /// Open sockets.
    Connections,
    /// People who wait.
    Queue,
    /// People who are in rooms.
    Rooms,
}

/// Ten minutes, by their beginning. Who counts what is open by the ten minutes in which it began can forget those that
/// are too long ago for any of it to last: an end that nobody has told heals by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slot(TimeMs);

/// A stay begins, or is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stay {
    /// Where.
    pub gauge: Gauge,
    /// When it began.
    pub slot: Slot,
    /// Whether it is over.
    pub over: bool,
}

/// How many stays of one slot have begun, and how many are over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stays {
    /// Begun.
    pub begun: u64,
    /// Over.
    pub over: u64,
}

/// All that is counted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Figures {
    /// How many events, by type and by what tells those apart.
    pub totals: BTreeMap<(String, Option<String>), u64>,
    /// How long things took.
    pub timings: BTreeMap<Timing, Histogram>,
    /// What has begun and what is over.
    pub stays: BTreeMap<(Gauge, Slot), Stays>,
}

impl Gauge {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Connections, Self::Queue, Self::Rooms];

    /// Its name at rest.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Connections => "connections",
            Self::Queue => "queue",
            Self::Rooms => "rooms",
        }
    }

    /// The gauge of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|gauge| gauge.as_str() == name)
    }

    /// Longer than this nothing stays.
    const fn longest(self) -> SpanMs {
        match self {
            Self::Connections => CONNECTION_LIFE,
            Self::Queue => LIVE_ROW_LIFE,
            Self::Rooms => ROOM_LIFE,
        }
    }
}

impl Slot {
    /// The slot of a moment.
    #[must_use]
    pub const fn of(at: TimeMs) -> Self {
        Self(TimeMs(at.0 - at.0 % SLOT.0))
    }

    /// When it begins.
    #[must_use]
    pub const fn at(self) -> TimeMs {
        self.0
    }

    /// Whether nothing that began in it can still last.
    fn is_over(self, gauge: Gauge, now: TimeMs) -> bool {
        self.0 + SLOT + gauge.longest() <= now
    }
}

impl Stay {
    /// One that begins.
    #[must_use]
    pub const fn begins(gauge: Gauge, slot: Slot) -> Self {
        Self { gauge, slot, over: false }
    }

    /// One that is over.
    #[must_use]
    pub const fn ends(gauge: Gauge, slot: Slot) -> Self {
        Self { gauge, slot, over: true }
    }
}

impl Figures {
    /// Adds an event.
    pub(super) fn take(&mut self, happening: &Happening) {
        *self.totals.entry((happening.kind.to_owned(), happening.label.clone())).or_default() += 1;
        for (timing, span) in &happening.timings {
            self.timings.entry(*timing).or_insert_with(|| Histogram::empty(*timing)).take(*span);
        }
        for Stay { gauge, slot, over } in &happening.stays {
            let stays = self.stays.entry((*gauge, *slot)).or_default();
            *(if *over { &mut stays.over } else { &mut stays.begun }) += 1;
        }
    }

    /// Adds what was counted elsewhere.
    pub fn merge(&mut self, other: &Self) {
        for (key, number) in &other.totals {
            *self.totals.entry(key.clone()).or_default() += number;
        }
        for (timing, histogram) in &other.timings {
            self.timings.entry(*timing).or_insert_with(|| Histogram::empty(*timing)).merge(histogram);
        }
        for (key, more) in &other.stays {
            let stays = self.stays.entry(*key).or_default();
            stays.begun += more.begun;
            stays.over += more.over;
        }
        let newest = self.stays.keys().map(|(_, slot)| slot.at()).max().unwrap_or_default();
        self.stays.retain(|(gauge, slot), _| !slot.is_over(*gauge, newest));
    }

    /// How many events of a type.
    #[must_use]
    pub fn total(&self, kind: &str) -> u64 {
        self.by_label(kind).map(|(_, number)| number).sum()
    }

    /// How many events of a type, by what tells them apart.
    pub fn by_label(&self, kind: &str) -> impl Iterator<Item = (Option<&str>, u64)> {
        let of_kind = self.totals.iter().filter(move |((name, _), _)| name == kind);
        of_kind.map(|((_, label), number)| (label.as_deref(), *number))
    }

    /// How many events, by type.
    #[must_use]
    pub fn by_kind(&self) -> BTreeMap<&str, u64> {
        let mut kinds = BTreeMap::new();
        for ((kind, _), number) in &self.totals {
            *kinds.entry(kind.as_str()).or_default() += number;
        }
        kinds
    }

    /// How long something took.
    #[must_use]
    pub fn timing(&self, timing: Timing) -> Histogram {
        self.timings.get(&timing).cloned().unwrap_or_else(|| Histogram::empty(timing))
    }

    /// How many there are now. A slot of which more is over than has begun has lost a beginning, and holds nobody.
    #[must_use]
    pub fn level(&self, gauge: Gauge, now: TimeMs) -> u64 {
        let lasting = self.stays.iter().filter(|((of, slot), _)| *of == gauge && !slot.is_over(gauge, now));
        lasting.map(|(_, stays)| stays.begun.saturating_sub(stays.over)).sum()
    }
}
