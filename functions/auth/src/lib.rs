//! Sign-in: the only function that holds the private key.

mod cookie;
mod guest;
mod link;
mod session;

use app::{RefreshToken, Settings};
use domain::credential::Profile;
use domain::limits::ACCESS_TOKEN_LIFE;
use domain::refusal::{Code, Refusal};
use lambda_http::{Body, Error, Request, Response};
use ports::{Ambient, Errands, Journal, Mailbox, Store};
use protocol::device::DeviceSeal;
use protocol::rest;
use protocol::route::AuthRoute;
use protocol::token::Signer;
use web::{Answer, Asked, serve};

/// Every port that signing in asks for.
pub trait World: Store + Mailbox + Errands + Journal + Ambient + Sync {}

impl<W: Store + Mailbox + Errands + Journal + Ambient + Sync> World for W {}

/// What signing in needs besides the world.
pub struct Desk<'a> {
    /// What the deployment has chosen.
    pub settings: &'a Settings,
    /// Signs access tokens.
    pub signer: &'a Signer,
    /// Verifies them, and is published.
    pub keys: &'a web::Keys,
    /// Seals device ids.
    pub seal: &'a DeviceSeal,
}

/// Answers one request; a refusal is an answer too.
///
/// # Errors
/// None in practice: HTTP's own types demand it.
pub async fn handle<W: World>(world: &W, desk: &Desk<'_>, request: &Request) -> Result<Response<Body>, Error> {
    serve(world, desk.settings, &desk.keys.verifier, request, async |route, asked| {
        respond(world, desk, route, asked).await
    })
    .await
}

async fn respond<W: World>(world: &W, desk: &Desk<'_>, route: AuthRoute, asked: &Asked<'_>) -> app::Result<Answer> {
    match route {
        AuthRoute::Login => guest::log_in(world, desk, asked).await,
        AuthRoute::Token => guest::token(world, desk, asked).await,
        AuthRoute::Signup => link::sign_up(world, desk, asked).await,
        AuthRoute::VerifyLink => link::verify(world, desk, asked).await,
        AuthRoute::Refresh => session::refresh(world, desk, asked).await,
        AuthRoute::Logout => session::log_out(world, asked).await,
        AuthRoute::LogoutAll => session::log_out_everywhere(world, asked).await,
        AuthRoute::Verify => session::verify(desk, asked),
        AuthRoute::SocketTicket => session::socket_ticket(world, desk, asked).await,
        AuthRoute::Keys => Ok(Answer::text(200, desk.keys.jwks.clone()).cached("public, max-age=60")),
    }
}

impl Desk<'_> {
    /// An access token of a sign-in.
    fn access<W: Ambient>(&self, world: &W, profile: &Profile, refresh: &RefreshToken) -> app::Result<String> {
        let signed = self.signer.sign(&profile.user, &profile.device, &refresh.family, world.now());
        signed.map_err(|error| {
            tracing::error!(%error, "a token could not be signed");
            Refusal::new(Code::Internal, "Something went wrong on our side; try again.").into()
        })
    }

    /// The answer to somebody who has come in.
    fn welcome<W: Ambient>(&self, world: &W, signed_in: &app::SignedIn) -> app::Result<Answer> {
        let app::SignedIn { profile, refresh } = signed_in;
        let access = self.access(world, profile, refresh)?;
        let answer = rest::login(access, ACCESS_TOKEN_LIFE, profile, self.seal.seal(&profile.device));
        Ok(Answer::json(200, &answer).with_cookie(cookie::set(profile, &refresh.cookie_value())))
    }
}
