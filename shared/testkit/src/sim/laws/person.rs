//! Where a person is, and who speaks for them.

use domain::id::{ConnectionId, TicketId, UserId};
use domain::limits::SILENCE_WHILE_WAITING;
use domain::queue::first_buckets;
use domain::row::{Key, Row};
use domain::time::TimeMs;
use domain::user::{User, UserState, Waiting};

use super::{Kept, Law, Laws, Scene, law, session_of, user_of};
use crate::sim::course::Cause;

impl Laws {
    pub(super) fn user(&mut self, old: Option<&User>, user: &User, scene: &Scene<'_>) -> Kept {
        self.noted_again(old, user, scene);
        if old.is_none() || scene.forgot(&user.id) {
            self.made_at.insert(user.id.clone(), scene.now);
        }
        let old_ticket = old.and_then(User::waiting).map(|waiting| waiting.ticket.clone());
        match &user.state {
            UserState::Idle => idle(old, user, scene)?,
            UserState::Waiting(waiting) => {
                if old_ticket.as_ref() != Some(&waiting.ticket) {
                    self.ticket(user, waiting, scene)?;
                }
            }
            UserState::InRoom(id) => self.seated(old, user, id, scene)?,
            UserState::InSession(id) => {
                let Some(session) = session_of(scene.rows, id) else {
                    return law(Law::M2, false, || format!("{} is in no session at all", user.id));
                };
                law(Law::S4, !session.is_ended(), || format!("{} is held by an ended session", user.id))?;
                law(Law::M2, session.role_of_user(&user.id).is_some(), || format!("{id} does not know {}", user.id))?;
            }
        }
        let was_idle = old.is_some_and(|old| old.state == UserState::Idle);
        if was_idle && user.state != UserState::Idle {
            let asked =
                matches!(&scene.course.cause, Cause::Frame { from, .. } if user.connection.as_ref() == Some(from));
            let again = scene.course.cause.names("rematch").is_some_and(|over| self.has_asked_again(user, over));
            law(Law::M6, asked || again, || format!("{} is queued or called on a page that never asked", user.id))?;
        }
        if let Some(left) = old.and_then(User::session).filter(|left| user.session() != Some(left)) {
            let live = session_of(scene.rows, left).is_some_and(|session| session.is_live(scene.now));
            law(Law::M1, !live, || format!("{} left {left}, which is live", user.id))?;
        }
        let present = user.waiting().map(|waiting| &waiting.ticket);
        self.over.extend(old_ticket.filter(|ticket| Some(ticket) != present));
        self.voice(old, user, scene)
    }

    /// M5, M4, M12: a ticket is new, all its hints come with it, and one `next` makes one.
    fn ticket(&mut self, user: &User, waiting: &Waiting, scene: &Scene<'_>) -> Kept {
        let ticket = &waiting.ticket;
        law(Law::M5, !self.over.contains(ticket), || format!("{} waits with a used ticket", user.id))?;
        let clock = scene.now.max(scene.course.latest);
        law(Law::M9, !self.promises.bans(&user.id, clock), || format!("{} waits and is banned", user.id))?;
        self.tickets.insert(ticket.clone(), (scene.now, scene.course.born));
        for bucket in user.wish.iter().flat_map(first_buckets) {
            let key = Key::Hint { bucket, since: waiting.since, ticket: ticket.clone() };
            law(Law::M4, scene.rows.contains_key(&key), || format!("{} waits without {key:?}", user.id))?;
        }
        if let Some(left) = scene.course.cause.names("next")
            && scene.speaks(&user.id)
        {
            let once = self.gone_on.insert((user.id.clone(), left.clone()));
            law(Law::M12, once, || format!("{} goes on from {left} twice", user.id))?;
        }
        Ok(())
    }

    /// C1, C2, C5: the newest connection speaks, until it is known to be gone.
    fn voice(&self, old: Option<&User>, user: &User, scene: &Scene<'_>) -> Kept {
        let old = old.filter(|_| !scene.forgot(&user.id));
        let overtaken = old.is_some_and(|old| user.connected_at < old.connected_at);
        law(Law::C1, !overtaken, || format!("an older connection speaks for {}", user.id))?;
        if old.is_some_and(|old| old.connection != user.connection) {
            self.one_voice(user, scene)?;
        }
        match (old.and_then(|old| old.connection.as_ref()), &user.connection) {
            (Some(silenced), None) => self.silenced(silenced, scene),
            (before, Some(speaks)) if before != Some(speaks) => {
                let own = scene.rows.get(&Key::Connection(speaks.clone()));
                let own = if let Some(Row::Connection(row)) = own { row.user == user.id } else { true };
                law(Law::C1, own, || format!("{speaks} speaks for {}, whose it is not", user.id))
            }
            (_, _) => Ok(()),
        }
    }

    /// C1: who speaks for a person speaks for them in their call, and is lost in it when lost.
    pub(super) fn one_voice(&self, user: &User, scene: &Scene<'_>) -> Kept {
        let session = user.session().and_then(|id| session_of(scene.rows, id));
        let live = session.filter(|session| session.is_live(scene.now.max(scene.course.latest)));
        let side = live.and_then(|session| Some(session.side(session.role_of_user(&user.id)?)));
        let agrees = side.is_none_or(|side| match &user.connection {
            Some(speaks) => side.connection == *speaks && side.lost_at.is_none(),
            None => side.lost_at.is_some(),
        });
        law(Law::C1, agrees, || format!("{} has one voice here and another in the call", user.id))
    }

    /// C2, C5: only what is known to be gone falls silent, and nothing else with it.
    pub(super) fn silenced(&self, connection: &ConnectionId, scene: &Scene<'_>) -> Kept {
        let broken = if matches!(scene.course.cause, Cause::Lost(_)) { Law::C2 } else { Law::C5 };
        law(broken, self.gone.contains(connection), || format!("{connection} falls silent, and nobody said it is gone"))
    }

    /// M11: who is told that they left waits no longer with a ticket that they had when they asked.
    pub(in crate::sim) fn left(&self, user: &User, born: TimeMs) -> Kept {
        let held = |ticket: &TicketId| self.tickets.get(ticket).is_some_and(|(put, _)| *put < born);
        let waits = user.waiting().is_some_and(|waiting| held(&waiting.ticket));
        law(Law::M11, !waits, || format!("{} is told that they left, and waits", user.id))
    }
}

/// M6: nobody drops out of the queue but by their own word, or by silence.
fn idle(old: Option<&User>, user: &User, scene: &Scene<'_>) -> Kept {
    let Some(old) = old.filter(|old| old.waiting().is_some() && !scene.forgot(&user.id)) else { return Ok(()) };
    let asked = matches!(&scene.course.cause, Cause::Frame { action, .. } if action == "leave-queue");
    let banned = scene.course.cause.bans(&user.id, scene.course.earliest);
    let silent = scene.course.latest.since(old.seen_at) > SILENCE_WHILE_WAITING;
    law(Law::M6, silent || banned || asked && scene.speaks(&user.id), || format!("{} waited and is forgotten", user.id))
}

impl Scene<'_> {
    /// Whether the invocation was started by a frame of this person.
    pub(super) fn speaks(&self, user: &UserId) -> bool {
        let Cause::Frame { from, .. } = &self.course.cause else { return false };
        let speaker = self.rows.get(&Key::Connection(from.clone()));
        matches!(speaker, Some(Row::Connection(connection)) if connection.user == *user)
    }

    /// Whether a person counted as absent, by the true clock or by the invocation's.
    pub(super) fn forgot(&self, id: &UserId) -> bool {
        let clock = self.now.max(self.course.latest);
        let key = Key::User(id.clone());
        let before = self.before.get(&key).or_else(|| self.rows.get(&key));
        before.is_some_and(|row| row.is_expired(clock))
    }

    /// The user row of a side after the transaction.
    pub(super) fn user(&self, id: &UserId) -> Option<&User> {
        user_of(self.rows, id)
    }
}
