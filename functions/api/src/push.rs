//! Browsers that are to be woken.

use domain::push::{BrowserKeys, Endpoint};
use ports::World;
use protocol::rest;
use web::{Answer, Asked};

use crate::me;

/// `POST /push/subscribe`
pub(crate) async fn subscribe<W: World>(world: &W, asked: &Asked<'_>) -> app::Result<Answer> {
    let wish: rest::SubscribeRequest = asked.body()?;
    let keys = BrowserKeys::parse(&wish.keys.0.p256dh, &wish.keys.0.auth)?;
    app::subscribe(world, asked.caller()?, Endpoint::parse(&wish.endpoint)?, keys).await?;
    Ok(Answer::done())
}

/// `POST /push/unsubscribe`
pub(crate) async fn unsubscribe<W: World>(world: &W, asked: &Asked<'_>) -> app::Result<Answer> {
    let wish: rest::UnsubscribeRequest = asked.body()?;
    app::unsubscribe(world, me(asked)?, &Endpoint::parse(&wish.endpoint)?).await?;
    Ok(Answer::done())
}
