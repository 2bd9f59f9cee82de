//! What every use case costs, to the unit. A change of these figures is a change of the bill: it shows here first.
#![cfg(test)]

use std::fmt::Write;

use app::{Caller, Settings, SignedIn, Upgrade};
use aws::item_bytes;
use domain::channel::{Channel, Endpoints};
use domain::credential::Newcomer;
use domain::id::{ChannelId, ConnectionId, UserId};
use domain::network::Network;
use domain::profile::{Nickname, Tags};
use domain::room::{Room, RoomWish};
use domain::row::{Change, Key, Row, Version};
use domain::session::Session;
use domain::time::{SpanMs, TimeMs};
use ports::{Ambient, Store};
use protocol::token::Access;
use serde_json::{Value, json};
use testkit::budget::{Bill, Counted};

const NOON: TimeMs = TimeMs(1_772_452_800_000);
const USE_CASES: &str = "
                                  inv  in out  get qry   RRU  put  tx WRU  sqs oth
join-queue, nobody there            1   1   1    1   3   2.5    0   1   4    1   1
leave-queue                         1   1   1    2   0   1.5    2   0   2    0   1
timer: a ticket that is over        1   0   0    1   0   0.5    0   0   0    0   0
join-queue, somebody there          1   1   3    2   2   2.0    2   1  12    1   2
received, the first                 1   1   1    1   0   0.5    1   0   1    0   0
received, the second                1   1   1    1   0   0.5    1   0   1    0   1
fingerprint                         1   1   1    1   0   1.0    0   0   0    0   0
send-offer                          1   1   1    1   0   1.0    0   0   0    0   0
send-candidate                      1   1   1    1   0   1.0    1   0   1    0   0
send-message                        1   1   1    1   0   1.0    1   0   1    0   1
send-reaction                       1   1   1    1   0   1.0    0   0   0    0   1
connected                           1   1   0    0   0   0.0    0   0   0    0   1
ping in a call                      1   1   1    3   0   2.5    0   0   0    0   0
timer: a confirmed match            1   0   0    1   0   0.5    0   0   0    1   0
next, nobody there                  1   1   4    3   2   4.5    3   1  13    1   1
timer: the first widening step      1   0   1    1   2   1.5    2   0   2    1   0
end-call                            1   1   2    1   0   0.5    3   1  11    0   1
timer: the end of a call            1   0   2    1   0   0.5    3   1  11    0   1
$disconnect in a call               1   0   1    3   0   2.5    1   1   5    1   1
";
const SESSIONS: &str = "
                                  inv  in out  get qry   RRU  put  tx WRU  sqs oth
0 lines                            10   7   8    9   5   7.5    7   3  29    3   7
10 lines                           20  17  18   19   5  17.5   17   3  39    3  17
20 lines                           30  27  28   29   5  27.5   27   3  49    3  27
to the end                         10   6  10    9   5   7.5    7   3  29    4   7
10 lines, with acks                20  17  30   19   5  17.5   17   3  39    3  17
";
const ROOM: &str = "
                                  inv  in out  get qry   RRU  put  tx WRU  sqs oth
join-room, the first                1   1   1    5   1   4.5    0   1   4    1   2
join-room, the second               1   1   2    5   1   4.5    0   1   4    0   2
join-room, the third                1   1   3    5   1   4.5    0   1   4    0   2
join-room, the fourth               1   1   4    5   1   4.5    0   1   4    0   2
send-candidate to one               1   1   1    1   0   1.0    1   0   1    0   0
send-message                        1   1   3    1   0   1.0    0   0   0    0   0
raise-hand                          1   1   4    2   0   1.5    1   0   1    0   0
leave-room, the first               1   1   4    4   0   3.5    0   1   4    0   1
$disconnect in a room               1   0   2    3   0   2.5    1   1   5    1   1
timer: a seat that nobody took      1   0   2    2   0   2.0    0   1   4    0   1
leave-room, the last                1   1   1    4   0   3.5    0   1   4    0   1
";
const CANDIDATE: &str = "candidate:1 1 udp 2130706431 192.0.2.7 5000 typ host";
const FINGERPRINT: &str =
    "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF";

/// Two people with one tag, a small pool, and what it costs.
struct Stage {
    world: Counted,
    settings: Settings,
    table: String,
}

struct Page {
    user: UserId,
    connection: ConnectionId,
}

impl Stage {
    async fn set() -> Self {
        let world = Counted::new(item_bytes);
        world.world.inner().now = NOON;
        for number in 0..16 {
            let channel = Row::Channel(channel(number));
            world.world.commit(&[Change::create(channel, NOON)]).await.unwrap();
        }
        Self { world, settings: Settings::default(), table: format!("{:<34}{}\n", "", Bill::HEAD) }
    }

    async fn arrives(&self, nickname: &str) -> Page {
        let (nickname, tags) = (Nickname::parse(nickname).ok(), Tags::parse(&["chess"]).unwrap());
        let newcomer = Newcomer { nickname, tags, ..Newcomer::default() };
        let network = Network::of(None);
        let signed_in = app::sign_in(&self.world, &self.settings, newcomer, None, &network).await.unwrap();
        let user = signed_in.profile.user.clone();
        let issued = app::ws_ticket(&self.world, &self.caller(&signed_in).await).await.unwrap();
        // As long as the gateway's own.
        let connection = ConnectionId::parse(&format!("{}=", &issued.ticket.as_str()[..15])).unwrap();
        let (ticket, origin) = (Some(issued.ticket.as_str()), Some("https://speed.example"));
        let upgrade = Upgrade { connection: &connection, opened_at: self.world.now(), ticket, origin, trace: None };
        app::connect(&self.world, &self.settings, upgrade).await.unwrap();
        self.world.world.inner().open.insert(connection.clone());
        let page = Page { user, connection };
        self.says(&page, json!({ "action": "hello", "data": {} })).await;
        page
    }

    async fn caller(&self, SignedIn { profile, refresh }: &SignedIn) -> Caller {
        let device = profile.device.clone();
        let (user, family, expires_at) = (profile.user.clone(), refresh.family.clone(), TimeMs(u64::MAX));
        app::caller(&self.world, &Access { user, device, family, expires_at }).await.unwrap()
    }

    async fn says(&self, page: &Page, frame: Value) {
        self.world.bill().invocations += 1;
        self.world.bill().frames += 1;
        app::message(&self.world, &self.settings, &page.connection, &frame.to_string()).await.unwrap();
    }

    async fn receives(&self, page: &Page) {
        let data = json!({ "sessionId": self.session(page).id.as_str(), "status": "received", "sha256": FINGERPRINT });
        self.says(page, json!({ "action": "connection-status", "data": data })).await;
    }

    async fn connects(&self, page: &Page) {
        let data = json!({ "sessionId": self.session(page).id.as_str(), "status": "connected" });
        self.says(page, json!({ "action": "connection-status", "data": data })).await;
    }

    /// Lets whole seconds pass, and takes the looks that become due.
    async fn passes(&self, span: SpanMs) {
        for _ in 0..span.whole_seconds_up() {
            self.world.world.pass(SpanMs::seconds(1));
            while let Some(message) = self.world.world.due_timer() {
                self.world.bill().invocations += 1;
                let (timer, due_at) = protocol::timer::decode(&message).unwrap();
                app::tick(&self.world, &self.settings, &timer, due_at).await.unwrap();
            }
        }
    }

    fn row(&self, key: &Key) -> Row {
        self.world.world.inner().rows.get(key).unwrap().clone()
    }

    fn session(&self, page: &Page) -> Session {
        let Row::User(user) = self.row(&Key::User(page.user.clone())) else { panic!("no user") };
        let Row::Session(session) = self.row(&Key::Session(user.session().unwrap().clone())) else {
            panic!("no session");
        };
        session
    }

    /// Notes what something cost.
    fn cost(&mut self, what: &str, before: Bill) {
        let bill = self.world.bill().since(before);
        writeln!(self.table, "{what:<34}{bill}").unwrap();
    }

    fn so_far(&self) -> Bill {
        *self.world.bill()
    }
}

/// A channel with names as long as those of AWS.
fn channel(number: u32) -> Channel {
    let id = format!("speed-connect-prod-{number:0>26}");
    let host = "1234abcd.kinesisvideo.us-east-1.amazonaws.com";
    let endpoints = Endpoints {
        arn: format!("arn:aws:kinesisvideo:us-east-1:123456789012:channel/{id}/1772452800000"),
        region: "us-east-1".into(),
        master_wss: format!("wss://m-{host}"),
        viewer_wss: format!("wss://v-{host}"),
        https: format!("https://r-{host}"),
    };
    let id = ChannelId::parse(&id).unwrap();
    Channel { id, version: Version::NEW, endpoints, free_at: NOON, leased_to: None }
}

fn join(page: &Page) -> Value {
    json!({ "action": "join-queue", "data": { "userId": page.user.as_str() } })
}

fn of(session: &Session, action: &str, data: Value) -> Value {
    let mut data = data;
    data["sessionId"] = Value::from(session.id.as_str());
    json!({ "action": action, "data": data })
}

/// One line per use case.
async fn use_cases(stage: &mut Stage) {
    let (ada, bob) = (stage.arrives("Ada").await, stage.arrives("Bob").await);
    macro_rules! costs {
        ($what:expr, $doing:expr) => {{
            let before = stage.so_far();
            $doing.await;
            stage.cost($what, before);
        }};
    }
    costs!("join-queue, nobody there", stage.says(&ada, join(&ada)));
    costs!("leave-queue", stage.says(&ada, json!({ "action": "leave-queue", "data": {} })));
    costs!("timer: a ticket that is over", stage.passes(SpanMs::seconds(3)));
    stage.says(&ada, join(&ada)).await;
    costs!("join-queue, somebody there", stage.says(&bob, join(&bob)));
    let session = stage.session(&ada);
    costs!("received, the first", stage.receives(&ada));
    costs!("received, the second", stage.receives(&bob));
    costs!("fingerprint", stage.says(&ada, of(&session, "fingerprint", json!({ "sha256": FINGERPRINT }))));
    let offer = json!({ "epoch": 1, "n": 1, "data": { "type": "offer", "sdp": "v=0\r\n" } });
    costs!("send-offer", stage.says(&bob, of(&session, "send-offer", offer)));
    let candidate = json!({ "epoch": 1, "n": 2, "data": { "candidate": CANDIDATE, "sdpMid": "0" } });
    costs!("send-candidate", stage.says(&bob, of(&session, "send-candidate", candidate)));
    costs!("send-message", stage.says(&ada, of(&session, "send-message", json!({ "n": 1, "message": "hello" }))));
    costs!("send-reaction", stage.says(&ada, of(&session, "send-reaction", json!({ "emoji": "👍" }))));
    costs!("connected", stage.connects(&ada));
    costs!("ping in a call", stage.says(&ada, json!({ "action": "ping", "data": {} })));
    stage.passes(SpanMs::seconds(3)).await;
    costs!("timer: a confirmed match", stage.passes(SpanMs::seconds(7)));
    costs!(
        "next, nobody there",
        stage.says(&ada, json!({ "action": "next", "data": { "sessionId": session.id.as_str() } }))
    );
    costs!("timer: the first widening step", stage.passes(SpanMs::seconds(3)));
    stage.says(&ada, json!({ "action": "leave-queue", "data": {} })).await;
    stage.passes(SpanMs::seconds(700)).await;
    stage.says(&ada, join(&ada)).await;
    stage.says(&bob, join(&bob)).await;
    stage.receives(&ada).await;
    stage.receives(&bob).await;
    let session = stage.session(&ada);
    costs!("end-call", stage.says(&ada, of(&session, "end-call", json!({}))));
    stage.passes(SpanMs::seconds(700)).await;
    stage.says(&ada, join(&ada)).await;
    stage.says(&bob, join(&bob)).await;
    stage.receives(&ada).await;
    stage.receives(&bob).await;
    stage.passes(SpanMs::seconds(299)).await;
    costs!("timer: the end of a call", stage.passes(SpanMs::seconds(1)));
    stage.passes(SpanMs::seconds(700)).await;
    stage.says(&ada, join(&ada)).await;
    stage.says(&bob, join(&bob)).await;
    stage.world.world.inner().open.remove(&ada.connection);
    costs!("$disconnect in a call", async {
        stage.world.bill().invocations += 1;
        app::lost(&stage.world, &stage.settings, &ada.connection).await.unwrap();
    });
}

/// How two people spend their session.
#[derive(Debug, Clone, Copy)]
struct Life {
    /// So many lines are said.
    lines: u32,
    /// Frames carry ids where our own page gives them: each is acknowledged.
    with_ids: bool,
    /// Nobody hangs up.
    to_the_end: bool,
}

impl Life {
    fn frame(self, frame: Value, id: &str) -> Value {
        let mut frame = frame;
        if self.with_ids {
            frame["id"] = Value::from(id);
        }
        frame
    }
}

/// A whole session, sign-in apart: both ask, meet, confirm with their certificates, connect, talk, and part; its timers too.
async fn session(life: Life) -> Bill {
    let stage = Stage::set().await;
    let (ada, bob) = (stage.arrives("Ada").await, stage.arrives("Bob").await);
    let before = stage.so_far();
    stage.says(&ada, life.frame(join(&ada), "join")).await;
    stage.passes(SpanMs::seconds(1)).await;
    stage.says(&bob, life.frame(join(&bob), "join")).await;
    let session = stage.session(&ada);
    for page in [&ada, &bob] {
        stage.receives(page).await;
        stage.connects(page).await;
    }
    for line in 0..life.lines {
        stage.passes(SpanMs::seconds(5)).await;
        let (page, n) = (if line % 2 == 0 { &ada } else { &bob }, line / 2 + 1);
        let said = of(&session, "send-message", json!({ "n": n, "message": "And how is the weather?" }));
        stage.says(page, life.frame(said, &format!("line-{n}"))).await;
    }
    stage.passes(SpanMs::seconds(10)).await;
    if life.to_the_end {
        // The warning keeps the sockets: no page needs to ping.
        stage.passes(SpanMs::seconds(230)).await;
    } else {
        stage.says(&ada, of(&session, "end-call", json!({}))).await;
    }
    stage.passes(SpanMs::seconds(400)).await;
    assert!(stage.world.world.inner().timers.is_empty());
    stage.world.bill().since(before)
}

#[tokio::test]
async fn every_use_case_costs_what_it_did() {
    let mut stage = Stage::set().await;
    use_cases(&mut stage).await;
    println!("{}", stage.table);
    assert_eq!(stage.table.trim(), USE_CASES.trim());
}

#[tokio::test]
async fn a_whole_session_costs_what_it_did() {
    let mut table = format!("{:<34}{}\n", "", Bill::HEAD);
    let plain = Life { lines: 0, with_ids: false, to_the_end: false };
    let lives = [0, 10, 20].map(|lines| (format!("{lines} lines"), Life { lines, ..plain }));
    let to_the_end = ("to the end".to_owned(), Life { to_the_end: true, ..plain });
    for (what, life) in lives.into_iter().chain([to_the_end]) {
        let bill = session(life).await;
        writeln!(table, "{what:<34}{bill}").unwrap();
        let n = u64::from(life.lines);
        assert!(bill.invocations <= 14 + n, "invocations");
        assert!(bill.frames + bill.posts <= 20 + 2 * n, "messages on the sockets");
        assert!(bill.wru <= 30 + n, "write units");
        assert!(bill.half_rru <= 2 * (8 + n), "read units");
    }
    let with_acks = session(Life { lines: 10, with_ids: true, ..plain }).await;
    writeln!(table, "{:<34}{with_acks}", "10 lines, with acks").unwrap();
    println!("{table}");
    assert_eq!(table.trim(), SESSIONS.trim());
}

/// A room of four, and what each step of its life costs.
#[tokio::test]
async fn a_room_costs_what_it_did() {
    let mut stage = Stage::set().await;
    let mut people = Vec::new();
    for nickname in ["Ada", "Bob", "Cy", "Dee"] {
        people.push(stage.arrives(nickname).await);
    }
    let [ada, bob, cy, dee] = people.try_into().ok().expect("four people");
    macro_rules! costs {
        ($what:expr, $doing:expr) => {{
            let before = stage.so_far();
            $doing.await;
            stage.cost($what, before);
        }};
    }
    let room = Room::new(stage.world.token().into(), ada.user.clone(), RoomWish::default(), NOON);
    let id = room.id.clone();
    stage.world.commit(&[Change::create(Row::Room(room), NOON)]).await.unwrap();
    let of = |action: &str, data: Value| {
        let mut data = data;
        data["roomId"] = Value::from(id.as_str());
        json!({ "action": action, "data": data })
    };
    costs!("join-room, the first", stage.says(&ada, of("join-room", json!({}))));
    costs!("join-room, the second", stage.says(&bob, of("join-room", json!({}))));
    costs!("join-room, the third", stage.says(&cy, of("join-room", json!({}))));
    costs!("join-room, the fourth", stage.says(&dee, of("join-room", json!({}))));
    let Row::Room(row) = stage.row(&Key::Room(id.clone())) else { panic!("no room") };
    println!("{} bytes of a room of four", item_bytes(&Row::Room(row.clone())));
    let to = row.seat_of(&dee.user).expect("a seat").peer.to_string();
    let signal = json!({ "to": to, "epoch": 1, "n": 1, "data": { "candidate": CANDIDATE, "sdpMid": "0" } });
    costs!("send-candidate to one", stage.says(&ada, of("send-candidate", signal)));
    costs!("send-message", stage.says(&ada, of("send-message", json!({ "n": 1, "message": "hello" }))));
    costs!("raise-hand", stage.says(&ada, of("raise-hand", json!({ "raised": true }))));
    costs!("leave-room, the first", stage.says(&dee, of("leave-room", json!({}))));
    costs!("$disconnect in a room", async {
        stage.world.world.inner().open.remove(&cy.connection);
        stage.world.bill().invocations += 1;
        app::lost(&stage.world, &stage.settings, &cy.connection).await.unwrap();
    });
    costs!("timer: a seat that nobody took", stage.passes(SpanMs::seconds(31)));
    stage.says(&bob, of("leave-room", json!({}))).await;
    costs!("leave-room, the last", stage.says(&ada, of("leave-room", json!({}))));
    assert!(!stage.world.world.inner().rows.contains_key(&Key::Room(id)), "the last one takes the room along");
    println!("{}", stage.table);
    assert_eq!(stage.table.trim(), ROOM.trim());
}

#[tokio::test]
async fn the_rows_of_a_session_fit_one_unit() {
    let stage = Stage::set().await;
    let (ada, bob) = (stage.arrives(&"A".repeat(40)).await, stage.arrives(&"B".repeat(40)).await);
    stage.says(&ada, join(&ada)).await;
    let hints: Vec<Row> =
        stage.world.world.inner().rows.values().filter(|r| matches!(r, Row::Hint(_))).cloned().collect();
    assert_eq!(hints.len(), 1);
    assert!(hints.iter().all(|hint| item_bytes(hint) <= 1024));
    stage.says(&bob, join(&bob)).await;
    let session = Row::Session(stage.session(&ada));
    for row in [session, stage.row(&Key::User(ada.user.clone())), Row::Channel(channel(1))] {
        println!("{} bytes: {:?}", item_bytes(&row), row.key());
        assert!(item_bytes(&row) <= 1024);
    }
}
