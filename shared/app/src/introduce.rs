//! Tells the two of a session how to meet: ICE servers once for both, and a presigned way into the channel for each.

use domain::id::ConnectionId;
use domain::limits::{ICE_CONFIG_LATE, ICE_CONFIG_WITHIN, PRESIGN_MAX};
use domain::notice::{IceServer, Invitation, KvsGrant, Notice, SignalingGrant};
use domain::session::{Role, Session, Transport};
use domain::time::SpanMs;
use futures_util::future::join_all;
use ports::World;

use crate::perform::{given_up, post};
use crate::{Result, Settings, turn};

/// KVS's ICE servers for the session that is about to be introduced, if there is one and they come in time.
pub(crate) async fn servers<W: World>(
    world: &W,
    settings: &Settings,
    first: Option<&(Session, Role)>,
) -> Option<Vec<IceServer>> {
    let (session, _) = first?;
    kvs(world, session, patience(settings, session)).await
}

/// Introduces the sides of one new session; gives the connections that turned out to be gone.
pub(crate) async fn introduce<W: World>(
    world: &W,
    settings: &Settings,
    introductions: Vec<(Session, Role)>,
    in_time: Option<Vec<IceServer>>,
) -> Vec<ConnectionId> {
    let Some((session, _)) = introductions.first() else { return Vec::new() };
    let kvs = in_time.as_deref().unwrap_or_default();
    let posts = introductions.iter().map(async |(session, role)| {
        let invitation = invitation(world, settings, session, *role, kvs).await;
        let to = &session.side(*role).connection;
        (to, post(world, to, &Notice::Matched(Box::new(invitation))).await)
    });
    let posted = join_all(posts).await;
    if in_time.is_none() && session.lease.is_some() {
        given_up("ICE servers did not come", renew(world, settings, session).await);
    }
    let mut gone = Vec::new();
    for (to, result) in posted {
        match result {
            Ok(true) => {}
            Ok(false) => gone.push(to.clone()),
            Err(error) => given_up::<(), _>("a match was not told", Err(error)),
        }
    }
    gone
}

/// What `matched` holds, for a page that comes back or asks again.
pub(crate) async fn invite<W: World>(world: &W, settings: &Settings, session: &Session, role: Role) -> Invitation {
    let kvs = kvs(world, session, patience(settings, session)).await.unwrap_or_default();
    invitation(world, settings, session, role, &kvs).await
}

async fn invitation<W: World>(
    world: &W,
    settings: &Settings,
    session: &Session,
    role: Role,
    kvs: &[IceServer],
) -> Invitation {
    let own = session.side(role);
    let peer = session.side(role.other());
    Invitation {
        session: session.id.clone(),
        own_peer: own.peer.clone(),
        peer: peer.peer.clone(),
        nickname: peer.nickname.clone(),
        common_tags: session.common_tags.clone(),
        between: session.between,
        role,
        epoch: session.epoch,
        started_at: session.started_at,
        ends_at: session.ends_at,
        next_at: own.next_at,
        extension: session.extension,
        ice_servers: offered_to(world, settings, session, role, kvs),
        relay_only: session.relay_only,
        // A page that is told of the relay while the row says KVS is heard by nobody: its partner complains of the silence,
        // and both change over.
        signaling: grant(world, session, role).await.unwrap_or_else(|error| {
            tracing::error!(%error, "a way into the channel could not be signed");
            SignalingGrant::Relay
        }),
    }
}

/// A presigned URL never outlives the session, for nothing can throw a client off its channel.
async fn grant<W: World>(world: &W, session: &Session, role: Role) -> Result<SignalingGrant> {
    let Some(lease) = session.lease.as_ref().filter(|_| session.transport == Transport::Kvs) else {
        return Ok(SignalingGrant::Relay);
    };
    let now = world.now();
    let life = session.ends_at.since(now).min(PRESIGN_MAX).max(SpanMs::seconds(1));
    let url = world.presign(lease, role, now, life).await?;
    let endpoint = match role {
        Role::Offerer => &lease.endpoints.viewer_wss,
        Role::Answerer => &lease.endpoints.master_wss,
    };
    Ok(SignalingGrant::Kvs(KvsGrant {
        arn: lease.endpoints.arn.clone(),
        region: lease.endpoints.region.clone(),
        endpoint: endpoint.clone(),
        viewer_client: lease.viewer_client.clone(),
        url,
        expires_in: life,
    }))
}

/// KVS's servers of a session, if it has a channel and they come in time.
pub(crate) async fn kvs<W: World>(world: &W, session: &Session, within: SpanMs) -> Option<Vec<IceServer>> {
    let asked = world.ice_servers(&session.lease.as_ref()?.endpoints, within).await;
    asked.inspect_err(|error| tracing::warn!(%error, "no ICE servers from KVS")).ok()
}

/// Without TURN a call that hides an address is none: where there is no TURN but KVS's, it waits for that.
const fn patience(settings: &Settings, session: &Session) -> SpanMs {
    if session.relay_only && settings.turn.is_none() { ICE_CONFIG_LATE } else { ICE_CONFIG_WITHIN }
}

/// What is offered: the deployment's servers, our own TURN, KVS's.
pub(crate) fn offered(settings: &Settings, own: Option<&IceServer>, kvs: &[IceServer]) -> Vec<IceServer> {
    settings.ice_servers.iter().chain(own).chain(kvs).cloned().collect()
}

fn offered_to<W: World>(
    world: &W,
    settings: &Settings,
    session: &Session,
    role: Role,
    kvs: &[IceServer],
) -> Vec<IceServer> {
    offered(settings, turn::in_session(settings, session, role, world.now()).as_ref(), kvs)
}

/// Sends both sides fresh ICE servers, if they have some that end: our own TURN, or that of a channel.
///
/// # Errors
/// KVS did not answer, and there is no other TURN.
pub(crate) async fn renew<W: World>(world: &W, settings: &Settings, session: &Session) -> Result<()> {
    let kvs = match &session.lease {
        None if settings.turn.is_none() => return Ok(()),
        None => Vec::new(),
        Some(lease) if settings.turn.is_none() => world.ice_servers(&lease.endpoints, ICE_CONFIG_LATE).await?,
        Some(_) => kvs(world, session, ICE_CONFIG_LATE).await.unwrap_or_default(),
    };
    let present = Role::BOTH.into_iter().filter(|role| session.side(*role).lost_at.is_none());
    let posts = present.map(async |role| {
        let servers = offered_to(world, settings, session, role, &kvs);
        let notice = Notice::IceServers { session: session.id.clone(), servers };
        post(world, &session.side(role).connection, &notice).await
    });
    // Who is not there to hear of them gets them with the next `connected`.
    drop(join_all(posts).await);
    Ok(())
}
