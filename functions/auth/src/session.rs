//! Staying in, going out, and the way to a socket.

use domain::id::UserId;
use domain::limits::ACCESS_TOKEN_LIFE;
use domain::refusal::{Code, Refusal};
use protocol::rest;
use web::{Answer, Asked};

use crate::{Desk, World, cookie};

/// Whose cookie a request is about.
struct Presented {
    user: UserId,
    cookie: String,
    is_guest: bool,
}

/// `POST /auth/refresh`: the cookie rotates.
pub(crate) async fn refresh<W: World>(world: &W, desk: &Desk<'_>, asked: &Asked<'_>) -> app::Result<Answer> {
    let presented = presented(asked)?;
    let app::Refreshed { profile, refresh } = app::refresh(world, &presented.user, &presented.cookie).await?;
    let access_token = desk.access(world, &profile, &refresh)?;
    let user_id = profile.user.to_string();
    let answer = rest::RefreshAnswer { user_id, access_token, expires_in: ACCESS_TOKEN_LIFE.0 / 1000 };
    Ok(Answer::json(200, &answer).with_cookie(cookie::set(&profile, &refresh.cookie_value())))
}

/// `POST /auth/logout`: this sign-in ends.
pub(crate) async fn log_out<W: World>(world: &W, asked: &Asked<'_>) -> app::Result<Answer> {
    let presented = presented(asked)?;
    app::log_out(world, &presented.user, &presented.cookie).await?;
    Ok(presented.gone())
}

/// `POST /auth/logout-all`: every sign-in of this person ends.
pub(crate) async fn log_out_everywhere<W: World>(world: &W, asked: &Asked<'_>) -> app::Result<Answer> {
    let presented = presented(asked)?;
    app::log_out_everywhere(world, &presented.user, &presented.cookie).await?;
    Ok(presented.gone())
}

/// `GET /auth/verify`: who an access token is for.
pub(crate) fn verify(desk: &Desk<'_>, asked: &Asked<'_>) -> app::Result<Answer> {
    let access = asked.access()?;
    let answer = rest::VerifyAnswer {
        valid: true,
        user_id: access.user.to_string(),
        device_id: desk.seal.seal(&access.device),
        expires_at: access.expires_at.0,
    };
    Ok(Answer::json(200, &answer))
}

/// `POST /auth/ws-ticket`: opens one socket.
pub(crate) async fn socket_ticket<W: World>(world: &W, desk: &Desk<'_>, asked: &Asked<'_>) -> app::Result<Answer> {
    asked.body::<rest::NothingAsked>()?;
    let issued = app::ws_ticket(world, asked.caller()?).await?;
    let answer = rest::WsTicketAnswer {
        ticket: issued.ticket.as_str().to_owned(),
        expires_in: issued.life.0 / 1000,
        url: desk.settings.socket_url(),
    };
    Ok(Answer::json(200, &answer))
}

impl Presented {
    fn gone(&self) -> Answer {
        Answer::done().with_cookie(cookie::cleared(self.is_guest.then_some(&self.user)))
    }
}

/// The refresh token in the cookie of the guest whom a page names; that of the account where it names nobody.
fn presented(asked: &Asked<'_>) -> app::Result<Presented> {
    let named: rest::RefreshRequest = asked.body()?;
    let refused = || Refusal::new(Code::Unauthorized, "Sign in again.");
    let of_account = cookie::of_account(asked.headers());
    let Some(name) = named.user_id else {
        let (user, cookie) = of_account.ok_or_else(refused)?;
        return Ok(Presented { user, cookie, is_guest: false });
    };
    let user = UserId::parse(&name).map_err(|_| Refusal::new(Code::InvalidRequest, "That is no user id."))?;
    if let Some(cookie) = cookie::of_guest(asked.headers(), &user) {
        return Ok(Presented { user, cookie, is_guest: true });
    }
    let (user, cookie) = of_account.filter(|(owner, _)| *owner == user).ok_or_else(refused)?;
    Ok(Presented { user, cookie, is_guest: false })
}
