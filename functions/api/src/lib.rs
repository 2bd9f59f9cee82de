//! What needs no signing: one's own profile, friends and blocks, reports and moderators, TURN, and how the service is.

mod friends;
mod moderation;
mod privacy;
mod push;
mod room;
mod safety;
mod turn;

use app::{ProfileChange, Settings, Whom};
use domain::id::{BlockId, SessionId, UserId};
use domain::profile::{Language, Nickname, ProfileError, Region, Tags};
use domain::refusal::{Code, Refusal};
use lambda_http::{Body, Error, Request, Response};
use ports::{Probes, World};
use protocol::route::ApiRoute;
use protocol::token::Verifier;
use protocol::{metrics, rest};
use web::{Answer, Asked, serve};

/// Answers one request; a refusal is an answer too.
///
/// # Errors
/// None in practice: HTTP's own types demand it.
pub async fn handle<W: World + Probes>(
    world: &W,
    settings: &Settings,
    verifier: &Verifier,
    request: &Request,
) -> Result<Response<Body>, Error> {
    let respond = async |route, asked: &Asked<'_>| respond(world, settings, route, asked).await;
    serve(world, settings, verifier, request, respond).await
}

async fn respond<W: World + Probes>(
    world: &W,
    settings: &Settings,
    route: ApiRoute,
    asked: &Asked<'_>,
) -> app::Result<Answer> {
    match route {
        ApiRoute::ReadMe => Ok(Answer::json(200, &rest::profile(&asked.caller()?.profile))),
        ApiRoute::WriteMe => {
            let profile = app::change_profile(world, me(asked)?, change(asked)?).await?;
            Ok(Answer::json(200, &rest::profile(&profile)))
        }
        ApiRoute::ListBlocks => {
            let profile = &asked.caller()?.profile;
            Ok(Answer::json(200, &rest::blocks(&profile.user, &profile.blocks)))
        }
        ApiRoute::Block => {
            let block = app::block(world, me(asked)?, &whom(asked)?).await?;
            Ok(Answer::json(200, &rest::BlockAnswer { block_id: block.to_string() }))
        }
        ApiRoute::Unblock => {
            let unknown = |_| Refusal::new(Code::NotFound, "You do not block this person.");
            app::unblock(world, me(asked)?, &BlockId::parse(asked.segment).map_err(unknown)?).await?;
            Ok(Answer::done())
        }
        ApiRoute::Erase => privacy::erase(world, settings, asked).await,
        ApiRoute::Export => privacy::export(world, asked).await,
        ApiRoute::CallHistory => friends::history(world, asked).await,
        ApiRoute::Search => friends::search(world, asked).await,
        ApiRoute::AskFriend => friends::ask(world, settings, asked).await,
        ApiRoute::AnswerFriend => friends::answer(world, settings, asked).await,
        ApiRoute::Friends => friends::list(world, asked).await,
        ApiRoute::PartFriend => friends::part(world, settings, asked).await,
        ApiRoute::PushKey => Ok(Answer::json(200, &rest::PushKeyAnswer { public_key: settings.push_key.clone() })),
        ApiRoute::Subscribe => push::subscribe(world, asked).await,
        ApiRoute::Unsubscribe => push::unsubscribe(world, asked).await,
        ApiRoute::Consent => safety::agree(world, settings, asked).await,
        ApiRoute::Report => safety::report(world, settings, asked).await,
        ApiRoute::Sanctions => safety::sanctions(world, asked).await,
        ApiRoute::Appeal => safety::appeal(world, settings, asked).await,
        ApiRoute::Reports => moderation::list(world, asked).await,
        ApiRoute::NextReport => moderation::next(world, settings, asked).await,
        ApiRoute::ReportStats => moderation::stats(world).await,
        ApiRoute::Moderate => moderation::moderate(world, settings, asked).await,
        ApiRoute::Audit => moderation::audit(world, asked).await,
        ApiRoute::Appeals => moderation::appeals(world, settings, asked).await,
        ApiRoute::AnswerAppeal => moderation::answer(world, settings, asked).await,
        ApiRoute::TurnCredentials => turn::credentials(world, settings, asked).await,
        ApiRoute::CreateRoom => room::create(world, settings, asked).await,
        ApiRoute::Room => room::look(world, asked).await,
        ApiRoute::Status => moderation::status(world).await,
        ApiRoute::Health => Ok(Answer::json(200, &rest::health(&[]))),
        ApiRoute::Ready => {
            let parts = app::parts(world, settings).await;
            let status = if parts.iter().all(|(_, ready)| *ready) { 200 } else { 503 };
            Ok(Answer::json(status, &rest::health(&parts)))
        }
        ApiRoute::Metrics => {
            let text = metrics::text(&app::figures(world).await?, world.now());
            Ok(Answer::text(200, text).typed(metrics::CONTENT_TYPE))
        }
    }
}

pub(crate) fn me<'a>(asked: &'a Asked<'_>) -> app::Result<&'a UserId> {
    Ok(&asked.caller()?.profile.user)
}

fn whom(asked: &Asked<'_>) -> app::Result<Whom> {
    let named: rest::BlockRequest = asked.body()?;
    let unclear = || Refusal::new(Code::InvalidRequest, "Name one: `userId`, or the `sessionId` of a call you had.");
    match (named.user_id.as_deref(), named.session_id.as_deref()) {
        (Some(user), None) => Ok(Whom::User(UserId::parse(user).map_err(|_| unclear())?)),
        (None, Some(session)) => Ok(Whom::PartnerIn(SessionId::parse(session).map_err(|_| unclear())?)),
        (Some(_), Some(_)) | (None, None) => Err(unclear().into()),
    }
}

/// What an empty text takes away.
fn cleared(text: Option<&str>) -> Option<Option<&str>> {
    text.map(|text| Some(text).filter(|text| !text.is_empty()))
}

fn change(asked: &Asked<'_>) -> app::Result<ProfileChange> {
    let wish: rest::ProfileRequest = asked.body()?;
    let change = || {
        Ok(ProfileChange {
            nickname: wish.nickname.as_deref().map(Nickname::parse).transpose()?,
            tags: wish.tags.as_deref().map(Tags::parse).transpose()?,
            language: cleared(wish.language.as_deref())
                .map(|text| text.map(Language::parse).transpose())
                .transpose()?,
            region: cleared(wish.region.as_deref()).map(|text| text.map(Region::parse).transpose()).transpose()?,
            hide_ip: wish.hide_ip,
            findable: wish.findable,
        })
    };
    change().map_err(|error: ProfileError| Refusal::from(error).into())
}
