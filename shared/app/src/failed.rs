//! What is told to analysts of requests that came to nothing: that somebody asked too often, and that we failed.

use domain::fact::{Fact, FactKind};
use domain::quota::Scope;
use domain::refusal::{Code, Refusal};
use domain::trace::Trace;
use ports::{Ambient, Journal};

use crate::perform::record;

/// Notes a refusal, if it is one of these; `what` is a route or an action. Nobody is named,
/// and a stream that does not answer is no reason to refuse anything.
pub async fn note_refusal<W: Journal + Ambient + Sync>(
    world: &W,
    what: &'static str,
    refusal: &Refusal,
    trace: Option<&Trace>,
) {
    let kind = match refusal.code {
        Code::RateLimited => {
            let scope = refusal.scope.unwrap_or(Scope::Person).as_str();
            FactKind::LimitHit { what, scope }
        }
        Code::Internal | Code::Unavailable => FactKind::RequestFailed { what, code: refusal.code.as_str() },
        Code::InvalidRequest
        | Code::Unauthorized
        | Code::Forbidden
        | Code::NotFound
        | Code::Conflict
        | Code::NotInSession
        | Code::AlreadyInQueue
        | Code::Gone
        | Code::TooLarge
        | Code::Banned => return,
    };
    // Each is one of its own: nothing repeats it.
    let chance = world.token();
    let trace = trace.filter(|_| refusal.code != Code::RateLimited).cloned();
    record(world, &[Fact::new(kind, &[chance.as_str()], world.now()).traced(trace)]).await;
}
