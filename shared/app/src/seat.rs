//! Tells who has sat down in a room who is there, and the others of them, with ICE servers for what begins now.

use domain::id::{ConnectionId, PeerId};
use domain::limits::{ICE_CONFIG_LATE, ICE_CONFIG_WITHIN};
use domain::notice::{IceServer, Notice, RoomNotice};
use domain::room::{Room, Seat};
use domain::time::SpanMs;
use futures_util::future::join_all;
use ports::World;

use crate::introduce::offered;
use crate::perform::{given_up, post};
use crate::search::free_channel;
use crate::{Settings, turn};

/// Somebody who has sat down.
#[derive(Debug, Clone)]
pub(crate) struct Seated {
    /// The room as committed.
    pub room: Room,
    /// Who.
    pub peer: PeerId,
    /// Whether the others have not heard of them yet.
    pub is_new: bool,
}

/// Tells them; gives the connections that turned out to be gone. Where KVS is slow, its servers follow.
pub(crate) async fn tell_seated<W: World>(world: &W, settings: &Settings, seated: &Seated) -> Vec<ConnectionId> {
    let in_time = kvs(world, patience(settings, seated)).await;
    let kvs_servers = in_time.as_deref().unwrap_or_default();
    let gone = tell(world, seated, |seat| {
        let servers = servers(world, settings, &seated.room, seat, kvs_servers);
        notice(seated, seat, servers)
    });
    let gone = gone.await;
    if in_time.is_some() {
        return gone;
    }
    let Some(late) = kvs(world, ICE_CONFIG_LATE).await else { return gone };
    tell(world, seated, |seat| {
        let servers = servers(world, settings, &seated.room, seat, &late);
        RoomNotice::IceServers { room: seated.room.id.clone(), servers }
    })
    .await;
    gone
}

/// Without TURN who hides their address is connected with nobody: where there is no TURN but KVS's, they wait for that.
fn patience(settings: &Settings, seated: &Seated) -> SpanMs {
    let hides = seated.room.people().any(|seat| seat.hide_ip);
    if hides && settings.turn.is_none() { ICE_CONFIG_LATE } else { ICE_CONFIG_WITHIN }
}

/// What a seat may relay through: the deployment's servers, our own TURN, KVS's.
pub(crate) async fn own_servers<W: World>(world: &W, settings: &Settings, room: &Room, seat: &Seat) -> Vec<IceServer> {
    let kvs = kvs(world, ICE_CONFIG_WITHIN).await.unwrap_or_default();
    servers(world, settings, room, seat, &kvs)
}

fn notice(seated: &Seated, seat: &Seat, servers: Vec<IceServer>) -> RoomNotice {
    let view = Box::new(seated.room.seen_by(seat));
    match seated.room.seat(&seated.peer) {
        Some(new) if new.peer != seat.peer => {
            RoomNotice::NewPeer { view, peer: new.peer.clone(), nickname: new.nickname.clone(), servers }
        }
        Some(_) | None => RoomNotice::Participant { view, servers: Some(servers) },
    }
}

async fn tell<W: World>(world: &W, seated: &Seated, notice: impl Fn(&Seat) -> RoomNotice) -> Vec<ConnectionId> {
    let hears = |seat: &&Seat| seated.is_new || seat.peer == seated.peer;
    let posts = seated.room.present().filter(hears).map(|seat| (&seat.connection, Notice::Room(notice(seat))));
    let posts: Vec<_> = posts.collect();
    let posted = join_all(posts.iter().map(|(to, notice)| post(world, to, notice))).await;
    let mut gone = Vec::new();
    for ((to, _), result) in posts.iter().zip(posted) {
        match result {
            Ok(true) => {}
            Ok(false) => gone.push((*to).clone()),
            Err(error) => given_up::<(), _>("a seat was not told", Err(error)),
        }
    }
    gone
}

/// KVS's servers, if they come in time: of any channel that rests, for its TURN servers relay for nobody's signaling, and
/// whoever leases the channel meanwhile is not in their way (5 `GetIceServerConfig` a second for each channel).
async fn kvs<W: World>(world: &W, within: SpanMs) -> Option<Vec<IceServer>> {
    let channel = free_channel(world, true).await?;
    let asked = world.ice_servers(&channel.endpoints, within).await;
    asked.inspect_err(|error| tracing::warn!(%error, "no ICE servers from KVS")).ok()
}

fn servers<W: World>(world: &W, settings: &Settings, room: &Room, seat: &Seat, kvs: &[IceServer]) -> Vec<IceServer> {
    offered(settings, turn::in_room(settings, room, seat, world.now()).as_ref(), kvs)
}
