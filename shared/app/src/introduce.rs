//! Tells the two of a session how to meet: ICE servers once for both, and a presigned way into the channel for each.

use domain::id::{ConnectionId, SessionId};
use domain::limits::{ICE_CONFIG_LATE, ICE_CONFIG_WITHIN, PRESIGN_MAX};
use domain::notice::{IceServer, Invitation, KvsGrant, Notice, SignalingGrant};
use domain::session::{Role, Session, Transport};
use domain::time::SpanMs;
use futures_util::future::join_all;
use ports::World;

use crate::perform::post;
use crate::{Result, Settings};

/// Introduces the sides of one new session; gives the connections that turned out to be gone.
pub(crate) async fn introduce<W: World>(
    world: &W,
    settings: &Settings,
    introductions: Vec<(Session, Role)>,
) -> Vec<ConnectionId> {
    let Some((session, _)) = introductions.first() else { return Vec::new() };
    let in_time = ice_servers(world, session, ICE_CONFIG_WITHIN).await;
    let servers = in_time.as_ref().map_or_else(|| settings.ice_servers.clone(), |kvs| offered(settings, kvs));
    let posts = introductions.iter().map(async |(session, role)| {
        let invitation = invitation(world, session, *role, servers.clone()).await;
        let to = &session.side(*role).connection;
        (to, post(world, to, &Notice::Matched(Box::new(invitation))).await)
    });
    let posted = join_all(posts).await;
    if in_time.is_none() && session.lease.is_some() {
        follow_up(world, settings, session).await;
    }
    posted.into_iter().filter(|(_, result)| matches!(result, Ok(false))).map(|(to, _)| to.clone()).collect()
}

/// What `matched` holds, for a page that comes back or asks again.
pub(crate) async fn invite<W: World>(world: &W, settings: &Settings, session: &Session, role: Role) -> Invitation {
    let kvs = ice_servers(world, session, ICE_CONFIG_WITHIN).await.unwrap_or_default();
    invitation(world, session, role, offered(settings, &kvs)).await
}

async fn invitation<W: World>(world: &W, session: &Session, role: Role, ice_servers: Vec<IceServer>) -> Invitation {
    let own = session.side(role);
    let peer = session.side(role.other());
    Invitation {
        session: session.id.clone(),
        own_peer: own.peer.clone(),
        peer: peer.peer.clone(),
        nickname: peer.nickname.clone(),
        common_tags: session.common_tags.clone(),
        role,
        epoch: session.epoch,
        started_at: session.started_at,
        ends_at: session.ends_at,
        ice_servers,
        relay_only: false,
        signaling: grant(world, session, role).await.unwrap_or(SignalingGrant::Relay),
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

async fn ice_servers<W: World>(world: &W, session: &Session, within: SpanMs) -> Option<Vec<IceServer>> {
    world.ice_servers(session.lease.as_ref()?, within).await.ok()
}

fn offered(settings: &Settings, kvs: &[IceServer]) -> Vec<IceServer> {
    settings.ice_servers.iter().chain(kvs).cloned().collect()
}

async fn follow_up<W: World>(world: &W, settings: &Settings, session: &Session) {
    let Some(kvs) = ice_servers(world, session, ICE_CONFIG_LATE).await else { return };
    let notice = ice_notice(&session.id, offered(settings, &kvs));
    drop(join_all(session.sides.iter().map(|side| post(world, &side.connection, &notice))).await);
}

fn ice_notice(session: &SessionId, servers: Vec<IceServer>) -> Notice {
    Notice::IceServers { session: session.clone(), servers }
}
