//! What needs no signing: one's own profile and blocks, and whether the parts are there.

use app::{ProfileChange, Whom};
use domain::id::{BlockId, SessionId, UserId};
use domain::profile::{Language, Nickname, Region, Tags};
use domain::refusal::{Code, Refusal};
use lambda_http::http::Method;
use lambda_http::http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE};
use lambda_http::{Body, Error, Request, Response};
use ports::{Ambient, Store};
use protocol::rest;
use protocol::token::Verifier;

/// Answers one request; a refusal is an answer too.
///
/// # Errors
/// None in practice: HTTP's own types demand it.
pub async fn handle<W: Store + Ambient + Sync>(
    world: &W,
    keys: &Verifier,
    request: Request,
) -> Result<Response<Body>, Error> {
    let (status, body) = match route(world, keys, &request).await {
        Ok(answer) => answer,
        Err(error) => {
            if let app::Error::Port(error) = &error {
                tracing::error!(%error, "a port failed");
            }
            let refusal = error.refusal();
            (rest::status(refusal.code), rest::refused(&refusal))
        }
    };
    let response = Response::builder().status(status).header(CACHE_CONTROL, "no-store");
    Ok(response.header(CONTENT_TYPE, "application/json").body(Body::Text(body))?)
}

async fn route<W: Store + Ambient + Sync>(world: &W, keys: &Verifier, request: &Request) -> app::Result<(u16, String)> {
    let path = request.uri().path().strip_prefix("/api").unwrap_or_default();
    match (request.method(), path) {
        (&Method::GET, "/users/me") => {
            let profile = app::own_profile(world, &caller(world, keys, request)?).await?;
            Ok((200, rest::write(&rest::profile(&profile))))
        }
        (&Method::PUT, "/users/me") => {
            let user = caller(world, keys, request)?;
            let profile = app::change_profile(world, &user, change(request)?).await?;
            Ok((200, rest::write(&rest::profile(&profile))))
        }
        (&Method::GET, "/blocks") => {
            let owner = caller(world, keys, request)?;
            Ok((200, rest::write(&rest::blocks(&owner, &app::blocks(world, &owner).await?))))
        }
        (&Method::POST, "/blocks") => {
            let block = app::block(world, &caller(world, keys, request)?, &whom(request)?).await?;
            Ok((200, rest::write(&rest::BlockAnswer { block_id: block.to_string() })))
        }
        (&Method::DELETE, path) if path.starts_with("/blocks/") => {
            let id = BlockId::parse(path.trim_start_matches("/blocks/")).map_err(|_| not_found())?;
            app::unblock(world, &caller(world, keys, request)?, &id).await?;
            Ok((204, String::new()))
        }
        (&Method::GET, "/health") => Ok((200, rest::write(&rest::health(&[])))),
        (&Method::GET, "/health/ready") => {
            let parts = app::parts(world).await;
            let status = if parts.iter().all(|(_, ready)| *ready) { 200 } else { 503 };
            Ok((status, rest::write(&rest::health(&parts))))
        }
        _ => Err(not_found().into()),
    }
}

fn not_found() -> Refusal {
    Refusal::new(Code::NotFound, "There is no such route.")
}

fn whom(request: &Request) -> app::Result<Whom> {
    let asked: rest::BlockRequest = rest::read(request.body())?;
    let unclear = || Refusal::new(Code::InvalidRequest, "Name one: `userId`, or the `sessionId` of a call you had.");
    match (asked.user_id.as_deref(), asked.session_id.as_deref()) {
        (Some(user), None) => Ok(Whom::User(UserId::parse(user).map_err(|_| unclear())?)),
        (None, Some(session)) => Ok(Whom::PartnerIn(SessionId::parse(session).map_err(|_| unclear())?)),
        (Some(_), Some(_)) | (None, None) => Err(unclear().into()),
    }
}

fn change(request: &Request) -> app::Result<ProfileChange> {
    let asked: rest::ProfileRequest = rest::read(request.body())?;
    let change = || {
        Ok(ProfileChange {
            nickname: asked.nickname.as_deref().map(Nickname::parse).transpose()?,
            tags: asked.tags.as_deref().map(Tags::parse).transpose()?,
            language: asked.language.as_deref().map(Language::parse).transpose()?,
            region: asked.region.as_deref().map(Region::parse).transpose()?,
        })
    };
    change().map_err(|error: domain::profile::ProfileError| Refusal::from(error).into())
}

fn caller<W: Ambient>(world: &W, keys: &Verifier, request: &Request) -> app::Result<UserId> {
    let header = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = header.and_then(|value| value.strip_prefix("Bearer "));
    let token = token.ok_or_else(|| Refusal::new(Code::Unauthorized, "Send your access token."))?;
    Ok(keys.verify(token, world.now())?.user)
}
