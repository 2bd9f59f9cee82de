//! The people: Ada, whose things are the foreign ones, and one of each kind who asks; each with a mate to talk to and a
//! pal.

use std::collections::BTreeMap;

use app::{Caller, Entrance, LinkWish, Ticket, Upgrade, Wanted, Whom};
use domain::credential::{Newcomer, Profile};
use domain::email::Email;
use domain::id::{
    BlockId, CallId, ConnectionId, DeviceId, FamilyId, PeerId, RequestId, RoomId, SessionId, Token, UserId,
};
use domain::network::Network;
use domain::profile::Nickname;
use domain::push::{BrowserKeys, Endpoint};
use domain::refresh::RefreshFamily;
use domain::room::RoomWish;
use domain::row::{Key, Row};
use domain::time::SpanMs;
use domain::user::User;
use ports::Ambient;
use ports::fake::{Inner, World};
use serde_json::{Value, json};

use crate::docket;
use crate::office::{HOME, NOON, Office};
use crate::table::{EVERYBODY, Who};

/// Somebody with an account and an open page.
#[derive(Debug, Clone)]
pub struct Person {
    pub name: String,
    pub user: UserId,
    pub email: String,
    pub device: DeviceId,
    pub family: FamilyId,
    /// What the cookie holds besides the user.
    pub refresh: String,
    pub connection: ConnectionId,
    /// A link to sign in again, asked for in a browser of theirs.
    pub link: Link,
}

/// A link by mail.
#[derive(Debug, Clone)]
pub struct Link {
    pub token: String,
    pub code: String,
    pub nonce: String,
}

/// Somebody and theirs.
#[derive(Debug, Clone)]
pub struct Household {
    pub me: Person,
    /// A stranger with whom they talk.
    pub mate: Person,
    /// A friend.
    pub pal: Person,
    /// Sue wants to be their friend.
    pub request: RequestId,
    /// They block the pest.
    pub block: BlockId,
}

/// Everybody, and how the world is before anybody asks for anything.
pub struct Cast {
    pub inner: Inner,
    pub ada: Household,
    pub households: BTreeMap<Who, Household>,
    pub sue: Person,
    pub pest: Person,
    /// The call that Ada and her ex-partner have had.
    pub former: SessionId,
}

impl Cast {
    pub async fn assemble(office: &Office) -> Self {
        let world = World::default();
        world.inner().now = NOON;
        app::keep_pool(&world, &office.settings).await.unwrap();
        let stage = Actors { world: &world, office };
        let (sue, pest) = (stage.arrives("Sue").await, stage.arrives("Pest").await);
        let ada = stage.household("Ada", &sue, &pest).await;
        let mut households = BTreeMap::new();
        for who in EVERYBODY {
            households.insert(who, stage.household(&format!("{who:?}"), &sue, &pest).await);
        }
        let hides = app::ProfileChange { findable: Some(false), ..app::ProfileChange::default() };
        app::change_profile(&world, &ada.mate.user, hides).await.unwrap();
        stage.befriend(&households[&Who::User].me, &ada.me).await;
        let former = stage.meet(&households[&Who::ExPartner].me, &ada.me).await;
        world.pass(SpanMs::seconds(60));
        stage.says(&ada.me, "end-call", json!({ "sessionId": former.as_str() })).await;
        let blocked = Whom::User(households[&Who::Blocked].me.user.clone());
        app::block(&world, &ada.me.user, &blocked).await.unwrap();
        let moderator = Email::parse(&households[&Who::Moderator].me.email).unwrap();
        app::appoint(&world, &moderator, true).await.unwrap();
        world.inner().posted.clear();
        let mut inner = world.inner().clone();
        for house in households.values().chain([&ada]) {
            docket::lay(&mut inner, office, &house.me, &sue, &pest);
        }
        Self { inner, ada, households, sue, pest, former }
    }

    /// Everybody about whom moderators have something before them.
    pub fn asked_about(&self) -> impl Iterator<Item = &Person> {
        self.households.values().chain([&self.ada]).map(|house| &house.me)
    }

    /// Everybody there is.
    pub fn everybody(&self) -> impl Iterator<Item = &Person> {
        let households = self.households.values().chain([&self.ada]);
        households.flat_map(|house| [&house.me, &house.mate, &house.pal]).chain([&self.sue, &self.pest])
    }
}

/// People do things in a world.
#[derive(Clone, Copy)]
pub struct Actors<'a> {
    pub world: &'a World,
    pub office: &'a Office,
}

impl Actors<'_> {
    async fn household(&self, name: &str, sue: &Person, pest: &Person) -> Household {
        let me = self.arrives(name).await;
        let mate = self.arrives(&format!("Mate of {name}")).await;
        let pal = self.arrives(&format!("Pal of {name}")).await;
        self.befriend(&pal, &me).await;
        let call = self.ring(&pal, &me).await;
        self.says(&pal, "call-cancel", json!({ "callId": call.as_str() })).await;
        let request = self.ask(sue, &me).await;
        let block = app::block(self.world, &me.user, &Whom::User(pest.user.clone())).await.unwrap();
        self.subscribe(&me).await;
        Household { me, mate, pal, request, block }
    }

    /// Somebody signs in by mail, opens a page, and asks for another link.
    async fn arrives(&self, name: &str) -> Person {
        let email = format!("m-{}@example.org", name.to_lowercase().replace(' ', "-"));
        let first = self.link(name, &email).await;
        let Entrance::SignedIn(signed_in) = self.redeem(&first.token, Some(&first.nonce)).await else {
            panic!("{name} is not in")
        };
        let app::SignedIn { profile, refresh } = *signed_in;
        let connection = ConnectionId::parse(&format!("c-{}=", name.replace(' ', "-"))).unwrap();
        let link = self.link(name, &email).await;
        let person = Person {
            name: name.to_owned(),
            user: profile.user,
            email,
            device: profile.device,
            family: refresh.family.clone(),
            refresh: refresh.cookie_value(),
            connection,
            link,
        };
        self.open(&person, &person.connection).await;
        person
    }

    async fn link(&self, name: &str, email: &str) -> Link {
        let newcomer = Newcomer { nickname: Some(Nickname::parse(name).unwrap()), ..Newcomer::default() };
        let (email, nonce) = (Email::parse(email).unwrap(), self.world.token());
        let wish = LinkWish { email, newcomer, guest: None, nonce: nonce.clone() };
        app::ask_for_link(self.world, &self.office.settings, wish, &Network::of(None)).await.unwrap();
        let errand = protocol::errand::decode(self.world.inner().errands.last().unwrap()).unwrap();
        app::carry_out(self.world, self.world, &self.office.settings, &errand).await.unwrap();
        let text = self.world.inner().letters.last().unwrap().1.text.clone();
        let token = text.split_once("/sign-in#").unwrap().1.split_whitespace().next().unwrap().to_owned();
        let Entrance::Elsewhere(code) = self.redeem(&token, None).await else { panic!("in without a mark") };
        Link { token, code, nonce: nonce.as_str().to_owned() }
    }

    async fn redeem(&self, token: &str, nonce: Option<&str>) -> Entrance {
        let network = Network::of(None);
        app::redeem(self.world, &self.office.settings, Ticket::Link(token), nonce, None, &network).await.unwrap()
    }

    async fn subscribe(&self, person: &Person) {
        let keys = BrowserKeys::parse(&"B".repeat(87), &"a".repeat(22)).unwrap();
        let caller = Caller { profile: self.profile(person), family: self.family(person) };
        let endpoint = Endpoint::parse(&browser_of(&person.name)).unwrap();
        app::subscribe(self.world, &caller, endpoint, keys).await.unwrap();
    }

    /// Somebody's ticket for a socket.
    pub async fn ticket(&self, person: &Person) -> Token {
        let caller = Caller { profile: self.profile(person), family: self.family(person) };
        app::ws_ticket(self.world, &caller).await.unwrap().ticket
    }

    /// Knocks at the socket.
    pub async fn knock(&self, connection: &ConnectionId, ticket: &Token, origin: &str) -> app::Result<()> {
        let (opened_at, ticket) = (self.world.now(), Some(ticket.as_str()));
        let upgrade = Upgrade { connection, opened_at, ticket, origin: Some(origin), trace: None };
        app::connect(self.world, &self.office.settings, upgrade).await
    }

    /// Somebody opens a socket and says hello.
    pub async fn open(&self, person: &Person, connection: &ConnectionId) {
        self.world.pass(SpanMs(1));
        let ticket = self.ticket(person).await;
        self.knock(connection, &ticket, HOME).await.unwrap();
        self.world.inner().open.insert(connection.clone());
        self.says_on(connection, "hello", json!({})).await;
    }

    pub async fn says(&self, person: &Person, action: &str, data: Value) {
        self.says_on(&person.connection, action, data).await;
    }

    async fn says_on(&self, connection: &ConnectionId, action: &str, data: Value) {
        let frame = json!({ "action": action, "data": data }).to_string();
        app::message(self.world, &self.office.settings, connection, &frame).await.unwrap();
    }

    /// Two strangers meet who have one tag in common.
    pub async fn meet(&self, one: &Person, other: &Person) -> SessionId {
        for person in [one, other] {
            self.says(person, "join-queue", json!({ "tags": ["met"] })).await;
        }
        let session = self.user(one).session().expect("they meet").clone();
        assert_eq!(self.user(other).session(), Some(&session));
        for person in [one, other] {
            let data = json!({ "sessionId": session.as_str(), "status": "received" });
            self.says(person, "connection-status", data).await;
        }
        session
    }

    /// Somebody makes a room.
    pub async fn room(&self, host: &Person) -> RoomId {
        let caller = Caller { profile: self.profile(host), family: self.family(host) };
        app::create_room(self.world, &caller, RoomWish::default()).await.unwrap()
    }

    /// The alias of somebody in a room.
    pub fn seat(&self, person: &Person, room: &RoomId) -> PeerId {
        match self.world.inner().rows.get(&Key::Room(room.clone())) {
            Some(Row::Room(room)) => room.seat_of(&person.user).expect("a seat").peer.clone(),
            other => panic!("no room: {other:?}"),
        }
    }

    /// Somebody rings a friend.
    pub async fn ring(&self, caller: &Person, callee: &Person) -> CallId {
        self.says(caller, "call-request", json!({ "to": callee.user.as_str() })).await;
        let user = self.user(caller);
        user.rings(self.world.now()).expect("it rings").clone()
    }

    async fn ask(&self, one: &Person, other: &Person) -> RequestId {
        let (me, wanted) = (self.profile(one), Wanted::User(other.user.clone()));
        app::ask_friend(self.world, &self.office.settings, &me, &wanted).await.unwrap();
        let incoming = app::friends(self.world, &other.user).await.unwrap().incoming;
        incoming.iter().find(|row| row.other == one.user).expect("a request").request()
    }

    async fn befriend(&self, one: &Person, other: &Person) {
        let request = self.ask(one, other).await;
        app::answer_friend(self.world, &self.office.settings, &other.user, &request, true).await.unwrap();
    }

    pub fn user(&self, person: &Person) -> User {
        match self.world.inner().rows.get(&Key::User(person.user.clone())) {
            Some(Row::User(user)) => user.clone(),
            other => panic!("{} is not there: {other:?}", person.name),
        }
    }

    fn profile(&self, person: &Person) -> Profile {
        match self.world.inner().rows.get(&Key::Profile(person.user.clone())) {
            Some(Row::Profile(profile)) => profile.clone(),
            other => panic!("{} is nobody: {other:?}", person.name),
        }
    }

    fn family(&self, person: &Person) -> RefreshFamily {
        let key = Key::RefreshFamily(person.user.clone(), person.family.clone());
        match self.world.inner().rows.get(&key) {
            Some(Row::RefreshFamily(family)) => family.clone(),
            other => panic!("{} is not signed in: {other:?}", person.name),
        }
    }
}

/// Where somebody's browser is woken.
pub fn browser_of(name: &str) -> String {
    format!("https://fcm.googleapis.com/fcm/send/{}", name.replace(' ', "-"))
}
