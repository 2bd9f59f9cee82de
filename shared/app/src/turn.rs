//! Our own TURN servers: names and passwords that end by themselves.

use domain::decide;
use domain::id::SessionId;
use domain::limits::{ICE_CONFIG_LATE, ICE_SERVERS_LIFE, TURN_NAME_LIFE};
use domain::notice::IceServer;
use domain::quota::TURN_ASKS;
use domain::room::{Room, Seat};
use domain::session::{Role, Session};
use domain::time::{SpanMs, TimeMs};
use domain::turn::TurnName;
use ports::{Parameters, World};
use protocol::turn::TurnSecret;

use crate::caller::Caller;
use crate::limit::admit;
use crate::{Result, Settings, introduce, load};

/// Where our own TURN servers are, and the secret that they share with us.
#[derive(Debug, Clone)]
pub struct Turn {
    /// `turn:` and `turns:` URLs.
    pub urls: Vec<String>,
    /// Makes passwords.
    pub secret: TurnSecret,
}

/// What somebody may relay through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TurnServers {
    /// Our own, if there are some.
    pub own: Option<IceServer>,
    /// Every one, STUN servers too.
    pub all: Vec<IceServer>,
    /// How long all of them are good.
    pub life: SpanMs,
}

impl Turn {
    /// The servers of a deployment; none without URLs, and then there need be no secret either.
    ///
    /// # Errors
    /// The parameter that is named cannot be read, or is no secret.
    pub async fn of<W: Parameters>(world: &W, urls: Vec<String>, secret_parameter: &str) -> Result<Option<Self>> {
        if urls.is_empty() {
            return Ok(None);
        }
        let secret = TurnSecret::new(&world.parameter(secret_parameter).await?);
        let weak =
            |error: protocol::turn::WeakSecret| ports::Error::Failed { port: "parameters", why: error.to_string() };
        Ok(Some(Self { urls, secret: secret.map_err(weak)? }))
    }

    fn server(&self, name: &TurnName) -> IceServer {
        let (username, credential) = self.secret.credentials(name);
        IceServer { urls: self.urls.clone(), username: Some(username), credential: Some(credential) }
    }
}

/// Our own servers for one side of a call.
pub(crate) fn in_session(settings: &Settings, session: &Session, role: Role, now: TimeMs) -> Option<IceServer> {
    settings.turn.as_ref().map(|turn| turn.server(&TurnName::in_session(&session.id, role, now)))
}

/// Our own servers for a seat of a room.
pub(crate) fn in_room(settings: &Settings, room: &Room, seat: &Seat, now: TimeMs) -> Option<IceServer> {
    settings.turn.as_ref().map(|turn| turn.server(&TurnName::in_room(&room.id, &seat.peer, now)))
}

/// The servers through which somebody may relay: in their call, or outside of any to try their network. Who is banned has no
/// call to make.
///
/// # Errors
/// `banned`, `rate_limited`, `not_in_session`, or a port failed; KVS's servers are left out when it does not answer.
pub async fn turn_servers<W: World>(
    world: &W,
    settings: &Settings,
    caller: &Caller,
    session: Option<&SessionId>,
) -> Result<TurnServers> {
    let user = &caller.profile.user;
    caller.profile.standing().admit(world.now())?;
    admit(world, &TURN_ASKS, user.as_str()).await?;
    let now = world.now();
    let Some(session) = session else {
        let own = settings.turn.as_ref().map(|turn| turn.server(&TurnName::outside(&caller.profile.device, now)));
        return Ok(TurnServers { all: introduce::offered(settings, own.as_ref(), &[]), own, life: TURN_NAME_LIFE });
    };
    let session = load::session(world, session, now).await?;
    let role = decide::participant(session.as_ref(), user, now)?;
    let own = session.as_ref().and_then(|session| in_session(settings, session, role, now));
    let kvs = match &session {
        Some(session) => introduce::kvs(world, session, ICE_CONFIG_LATE).await.unwrap_or_default(),
        None => Vec::new(),
    };
    let life = if kvs.is_empty() { TURN_NAME_LIFE } else { ICE_SERVERS_LIFE };
    Ok(TurnServers { all: introduce::offered(settings, own.as_ref(), &kvs), own, life })
}
