//! What all bots observe, held against what may never be.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;

/// A ledger that all bots write.
pub type Shared = Arc<Mutex<Ledger>>;

/// What is counted when a bot is seen in a session.
pub const PLACED: &str = "a bot was seen in its call";

/// One side of a session, as its bot was told.
#[derive(Debug, PartialEq, Eq)]
struct Side {
    bot: usize,
    own: Value,
    peer: Value,
    role: Value,
}

/// The ledger.
#[derive(Debug, Default)]
pub struct Ledger {
    /// Who has signed in in time.
    pub crowd: BTreeSet<usize>,
    sides: BTreeMap<String, Vec<Side>>,
    /// Which session the server last placed a bot in.
    placed: BTreeMap<usize, String>,
    /// When a member of a session was first seen elsewhere: from then on it is over for both.
    over: BTreeMap<String, Instant>,
    /// Since when a bot asks for a partner.
    asking: BTreeMap<usize, Instant>,
    /// Every wait that was ended by a match: by whom, from when to when.
    waits: Vec<(usize, Instant, Instant)>,
    /// What happened, and how often.
    pub counts: BTreeMap<String, u64>,
    /// What may never be.
    pub wrong: Vec<String>,
}

impl Ledger {
    /// Counts something that happened.
    pub fn count(&mut self, what: &str) {
        *self.counts.entry(what.to_owned()).or_default() += 1;
    }

    /// A bot asks for a partner; asked again it goes on waiting.
    pub fn asks(&mut self, bot: usize, now: Instant) {
        self.asking.entry(bot).or_insert(now);
    }

    /// A bot asks no more.
    pub fn asks_no_more(&mut self, bot: usize) {
        self.asking.remove(&bot);
    }

    /// A bot is told of its session: for the first time, or once more.
    pub fn matched(&mut self, bot: usize, data: &Value, now: Instant) {
        if let Some(since) = self.asking.remove(&bot) {
            self.waits.push((bot, since, now));
        }
        let session = data["sessionId"].as_str().unwrap_or_default().to_owned();
        let field = |value: &Value| value.clone();
        let side = Side {
            bot,
            own: field(&data["ownPeerId"]),
            peer: field(&data["peer"]["peerId"]),
            role: field(&data["role"]),
        };
        let sides = self.sides.entry(session.clone()).or_default();
        match sides.iter().find(|known| known.bot == bot) {
            Some(known) if *known == side => return,
            Some(known) => return self.wrong.push(format!("{session} changed from {known:?} to {side:?}")),
            None => sides.push(side),
        }
        if let [one, other] = sides.as_slice() {
            if one.own != other.peer || one.peer != other.own || one.role == other.role {
                self.wrong.push(format!("{session} is not the same for both: {one:?}, {other:?}"));
            }
        } else if sides.len() > 2 {
            self.wrong.push(format!("{session} has a third: {sides:?}"));
        }
    }

    /// The server says where a bot is, having been asked at `asked`. The answer was true at some moment in between.
    pub fn placed(&mut self, bot: usize, session: Option<&str>, asked: Instant, now: Instant) {
        let before = self.placed.remove(&bot);
        if let Some(left) = before.filter(|before| Some(before.as_str()) != session) {
            let over = self.over.entry(left).or_insert(now);
            *over = now.min(*over);
        }
        let Some(session) = session else { return };
        self.placed.insert(bot, session.to_owned());
        self.count(PLACED);
        if self.over.get(session).is_some_and(|over| *over < asked) {
            self.wrong.push(format!("bot {bot} is in {session}, from which the other has gone"));
        }
    }

    /// How many sessions there were, and how many of them only one bot has heard of.
    pub fn sessions(&self) -> (usize, usize) {
        (self.sides.len(), self.sides.values().filter(|sides| sides.len() == 1).count())
    }

    /// Which bots were never matched between two moments.
    pub fn never_matched(&self, from: Instant, to: Instant) -> Vec<usize> {
        let matched = |bot: usize| self.waits.iter().any(|(who, _, at)| *who == bot && (from..=to).contains(at));
        self.crowd.iter().copied().filter(|bot| !matched(*bot)).collect()
    }

    /// The waits between two moments, shortest first, those that have not ended included.
    pub fn waits(&self, from: Instant, to: Instant) -> Vec<Duration> {
        let asking = self.asking.iter().map(|(bot, since)| (*bot, *since, to));
        let all = self.waits.iter().copied().chain(asking).filter(|(_, since, at)| *at > from && *since < to);
        let mut waits: Vec<Duration> =
            all.map(|(_, since, at)| at.min(to).saturating_duration_since(since.max(from))).collect();
        waits.sort();
        waits
    }
}

#[test]
fn the_ledger_finds_what_may_never_be() {
    use serde_json::json;
    let told = |own: &str, peer: &str, role: &str| json!({ "sessionId": "s", "ownPeerId": own, "peer": { "peerId": peer }, "role": role });
    let (start, second) = (Instant::now(), Duration::from_secs(1));
    let wrong = |act: &dyn Fn(&mut Ledger)| {
        let mut ledger = Ledger::default();
        ledger.matched(1, &told("a", "b", "offerer"), start);
        ledger.placed(1, Some("s"), start, start);
        act(&mut ledger);
        ledger.wrong.len()
    };
    let other = |ledger: &mut Ledger| ledger.matched(2, &told("b", "a", "answerer"), start);
    assert_eq!(wrong(&|ledger| other(ledger)), 0);
    assert_eq!(wrong(&|ledger| ledger.matched(2, &told("b", "c", "answerer"), start)), 1, "another partner");
    assert_eq!(wrong(&|ledger| ledger.matched(2, &told("b", "a", "offerer"), start)), 1, "both offer");
    assert_eq!(wrong(&|ledger| ledger.matched(1, &told("c", "b", "offerer"), start)), 1, "another alias");
    let third = |ledger: &mut Ledger| {
        other(ledger);
        ledger.matched(3, &told("b", "a", "answerer"), start);
    };
    assert_eq!(wrong(&third), 1);
    let stays = |asked: Instant| {
        move |ledger: &mut Ledger| {
            ledger.placed(1, Some("t"), start, start + second);
            ledger.placed(2, Some("s"), asked, start + 3 * second);
        }
    };
    assert_eq!(wrong(&stays(start)), 0, "asked before the other was seen elsewhere");
    assert_eq!(wrong(&stays(start + 2 * second)), 1, "still in a call that the other has left");
}
