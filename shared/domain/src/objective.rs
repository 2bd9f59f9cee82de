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
    let number = |kind: &str, label: Option<&str>| {
        let of_label = figures.by_label(kind).filter(|(found, _)| *found == label);
        of_label.map(|(_, number)| number).sum::<u64>()
    };
    let done = ASKS.iter().flat_map(|ask| ask.done).map(|(kind, label)| number(kind, *label)).sum();
    let failed = ASKS.iter().flat_map(|ask| ask.by).map(|ask| number("request.failed", Some(ask))).sum();
    [
        timed("signaling", "offer sent to answer applied, p95", Timing::Signaling, SpanMs(200)),
        timed("match", "joining the queue to the match, p95", Timing::Match, SpanMs::seconds(5)),
        share(
            "ice",
            "pages that connected, of those that tried",
            950_000,
            figures.total("session.connected"),
            figures.total("ice.failed"),
        ),
        share("availability", "asks that did not fail by our fault", 999_000, done, failed),
    ]
}

/// Tells the matches apart in which one of the two had not waited.
pub const AT_ONCE: &str = "at-once";
/// Tells who was put into the queue apart from who has asked to wait.
pub const PUT_BACK: &str = "put-back";

/// Something people ask for that leaves one event when it is done, and one when it fails by our fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ask {
    /// The routes and actions by which they ask.
    pub by: &'static [&'static str],
    /// The events of which there is one when it is done, by what tells those of a type apart.
    pub done: &'static [(&'static str, Option<&'static str>)],
}

/// What availability is measured by: all that people ask for of which done and failed can be counted alike.
pub const ASKS: [Ask; 6] = [
    Ask {
        by: &["POST /login", "POST /signup", "POST /auth/magic/verify", "POST /auth/token"],
        done: &[("user.signed_in", None)],
    },
    Ask { by: &["$connect"], done: &[("connection.opened", None)] },
    Ask { by: &["join-queue", "next"], done: &[("queue.joined", None), ("match.made", Some(AT_ONCE))] },
    Ask { by: &["send-message"], done: &[("message.sent", None)] },
    Ask { by: &["send-reaction"], done: &[("reaction.sent", None)] },
    Ask { by: &["POST /reports"], done: &[("report.submitted", None)] },
];
