//! What rules notice about somebody's conduct, and what follows. The rules are data. Whatever they notice is counted in
//! windows that follow each other from the beginning of time, each mark once: in whatever order, batches and repeats the
//! stream delivers, the same rules come true. No consequence keeps anybody from meeting others; only moderators do that.

use crate::fact::{DeviceMark, Pseudonym};
use crate::id::{ReportId, SessionId, Token, UserId};
use crate::limits::{
    CROWDED_DEVICE, CROWDED_DEVICE_SLOWED, LINKS_TO_EVERYBODY, LINKS_TO_MANY, MESSAGE_FLOOD, NOTICED_LATE,
    REPORTED_BY_MANY, SKIPPED_BY_MANY, SKIPPED_OFTEN, SKIPPED_OFTEN_SLOWED,
};
use crate::report::Reason;
use crate::row::Version;
use crate::session::Role;
use crate::tally::EventMark;
use crate::time::{SpanMs, TimeMs};

/// Whose conduct it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// A person.
    Person(UserId),
    /// Whatever people sign in on a device, for a day.
    Device(DeviceMark),
}

/// What may be noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Signal {
    /// A partner has gone on to the next one.
    Skipped,
    /// A partner has reported them.
    Reported,
    /// They write faster than people type.
    Hasty,
    /// They have sent a partner a link.
    Link,
    /// Somebody has signed in on the device.
    SignedIn,
}

/// What a rule counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// Different people from whom the signal comes: one who does it ten times is one.
    People,
    /// Events.
    Events,
}

/// What follows when a rule comes true. There is none that bans.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consequence {
    /// The person is warned, and can appeal.
    Warn(Reason),
    /// For so long after the window, a person goes on to the next one more slowly, and a device makes guests more slowly.
    Slow(SpanMs),
    /// It goes to the moderators' queue.
    Refer(Reason),
}

/// A rule: so many of a signal within one window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Its name in rows, on the wire and in logs.
    pub name: &'static str,
    /// What it is about.
    pub signal: Signal,
    /// What it counts.
    pub counts: Counted,
    /// How many,
    pub many: usize,
    /// within one window of this length.
    pub within: SpanMs,
    /// What follows.
    pub consequence: Consequence,
}

/// All rules.
pub static RULES: [Rule; 7] = [
    rule("skipped-often", Signal::Skipped, Counted::People, SKIPPED_OFTEN, Consequence::Slow(SKIPPED_OFTEN_SLOWED)),
    rule("skipped-by-many", Signal::Skipped, Counted::People, SKIPPED_BY_MANY, Consequence::Refer(Reason::Other)),
    rule("reported-by-many", Signal::Reported, Counted::People, REPORTED_BY_MANY, Consequence::Refer(Reason::Other)),
    rule("message-flood", Signal::Hasty, Counted::Events, MESSAGE_FLOOD, Consequence::Warn(Reason::Spam)),
    rule("links-to-many", Signal::Link, Counted::People, LINKS_TO_MANY, Consequence::Warn(Reason::Spam)),
    rule("links-to-everybody", Signal::Link, Counted::People, LINKS_TO_EVERYBODY, Consequence::Refer(Reason::Spam)),
    rule("crowded-device", Signal::SignedIn, Counted::People, CROWDED_DEVICE, Consequence::Slow(CROWDED_DEVICE_SLOWED)),
];

const fn rule(
    name: &'static str,
    signal: Signal,
    counts: Counted,
    (many, within): (usize, SpanMs),
    consequence: Consequence,
) -> Rule {
    Rule { name, signal, counts, many, within, consequence }
}

/// Something on the stream that rules may be about, as it stands there: nobody is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clue {
    /// Which event.
    pub event: EventMark,
    /// When.
    pub at: TimeMs,
    /// What.
    pub signal: Signal,
    /// Whose conduct it is.
    pub whose: Whose,
}

/// Of whom a clue is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    /// Of who has this role in the session; it comes from the other.
    Side(SessionId, Role),
    /// Of this device; it comes from who has signed in.
    Device(DeviceMark, Pseudonym),
}

/// A signal about one subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// Which event.
    pub event: EventMark,
    /// From whom.
    pub by: EventMark,
    /// When.
    pub at: TimeMs,
    /// What.
    pub signal: Signal,
}

/// What rules have noticed about one subject lately.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conduct {
    /// About whom.
    pub subject: Subject,
    /// The fence of every change.
    pub version: Version,
    /// What is counted, by rule and window.
    pub counts: Vec<Count>,
    /// Until when the subject is slowed.
    pub slowed_until: Option<TimeMs>,
}

/// What one rule has counted in one window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// Which rule.
    pub rule: &'static Rule,
    /// When the window begins.
    pub since: TimeMs,
    /// How far it has come.
    pub state: CountState,
}

/// How far a count has come. It never goes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CountState {
    /// Not there yet: what was counted, in order.
    Counting(Vec<EventMark>),
    /// The rule has come true in this window, and does not again.
    Fired,
}

/// A rule that has come true in a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fired {
    /// Which.
    pub rule: &'static Rule,
    /// When the window began.
    pub since: TimeMs,
}

/// That a rule has noticed something, for moderators to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noticed {
    /// The rule by its name; it may have been taken away since.
    pub rule: String,
    /// How many,
    pub many: u32,
    /// within this time.
    pub within: SpanMs,
}

impl Rule {
    /// The rule of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        RULES.iter().find(|rule| rule.name == name)
    }

    /// When the window begins in which a moment lies.
    const fn window(&self, at: TimeMs) -> TimeMs {
        TimeMs(at.0 - at.0 % self.within.0)
    }

    /// When nothing of a window is counted any more.
    fn closes(&self, since: TimeMs) -> TimeMs {
        since + self.within + NOTICED_LATE
    }
}

impl Whose {
    /// In which call it was, if in one.
    #[must_use]
    pub const fn session(&self) -> Option<&SessionId> {
        match self {
            Self::Side(session, _) => Some(session),
            Self::Device(..) => None,
        }
    }
}

impl Fired {
    /// The one report that this makes of somebody, and the sanction that answers it.
    #[must_use]
    pub fn report(&self, user: &UserId) -> ReportId {
        Token::derived(&["noticed", self.rule.name, user.as_str(), &self.since.0.to_string()]).into()
    }

    /// What moderators read.
    #[must_use]
    pub fn noticed(&self) -> Noticed {
        let many = u32::try_from(self.rule.many).unwrap_or(u32::MAX);
        Noticed { rule: self.rule.name.to_owned(), many, within: self.rule.within }
    }

    /// Until when it slows, if it does.
    #[must_use]
    pub fn slows_until(&self) -> Option<TimeMs> {
        match self.rule.consequence {
            Consequence::Slow(span) => Some(self.since + self.rule.within + span),
            Consequence::Warn(_) | Consequence::Refer(_) => None,
        }
    }
}

impl Observation {
    /// The mark of a person from whom a signal about somebody comes.
    #[must_use]
    pub fn from(other: &UserId, about: &UserId) -> EventMark {
        EventMark::of(&Token::derived(&["from", other.as_str(), about.as_str()]))
    }
}

impl Conduct {
    /// Nothing was noticed.
    #[must_use]
    pub fn unknown(subject: Subject, now: TimeMs) -> Self {
        Self {
            subject,
            version: Version(Version::made_at(now).0.saturating_sub(1)),
            counts: Vec::new(),
            slowed_until: None,
        }
    }

    /// The next version with what is new of these observations, and the rules that have come true by them. `None` when
    /// nothing is new. What comes too late is passed over.
    #[must_use]
    pub fn note(&self, observations: &[Observation], now: TimeMs) -> Option<(Self, Vec<Fired>)> {
        let mut next = Self { version: self.version.next(), ..self.clone() };
        next.counts.retain(|count| count.rule.closes(count.since) > now);
        let (mut fired, mut is_new) = (Vec::new(), false);
        for observation in observations {
            for rule in RULES.iter().filter(|rule| rule.signal == observation.signal) {
                let since = rule.window(observation.at);
                if rule.closes(since) > now {
                    let count = next.count(rule, since);
                    is_new |= count.take(observation);
                    fired.extend(count.fires().then_some(Fired { rule, since }));
                }
            }
        }
        let slowed_until = fired.iter().filter_map(Fired::slows_until);
        next.slowed_until = slowed_until.chain(next.slowed_until).max();
        is_new.then_some((next, fired))
    }

    /// Whether the subject is slowed.
    #[must_use]
    pub fn is_slowed(&self, now: TimeMs) -> bool {
        self.slowed_until.is_some_and(|until| until > now)
    }

    /// When the row may be forgotten.
    #[must_use]
    pub fn expires_at(&self) -> TimeMs {
        let closes = self.counts.iter().map(|count| count.rule.closes(count.since));
        closes.chain(self.slowed_until).max().unwrap_or_default()
    }

    fn count(&mut self, rule: &'static Rule, since: TimeMs) -> &mut Count {
        let known = |count: &Count| (count.rule.name, count.since);
        let place = match self.counts.binary_search_by(|count| known(count).cmp(&(rule.name, since))) {
            Ok(place) => place,
            Err(place) => {
                self.counts.insert(place, Count { rule, since, state: CountState::Counting(Vec::new()) });
                place
            }
        };
        &mut self.counts[place]
    }
}

impl Count {
    /// Counts an observation; whether it is a new one.
    fn take(&mut self, observation: &Observation) -> bool {
        let CountState::Counting(marks) = &mut self.state else { return false };
        let mark = match self.rule.counts {
            Counted::People => &observation.by,
            Counted::Events => &observation.event,
        };
        match marks.binary_search(mark) {
            Ok(_) => false,
            Err(place) => {
                marks.insert(place, mark.clone());
                true
            }
        }
    }

    /// Whether it has just come to as many as the rule wants; then what was counted is forgotten.
    fn fires(&mut self) -> bool {
        let is_there = matches!(&self.state, CountState::Counting(marks) if marks.len() >= self.rule.many);
        if is_there {
            self.state = CountState::Fired;
        }
        is_there
    }
}
