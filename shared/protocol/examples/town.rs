//! Prints the events of a small town, most of them of two days, one JSON object a line, of which `infra/analysts/prove.py` knows
//! all answers. The beginning of the first day (Unix time in ms) comes on standard input.

use domain::fact::{ConnectionMark, DeviceMark, Fact, FactKind, Pseudonym, RoomMark};
use domain::id::{ConnectionId, SessionId, Token};
use domain::profile::{Mode, Tags};
use domain::report::Reason;
use domain::room::Parting;
use domain::sanction::Measure;
use domain::session::{EndReason, Role, Transport};
use domain::signal::Path;
use domain::tally::{EventMark, Slot};
use domain::time::{SpanMs, TimeMs};
use protocol::event::encode;

const HOUR: u64 = 3_600;
const DAY: u64 = 24 * HOUR;

/// Prints as it goes; every event has an id of its own.
struct Town {
    day: TimeMs,
    told: u64,
}

/// A call among strangers: who waited, by which tag and how long, and what became of it.
struct Call {
    number: u64,
    tag: Option<&'static str>,
    waited: u64,
    transport: Transport,
    path: Option<Path>,
    end: (EndReason, u64),
}

fn main() {
    let first = std::io::read_to_string(std::io::stdin()).ok().and_then(|text| text.trim().parse().ok());
    let mut town = Town { day: TimeMs(first.expect("the beginning of the first day, in ms")), told: 0 };
    strangers(&mut town);
    reported(&mut town);
    unasked(&mut town);
    came_back(&mut town);
    past_midnight(&mut town);
    before(&mut town);
    town.day = TimeMs(town.day.0 + DAY * 1000);
    friends(&mut town);
    rooms(&mut town);
    for _ in 0..3 {
        town.tell(0, FactKind::LimitHit { what: "next", scope: "person" });
    }
    met_again(&mut town);
    town.tell(0, FactKind::RequestFailed { what: "GET /users/me", code: "internal" });
}

/// Ten calls, in turn at 8 and at 9; six who give up, and one who was put back.
fn strangers(town: &mut Town) {
    for number in 0..10 {
        let (tag, waited) = match number {
            0..6 => (Some("chess"), 4),
            6..8 => (Some("go"), 10),
            _ => (None, 30),
        };
        let transport = if number % 5 == 0 { Transport::Relay } else { Transport::Kvs };
        let path = match number {
            0..7 => Some(Path::Direct),
            7..9 => Some(Path::Relay),
            _ => None,
        };
        let end = match number {
            0 => (EndReason::Timeout, 600),
            1..4 => (EndReason::Timeout, 300),
            4..7 => (EndReason::PeerLeft, 120),
            7..9 => (EndReason::Skipped, 30),
            _ => (EndReason::Failed, 10),
        };
        town.call(&Call { number, tag, waited, transport, path, end });
    }
    for (who, waited) in
        [("Eve", 999), ("Fay", 1_000), ("Hal", 5_000), ("Kim", 9_999), ("Ida", 15_000), ("Jon", 60_000)]
    {
        let at = 9 * HOUR;
        town.tell(at, joined(who, true, None, town.slot(at)));
        town.tell(at + 60, FactKind::QueueLeft { user: user(who), waited: SpanMs(waited), slot: town.slot(at) });
    }
    town.tell(9 * HOUR, joined("Gus", false, None, town.slot(9 * HOUR)));
}

/// One is warned, one suspended, one banned, one case dismissed, one open; at hours that have nothing else.
fn reported(town: &mut Town) {
    let ban = Some(Measure::Ban { until: town.day });
    let pause = Some(Measure::Suspend { until: town.day });
    let cases = [
        (7, Reason::Spam, Some(Measure::Warn), 2),
        (8, Reason::Nudity, ban, 4),
        (3, Reason::Harassment, pause, 5),
        (4, Reason::Spam, None, 6),
    ];
    let open = FactKind::ReportSubmitted { session: session(5), reason: Reason::Spam, role: Some(Role::Offerer) };
    town.tell(10 * HOUR, open);
    for (number, reason, measure, hours) in cases {
        let session = session(number);
        town.tell(10 * HOUR, FactKind::ReportSubmitted { session: session.clone(), reason, role: Some(Role::Offerer) });
        let waited = SpanMs::seconds(hours * HOUR);
        town.tell((10 + hours) * HOUR, FactKind::ReportDecided { session, reason, measure, waited });
    }
}

/// What no question is about: one of each.
fn unasked(town: &mut Town) {
    let device = DeviceMark::of(&Token::derived(&["device", "Ada"]).into(), town.day);
    town.tell(0, FactKind::SignedIn { user: user("Ada"), guest: true, device });
    let (connection, slot) = (ConnectionMark::of(&connection(0, "a")), town.slot(8 * HOUR));
    town.tell(9 * HOUR, FactKind::ConnectionClosed { connection, slot });
    town.tell(9 * HOUR, FactKind::ReactionSent { session: session(0), role: Role::Answerer });
    let (user, until) = (user("Ada"), town.at(30 * HOUR));
    town.tell(14 * HOUR, FactKind::UserBanned { user, reason: Reason::Nudity, until });
}

/// Five devices are new on the first day and two on the next; of the five, four are back then, and two after a week. One is
/// back of a day on which nobody was new.
fn came_back(town: &mut Town) {
    for (day, days, devices) in [(0, 0, 5), (1, 1, 4), (1, 0, 2), (7, 7, 2), (1, 7, 1)] {
        for _ in 0..devices {
            town.tell(day * DAY, FactKind::DeviceSeen { guest: true, days });
        }
    }
}

/// A call that ends on the next day, of whose match nothing is told.
fn past_midnight(town: &mut Town) {
    town.began(23 * HOUR + 1_800, 32, Transport::Relay);
    town.ended(DAY + 1_800, 32, EndReason::PeerLeft, HOUR);
}

/// Two who met before find each other without waiting, and talk on, one of them over who knows what; and the end of a call of
/// which nothing else is told.
fn met_again(town: &mut Town) {
    let (at, session) = (21 * HOUR, || session(30));
    let (waited, slots) = ([SpanMs(0); 2], [None; 2]);
    let common_tags = tags(Some("chess"));
    town.tell(
        at,
        FactKind::MatchMade { session: session(), mode: Mode::Video, common_tags, waited, slots, voices: voices(30) },
    );
    town.began(at, 30, Transport::Kvs);
    for (voice, (path, ms)) in voices(30).into_iter().zip([(Some(Path::Direct), 400), (None, 500)]) {
        let connection_time = Some(SpanMs(ms));
        let said = FactKind::SessionConnected { session: session(), voice, connection_time, path, signaling: None };
        town.tell(at, said);
    }
    town.ended(at, 31, EndReason::Timeout, 300);
}

/// What is too old for most questions, or for all. Four devices are new, of which two are back a month later.
fn before(town: &mut Town) {
    let first = town.day;
    for (days_ago, kind, times) in [
        (20, FactKind::LimitHit { what: "next", scope: "person" }, 1),
        (22, FactKind::LimitHit { what: "next", scope: "person" }, 1),
        (40, FactKind::DeviceSeen { guest: true, days: 0 }, 4),
        (10, FactKind::DeviceSeen { guest: true, days: 30 }, 2),
        (53, FactKind::DeviceSeen { guest: true, days: 0 }, 1),
    ] {
        town.day = TimeMs(first.0 - days_ago * DAY * 1000);
        for _ in 0..times {
            town.tell(0, kind.clone());
        }
    }
    town.day = first;
}

/// Four ask to be friends and one accepts; of three who ring two are answered.
fn friends(town: &mut Town) {
    let at = 20 * HOUR;
    for who in ["Ada", "Bob", "Cem", "Dan"] {
        town.tell(at, FactKind::FriendRequested { user: user(who) });
    }
    town.tell(at, FactKind::FriendAccepted { user: user("Bob") });
    for who in ["Ada", "Bob", "Cem"] {
        town.tell(at, FactKind::CallRinging { user: user(who) });
    }
    for (number, waited) in [(20, 5), (21, 7)] {
        let waited = SpanMs::seconds(waited);
        town.tell(at, FactKind::CallAnswered { session: session(number), waited, voices: voices(number) });
        town.began(at, number, Transport::Kvs);
        town.connected(at, number, Path::Direct, 400);
        town.ended(at + 60, number, EndReason::PeerLeft, 60);
    }
}

/// Four in one room, of whom one is lost and one stays; one alone in each of two others, and who goes out of one more.
fn rooms(town: &mut Town) {
    let (at, slot) = (20 * HOUR, town.slot(20 * HOUR));
    let room = |name: &str| RoomMark::of(&Token::derived(&["room", name]).into());
    for people in 1..=4 {
        town.tell(at, FactKind::RoomJoined { room: room("large"), people, capacity: 4, slot });
    }
    for (stayed, people, why) in [(60, 3, Parting::Left), (120, 2, Parting::Lost), (180, 1, Parting::Left)] {
        let (room, at) = (room("large"), at + stayed);
        town.tell(at, FactKind::RoomLeft { room, people, stayed: SpanMs::seconds(stayed), why, slot });
    }
    for (name, stayed, why) in [("small", 60, Parting::Left), ("tiny", 180, Parting::Lost)] {
        town.tell(at, FactKind::RoomJoined { room: room(name), people: 1, capacity: 2, slot });
        let left = FactKind::RoomLeft { room: room(name), people: 0, stayed: SpanMs::seconds(stayed), why, slot };
        town.tell(at + stayed, left);
    }
    let (stayed, why) = (SpanMs::seconds(HOUR), Parting::Left);
    town.tell(at, FactKind::RoomLeft { room: room("older"), people: 0, stayed, why, slot });
}

impl Town {
    fn call(&mut self, call: &Call) {
        let Call { number, tag, waited, transport, path, end: (reason, lasted) } = *call;
        let at = (8 + number % 2) * HOUR + number;
        let slot = self.slot(at);
        for side in ["a", "b"] {
            let connection = ConnectionMark::of(&connection(number, side));
            self.tell(at, FactKind::ConnectionOpened { connection, slot });
        }
        self.tell(at, joined(&number.to_string(), true, tag, slot));
        let (waited, other) = (SpanMs::seconds(waited), SpanMs::seconds(12));
        // The offerer waited; once it was the answerer, once both.
        let (waits, slots) = match number {
            8 => ([SpanMs(0), waited], [None, Some(slot)]),
            9 => ([waited, other], [Some(slot); 2]),
            _ => ([waited, SpanMs(0)], [Some(slot), None]),
        };
        if number == 9 {
            self.tell(at, joined("the other", true, tag, slot));
        }
        self.tell(
            at + call.waited,
            FactKind::MatchMade {
                session: session(number),
                mode: Mode::Video,
                common_tags: tags(tag),
                waited: waits,
                slots,
                voices: voices(number),
            },
        );
        self.began(at, number, transport);
        if number == 1 {
            self.tell(at, FactKind::SignalingFellBack { session: session(number), epoch: 2 });
        }
        match path {
            Some(path) => self.connected(at, number, path, if path == Path::Direct { 400 } else { 900 }),
            // The other one says nothing.
            None => self.tell(at, FactKind::IceFailed { session: session(number), voice: voices(number)[0].clone() }),
        }
        // A page cannot say that it was another's, nor anything after its first word.
        let voice = EventMark::voice(&session(number), &connection(99, "a"));
        self.tell(at + 9, FactKind::IceFailed { session: session(number), voice });
        if path.is_some() {
            self.tell(at + 9, FactKind::IceFailed { session: session(number), voice: voices(number)[1].clone() });
        }
        for _ in 0..number {
            let session = session(number);
            self.tell(
                at,
                FactKind::MessageSent { session, role: Role::Offerer, characters: 9, links: 0, hasty: false },
            );
        }
        if number == 0 {
            self.tell(at, FactKind::SessionExtended { session: session(number), extensions: 1 });
        }
        self.ended(at + lasted, number, reason, lasted);
    }

    fn began(&mut self, at: u64, number: u64, transport: Transport) {
        self.tell(at, FactKind::SessionStarted { session: session(number), mode: Mode::Video, transport });
    }

    /// Both say so; the offerer's page also tells how long signaling took.
    fn connected(&mut self, at: u64, number: u64, path: Path, ms: u64) {
        let signaled = if number < 10 && number.is_multiple_of(5) { 200 } else { 100 };
        for (voice, signaling) in voices(number).into_iter().zip([Some(SpanMs(signaled)), None]) {
            let (session, connection_time, path) = (session(number), Some(SpanMs(ms)), Some(path));
            self.tell(at + 1, FactKind::SessionConnected { session, voice, connection_time, path, signaling });
        }
    }

    fn ended(&mut self, at: u64, number: u64, reason: EndReason, lasted: u64) {
        let by = (reason == EndReason::Skipped).then_some(Role::Offerer);
        let (session, duration) = (session(number), SpanMs::seconds(lasted));
        self.tell(at, FactKind::SessionEnded { session, reason, duration, confirmed: true, by });
    }

    fn slot(&self, at: u64) -> Slot {
        Slot::of(self.at(at))
    }

    fn at(&self, seconds: u64) -> TimeMs {
        TimeMs(self.day.0 + seconds * 1000)
    }

    /// What happened so many seconds after midnight. Every fifth event is delivered twice, as the stream may.
    fn tell(&mut self, at: u64, kind: FactKind) {
        self.told += 1;
        let fact = Fact::new(kind, &[&self.told.to_string()], self.at(at));
        for _ in 0..1 + u64::from(self.told.is_multiple_of(5)) {
            println!("{}", encode(&fact));
        }
    }
}

fn joined(who: &str, asked: bool, tag: Option<&str>, slot: Slot) -> FactKind {
    let (user, mode, tags) = (user(who), Mode::Video, tags(tag));
    FactKind::QueueJoined { user, asked, mode, tags, language: None, region: None, slot }
}

fn tags(tag: Option<&str>) -> Tags {
    let tags: Vec<String> = tag.map(str::to_owned).into_iter().collect();
    Tags::parse(&tags).expect("tags")
}

fn session(number: u64) -> SessionId {
    Token::derived(&["session", &number.to_string()]).into()
}

fn connection(number: u64, side: &str) -> ConnectionId {
    Token::derived(&["connection", &number.to_string(), side]).into()
}

fn voices(number: u64) -> [EventMark; 2] {
    ["a", "b"].map(|side| EventMark::voice(&session(number), &connection(number, side)))
}

fn user(who: &str) -> Pseudonym {
    Pseudonym::of(&Token::derived(&["user", who]).into(), &Token::derived(&["device", who]).into(), TimeMs(0))
}
