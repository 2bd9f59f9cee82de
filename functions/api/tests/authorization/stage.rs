//! Where everybody is when somebody asks: both who asks and Ada are brought there by frames of their own.

use domain::id::{CallId, ConnectionId, PeerId, RoomId, SessionId, Token};
use domain::limits::{CONNECTION_LIFE, FRESH_SIGN_IN, LINK_LIFE};
use domain::refusal::Code;
use domain::row::{Key, Row};
use domain::standing::{Bar, Barred, Hold};
use domain::time::{SpanMs, TimeMs};
use ports::fake::World;
use ports::{Ambient, Commit, Store};
use protocol::route::Door;
use serde_json::json;

use crate::cast::{Actors, Cast, Household, Person};
use crate::office::{ELSEWHERE, HOME, Office};
use crate::table::Who;

/// Where somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Online, asking for nobody.
    Idle,
    /// As idle, and long after the mail by which they signed in.
    LongSignedIn,
    /// In the queue; the two would not be matched.
    Waiting,
    /// In a call with their mate that both have confirmed. The ex-partner's is the one that they had with Ada.
    Talking,
    /// Out of such a call, which has ended just now.
    Parted,
    /// Ringing their pal.
    Ringing,
    /// Rung by their pal.
    Rung,
    /// With a room of their own, in which nobody is.
    Hosting,
    /// In a room of their own, with their mate.
    Seated,
}

/// At what they knock: it says what of theirs can have expired.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    Route(Door),
    Socket,
}

/// What somebody is in.
#[derive(Debug, Clone, Default)]
pub struct Things {
    pub session: Option<SessionId>,
    pub call: Option<CallId>,
    pub room: Option<RoomId>,
    /// The alias of their mate in it.
    pub alias: Option<PeerId>,
}

/// Sets the stage in a world; gives what who asks and what Ada is in, and the connection on which who asks speaks.
pub async fn set(
    world: &World,
    office: &Office,
    cast: &Cast,
    (who, stage, at): (Who, Stage, At),
) -> (Things, Things, ConnectionId) {
    let actors = Actors { world, office };
    let house = &cast.households[&who];
    let in_calls = matches!(stage, Stage::Talking | Stage::Parted);
    let former = (who == Who::ExPartner && in_calls).then_some(&cast.former);
    let own = match former {
        Some(former) => Things { session: Some(former.clone()), ..Things::default() },
        None => bring(actors, house, stage, "video").await,
    };
    let hers = bring(actors, &cast.ada, stage, "text").await;
    if who == Who::Banned {
        let now = world.now();
        let until = now + SpanMs::seconds(24 * 3600);
        app::ban(world, &office.settings, &house.me.user, until).await.unwrap();
        let hold = Hold { sanction: world.token().into(), since: now, until };
        let bar = Bar::held(Barred::Device(house.me.device.clone()), None, hold, now);
        assert_eq!(world.commit(&[bar]).await.unwrap(), Commit::Committed);
        // The ban has closed their socket; what they ask for was on its way already.
        let mut inner = world.inner();
        inner.closed.clear();
        inner.open.insert(house.me.connection.clone());
    }
    let me = &house.me;
    let is_stray = at == At::Socket && matches!(who, Who::Anonymous | Who::WrongEnvironment);
    let connection = if is_stray { stray(actors, who, me).await } else { me.connection.clone() };
    match at {
        At::Route(door) if who == Who::Expired => expire_proofs(world, me, door),
        At::Socket if who == Who::Expired => expire_socket(actors, me, stage).await,
        At::Route(_) | At::Socket => {}
    }
    world.inner().posted.clear();
    (own, hers, connection)
}

async fn bring(actors: Actors<'_>, house: &Household, stage: Stage, mode: &str) -> Things {
    let Household { me, mate, pal, .. } = house;
    match stage {
        Stage::Idle => Things::default(),
        Stage::LongSignedIn => {
            let mut inner = actors.world.inner();
            let began_at = before(inner.now, FRESH_SIGN_IN);
            let key = Key::RefreshFamily(me.user.clone(), me.family.clone());
            if let Some(Row::RefreshFamily(family)) = inner.rows.get_mut(&key) {
                family.began_at = began_at;
            }
            Things::default()
        }
        Stage::Waiting => {
            actors.says(me, "join-queue", json!({ "mode": mode })).await;
            assert!(actors.user(me).waiting().is_some(), "{} waits", me.name);
            Things::default()
        }
        Stage::Talking => {
            let session = actors.meet(me, mate).await;
            // The brake on `next` is over.
            actors.world.pass(SpanMs::seconds(3));
            Things { session: Some(session), ..Things::default() }
        }
        Stage::Parted => {
            let session = actors.meet(me, mate).await;
            actors.says(mate, "end-call", json!({ "sessionId": session.as_str() })).await;
            Things { session: Some(session), ..Things::default() }
        }
        Stage::Ringing => Things { call: Some(actors.ring(me, pal).await), ..Things::default() },
        Stage::Rung => Things { call: Some(actors.ring(pal, me).await), ..Things::default() },
        Stage::Hosting => Things { room: Some(actors.room(me).await), ..Things::default() },
        Stage::Seated => {
            let room = actors.room(me).await;
            for person in [me, mate] {
                actors.says(person, "join-room", json!({ "roomId": room.as_str() })).await;
            }
            let alias = actors.seat(mate, &room);
            Things { room: Some(room), alias: Some(alias), ..Things::default() }
        }
    }
}

/// A cookie and a link that are over. At a route for who has a token, that alone is over.
fn expire_proofs(world: &World, me: &Person, door: Door) {
    let mut inner = world.inner();
    let now = inner.now;
    for row in inner.rows.values_mut().filter(|_| door == Door::Home) {
        if let Row::RefreshFamily(family) = row
            && family.user == me.user
        {
            family.expires_at = before(now, SpanMs(0));
        }
        if let Row::MagicLink(link) = row
            && link.email.as_str() == me.email
        {
            link.asked_at = before(now, LINK_LIFE);
        }
    }
}

/// A socket that is older than any can be. In a call or a room its page has gone over to a new one, as it is told to in time.
async fn expire_socket(actors: Actors<'_>, me: &Person, stage: Stage) {
    if matches!(stage, Stage::Talking | Stage::Seated) {
        actors.open(me, &ConnectionId::parse("c-new=").unwrap()).await;
    }
    let mut inner = actors.world.inner();
    let opened_at = before(inner.now, CONNECTION_LIFE);
    if let Some(Row::Connection(row)) = inner.rows.get_mut(&Key::Connection(me.connection.clone())) {
        row.opened_at = opened_at;
    }
    if let Some(Row::User(user)) = inner.rows.get_mut(&Key::User(me.user.clone())) {
        user.connected_at = opened_at;
    }
}

/// A socket that was never let in: without a ticket, with the ticket of another deployment, or by its page.
async fn stray(actors: Actors<'_>, who: Who, me: &Person) -> ConnectionId {
    let connection = ConnectionId::parse("c-stray=").unwrap();
    let (good, foreign) = (actors.ticket(me).await, Token::derived(&["another deployment"]));
    let by_its_page = (who == Who::WrongEnvironment).then_some((&good, ELSEWHERE, Code::Forbidden));
    let tries = [(&foreign, HOME, Code::Unauthorized)].into_iter().chain(by_its_page);
    for (ticket, origin, wanted) in tries {
        let refused = actors.knock(&connection, ticket, origin).await.unwrap_err();
        assert_eq!(refused.refusal().code, wanted, "{who:?} from {origin}");
    }
    actors.world.inner().open.insert(connection.clone());
    connection
}

/// When something began that is over by now: rows expire by whole seconds.
fn before(now: TimeMs, life: SpanMs) -> TimeMs {
    TimeMs(now.0 - life.0 - 1000)
}
