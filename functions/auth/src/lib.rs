//! Sign-in: the only function that holds the private key.

mod cookie;

use app::{LoginWish, RefreshToken, Settings};
use domain::credential::Profile;
use domain::id::{DeviceId, UserId};
use domain::limits::ACCESS_TOKEN_LIFE;
use domain::profile::{Language, Nickname, Region, Tags};
use domain::refusal::{Code, Refusal};
use lambda_http::http::Method;
use lambda_http::http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, ORIGIN, SET_COOKIE};
use lambda_http::{Body, Error, Request, Response};
use ports::{Ambient, Journal, Store};
use protocol::rest;
use protocol::token::{Access, Signer, Verifier};

/// What signing in needs besides the world.
pub struct Keys {
    /// Signs access tokens.
    pub signer: Signer,
    /// Verifies them.
    pub verifier: Verifier,
    /// The public keys, as published.
    pub jwks: String,
}

/// An answer before it becomes HTTP.
struct Answer {
    status: u16,
    body: String,
    cookie: Option<String>,
    cache: &'static str,
}

/// Answers one request; a refusal is an answer too.
///
/// # Errors
/// None in practice: HTTP's own types demand it.
pub async fn handle<W>(world: &W, settings: &Settings, keys: &Keys, request: Request) -> Result<Response<Body>, Error>
where
    W: Store + Journal + Ambient + Sync,
{
    let answer = match route(world, settings, keys, &request).await {
        Ok(answer) => answer,
        Err(error) => {
            if let app::Error::Port(error) = &error {
                tracing::error!(%error, "a port failed");
            }
            let refusal = error.refusal();
            Answer {
                status: rest::status(refusal.code),
                body: rest::refused(&refusal),
                cookie: None,
                cache: "no-store",
            }
        }
    };
    let mut response = Response::builder().status(answer.status).header(CACHE_CONTROL, answer.cache);
    if !answer.body.is_empty() {
        response = response.header(CONTENT_TYPE, "application/json");
    }
    if let Some(cookie) = answer.cookie {
        response = response.header(SET_COOKIE, cookie);
    }
    Ok(response.body(Body::Text(answer.body))?)
}

async fn route<W>(world: &W, settings: &Settings, keys: &Keys, request: &Request) -> app::Result<Answer>
where
    W: Store + Journal + Ambient + Sync,
{
    let path = request.uri().path().strip_prefix("/api").unwrap_or_default();
    match (request.method(), path) {
        (&Method::POST, "/login") => login(world, settings, keys, request).await,
        (&Method::POST, "/auth/token") => token(world, settings, keys, request).await,
        (&Method::POST, "/auth/refresh") => refresh(world, settings, keys, request).await,
        (&Method::POST, "/auth/logout") => log_out(world, settings, request).await,
        (&Method::POST, "/auth/ws-ticket") => ws_ticket(world, settings, keys, request).await,
        (&Method::GET, "/auth/verify") => verify(world, keys, request),
        (&Method::GET, "/.well-known/jwks.json") => {
            Ok(Answer { status: 200, body: keys.jwks.clone(), cookie: None, cache: "public, max-age=300" })
        }
        _ => Err(Refusal::new(Code::NotFound, "There is no such route.").into()),
    }
}

async fn login<W>(world: &W, settings: &Settings, keys: &Keys, request: &Request) -> app::Result<Answer>
where
    W: Store + Journal + Ambient + Sync,
{
    let asked: rest::LoginRequest = rest::read(request.body())?;
    let name = asked.nickname.or(asked.uid);
    let wish = LoginWish {
        nickname: name.as_deref().map(Nickname::parse).transpose().map_err(Refusal::from)?,
        tags: Tags::parse(&asked.tags.unwrap_or_default()).map_err(Refusal::from)?,
        language: asked.language.as_deref().map(Language::parse).transpose().map_err(Refusal::from)?,
        region: asked.region.as_deref().map(Region::parse).transpose().map_err(Refusal::from)?,
        device: device(asked.device_id.as_deref())?,
    };
    sign_in(world, settings, keys, request, wish).await
}

async fn token<W>(world: &W, settings: &Settings, keys: &Keys, request: &Request) -> app::Result<Answer>
where
    W: Store + Journal + Ambient + Sync,
{
    let asked: rest::TokenRequest = rest::read(request.body())?;
    let device = device(asked.device_id.as_deref())?;
    sign_in(world, settings, keys, request, LoginWish { device, ..LoginWish::default() }).await
}

async fn sign_in<W>(
    world: &W,
    settings: &Settings,
    keys: &Keys,
    request: &Request,
    wish: LoginWish,
) -> app::Result<Answer>
where
    W: Store + Journal + Ambient + Sync,
{
    own_origin(settings, request)?;
    let signed_in = app::sign_in(world, settings, wish, header(request, "x-sc-viewer")).await?;
    let access_token = sign(world, keys, &signed_in.profile)?;
    let body = rest::write(&rest::login(access_token, ACCESS_TOKEN_LIFE, &signed_in.profile));
    Ok(Answer { status: 200, body, cookie: Some(set(&signed_in.profile.user, &signed_in.refresh)), cache: "no-store" })
}

async fn refresh<W: Store + Ambient + Sync>(
    world: &W,
    settings: &Settings,
    keys: &Keys,
    request: &Request,
) -> app::Result<Answer> {
    own_origin(settings, request)?;
    let (user, cookie) = presented(request)?;
    let refreshed = app::refresh(world, &user, &cookie).await?;
    let access_token = sign(world, keys, &refreshed.profile)?;
    let body = rest::write(&rest::RefreshAnswer { access_token, expires_in: ACCESS_TOKEN_LIFE.0 / 1000 });
    Ok(Answer { status: 200, body, cookie: Some(set(&user, &refreshed.refresh)), cache: "no-store" })
}

async fn log_out<W: Store + Ambient + Sync>(world: &W, settings: &Settings, request: &Request) -> app::Result<Answer> {
    own_origin(settings, request)?;
    let (user, cookie) = presented(request)?;
    app::log_out(world, &user, &cookie).await?;
    Ok(Answer { status: 204, body: String::new(), cookie: Some(cookie::cleared(&user)), cache: "no-store" })
}

async fn ws_ticket<W: Store + Ambient + Sync>(
    world: &W,
    settings: &Settings,
    keys: &Keys,
    request: &Request,
) -> app::Result<Answer> {
    rest::read::<rest::NothingAsked>(request.body())?;
    let access = bearer(world, keys, request)?;
    let issued = app::ws_ticket(world, &access.user).await?;
    let body = rest::write(&rest::WsTicketAnswer {
        ticket: issued.ticket.as_str().to_owned(),
        expires_in: issued.life.0 / 1000,
        url: settings.socket_url(),
    });
    Ok(Answer { status: 200, body, cookie: None, cache: "no-store" })
}

fn verify<W: Ambient>(world: &W, keys: &Keys, request: &Request) -> app::Result<Answer> {
    let access = bearer(world, keys, request)?;
    let body = rest::write(&rest::VerifyAnswer {
        valid: true,
        user_id: access.user.to_string(),
        device_id: access.device.to_string(),
        expires_at: access.expires_at.0,
    });
    Ok(Answer { status: 200, body, cookie: None, cache: "no-store" })
}

fn sign<W: Ambient>(world: &W, keys: &Keys, profile: &Profile) -> app::Result<String> {
    keys.signer.sign(&profile.user, &profile.device, world.now()).map_err(|error| {
        tracing::error!(%error, "a token could not be signed");
        Refusal::new(Code::Internal, "Something went wrong on our side; try again.").into()
    })
}

fn bearer<W: Ambient>(world: &W, keys: &Keys, request: &Request) -> app::Result<Access> {
    let token = header(request, AUTHORIZATION.as_str()).and_then(|value| value.strip_prefix("Bearer "));
    let token = token.ok_or_else(|| Refusal::new(Code::Unauthorized, "Send your access token."))?;
    Ok(keys.verifier.verify(token, world.now())?)
}

/// A route that reads or writes a cookie serves our own pages only; what is no browser sends no Origin.
fn own_origin(settings: &Settings, request: &Request) -> app::Result<()> {
    match header(request, ORIGIN.as_str()) {
        Some(origin) if !settings.is_home(origin) => {
            Err(Refusal::new(Code::Forbidden, "This origin may not do that.").into())
        }
        Some(_) | None => Ok(()),
    }
}

/// The user whom a page names, and the refresh token that its cookie holds for them.
fn presented(request: &Request) -> app::Result<(UserId, String)> {
    let asked: rest::RefreshRequest = rest::read(request.body())?;
    let unnamed = || Refusal::new(Code::InvalidRequest, "Name the user whose cookie it is: {\"userId\"}.");
    let user = asked.user_id.as_deref().and_then(|user| UserId::parse(user).ok()).ok_or_else(unnamed)?;
    let cookie = cookie::read(request.headers(), &user);
    Ok((user, cookie.ok_or_else(|| Refusal::new(Code::Unauthorized, "Sign in again."))?))
}

fn device(named: Option<&str>) -> app::Result<Option<DeviceId>> {
    let bad = |_| Refusal::new(Code::InvalidRequest, "That is no device id.");
    Ok(named.map(DeviceId::parse).transpose().map_err(bad)?)
}

fn set(user: &UserId, token: &RefreshToken) -> String {
    cookie::set(user, &token.cookie_value())
}

fn header<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    request.headers().get(name).and_then(|value| value.to_str().ok())
}
