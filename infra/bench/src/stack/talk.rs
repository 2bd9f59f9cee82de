//! Pairs that talk.

use std::collections::BTreeMap;
use std::time::Instant;

use anyhow::ensure;

use super::{Matches, milliseconds};
use crate::load::{Fleet, Word};

/// Who talks with whom, and how much each has said.
#[derive(Debug)]
pub struct Talk {
    pairs: Vec<(usize, usize, String)>,
    place: BTreeMap<usize, usize>,
    said: BTreeMap<usize, u32>,
    filling: String,
}

impl Talk {
    /// Pairs out of so many matches, who say so many bytes at a time.
    ///
    /// # Errors
    /// They are fewer, or more.
    pub fn new(matches: &Matches, wanted: usize, bytes: usize) -> anyhow::Result<Self> {
        let pair = |(session, people): (&String, &Vec<(usize, Instant)>)| {
            Some((people.first()?.0, people.get(1)?.0, session.clone()))
        };
        let pairs: Vec<_> = matches.sessions.iter().filter_map(pair).collect();
        ensure!(pairs.len() == wanted, "{} of {wanted} pairs came about", pairs.len());
        let place = pairs.iter().enumerate().flat_map(|(place, (a, b, _))| [(*a, place), (*b, place)]).collect();
        Ok(Self { pairs, place, said: BTreeMap::new(), filling: "x".repeat(bytes) })
    }

    /// The first of a pair says something.
    pub fn say(&mut self, fleet: &Fleet, pair: usize) {
        let (who, _, session) = self.pairs[pair].clone();
        self.speak(fleet, who, &session);
    }

    /// Who has heard something says something.
    pub fn answer(&mut self, fleet: &Fleet, who: usize) {
        if let Some(place) = self.place.get(&who) {
            let session = self.pairs[*place].2.clone();
            self.speak(fleet, who, &session);
        }
    }

    fn speak(&mut self, fleet: &Fleet, who: usize, session: &str) {
        let n = self.said.entry(who).or_default();
        *n += 1;
        let sent = format!("{}:", fleet.started.elapsed().as_micros());
        let filling = &self.filling[sent.len()..];
        fleet.say(who, "send-message", &format!(r#"{{"sessionId":"{session}","n":{n},"message":"{sent}{filling}"}}"#));
    }
}

/// How long a message was under way.
pub fn heard(fleet: &Fleet, word: &Word, at: Instant) -> Option<f64> {
    let Word::Heard(sent) = word else { return None };
    Some(milliseconds(at - fleet.started) - milliseconds(*sent))
}
