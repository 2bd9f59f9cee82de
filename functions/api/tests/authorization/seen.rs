//! What was to be seen when somebody asked, and what is wrong with it.

use std::collections::BTreeSet;

use domain::id::{ConnectionId, UserId};
use domain::row::{Key, Row};
use ports::fake::Inner;
use protocol::rest;
use serde_json::Value;

use crate::deed::Deed;
use crate::scene::Scene;
use crate::table::{Cell, Object};

/// What somebody was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    Done(u16),
    Refused { status: Option<u16>, code: String },
    Unheard(String),
}

/// The world before and after, and the answer.
pub struct Seen {
    pub before: Inner,
    pub after: Inner,
    pub answer: Answer,
    pub body: Value,
    pub cookies: Vec<String>,
}

impl Seen {
    /// The rows that came, went or changed.
    pub fn changed(&self) -> Vec<&Key> {
        let (before, after) = (&self.before.rows, &self.after.rows);
        let keys: BTreeSet<&Key> = before.keys().chain(after.keys()).collect();
        keys.into_iter().filter(|key| before.get(key) != after.get(key)).collect()
    }

    pub fn row(&self, key: &Key) -> Option<&Row> {
        self.after.rows.get(key)
    }

    /// What a page was told, by name.
    pub fn events(&self, to: &ConnectionId) -> Vec<String> {
        let frames = self.frames(to);
        frames.iter().map(|frame| frame["event"].as_str().unwrap().to_owned()).collect()
    }

    /// What a page was told.
    pub fn frames(&self, to: &ConnectionId) -> Vec<Value> {
        let posted = self.after.posted.iter().filter(|(heard, _)| heard == to);
        posted.map(|(_, frame)| serde_json::from_str(frame).unwrap()).collect()
    }

    /// Nothing but a counter and the own answer.
    pub fn is_nothing(&self) -> bool {
        self.changed().is_empty() && effects(&self.before) == effects(&self.after)
    }

    /// What is wrong, in words.
    pub fn faults(&self, scene: &Scene<'_>, deed: &Deed, object: Object, cell: Cell) -> Vec<String> {
        match cell {
            Cell::Done(status) if self.answer == Answer::Done(status) => self.faults_of_done(scene, deed, object),
            Cell::Refused(code) if self.is_refused(code.as_str(), rest::status(code)) => self.faults_of_refused(scene),
            Cell::Ended(code) if self.is_refused(code.as_str(), rest::status(code)) => {
                self.faults_of_ended(scene, deed, object)
            }
            Cell::Done(_) | Cell::Refused(_) | Cell::Ended(_) => {
                vec![format!("wanted {cell:?}, got {:?} {}", self.answer, self.body)]
            }
        }
    }

    fn is_refused(&self, wanted: &str, by: u16) -> bool {
        match &self.answer {
            Answer::Refused { status, code } => code == wanted && status.is_none_or(|status| status == by),
            Answer::Done(_) | Answer::Unheard(_) => false,
        }
    }

    /// A refusal changes nothing and tells nobody else.
    fn faults_of_refused(&self, scene: &Scene<'_>) -> Vec<String> {
        let mut faults = Vec::new();
        let mut before = effects(&self.before);
        // Whom a ban holds is shown out: their own socket closes.
        if self.after.closed.contains(&scene.connection) && self.before.open.contains(&scene.connection) {
            before[0] -= 1;
            before[1] += 1;
        }
        if !self.changed().is_empty() || before != effects(&self.after) {
            faults.push(format!("refused, and yet something was done: {:?}", self.changed()));
        }
        for (to, frame) in &self.after.posted {
            if *to != scene.connection {
                faults.push(format!("refused, and yet {to} was told {frame}"));
            }
            faults.extend(leaks(scene, &scene.me().user, &[], frame));
        }
        if !self.cookies.is_empty() {
            faults.push(format!("refused with cookies: {:?}", self.cookies));
        }
        faults.extend(leaks(scene, &scene.me().user, &[], &self.body.to_string()));
        faults
    }

    /// One chain of refresh tokens is gone, and that is all.
    fn faults_of_ended(&self, scene: &Scene<'_>, deed: &Deed, object: Object) -> Vec<String> {
        let claims = (deed.shows)(scene, object, self);
        let changed = self.changed();
        let chains = changed.iter().filter(|key| matches!(key, Key::RefreshFamily(..)) && self.row(key).is_none());
        let alone = chains.count() == 1 && changed.len() == 1 && effects(&self.before) == effects(&self.after);
        let told = self.after.posted.len() + self.cookies.len();
        let claims = claims.into_iter().chain([(alone && told == 0, "one chain is over, and that is all")]);
        claims.filter(|(holds, _)| !holds).map(|(_, claim)| format!("not so: {claim}")).collect()
    }

    /// What is done reaches nobody but who is meant, names nobody, and can be seen.
    fn faults_of_done(&self, scene: &Scene<'_>, deed: &Deed, object: Object) -> Vec<String> {
        let me = &scene.me().user;
        let named = (deed.names)(scene, object);
        let reached: Vec<UserId> = [me.clone()].into_iter().chain((deed.beside)(scene, object)).collect();
        let mut faults = leaks(scene, me, &named, &self.body.to_string());
        for key in self.changed() {
            let rows = [self.before.rows.get(key), self.after.rows.get(key)];
            let owners = rows.into_iter().flatten().flat_map(|row| scene.owners(row, self));
            let strangers = owners.filter(|owner| scene.knows(owner.as_str()) && !reached.contains(owner)).count();
            if strangers > 0 {
                faults.push(format!("a row of somebody else has changed: {key:?}"));
            }
        }
        for (to, frame) in &self.after.posted {
            let readers = if *to == scene.connection { vec![me.clone()] } else { scene.speaker(to) };
            for reader in readers {
                if !reached.contains(&reader) {
                    faults.push(format!("somebody else was told: {frame}"));
                }
                // Who may be named to one is no stranger to the other.
                let acquainted = [named.as_slice(), if named.is_empty() { &[] } else { std::slice::from_ref(me) }];
                faults.extend(leaks(scene, &reader, &acquainted.concat(), frame));
            }
        }
        let claims = (deed.shows)(scene, object, self);
        faults.extend(claims.into_iter().filter(|(holds, _)| !holds).map(|(_, claim)| format!("not so: {claim}")));
        faults
    }
}

/// What a world has done besides its rows, in numbers; frames are looked at one by one.
fn effects(inner: &Inner) -> [usize; 6] {
    let Inner { open, closed, letters, errands, recorded, timers, .. } = inner;
    [open.len(), closed.len(), letters.len(), errands.len(), recorded.len(), timers.len()]
}

/// What of other people can be read in a text, besides the ids of who is named.
fn leaks(scene: &Scene<'_>, reader: &UserId, named: &[UserId], text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for person in scene.cast.everybody().filter(|person| person.user != *reader) {
        let hidden = !named.contains(&person.user);
        let secrets = [
            ("address", person.email.as_str(), true),
            ("device", person.device.as_str(), true),
            ("sign-in", person.family.as_str(), true),
            ("connection", person.connection.as_str(), true),
            ("user id", person.user.as_str(), hidden),
        ];
        for (what, secret, kept) in secrets {
            if kept && text.contains(secret) {
                found.push(format!("the {what} of {} is told: {text}", person.name));
            }
        }
    }
    found
}
