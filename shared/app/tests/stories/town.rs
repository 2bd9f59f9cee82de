//! A town of strangers: pages that speak and hear, on a world in memory.

use std::cell::Cell;

use app::{Caller, Entrance, IssuedTicket, LinkWish, Settings, Ticket, Upgrade};
use domain::credential::Newcomer;
use domain::email::Email;
use domain::id::{ConnectionId, DeviceId, UserId};
use domain::network::Network;
use domain::pool::PoolSizes;
use domain::profile::{Nickname, Tags};
use domain::row::{Belonging, Key, Row};
use domain::session::Session;
use domain::time::{SpanMs, TimeMs};
use domain::user::{User, UserState};
use ports::fake::World;
use ports::{Ambient, Store};
use serde_json::{Value, json};

/// Monday, 2 March 2026, noon UTC.
const NOON: TimeMs = TimeMs(1_772_452_800_000);
const ORIGIN: &str = "https://speed.example";

/// The town.
pub struct Town {
    pub world: World,
    pub settings: Settings,
    connections: usize,
    errands_done: Cell<usize>,
}

/// Somebody's open page.
#[derive(Debug, Clone)]
pub struct Page {
    pub user: UserId,
    pub connection: ConnectionId,
}

impl Town {
    /// A town with `channels` channels in its pool.
    pub async fn with_channels(channels: usize) -> Self {
        let world = World::default();
        world.inner().now = NOON;
        let origins = vec![ORIGIN.into()];
        let settings = Settings {
            pool: PoolSizes::new(channels, channels),
            origins,
            logins_per_minute: 100,
            ..Settings::default()
        };
        app::keep_pool(&world, &settings).await.unwrap();
        Self { world, settings, connections: 0, errands_done: Cell::new(0) }
    }

    /// Signs a guest in, opens a socket and says hello.
    pub async fn arrive(&mut self, nickname: &str, tags: &[&str]) -> Page {
        let newcomer = Newcomer {
            nickname: Some(Nickname::parse(nickname).unwrap()),
            tags: Tags::parse(tags).unwrap(),
            ..Newcomer::default()
        };
        let network = Network::of(Some("192.0.2.1"));
        let signed_in = app::sign_in(&self.world, &self.settings, newcomer, None, &network).await.unwrap();
        self.open(&signed_in.profile.user).await
    }

    /// Opens another socket of somebody and says hello.
    pub async fn open(&mut self, user: &UserId) -> Page {
        let issued = self.ticket(user).await;
        self.open_with(user, &issued).await
    }

    /// Carries out the errands that have been entrusted, each once.
    pub async fn run_errands(&self) {
        let errands = self.world.inner().errands.clone();
        for errand in errands.iter().skip(self.errands_done.get()) {
            self.carry_out(errand).await;
        }
        self.errands_done.set(errands.len());
    }

    /// Carries out one errand, for the first time or again.
    pub async fn carry_out(&self, errand: &str) {
        app::carry_out(&self.world, &self.world, &self.settings, &protocol::errand::decode(errand).unwrap())
            .await
            .unwrap();
    }

    /// Somebody signs in by mail, in a browser of their own.
    pub async fn signs_in_by_mail(&self, email: &str) -> UserId {
        self.signs_in(email, None, None).await
    }

    /// A guest, or nobody yet, signs in by mail on a device.
    pub async fn signs_in(&self, email: &str, guest: Option<&UserId>, device: Option<DeviceId>) -> UserId {
        let (email, nonce) = (Email::parse(email).unwrap(), self.world.token());
        let network = Network::of(Some("192.0.2.9"));
        let wish = LinkWish { email, newcomer: Newcomer::default(), guest: guest.cloned(), nonce: nonce.clone() };
        app::ask_for_link(&self.world, &self.settings, wish, &network).await.unwrap();
        self.run_errands().await;
        let text = self.world.inner().letters.last().unwrap().1.text.clone();
        let token = text.split_once("/sign-in#").unwrap().1.split_whitespace().next().unwrap().to_owned();
        let (nonce, ticket) = (Some(nonce.as_str()), Ticket::Link(&token));
        let entrance = app::redeem(&self.world, &self.settings, ticket, nonce, device, &network).await.unwrap();
        let Entrance::SignedIn(signed_in) = entrance else { panic!("not signed in") };
        self.run_errands().await;
        signed_in.profile.user
    }

    /// A ticket for a socket of somebody.
    pub async fn ticket(&self, user: &UserId) -> IssuedTicket {
        app::ws_ticket(&self.world, &self.caller(user).await).await.unwrap()
    }

    /// Somebody as they call a route, by the newest of their sign-ins.
    pub async fn caller(&self, user: &UserId) -> Caller {
        let families = self.world.belongings(user, Belonging::Families, 1).await.unwrap();
        let Some(Row::RefreshFamily(family)) = families.into_iter().next() else { panic!("{user} is not signed in") };
        let Some(Row::Profile(profile)) = self.world.inner().rows.get(&Key::Profile(user.clone())).cloned() else {
            panic!("{user} is nobody")
        };
        Caller { profile, family }
    }

    /// Opens a socket with a ticket that was issued before, and says hello.
    pub async fn open_with(&mut self, user: &UserId, issued: &IssuedTicket) -> Page {
        self.connections += 1;
        let connection = ConnectionId::parse(&format!("c{}=", self.connections)).unwrap();
        let upgrade = Upgrade {
            connection: &connection,
            opened_at: self.world.now(),
            ticket: Some(issued.ticket.as_str()),
            origin: Some(ORIGIN),
            trace: None,
        };
        app::connect(&self.world, &self.settings, upgrade).await.unwrap();
        self.world.inner().open.insert(connection.clone());
        let page = Page { user: user.clone(), connection };
        self.world.pass(SpanMs(1));
        self.says(&page, "hello", json!({})).await;
        page
    }

    /// A page says something.
    pub async fn says(&self, page: &Page, action: &str, data: Value) {
        self.says_raw(page, &json!({ "action": action, "data": data }).to_string()).await;
    }

    /// A page says something in its own words.
    pub async fn says_raw(&self, page: &Page, text: &str) {
        app::message(&self.world, &self.settings, &page.connection, text).await.unwrap();
    }

    /// Takes what a page has heard, without what changes from run to run.
    pub fn hears(&self, page: &Page) -> Vec<Value> {
        let mut inner = self.world.inner();
        let (mine, others) = inner.posted.drain(..).partition(|(to, _)| *to == page.connection);
        inner.posted = others;
        drop(inner);
        let mine: Vec<(ConnectionId, String)> = mine;
        mine.into_iter().map(|(_, frame)| serde_json::from_str(&frame).unwrap()).collect()
    }

    /// The names of the events that a page has heard.
    pub fn hears_events(&self, page: &Page) -> Vec<String> {
        self.hears(page).iter().map(|frame| frame["event"].as_str().unwrap().to_owned()).collect()
    }

    /// The socket of a page breaks, and the gateway says so.
    pub async fn breaks(&self, page: &Page) {
        self.world.inner().open.remove(&page.connection);
        app::lost(&self.world, &self.settings, &page.connection).await.unwrap();
    }

    /// The socket of a page breaks, and nobody says so.
    pub fn breaks_silently(&self, page: &Page) {
        self.world.inner().open.remove(&page.connection);
    }

    /// Lets time pass, second by second, and takes every look that becomes due.
    pub async fn seconds_pass(&self, seconds: u64) {
        for _ in 0..seconds {
            self.world.pass(SpanMs::seconds(1));
            while let Some(message) = self.world.due_timer() {
                let (timer, due_at) = protocol::timer::decode(&message).unwrap();
                app::tick(&self.world, &self.settings, &timer, due_at).await.unwrap();
            }
        }
    }

    /// Two pages join with a common tag and confirm.
    pub async fn meet(&mut self) -> (Page, Page, String) {
        let ada = self.arrive("Ada", &["chess"]).await;
        let bob = self.arrive("Bob", &["chess"]).await;
        self.says(&ada, "join-queue", json!({})).await;
        self.says(&bob, "join-queue", json!({})).await;
        let session = self.session_of(&ada).unwrap().id.to_string();
        for page in [&ada, &bob] {
            self.says(page, "connection-status", json!({ "sessionId": session, "status": "received" })).await;
            self.hears(page);
        }
        (ada, bob, session)
    }

    /// Where somebody is.
    pub fn user(&self, page: &Page) -> User {
        match self.world.inner().rows.get(&Key::User(page.user.clone())) {
            Some(Row::User(user)) => user.clone(),
            other => panic!("no user row: {other:?}"),
        }
    }

    /// The session somebody is in.
    pub fn session_of(&self, page: &Page) -> Option<Session> {
        let user = self.user(page);
        let id = user.session()?;
        match self.world.inner().rows.get(&Key::Session(id.clone())) {
            Some(Row::Session(session)) => Some(session.clone()),
            other => panic!("no session row: {other:?}"),
        }
    }

    /// Whether somebody asks for nobody.
    pub fn is_idle(&self, page: &Page) -> bool {
        self.user(page).state == UserState::Idle
    }

    /// Whether somebody waits.
    pub fn is_waiting(&self, page: &Page) -> bool {
        self.user(page).waiting().is_some()
    }

    /// The types of all events recorded so far, in order.
    pub fn recorded(&self) -> Vec<String> {
        let records = self.world.inner().recorded.clone();
        let kind = |json: &str| serde_json::from_str::<Value>(json).unwrap()["type"].as_str().unwrap().to_owned();
        records.iter().map(|record| kind(&record.json)).collect()
    }

    /// How many channels are free.
    pub fn free_channels(&self) -> usize {
        let inner = self.world.inner();
        let free = |row: &&Row| matches!(row, Row::Channel(channel) if channel.leased_to.is_none());
        inner.rows.values().filter(free).count()
    }
}
