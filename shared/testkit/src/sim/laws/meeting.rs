//! What two are in together.

use domain::matching::{Seeker, may_meet, required_wait, score};
use domain::row::{Key, Row};
use domain::session::{EndReason, Phase, Session, Side};
use domain::time::{SpanMs, TimeMs};
use domain::user::User;

use super::{Kept, Law, Laws, Scene, as_user, law};

/// Who has waited for this long is seen by everybody.
const SEEN_AFTER: SpanMs = SpanMs::seconds(4);
/// Two who look at the same moment may pass somebody over, but not so often.
const PASSED_OVER_MAX: u32 = 3;

impl Laws {
    pub(super) fn session(&mut self, old: Option<&Session>, session: &Session, scene: &Scene<'_>) -> Kept {
        let id = &session.id;
        let [a, b] = &session.sides;
        law(Law::M3, a.user != b.user, || format!("{} meets themself", a.user))?;
        law(Law::M3, a.connection != b.connection, || format!("{} meets themself", a.user))?;
        match old.map(|old| old.phase) {
            None => {
                law(Law::S1, session.phase == Phase::Pending, || format!("{id} begins in the middle"))?;
                self.matches += 1;
                match scene.course.cause.names("rematch").cloned() {
                    Some(over) => self.again(session, &over, scene)?,
                    None => rules(session, scene)?,
                }
                self.promises.keep(session, scene.now.max(scene.course.latest))?;
            }
            Some(Phase::Ended { .. }) => return law(Law::S1, false, || format!("{id} was over and is changed")),
            Some(Phase::Active) => {
                law(Law::S1, session.phase != Phase::Pending, || format!("{id} goes back to pending"))?;
            }
            Some(Phase::Pending) => {}
        }
        if let (Some(old), Phase::Ended { reason, .. }) = (old, session.phase) {
            self.end(old, session, reason, scene)?;
        } else if session.phase == Phase::Active && old.is_some_and(|old| old.phase == Phase::Pending) {
            self.confirmed += 1;
        }
        for side in &session.sides {
            let inside = match scene.user(&side.user) {
                // A person who has expired is nowhere, whatever the row still says.
                Some(_) if scene.forgot(&side.user) => !session.is_ended(),
                user => user.is_some_and(|user| user.session() == Some(id)),
            };
            let broken = if session.is_ended() { Law::S4 } else { Law::M2 };
            law(broken, inside != session.is_ended(), || format!("{id} and {} disagree", side.user))?;
            let was = old.and_then(|old| old.sides.iter().find(|old| old.user == side.user));
            let was_lost = was.is_none_or(|old| old.lost_at.is_some());
            if was.is_some_and(|was| was.connection != side.connection || was.lost_at != side.lost_at)
                && let Some(user) = scene.user(&side.user).filter(|user| user.session() == Some(id))
            {
                self.one_voice(user, scene)?;
            }
            if side.lost_at.is_some() && !was_lost {
                self.silenced(&side.connection, scene)?;
            }
        }
        let lease = session.lease.as_ref().filter(|_| old.is_none());
        let channel = lease.and_then(|lease| scene.rows.get(&Key::Channel(lease.channel.clone())));
        let held = match channel {
            Some(Row::Channel(channel)) => channel.leased_to.as_ref() == Some(id),
            _ => lease.is_none(),
        };
        law(Law::K1, held, || format!("{id} uses a channel that it does not hold"))
    }

    fn end(&mut self, old: &Session, session: &Session, reason: EndReason, scene: &Scene<'_>) -> Kept {
        let id = &session.id;
        self.ended += 1;
        self.ended_at.insert(id.clone(), scene.now);
        let Phase::Ended { at, .. } = session.phase else { return Ok(()) };
        law(Law::S2, at <= session.ends_at, || format!("{id} ended after its time"))?;
        // S5, M12: an end is asked for by name, or its time has come.
        let cause = &scene.course.cause;
        let named = cause.names("end-call") == Some(id) || cause.names("next") == Some(id);
        let earliest = scene.course.earliest;
        let banned = |who| scene.user(who).is_some_and(|user| user.standing.admit(earliest).is_err());
        let expels = |who| cause.bans(who, earliest) || (cause.enforces(who) && banned(who));
        let meant = named || session.sides.iter().any(|side| expels(&side.user));
        let due = old.overdue(scene.course.latest).is_some();
        let broken = if cause.names("next").is_some() { Law::M12 } else { Law::S5 };
        law(broken, meant || due, || format!("{id} is ended by what was meant for another"))?;
        self.patient(old, reason, scene)?;
        let was_in = |side: &&Side| {
            let before = as_user(scene.before.get(&Key::User(side.user.clone())));
            before.and_then(User::session) == Some(id)
        };
        for side in session.sides.iter().filter(was_in).filter(|_| reason == EndReason::Failed) {
            let waiting = scene.user(&side.user).and_then(User::waiting);
            let at_head = waiting.is_none_or(|waiting| Some(waiting.since) == side.waited_since);
            law(Law::S8, at_head, || format!("{} has lost their place in the queue", side.user))?;
        }
        Ok(())
    }
}

impl Laws {
    /// M12: `next` goes on from a call that was looked at for as long as it takes.
    fn patient(&self, old: &Session, reason: EndReason, scene: &Scene<'_>) -> Kept {
        let hasty = |side: &&Side| scene.speaks(&side.user) && side.next_at > scene.course.latest;
        let hasty = old.sides.iter().find(hasty).filter(|_| reason == EndReason::Skipped);
        law(Law::M12, hasty.is_none(), || format!("{} is left before its time", old.id))
    }

    /// M10: a match without faults takes the best partner; who was as good and had waited longer was passed over.
    pub(super) fn passed_over(&mut self, session: &Session, calm_at: TimeMs, scene: &Scene<'_>) -> Kept {
        let [a, b] = &session.sides;
        let (Some(seeker), Some(candidate)) = (seeker(a, scene), seeker(b, scene)) else { return Ok(()) };
        let now = scene.now;
        for row in scene.rows.values() {
            let Row::User(user) = row else { continue };
            let (Some(waiting), Some(wish)) = (user.waiting(), &user.wish) else { continue };
            let other = Seeker {
                user: &user.id,
                wish,
                since: waiting.since,
                met: &user.met,
                blocked: &user.standing.blocked,
                reported: &user.reported,
            };
            let fresh = self.put_after(&waiting.ticket, calm_at).is_some();
            let seen = fresh && user.is_there(now) && now.since(waiting.since) > SEEN_AFTER;
            let better = score(seeker, other, now) >= score(seeker, candidate, now) && may_meet(seeker, other, now);
            if seen && better {
                let times = self.passed_over.entry(waiting.ticket.clone()).or_default();
                *times += 1;
                law(Law::M10, *times <= PASSED_OVER_MAX, || format!("{} is passed over again and again", user.id))?;
            }
        }
        Ok(())
    }
}

/// M9: the hard rules of matching, on the rows as they were when the match was committed.
fn rules(session: &Session, scene: &Scene<'_>) -> Kept {
    let [a, b] = &session.sides;
    let (Some(seeker), Some(candidate)) = (seeker(a, scene), seeker(b, scene)) else {
        return law(Law::M9, false, || format!("{} pairs people without a wish", session.id));
    };
    law(Law::M9, seeker.wish.mode == session.mode, || format!("{} wants another mode", a.user))?;
    let now = scene.course.latest;
    let longer = [a, b].map(|side| side.waited_since.map_or(SpanMs(0), |since| now.since(since))).into_iter().max();
    let allowed = required_wait(seeker, candidate, now).is_some_and(|required| Some(required) <= longer);
    law(Law::M9, allowed, || format!("{} and {} may not meet yet", a.user, b.user))
}

fn seeker<'s>(side: &'s Side, scene: &'s Scene<'_>) -> Option<Seeker<'s>> {
    let wish = scene.user(&side.user)?.wish.as_ref()?;
    let before = as_user(scene.before.get(&Key::User(side.user.clone())))?;
    Some(Seeker {
        user: &side.user,
        wish,
        since: side.waited_since?,
        met: &before.met,
        blocked: &before.standing.blocked,
        reported: &before.reported,
    })
}
