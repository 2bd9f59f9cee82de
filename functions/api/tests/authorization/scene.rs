//! One cell of the matrix: somebody asks for somebody's thing.

use domain::conduct::Subject;
use domain::email::Email;
use domain::id::{ConnectionId, UserId};
use domain::row::{Key, Row};
use domain::standing::Barred;
use lambda_http::Request;
use ports::Ambient;
use ports::fake::World;
use protocol::action::Action;
use protocol::route::{Answers, ApiRoute, AuthRoute};
use serde_json::{Value, json};

use crate::cast::{Cast, Household, Person};
use crate::deed::{Asked, Deed};
use crate::docket;
use crate::office::{Office, opened};
use crate::seen::{Answer, Seen};
use crate::stage::{self, At, Things};
use crate::table::{Object, Who};

/// What nobody has.
pub const NOTHING: &str = "00000000000000000000000000";
/// The id of the frame.
const FRAME: &str = "asked";

/// At what somebody knocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Knock {
    Auth(AuthRoute),
    Api(ApiRoute),
    Frame(Action),
}

/// A world in which somebody is about to ask.
pub struct Scene<'a> {
    pub office: &'a Office,
    pub cast: &'a Cast,
    pub who: Who,
    pub world: World,
    /// On which frames are sent.
    pub connection: ConnectionId,
    own: Things,
    hers: Things,
}

impl<'a> Scene<'a> {
    pub async fn set(office: &'a Office, cast: &'a Cast, knock: Knock, who: Who, deed: &Deed) -> Self {
        let world = World::default();
        *world.inner() = cast.inner.clone();
        let at = match knock {
            Knock::Auth(route) => At::Route(route.entry().door),
            Knock::Api(route) => At::Route(route.entry().door),
            Knock::Frame(_) => At::Socket,
        };
        let (own, hers, connection) = stage::set(&world, office, cast, (who, deed.stage, at)).await;
        Self { office, cast, who, world, connection, own, hers }
    }

    /// Asks, and looks around.
    pub async fn ask(&self, knock: Knock, asked: &Asked) -> Seen {
        let before = self.world.inner().clone();
        let Office { settings, keys, .. } = self.office;
        let (answer, body, cookies) = match knock {
            Knock::Auth(route) => {
                let (request, desk) = (self.request(route, asked), self.office.desk());
                rest(opened(&auth::handle(&self.world, &desk, &request).await.unwrap()))
            }
            Knock::Api(route) => {
                let request = self.request(route, asked);
                rest(opened(&api::handle(&self.world, settings, &keys.verifier, &request).await.unwrap()))
            }
            Knock::Frame(action) => {
                let data = if asked.body.is_null() { json!({}) } else { asked.body.clone() };
                let frame = json!({ "action": action.name(), "id": FRAME, "data": data }).to_string();
                app::message(&self.world, settings, &self.connection, &frame).await.unwrap();
                self.acknowledged()
            }
        };
        let after = self.world.inner().clone();
        Seen { before, after, answer, body, cookies }
    }

    fn request<R: Answers>(&self, route: R, asked: &Asked) -> Request {
        self.office.request(self.who, self.me(), self.world.now(), route.entry(), asked)
    }

    /// The `ack` or the `error` of the frame.
    fn acknowledged(&self) -> (Answer, Value, Vec<String>) {
        let inner = self.world.inner();
        let frames = inner.posted.iter().filter(|(to, _)| *to == self.connection);
        let mut frames = frames.map(|(_, frame)| serde_json::from_str::<Value>(frame).unwrap());
        let answer = frames.find(|frame| frame["id"] == FRAME).unwrap_or_default();
        let answered = match (answer["event"].as_str(), answer["data"]["code"].as_str()) {
            (Some("ack"), None) => Answer::Done(200),
            (Some("error"), Some(code)) => Answer::Refused { status: None, code: code.to_owned() },
            other => Answer::Unheard(format!("{other:?}")),
        };
        (answered, answer, Vec::new())
    }

    pub fn house(&self) -> &Household {
        &self.cast.households[&self.who]
    }

    /// Who asks.
    pub fn me(&self) -> &Person {
        &self.house().me
    }

    pub fn ada(&self) -> &Person {
        &self.cast.ada.me
    }

    /// Whose thing is named.
    pub fn owner(&self, object: Object) -> Option<&Household> {
        match object {
            Object::Own => Some(self.house()),
            Object::Foreign => Some(&self.cast.ada),
            Object::Missing => None,
        }
    }

    /// With whom they talk, or have talked.
    pub fn partner(&self) -> &Person {
        match self.who {
            Who::ExPartner => self.ada(),
            Who::Anonymous
            | Who::User
            | Who::OtherUser
            | Who::Blocked
            | Who::Banned
            | Who::Moderator
            | Who::Expired
            | Who::WrongEnvironment => &self.house().mate,
        }
    }

    /// The id of a call that goes on, or is over.
    pub fn session(&self, object: Object) -> &str {
        let things = self.things(object).and_then(|things| things.session.as_ref());
        things.map_or(NOTHING, |session| session.as_str())
    }

    /// The id of a call that rings.
    pub fn call(&self, object: Object) -> &str {
        let things = self.things(object).and_then(|things| things.call.as_ref());
        things.map_or(NOTHING, |call| call.as_str())
    }

    /// The id of a room.
    pub fn room(&self, object: Object) -> &str {
        let things = self.things(object).and_then(|things| things.room.as_ref());
        things.map_or(NOTHING, |room| room.as_str())
    }

    /// The alias of the mate in that room.
    pub fn alias(&self, object: Object) -> &str {
        let things = self.things(object).and_then(|things| things.alias.as_ref());
        things.map_or(NOTHING, |alias| alias.as_str())
    }

    /// The id of somebody: who asks, Ada, or nobody.
    pub fn user(&self, object: Object) -> &str {
        self.owner(object).map_or(NOTHING, |house| house.me.user.as_str())
    }

    fn things(&self, object: Object) -> Option<&Things> {
        match object {
            Object::Own => Some(&self.own),
            Object::Foreign => Some(&self.hers),
            Object::Missing => None,
        }
    }

    /// Whether this is somebody whom we have met before.
    pub fn knows(&self, user: &str) -> bool {
        self.cast.everybody().any(|person| person.user.as_str() == user)
    }

    /// Whose row it is; a row of the whole deployment is nobody's.
    pub fn owners(&self, row: &Row, seen: &Seen) -> Vec<UserId> {
        match row {
            Row::User(row) => vec![row.id.clone()],
            Row::Room(row) => row.seats.iter().map(|seat| seat.user.clone()).collect(),
            Row::Session(row) => row.sides.iter().map(|side| side.user.clone()).collect(),
            Row::ChatLine(line) => match seen.before.rows.get(&Key::Session(line.session.clone())) {
                Some(session) => self.owners(session, seen),
                None => panic!("a line of no call"),
            },
            Row::Hint(row) => vec![row.user.clone()],
            Row::Connection(row) => vec![row.user.clone()],
            Row::WsTicket(row) => vec![row.user.clone()],
            Row::Profile(row) => vec![row.user.clone()],
            Row::RefreshFamily(row) => vec![row.user.clone()],
            Row::Account(row) => vec![row.user.clone()],
            Row::Friendship(row) => vec![row.owner.clone()],
            Row::Invitation(row) => vec![row.from.clone()],
            Row::InviteRequest(row) => vec![row.from.clone()],
            Row::Entry(row) => vec![row.user.clone()],
            Row::CallRecord(row) => vec![row.owner.clone()],
            Row::BlockedBy(row) => vec![row.owner.clone()],
            Row::Subscription(row) => vec![row.owner.clone()],
            Row::Call(row) => vec![row.caller.user.clone(), row.callee.user.clone()],
            Row::MagicLink(row) => self.having(|person| person.email == row.email.as_str()),
            Row::Bar(row) => self.having(|person| match &row.of {
                Barred::Device(device) => person.device == *device,
                Barred::Address(address) => Email::parse(&person.email).unwrap().id() == *address,
            }),
            Row::Report(row) => row.reporter.iter().chain([&row.accused]).cloned().collect(),
            Row::Listing(row) => docket::listed(row),
            Row::Sanction(row) => vec![row.user.clone()],
            Row::Conduct(row) => match &row.subject {
                Subject::Person(user) => vec![user.clone()],
                Subject::Device(_) => Vec::new(),
            },
            Row::AuditLine(_) | Row::LinkRequest(_) | Row::Waits(_) | Row::Channel(_) | Row::Tally(_) => Vec::new(),
        }
    }

    /// Whose connection it is.
    pub fn speaker(&self, connection: &ConnectionId) -> Vec<UserId> {
        self.having(|person| person.connection == *connection)
    }

    fn having(&self, holds: impl Fn(&Person) -> bool) -> Vec<UserId> {
        self.cast.everybody().filter(|person| holds(person)).map(|person| person.user.clone()).collect()
    }
}

fn rest((status, body, cookies): (u16, Value, Vec<String>)) -> (Answer, Value, Vec<String>) {
    let answer = match body["error"]["code"].as_str() {
        Some(code) => Answer::Refused { status: Some(status), code: code.to_owned() },
        None => Answer::Done(status),
    };
    (answer, body, cookies)
}
