//! What is asked for outside of any socket: by people over HTTPS, and by a moderator. And how often anything was asked.

use std::collections::BTreeMap;

use app::Whom;
use domain::id::{BlockId, SessionId, UserId};
use domain::time::{SpanMs, TimeMs};
use domain::user::User;

use super::errand::{Answer, Errand};
use super::laws::{session_of, user_of};
use super::town::{Event, Town};

/// A moderator bans somebody about once in so many seconds.
const BANNED_EVERY: u64 = 100;
/// For at most so many seconds.
const BANNED_MAX: u64 = 180;

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Somebody blocks another.
    Block {
        /// Who blocks.
        owner: UserId,
        /// As they say it.
        whom: Whom,
        /// Who that is.
        other: UserId,
    },
    /// Somebody lets another go.
    Unblock {
        /// Who lets go.
        owner: UserId,
        /// Whom.
        other: UserId,
        /// As they say it.
        id: BlockId,
    },
    /// A moderator bans somebody.
    Ban {
        /// Whom.
        user: UserId,
        /// Until when.
        until: TimeMs,
        /// The call in which the moderator saw them.
        seen_in: Option<SessionId>,
    },
}

impl Act {
    /// Who asks, where it is a person.
    pub const fn owner(&self) -> Option<&UserId> {
        match self {
            Self::Block { owner, .. } | Self::Unblock { owner, .. } => Some(owner),
            Self::Ban { .. } => None,
        }
    }

    /// Its name in the counts.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Block { whom: Whom::PartnerIn(_), .. } => "block the partner",
            Self::Block { whom: Whom::User(_) | Whom::Became { .. }, .. } => "block a person",
            Self::Unblock { .. } => "unblock",
            Self::Ban { .. } => "ban",
        }
    }
}

/// How often what was asked, and what was refused.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Done(BTreeMap<String, u64>);

impl Done {
    /// Counts one.
    pub fn count(&mut self, what: &str) {
        match self.0.get_mut(what) {
            Some(count) => *count += 1,
            None => drop(self.0.insert(what.to_owned(), 1)),
        }
    }

    /// How often something was done.
    #[must_use]
    pub fn of(&self, what: &str) -> u64 {
        self.0.get(what).copied().unwrap_or_default()
    }

    /// Adds the counts of another run.
    pub fn add(&mut self, other: &Self) {
        for (what, count) in &other.0 {
            *self.0.entry(what.clone()).or_default() += count;
        }
    }

    /// The counts by name, for people.
    #[must_use]
    pub fn table(&self) -> String {
        self.0.iter().map(|(what, count)| format!("{count:>12}  {what}\n")).collect()
    }
}

impl Town<'_> {
    /// Somebody blocks their partner in a call, or, without one, whoever comes to mind.
    pub(super) fn block(&mut self, who: usize, session: Option<&str>) {
        let owner = self.people[who].user.clone();
        let mut inner = self.world.inner();
        let id = session.and_then(|session| SessionId::parse(session).ok());
        let partner = id.as_ref().and_then(|id| session_of(&inner.rows, id)).and_then(|session| {
            let role = session.role_of_user(&owner)?;
            Some(session.side(role.other()).user.clone())
        });
        let anyone = inner.chance.usize(0..self.people.len());
        let (whom, other) = match (id, partner) {
            (Some(id), Some(partner)) if inner.chance.bool() => (Whom::PartnerIn(id), partner),
            (_, Some(partner)) => (Whom::User(partner.clone()), partner),
            (_, None) => (Whom::User(self.people[anyone].user.clone()), self.people[anyone].user.clone()),
        };
        drop(inner);
        if other != owner {
            self.ask(Act::Block { owner, whom, other }, 100);
        }
    }

    /// Somebody lets another go.
    pub(super) fn unblock(&mut self, who: usize, other: UserId, id: BlockId) {
        self.ask(Act::Unblock { owner: self.people[who].user.clone(), other, id }, 100);
    }

    /// A moderator may ban somebody.
    pub(super) fn moderate(&mut self) {
        let mut inner = self.world.inner();
        if !self.restless || inner.chance.u64(0..BANNED_EVERY) > 0 {
            return;
        }
        let user = self.people[inner.chance.usize(0..self.people.len())].user.clone();
        let until = inner.now + SpanMs::seconds(inner.chance.u64(10..BANNED_MAX));
        let seen_in = user_of(&inner.rows, &user).and_then(User::session).cloned();
        drop(inner);
        self.ask(Act::Ban { user, until, seen_in }, 100);
    }

    fn ask(&mut self, act: Act, within: u64) {
        // Some press twice.
        let times = if self.world.inner().chance.u32(0..3) == 0 { 2 } else { 1 };
        for _ in 0..times {
            let after = self.soon(within);
            self.plan(after, Event::Invoke(Errand::Act(act.clone())));
        }
    }

    /// An act is on its way.
    pub(super) fn begun(&mut self, act: &Act) {
        let mut inner = self.world.inner();
        let now = inner.now;
        inner.laws.done.count(act.name());
        inner.laws.promises.begin(act, now);
        if let Some(owner) = act.owner() {
            self.heard.insert(owner.clone(), now);
        }
    }

    /// An act is over. Who is not told that it was done may say it again, or not.
    pub(super) fn answered(&mut self, act: &Act, answer: &Answer) {
        let mut inner = self.world.inner();
        let now = inner.now;
        let done = matches!(answer, Answer::Done | Answer::Blocked(_));
        inner.laws.promises.end(act, done, now);
        if let Some(owner) = act.owner() {
            self.heard.insert(owner.clone(), now);
        }
        let again = matches!(answer, Answer::Failed) && inner.chance.u32(0..4) > 0;
        drop(inner);
        if again {
            return self.ask(act.clone(), 10_000);
        }
        let (Act::Block { owner, other, .. }, Answer::Blocked(id)) = (act, answer) else { return };
        if let Some(person) = self.people.iter_mut().find(|person| person.user == *owner) {
            person.blocks.insert(other.clone(), id.clone());
        }
    }
}
