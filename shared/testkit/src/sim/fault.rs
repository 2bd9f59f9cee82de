//! The fault catalogue: what breaks, how often in a run, and how often it really did.

use std::fmt::Write;

/// Everything that the simulator breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// F1: an invocation ends before a write or a post is made.
    CrashBefore,
    /// F2: an invocation ends after a write or a post is made, before it hears so.
    CrashAfter,
    /// F3: the answer to a write is lost and the SDK sends the same write again.
    WriteRepeated,
    /// F3: the answer to a write is lost for good: it is made, and the use case is told that it failed.
    AnswerLost,
    /// F4: the same event is delivered once more.
    EventRepeated,
    /// F5: `$disconnect` never comes.
    DisconnectLost,
    /// F5: `$disconnect` comes up to two hours late.
    DisconnectLate,
    /// F6: the page speaks before its `hello` was answered.
    SpokenTooSoon,
    /// F7: the gateway answers 410 for a connection that is open.
    GoneThoughOpen,
    /// F7: the gateway fails.
    PostFailed,
    /// F7: the gateway delivers and says that it failed.
    PostDeniedThoughDelivered,
    /// F8: a socket is dead, and the gateway still takes posts for it.
    Zombie,
    /// F10: a table or queue is throttled.
    Throttled,
    /// F11: another transaction is at the same rows.
    Conflict,
    /// F12: an index is read as it was.
    StaleIndex,
    /// F12: a read of hints misses young ones and shows deleted ones.
    StaleHints,
    /// F13: the event stream fails.
    JournalDown,
    /// F14: KVS fails.
    KvsDown,
    /// F15: an invocation's clock is up to five minutes wrong.
    ClockSkew,
    /// F16: an invocation is frozen for up to an hour between two polls, and then goes on.
    Frozen,
    /// F17: a timer fires up to two minutes late.
    TimerLate,
    /// F17: a timer fires twice.
    TimerTwice,
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 22] = [
        Self::CrashBefore,
        Self::CrashAfter,
        Self::WriteRepeated,
        Self::AnswerLost,
        Self::EventRepeated,
        Self::DisconnectLost,
        Self::DisconnectLate,
        Self::SpokenTooSoon,
        Self::GoneThoughOpen,
        Self::PostFailed,
        Self::PostDeniedThoughDelivered,
        Self::Zombie,
        Self::Throttled,
        Self::Conflict,
        Self::StaleIndex,
        Self::StaleHints,
        Self::JournalDown,
        Self::KvsDown,
        Self::ClockSkew,
        Self::Frozen,
        Self::TimerLate,
        Self::TimerTwice,
    ];

    const fn index(self) -> usize {
        self as usize
    }
}

/// How often each fault strikes, in chances of 10,000.
#[derive(Debug, Clone, Default)]
pub struct Mix([u32; Fault::ALL.len()]);

impl Mix {
    /// A run without faults.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Swarm testing: every run has its own mix, some faults absent, some frequent.
    #[must_use]
    pub fn draw(chance: &mut fastrand::Rng) -> Self {
        let mut mix = Self::none();
        for rate in &mut mix.0 {
            *rate = match chance.u32(0..8) {
                0..3 => 0,
                3..6 => chance.u32(1..60),
                6 => chance.u32(60..400),
                _ => chance.u32(400..1500),
            };
        }
        mix
    }

    /// How often a fault strikes, in chances of 10,000.
    #[must_use]
    pub fn rate(&self, fault: Fault) -> u32 {
        self.0[fault.index()]
    }
}

/// How often each fault has struck.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fired([u64; Fault::ALL.len()]);

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
