//! Guests, and the door that they share with who signs in by mail.

use domain::credential::Newcomer;
use domain::id::DeviceId;
use domain::profile::{Language, Nickname, ProfileError, Region, Tags};
use domain::refusal::Refusal;
use protocol::rest;
use web::{Answer, Asked};

use crate::{Desk, World, link};

/// `POST /login`: a new guest; with an `email`, a link to it.
pub(crate) async fn log_in<W: World>(world: &W, desk: &Desk<'_>, asked: &Asked<'_>) -> app::Result<Answer> {
    let wish: rest::LoginRequest = asked.body()?;
    let newcomer = newcomer(&wish).map_err(Refusal::from)?;
    match wish.email {
        Some(email) => link::ask(world, desk, asked, &email, newcomer).await,
        None => sign_in(world, desk, asked, newcomer, device(desk, wish.device_id.as_deref())).await,
    }
}

/// `POST /auth/token`: a new guest who says nothing of themself.
pub(crate) async fn token<W: World>(world: &W, desk: &Desk<'_>, asked: &Asked<'_>) -> app::Result<Answer> {
    let wish: rest::TokenRequest = asked.body()?;
    sign_in(world, desk, asked, Newcomer::default(), device(desk, wish.device_id.as_deref())).await
}

/// The device that a page has kept; one that it has made up is none.
pub(crate) fn device(desk: &Desk<'_>, named: Option<&str>) -> Option<DeviceId> {
    named.and_then(|sealed| desk.seal.open(sealed))
}

async fn sign_in<W: World>(
    world: &W,
    desk: &Desk<'_>,
    asked: &Asked<'_>,
    newcomer: Newcomer,
    device: Option<DeviceId>,
) -> app::Result<Answer> {
    let signed_in = app::sign_in(world, desk.settings, newcomer, device, &asked.network()).await?;
    desk.welcome(world, &signed_in)
}

fn newcomer(wish: &rest::LoginRequest) -> Result<Newcomer, ProfileError> {
    let name = wish.nickname.as_deref().or(wish.uid.as_deref());
    Ok(Newcomer {
        nickname: name.map(Nickname::parse).transpose()?,
        tags: Tags::parse(wish.tags.as_deref().unwrap_or_default())?,
        language: wish.language.as_deref().map(Language::parse).transpose()?,
        region: wish.region.as_deref().map(Region::parse).transpose()?,
    })
}
