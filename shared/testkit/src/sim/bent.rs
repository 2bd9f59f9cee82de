//! The lens, bent: what a mutant makes of what an invocation does and is told; and what mutants could be made of it.

use domain::id::{ConnectionId, UserId};
use domain::limits::CONNECTION_LIFE;
use domain::row::{Change, Guard, Key, Row, Version, Write};
use domain::session::Session;
use domain::time::TimeMs;
use domain::user::User;
use ports::{Ambient, Commit, Error, Mailbox};
use serde_json::Value;

use super::lens::Lens;
use super::mutant::{self, Mutant};
use super::plant::Plant;
use super::world::{Inner, Socket, SocketState, Stop};

impl Lens<'_> {
    /// Writes a transaction as it is meant, or as the bug makes it.
    pub(super) async fn bent(&self, changes: &[Change]) -> Result<Commit, Error> {
        self.hold_up(changes).await;
        let broken = {
            let mut inner = self.world.inner();
            let inner = &mut *inner;
            if let Some(seen) = &mut inner.seen {
                seen.extend(Mutant::of_changes(changes, &inner.rows));
            }
            self.world.mutant.as_ref().and_then(|mutant| mutant.transactions(changes, &inner.rows))
        };
        if self.world.plant() == Some(Plant::PostsInConnect)
            && let Some(Key::Connection(opening)) = changes.first().map(Change::key)
        {
            drop(self.post(&opening, "{}".to_owned()).await);
        }
        let commit = match broken {
            None => self.write(changes).await?,
            Some(transactions) => {
                let mut commit = Commit::Committed;
                for (at, part) in transactions.iter().enumerate() {
                    commit = self.write(part).await?;
                    if commit == Commit::Conflict {
                        break;
                    }
                    if at + 1 < transactions.len() {
                        // Where a transaction was split, the invocation may well end or be held up between its parts.
                        if self.pick(4) == 0 {
                            return Err(Error::Failed { port: "store", why: "ended half-way".to_owned() });
                        }
                        self.hold_up(changes).await;
                    }
                }
                commit
            }
        };
        self.committed(commit, changes);
        Ok(commit)
    }

    /// Notes what this invocation has done last, for the mutants that break what follows.
    pub(super) fn committed(&self, commit: Commit, changes: &[Change]) {
        let mut inner = self.world.inner();
        let watched = inner.seen.is_some() || matches!(self.world.mutant, Some(Mutant::Blind { .. }));
        let tidies = matches!(changes, [change] if change.guard == Guard::None);
        let Some(course) = inner.courses.get_mut(&self.flight) else { return };
        course.just_committed = true;
        let shape =
            if watched && commit == Commit::Committed && !tidies { mutant::shape(changes) } else { String::new() };
        let puts_down = ["hint", "user waiting"].iter().all(|token| shape.split('+').any(|other| other == *token));
        if puts_down {
            course.after = Some(shape);
        }
    }

    /// Whether a look at the queue follows a transaction after which a mutant does not look.
    pub(super) fn is_blind(&self, inner: &mut Inner) -> bool {
        let after = inner.courses.get(&self.flight).and_then(|course| course.after.clone());
        let Some(after) = after else { return false };
        let blind = matches!(&self.world.mutant, Some(Mutant::Blind { after: wanted }) if *wanted == after);
        if let Some(seen) = &mut inner.seen {
            seen.insert(Mutant::Blind { after });
        }
        blind
    }

    /// A row as a mutant reads it.
    pub(super) fn seen(&self, inner: &mut Inner, row: Row) -> Row {
        if let Some(mutant) = &self.world.mutant {
            inner.linger = mutant.holds_up_after(&row, &mut inner.chance).or(inner.linger);
        }
        let Some(course) = inner.courses.get(&self.flight) else { return row };
        let now = TimeMs(inner.now.0.saturating_add_signed(course.skew));
        if row.is_expired(now) {
            let name = mutant::kind(&row.key());
            let ignored = matches!(&self.world.mutant, Some(Mutant::ExpiryIgnored { row }) if *row == name);
            if let Some(seen) = &mut inner.seen {
                seen.insert(Mutant::ExpiryIgnored { row: name });
            }
            return if ignored { mutant::unexpired(row, now) } else { row };
        }
        let (goes_on, asks) = (course.cause.names("next").is_some(), course.cause.is_frame("join-queue"));
        let over = course.cause.names("rematch").cloned();
        let stolen = course.cause.stolen().map(str::to_owned);
        let row = if asks { self.heard_anew(inner, row, now) } else { row };
        let Some(plant) = self.world.plant() else { return row };
        let row = plant.misread_at_the_doors(row, stolen.as_deref(), now);
        if let (Plant::Unasked, Some(_), Row::User(user)) = (plant, &over, &row) {
            return Row::User(User { again: over, ..user.clone() });
        }
        if plant == Plant::RefusedAndDone && goes_on {
            self.leaves_a_trace(inner, &row, now);
        }
        if plant == Plant::Hasty && !goes_on { row } else { plant.misread(row) }
    }

    /// Who asks to be queued is read with a connection that has not expired yet; by a user row alone nothing else tells.
    fn heard_anew(&self, inner: &mut Inner, row: Row, now: TimeMs) -> Row {
        const VOICE: &str = "voice";
        let Row::User(user) = &row else { return row };
        if user.connection.is_none() || !(user.connected_at + CONNECTION_LIFE).is_over(now) {
            return row;
        }
        if let Some(seen) = &mut inner.seen {
            seen.insert(Mutant::ExpiryIgnored { row: VOICE.to_owned() });
        }
        match &self.world.mutant {
            Some(Mutant::ExpiryIgnored { row }) if row == VOICE => {
                Row::User(User { connected_at: now, ..user.clone() })
            }
            _ => row,
        }
    }

    /// What is read by somebody who will be refused `next` is changed.
    fn leaves_a_trace(&self, inner: &mut Inner, row: &Row, now: TimeMs) {
        let Row::Session(session) = row else { return };
        if !session.is_ended() && session.sides.iter().all(|side| side.next_at > now) {
            let version = session.version.next();
            inner.commit(self.flight, &[Change::update(Row::Session(Session { version, ..session.clone() }))]);
        }
    }

    /// Whether a timer is armed, and not forgotten by a mutant.
    pub(super) fn arms(&self, inner: &mut Inner, message: &str) -> bool {
        let kind: Value = serde_json::from_str(message).unwrap_or_default();
        let kind = kind["look"].as_object().and_then(|look| look.keys().next().cloned()).unwrap_or_default();
        let again = inner.courses.get(&self.flight).is_some_and(|course| course.just_committed);
        let own = match &self.world.mutant {
            Some(Mutant::Unarmed { timer }) => *timer == kind,
            Some(Mutant::NotArmedAgain) => again,
            _ => false,
        };
        if let Some(seen) = &mut inner.seen {
            seen.insert(Mutant::Unarmed { timer: kind });
            if again {
                seen.insert(Mutant::NotArmedAgain);
            }
        }
        !own
    }

    /// Where a post goes under a planted bug, and whether it is swallowed.
    pub(super) fn addressed(&self, inner: &Inner, to: &ConnectionId, frame: &str) -> (ConnectionId, bool) {
        let other = || inner.sockets.iter().find(|(at, socket)| *at != to && socket.state == SocketState::Open);
        match self.world.plant() {
            Some(Plant::Misdelivered) => (other().map_or(to, |(at, _)| at).clone(), false),
            Some(Plant::Unseen) => {
                let victim = |socket: &Socket| inner.victim.as_ref() == Some(&socket.user);
                let shows = ["participant", "new-peer", "peer-left"].iter().any(|event| frame.contains(event));
                (to.clone(), shows && inner.sockets.get(to).is_some_and(victim))
            }
            Some(Plant::Muted) => {
                let victim = |socket: &Socket| inner.victim.as_ref() == Some(&socket.user);
                let ends = ["session-ended", "error", "pong"].iter().any(|event| frame.contains(event));
                (to.clone(), ends && inner.sockets.get(to).is_some_and(victim))
            }
            _ => (to.clone(), false),
        }
    }

    /// Holds a transaction up, so that others come between, where that brings the bug to light.
    async fn hold_up(&self, changes: &[Change]) {
        let Some(mutant) = &self.world.holds_up else { return };
        let linger = {
            let mut inner = self.world.inner();
            inner.linger = mutant.holds_up(changes, &mut inner.chance);
            inner.linger
        };
        if linger.is_some() {
            self.pause(Stop::Read).await;
        }
    }

    /// Whether a planted bug hides somebody's hints.
    pub(super) fn hides(&self, inner: &Inner, user: &UserId) -> bool {
        self.world.plant() == Some(Plant::Overlooked) && inner.victim.as_ref() == Some(user)
    }

    /// Whether a transaction pairs somebody whom a planted bug overlooks.
    pub(super) fn overlooks(&self, inner: &Inner, changes: &[Change]) -> bool {
        let pairs = |change: &Change| {
            let Write::Put(row) = &change.write else { return false };
            let Row::Session(session) = &**row else { return false };
            session.version == Version::NEW && session.sides.iter().any(|side| self.hides(inner, &side.user))
        };
        changes.iter().any(pairs)
    }
}
