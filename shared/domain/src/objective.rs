//! Service objectives: what was promised, and what was measured in real sessions.

use crate::tally::{Figures, Timing};
use crate::time::SpanMs;

/// What is aimed at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aim {
    /// 95 of 100 take at most so long.
    Within(SpanMs),
    /// More than so many of a million succeed.
    Above(u64),
}

/// An objective, and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Objective {
    /// A word for it.
    pub name: &'static str,
    /// What it means.
    pub what: &'static str,
    /// What is aimed at.
    pub aim: Aim,
    /// How many were measured.
    pub samples: u64,
    /// What was measured, in the unit of the aim: milliseconds, or parts of a million. `None` where nothing was.
    pub figure: Option<u64>,
}

impl Objective {
    /// Whether it is met; `None` where nothing was measured.
    #[must_use]
    pub fn is_met(&self) -> Option<bool> {
        self.figure.map(|figure| match self.aim {
            Aim::Within(span) => figure <= span.0,
            Aim::Above(share) => figure > share,
        })
    }
}

/// Every objective, measured by what was counted.
#[must_use]
pub fn objectives(figures: &Figures) -> [Objective; 4] {
    let timed = |name, what, timing, aim| {
        let histogram = figures.timing(timing);
        let figure = histogram.percentile(95).map(|span| span.0);
        Objective { name, what, aim: Aim::Within(aim), samples: histogram.total(), figure }
    };
    let share = |name, what, aim, good: u64, bad: u64| {
        let samples = good + bad;
        Objective { name, what, aim: Aim::Above(aim), samples, figure: (good * 1_000_000).checked_div(samples) }
    };
    let all = |kinds: &[&str]| kinds.iter().map(|kind| figures.total(kind)).sum::<u64>();
    [
        timed("signaling", "offer sent to answer applied, p95", Timing::Signaling, SpanMs(200)),
        timed("match", "joining the queue to the match, p95", Timing::Match, SpanMs::seconds(5)),
        share(
            "ice",
            "pages that connected, of those that tried",
            950_000,
            all(&["session.connected"]),
            all(&["ice.failed"]),
        ),
        // Every request that failed by our fault, of whatever kind, over those that came in, waited or met: never better
        // than the truth.
        share("availability", "asks that did not fail by our fault", 999_000, all(&AT_WORK), all(&["request.failed"])),
    ]
}

/// What people came for, done.
const AT_WORK: [&str; 5] = ["user.signed_in", "connection.opened", "queue.joined", "match.made", "session.started"];
