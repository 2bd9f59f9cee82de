//! Once more with the partner of a call that is over.

use domain::id::{ConnectionId, SessionId, UserId};
use domain::limits::REMATCH_WITHIN;
use domain::session::{Phase, Role, Session};
use domain::time::TimeMs;
use domain::user::User;

use super::{Kept, Law, Laws, Scene, law, session_of};
use crate::sim::course::Cause;

impl Laws {
    /// A page has asked.
    pub(in crate::sim) fn asks_again(&mut self, cause: &Cause, now: TimeMs) {
        if let (Cause::Frame { from, .. }, Some(over)) = (cause, cause.names("rematch")) {
            self.asked_again.insert((from.clone(), over.clone()), now);
        }
    }

    /// What a page has asked holds from now on, however long it took to be noted.
    pub(super) fn noted_again(&mut self, old: Option<&User>, user: &User, scene: &Scene<'_>) {
        let anew = user.again.is_some() && old.and_then(|old| old.again.as_ref()) != user.again.as_ref();
        let cause = &scene.course.cause;
        if anew && cause.names("rematch") == user.again.as_ref() && scene.speaks(&user.id) {
            self.asks_again(cause, scene.now);
        }
    }

    /// Who is told that they ask for nobody has taken back what they had asked before.
    pub(super) fn asks_no_more(&mut self, told: &ConnectionId, born: TimeMs) {
        self.asked_again.retain(|(asked_on, _), at| asked_on != told || *at >= born);
    }

    /// Whether the page that speaks for somebody has asked for this.
    pub(super) fn has_asked_again(&self, user: &User, over: &SessionId) -> bool {
        let asked_on = |connection: &ConnectionId| (connection.clone(), over.clone());
        user.connection.as_ref().is_some_and(|connection| self.asked_again.contains_key(&asked_on(connection)))
    }

    /// M13: both of a new session were in the one that is over, soon after its end, and have asked.
    pub(super) fn again(&mut self, session: &Session, over: &SessionId, scene: &Scene<'_>) -> Kept {
        self.done.count("met again");
        let once = session_of(scene.rows, over);
        let ended_at = once.and_then(|once| if let Phase::Ended { at, .. } = once.phase { Some(at) } else { None });
        let in_time = ended_at.is_some_and(|at| scene.course.earliest.since(at) <= REMATCH_WITHIN);
        law(Law::M13, in_time, || format!("{} comes too late after {over}", session.id))?;
        let was_in = |user: &UserId| once.is_some_and(|once| once.role_of_user(user).is_some());
        for role in Role::BOTH {
            let side = session.side(role);
            let asked = scene.user(&side.user).is_some_and(|user| self.has_asked_again(user, over));
            law(Law::M13, asked && was_in(&side.user), || format!("{} did not ask for {over} again", side.user))?;
        }
        Ok(())
    }
}
