#![doc = include_str!("../README.md")]

mod answer;
mod asked;
mod cors;
mod keys;

pub use answer::{Answer, AsItIs};
pub use asked::Asked;
pub use keys::{Kept, Keys};

use app::{ORIGIN_SECRET, Settings, caller, member, moderator, note_refusal, pass};
use domain::quota::{Class, Scope};
use domain::refusal::{Code, Refusal};
use domain::trace::Trace;
use lambda_http::http::{Method, header};
use lambda_http::{Body, Error, Request, Response};
use ports::{Ambient, Journal, Store};
use protocol::route::{Answers, Door, Entry};
use protocol::token::Verifier;
use tracing::Instrument;

/// Answers one request by `respond`, once its route's door has let it in; a refusal is an answer too.
///
/// # Errors
/// None in practice: HTTP's own types demand it.
pub async fn serve<W, R>(
    world: &W,
    settings: &Settings,
    verifier: &Verifier,
    request: &Request,
    respond: impl AsyncFnOnce(R, &Asked<'_>) -> app::Result<Answer>,
) -> Result<Response<Body>, Error>
where
    W: Store + Journal + Ambient + Sync,
    R: Answers,
{
    if let Err(refusal) = settings.origin_secrets.admit(Asked::new(request, "").header(ORIGIN_SECRET)) {
        tracing::warn!("refused a request that has gone past the edge");
        return Answer::refusal(&refusal.into()).response();
    }
    let path = request.uri().path();
    if request.method() == Method::OPTIONS {
        return cors::preflight(settings, request);
    }
    let Some((route, segment)) = R::find(request.method().as_str(), path) else {
        return Answer::refusal(&unrouted().into()).response();
    };
    let entry = route.entry();
    let Entry { door, name, .. } = entry;
    let trace = Asked::new(request, segment).trace();
    let span = tracing::info_span!("request", route = name, trace = trace.as_ref().map(Trace::as_str));
    let answer = async {
        let answer = match enter(world, settings, verifier, Asked::new(request, segment), entry).await {
            Ok(asked) => respond(route, &asked).await,
            Err(error) => Err(error),
        };
        if let Err(error) = &answer {
            note_refusal(world, name, &error.refusal(), trace.as_ref()).await;
        }
        answer.unwrap_or_else(|error| Answer::refusal(&error))
    };
    let response = answer.instrument(span).await.response()?;
    Ok(if door.is_bearer() { cors::shared(settings, request, response) } else { response })
}

/// What is asked, by somebody who may.
async fn enter<'a, W: Store + Ambient + Sync>(
    world: &W,
    settings: &Settings,
    verifier: &Verifier,
    mut asked: Asked<'a>,
    Entry { door, class, .. }: Entry,
) -> app::Result<Asked<'a>> {
    match door {
        Door::Open => count(world, settings, class, &asked).await?,
        Door::Home => {
            // What is no browser sends no Origin, and no cookie of a person's browser either.
            if asked.header(header::ORIGIN.as_str()).is_some_and(|origin| !settings.is_home(origin)) {
                return Err(Refusal::new(Code::Forbidden, "This origin may not do that.").into());
            }
            count(world, settings, class, &asked).await?;
        }
        // Whoever comes without it learns no more than at any other door.
        Door::Operator => {
            count(world, settings, class, &asked).await?;
            if !settings.metrics_token.is(asked.token()?) {
                return Err(Refusal::new(Code::Unauthorized, "Send your access token.").into());
            }
        }
        Door::Bearer | Door::Member | Door::Moderator => {
            let access = verifier.verify(asked.token()?, world.now())?;
            count(world, settings, class, &asked).await?;
            let caller = caller(world, &access).await?;
            match door {
                Door::Member => member(world, &caller).await?,
                Door::Moderator => moderator(world, &caller).await?,
                Door::Open | Door::Home | Door::Operator | Door::Bearer => {}
            }
            asked = asked.by(caller, access);
            count(world, settings, class, &asked).await?;
        }
    }
    Ok(asked)
}

/// Counts a request for its network before anything is read for it, and for who asks once they are known.
async fn count<W: Store + Ambient + Sync>(
    world: &W,
    settings: &Settings,
    class: Class,
    asked: &Asked<'_>,
) -> app::Result<()> {
    let caller = asked.caller().ok();
    for quota in class.at_door() {
        let quota = settings.chosen(*quota);
        match (quota.scope, caller) {
            (Scope::Network, None) => pass(world, &settings.pacer, &quota, asked.network().as_str()).await?,
            (Scope::Person, Some(caller)) => pass(world, &settings.pacer, &quota, caller.profile.user.as_str()).await?,
            (Scope::Device, Some(caller)) => {
                pass(world, &settings.pacer, &quota, caller.family.device.as_str()).await?
            }
            // At its own moment, or not at this door.
            (Scope::Network | Scope::Connection | Scope::Mailbox | Scope::Everyone, _)
            | (Scope::Person | Scope::Device, None) => {}
        }
    }
    Ok(())
}

fn unrouted() -> Refusal {
    Refusal::new(Code::NotFound, "There is no such route.")
}
