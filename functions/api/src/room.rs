//! Rooms, before anybody is in them.

use app::Settings;
use domain::id::RoomId;
use domain::refusal::{Code, Refusal};
use ports::World;
use protocol::room::{CreateRoomRequest, RoomAnswer, created};
use web::{Answer, Asked};

/// `POST /create-room`
pub(crate) async fn create<W: World>(world: &W, settings: &Settings, asked: &Asked<'_>) -> app::Result<Answer> {
    let wish: CreateRoomRequest = asked.body()?;
    let room = app::create_room(world, asked.caller()?, wish.try_into()?).await?;
    Ok(Answer::json(200, &created(&room, settings.home())))
}

/// `GET /room/{roomId}`
pub(crate) async fn look<W: World>(world: &W, asked: &Asked<'_>) -> app::Result<Answer> {
    let unknown = |_| Refusal::new(Code::NotFound, "There is no such room any more; ask for a new link.");
    let room = app::room(world, &RoomId::parse(asked.segment).map_err(unknown)?).await?;
    Ok(Answer::json(200, &RoomAnswer::from(&room)))
}
