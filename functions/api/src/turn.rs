//! Servers to relay through.

use app::Settings;
use domain::id::SessionId;
use domain::refusal::{Code, Refusal};
use ports::World;
use protocol::turn::{TurnRequest, answer};
use web::{Answer, Asked};

/// `POST /turn/credentials`
pub(crate) async fn credentials<W: World>(world: &W, settings: &Settings, asked: &Asked<'_>) -> app::Result<Answer> {
    let wish: TurnRequest = asked.body()?;
    let session = wish.session_id.as_deref().map(SessionId::parse).transpose();
    let session = session.map_err(|_| Refusal::new(Code::InvalidRequest, "This is no `sessionId`."))?;
    let servers = app::turn_servers(world, settings, asked.caller()?, session.as_ref()).await?;
    Ok(Answer::json(200, &answer(servers.own.as_ref(), &servers.all, servers.life)))
}
