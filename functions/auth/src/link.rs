//! Links by mail: asking for one, and coming in by it.

use app::{Entrance, LinkWish, SignedIn, Ticket};
use domain::credential::Newcomer;
use domain::email::Email;
use domain::id::{Token, UserId};
use domain::profile::Nickname;
use domain::refusal::{Code, Refusal};
use protocol::rest;
use web::{Answer, Asked};

use crate::{Desk, World, cookie, guest};

/// `POST /signup`: a link for somebody who says their name.
pub(crate) async fn sign_up<W: World>(world: &W, desk: &Desk<'_>, asked: &Asked<'_>) -> app::Result<Answer> {
    let wish: rest::SignupRequest = asked.body()?;
    let nickname = Some(Nickname::parse(&wish.name).map_err(Refusal::from)?);
    ask(world, desk, asked, &wish.email, Newcomer { nickname, ..Newcomer::default() }).await
}

/// Notes the wish for a link and marks the browser; the answer is the same for every address.
pub(crate) async fn ask<W: World>(
    world: &W,
    desk: &Desk<'_>,
    asked: &Asked<'_>,
    email: &str,
    newcomer: Newcomer,
) -> app::Result<Answer> {
    let email = Email::parse(email)?;
    // A browser that has asked before keeps its mark: its earlier link, to another address, is still good.
    let kept = cookie::nonce(asked.headers()).and_then(|nonce| Token::parse(nonce).ok());
    let nonce = kept.unwrap_or_else(|| world.token());
    let wish = LinkWish { email, newcomer, guest: guest(world, desk, asked).await, nonce: nonce.clone() };
    app::ask_for_link(world, desk.settings, wish, &asked.network()).await?;
    Ok(Answer::json(202, &rest::Nothing {}).with_cookie(cookie::set_nonce(nonce.as_str())))
}

/// `POST /auth/magic/verify`: in, or told a code for the device that asked.
pub(crate) async fn verify<W: World>(world: &W, desk: &Desk<'_>, asked: &Asked<'_>) -> app::Result<Answer> {
    let shown: rest::VerifyLinkRequest = asked.body()?;
    let unclear =
        || Refusal::new(Code::InvalidRequest, "Send the `token` of a link, or the `email` and the `code` it showed.");
    let email = shown.email.as_deref().map(Email::parse).transpose()?;
    let ticket = match (&shown.token, &email, &shown.code) {
        (Some(token), None, None) => Ticket::Link(token),
        (None, Some(email), Some(code)) => Ticket::Code(email, code),
        _ => return Err(unclear().into()),
    };
    let device = guest::device(desk, shown.device_id.as_deref());
    let nonce = cookie::nonce(asked.headers());
    match app::redeem(world, desk.settings, ticket, nonce, device, &asked.network()).await? {
        Entrance::Elsewhere(code) => Ok(Answer::json(202, &rest::ElsewhereAnswer { code })),
        Entrance::SignedIn(signed_in) => welcome(world, desk, asked, &signed_in),
    }
}

/// Somebody who was a guest in this browser is one no more.
fn welcome<W: World>(world: &W, desk: &Desk<'_>, asked: &Asked<'_>, signed_in: &SignedIn) -> app::Result<Answer> {
    let answer = desk.welcome(world, signed_in)?.with_cookie(cookie::cleared_nonce());
    let user = &signed_in.profile.user;
    let was_guest = cookie::of_guest(asked.headers(), user).is_some();
    Ok(if was_guest { answer.with_cookie(cookie::cleared(Some(user))) } else { answer })
}

/// The guest who asks, if their page says so with a token; one that does not stand is passed over.
async fn guest<W: World>(world: &W, desk: &Desk<'_>, asked: &Asked<'_>) -> Option<UserId> {
    let access = desk.keys.verifier.verify(asked.token().ok()?, world.now()).ok()?;
    Some(app::caller(world, &access).await.ok()?.profile.user)
}
