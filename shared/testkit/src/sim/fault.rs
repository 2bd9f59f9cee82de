//! The fault catalogue: what breaks, how often in a run, and how often it really did.

use std::fmt::Write;

macro_rules! faults {
    ($($(#[$doc:meta])* $name:ident)*) => {
        /// Everything that the simulator breaks.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Fault {
            $($(#[$doc])* $name,)*
        }

        impl Fault {
            /// All of them.
            pub const ALL: [Self; [$(stringify!($name)),*].len()] = [$(Self::$name),*];
        }
    };
}

faults! {
    /// F1: an invocation ends before a write or a post is made.
    CrashBefore
    /// F2: an invocation ends after a write or a post is made, before it hears so.
    CrashAfter
    /// F3: the answer to a write is lost and the SDK sends the same write again.
    WriteRepeated
    /// F3: the answer to a write is lost for good: it is made, and the use case is told that it failed.
    AnswerLost
    /// F4: the same event is delivered once more.
    EventRepeated
    /// F5: `$disconnect` never comes.
    DisconnectLost
    /// F5: `$disconnect` comes up to two hours late.
    DisconnectLate
    /// F6: the page speaks before its `hello` was answered.
    SpokenTooSoon
    /// F7: the gateway answers 410 for a connection that is open.
    GoneThoughOpen
    /// F7: the gateway fails.
    PostFailed
    /// F7: the gateway delivers and says that it failed.
    PostDeniedThoughDelivered
    /// F8: a socket is dead, and the gateway still takes posts for it.
    Zombie
    /// F10: a table or queue is throttled.
    Throttled
    /// F11: another transaction is at the same rows.
    Conflict
    /// F12: an index is read as it was.
    StaleIndex
    /// F12: a row is read as it was.
    StaleRow
    /// F12: a read of hints misses young ones and shows deleted ones.
    StaleHints
    /// F13: the event stream fails.
    JournalDown
    /// F14: KVS fails.
    KvsDown
    /// F15: an invocation's clock is up to five minutes wrong.
    ClockSkew
    /// F16: an invocation is frozen for up to an hour between two polls, and then goes on.
    Frozen
    /// F17: a timer fires up to two minutes late.
    TimerLate
    /// F17: a timer fires twice.
    TimerTwice
    /// F17: a look failed, ended, or was frozen: the queue delivers its timer again.
    TimerAgain
    /// F17: a look has failed as often as the queue delivers: its timer lies with the dead letters.
    TimerDead
    /// F10: for up to a minute every table and queue is throttled, to some degree or altogether.
    Storm
    /// F13: for up to a minute the event stream takes nothing.
    JournalOutage
    /// F14: for up to a minute KVS answers nobody.
    KvsOutage
    /// F15: an invocation's clock steps back by up to two minutes.
    ClockBack
    /// Everybody sleeps for up to 30 hours: rows are read after their expiry, before the store deletes them.
    Night
    /// The store deletes a row that has expired.
    RowExpired
    /// The gateway closes a socket after two hours.
    TwoHours
    /// A page comes late with its ticket.
    TicketLate
    /// F3: a try of a plain write that the SDK had given up arrives after all, up to a minute after the one that was
    /// answered.
    WriteLate
}

impl Fault {
    /// The fault of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fault| format!("{fault:?}") == name)
    }

    /// How much more often it must be drawn to strike as often as the others: its occasions are rare, or frequent.
    const fn weight(self) -> (u32, u32) {
        match self {
            Self::DisconnectLost | Self::DisconnectLate | Self::KvsDown | Self::StaleIndex | Self::Zombie => (20, 1),
            Self::SpokenTooSoon | Self::RowExpired | Self::TicketLate | Self::TimerLate => (20, 1),
            Self::JournalDown | Self::TimerTwice | Self::Conflict => (5, 1),
            Self::Storm | Self::JournalOutage | Self::KvsOutage => (1, 2),
            Self::Night => (1, 8),
            Self::CrashBefore | Self::CrashAfter | Self::WriteRepeated | Self::AnswerLost | Self::EventRepeated => {
                (1, 1)
            }
            Self::GoneThoughOpen | Self::PostFailed | Self::PostDeniedThoughDelivered | Self::Throttled => (1, 1),
            Self::StaleHints | Self::StaleRow | Self::ClockSkew | Self::Frozen | Self::ClockBack | Self::WriteLate => {
                (1, 1)
            }
            // These follow from others.
            Self::TimerAgain | Self::TimerDead | Self::TwoHours => (0, 1),
        }
    }

    const fn index(self) -> usize {
        self as usize
    }
}

/// A set of faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Faults(u64);

impl Faults {
    /// All of them.
    pub const ALL: Self = Self(u64::MAX);
    /// None of them.
    pub const NONE: Self = Self(0);

    /// Whether a fault is in the set.
    #[must_use]
    pub const fn has(self, fault: Fault) -> bool {
        self.0 & (1 << fault.index()) != 0
    }

    /// The set with one fault more.
    #[must_use]
    pub const fn with(self, fault: Fault) -> Self {
        Self(self.0 | 1 << fault.index())
    }

    /// The set with one fault less.
    #[must_use]
    pub const fn without(self, fault: Fault) -> Self {
        Self(self.0 & !(1 << fault.index()))
    }

    /// Reads names parted by commas; nothing is the empty set.
    ///
    /// # Errors
    /// The name that is none.
    pub fn parse(text: &str) -> Result<Self, String> {
        text.split(',').filter(|name| !name.is_empty()).try_fold(Self::NONE, |set, name| {
            Fault::named(name).map(|fault| set.with(fault)).ok_or_else(|| format!("{name} is no fault"))
        })
    }

    /// The names, parted by commas.
    #[must_use]
    pub fn names(self) -> String {
        let named = Fault::ALL.into_iter().filter(|fault| self.has(*fault)).map(|fault| format!("{fault:?}"));
        named.collect::<Vec<_>>().join(",")
    }
}

/// The worst clock, in milliseconds before or behind the true one.
pub const SKEW_MAX: i64 = 300_000;

/// As many chances as there are.
pub const CERTAIN: u32 = 10_000;
/// What is often, of them: of what can strike all the time, and of what lasts.
const OFTEN: (u32, u32) = (5_000, 100);

/// How often each fault strikes, in chances of [`CERTAIN`].
#[derive(Debug, Clone)]
pub struct Mix([u32; Fault::ALL.len()]);

impl Mix {
    /// A run without faults.
    #[must_use]
    pub const fn none() -> Self {
        Self([0; Fault::ALL.len()])
    }

    /// Swarm testing: every run has its own mix, some faults absent, some frequent.
    #[must_use]
    pub fn draw(chance: &mut fastrand::Rng) -> Self {
        let mut mix = Self::none();
        for (fault, rate) in Fault::ALL.into_iter().zip(&mut mix.0) {
            let drawn = match chance.u32(0..8) {
                0..3 => 0,
                3..6 => chance.u32(1..60),
                6 => chance.u32(60..400),
                _ => chance.u32(400..1500),
            };
            let (times, of) = fault.weight();
            *rate = (drawn * times / of).min(CERTAIN);
        }
        mix
    }

    /// The mix in which only the faults of one set strike, those of another always, and those of a third often.
    #[must_use]
    pub fn among(mut self, allowed: Faults, always: Faults, often: Faults) -> Self {
        for fault in Fault::ALL {
            let rate = &mut self.0[fault.index()];
            let often_is = if matches!(fault, Fault::Night | Fault::Storm) { OFTEN.1 } else { OFTEN.0 };
            *rate = if often.has(fault) { often_is } else { *rate };
            *rate = if always.has(fault) { CERTAIN } else { *rate };
            *rate = if allowed.has(fault) { *rate } else { 0 };
        }
        self
    }

    /// How often a fault strikes, in chances of [`CERTAIN`].
    #[must_use]
    pub fn rate(&self, fault: Fault) -> u32 {
        self.0[fault.index()]
    }
}

/// How often each fault has struck.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fired([u64; Fault::ALL.len()]);

impl Default for Fired {
    fn default() -> Self {
        Self([0; Fault::ALL.len()])
    }
}

impl Fired {
    /// Counts one.
    pub fn count(&mut self, fault: Fault) {
        self.0[fault.index()] += 1;
    }

    /// How often a fault has struck.
    #[must_use]
    pub fn of(&self, fault: Fault) -> u64 {
        self.0[fault.index()]
    }

    /// Adds the counts of another run.
    pub fn add(&mut self, other: &Self) {
        for (own, others) in self.0.iter_mut().zip(other.0) {
            *own += others;
        }
    }

    /// The counts by name, for people.
    #[must_use]
    pub fn table(&self) -> String {
        let mut table = String::new();
        for fault in Fault::ALL {
            // Writing to a string cannot fail.
            let _ = writeln!(table, "{:>12}  {fault:?}", self.of(fault));
        }
        table
    }
}
