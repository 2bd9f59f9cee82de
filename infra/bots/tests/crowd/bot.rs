//! A bot that lives: it joins, is matched, says so, chats, goes on, hangs up, reloads, and asks when in doubt.

use std::collections::VecDeque;
use std::sync::{MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bots::{Heard, Page, Person};
use serde_json::{Value, json};
use tokio::sync::watch;

use super::{Ledger, Phase, Shared};

/// How long a bot listens before it looks at its own clock.
const LISTENS: Duration = Duration::from_millis(500);
/// A bot that is told nothing for this long asks where it is.
const PATIENCE: Duration = Duration::from_secs(3);
/// A bot says that it is there this often, and hears where the server sees it.
const PING: Duration = Duration::from_secs(6);
/// A sign-in or a socket that is refused is tried again after this.
const PAUSE: Duration = Duration::from_millis(300);
/// How long a call lasts until one of the two has enough, in milliseconds.
const ENOUGH_MS: std::ops::Range<u64> = 5_000..15_000;
const TAGS: [&str; 4] = ["chess", "music", "films", "walks"];

/// Where a bot believes to be.
#[derive(Debug)]
enum Belief {
    /// It has asked, and waits to be told.
    Asked(Instant),
    Idle,
    Waiting,
    InCall {
        session: String,
        peer: Value,
        enough_at: Instant,
        said: u32,
    },
}

/// Why a bot leaves its page.
enum Left {
    ToComeBack,
    ForGood,
}

/// A bot.
pub struct Bot {
    number: usize,
    port: u16,
    chance: fastrand::Rng,
    ledger: Shared,
    phase: watch::Receiver<Phase>,
    belief: Belief,
    /// As the server has told it.
    user: Value,
    /// When the pings were said that have no answer yet.
    pinged: VecDeque<Instant>,
    spoke_at: Instant,
    frames: u32,
}

impl Bot {
    /// A bot that is nowhere yet.
    pub fn new(number: usize, port: u16, ledger: Shared, phase: watch::Receiver<Phase>) -> Self {
        Self {
            number,
            port,
            chance: fastrand::Rng::with_seed(number as u64),
            ledger,
            phase,
            belief: Belief::Idle,
            user: Value::Null,
            pinged: VecDeque::new(),
            spoke_at: Instant::now(),
            frames: 0,
        }
    }

    /// Lives, if it is there in time, until everybody leaves and the server says that it is in no call.
    ///
    /// # Errors
    /// The server says what is no frame.
    pub async fn live(mut self) -> anyhow::Result<()> {
        let tags = [TAGS[self.number % TAGS.len()], self.chance.choice(TAGS).unwrap_or("chess")];
        let name = format!("Bot {}", self.number);
        let person = loop {
            match Person::sign_in(self.port, &name, &tags).await {
                Ok(person) => break person,
                Err(_) => self.refused("a sign-in failed").await,
            }
        };
        if *self.phase.borrow() != Phase::Arriving {
            return Ok(());
        }
        self.note().crowd.insert(self.number);
        loop {
            let Ok(ticket) = person.ticket().await else {
                self.refused("a ticket failed").await;
                continue;
            };
            match Page::open(self.port, &ticket).await {
                Ok(page) => match self.stay(page).await? {
                    Left::ToComeBack => {}
                    Left::ForGood => return Ok(()),
                },
                Err(_) => self.refused("a socket was refused").await,
            }
        }
    }

    /// Lives on one socket.
    async fn stay(&mut self, mut page: Page) -> anyhow::Result<Left> {
        self.pinged.clear();
        let mut says = self.ask();
        loop {
            for (action, data) in std::mem::take(&mut says) {
                self.frames += 1;
                self.spoke_at = Instant::now();
                if action == "ping" {
                    self.pinged.push_back(self.spoke_at);
                }
                let frame = json!({ "action": action, "id": self.frames.to_string(), "data": data });
                if page.say_raw(frame.to_string()).await.is_err() {
                    self.note().count("a socket broke");
                    return Ok(Left::ToComeBack);
                }
            }
            says = match page.listen(LISTENS).await? {
                Heard::Frame(frame) => match self.hear(&frame) {
                    Some(says) => says,
                    None => return Ok(Left::ForGood),
                },
                Heard::Closed(_) => {
                    self.note().count("a socket was closed");
                    return Ok(Left::ToComeBack);
                }
                Heard::Silence => self.look(),
            };
            if self.living() && self.chance.u32(..200) == 0 {
                self.note().count("a page was reloaded");
                return Ok(Left::ToComeBack);
            }
        }
    }

    /// What to say to a frame; `None` when there is nothing more to do here.
    fn hear(&mut self, frame: &Value) -> Option<Vec<(&'static str, Value)>> {
        let (data, now) = (&frame["data"], Instant::now());
        Some(match frame["event"].as_str().unwrap_or_default() {
            "connected" => return self.connected(data, now),
            "queue-joined" | "queue-update" => {
                if !matches!(self.belief, Belief::InCall { .. }) {
                    self.belief = Belief::Waiting;
                }
                Vec::new()
            }
            "queue-left" if matches!(self.belief, Belief::Waiting) => self.join(),
            "matched" => self.matched(data, now),
            "message" if self.is_in(data) => {
                self.note().count("a line was heard");
                self.check_speaker(data);
                Vec::new()
            }
            "session-ended" => {
                self.note().count(&format!("ended: {}", data["reason"].as_str().unwrap_or_default()));
                if self.is_in(data) { self.join() } else { Vec::new() }
            }
            "pong" => self.pong(data, now),
            "error" => {
                let code = data["code"].as_str().unwrap_or_default().to_owned();
                self.note().count(&format!("error: {code}"));
                self.ask()
            }
            // The gateway itself: the function behind it failed, with nothing, half or all of it done.
            "" => {
                self.note().count(frame["message"].as_str().unwrap_or_default());
                self.ask()
            }
            "superseded" => {
                self.note().count("superseded");
                self.ask()
            }
            _ => Vec::new(),
        })
    }

    /// The bot's own clock.
    fn look(&mut self) -> Vec<(&'static str, Value)> {
        let (now, living) = (Instant::now(), self.living());
        let line = self.chance.u32(..40) == 0;
        let goes_on = self.chance.u32(..10) < 7;
        match &mut self.belief {
            Belief::Asked(since) if now - *since > PATIENCE => self.ask(),
            Belief::Waiting if !living => vec![("leave-queue", json!({})), self.hello()],
            Belief::InCall { session, .. } if !living => {
                let session = session.clone();
                vec![("end-call", json!({ "sessionId": session })), self.hello()]
            }
            Belief::InCall { session, enough_at, .. } if now >= *enough_at => {
                let data = json!({ "sessionId": session });
                if goes_on {
                    self.belief = Belief::Asked(now);
                    self.note().asks(self.number, now);
                    return vec![("next", data)];
                }
                // Said again while nobody tells of the end.
                *enough_at = now + PATIENCE;
                vec![("end-call", data)]
            }
            Belief::InCall { session, said, .. } if line => {
                *said += 1;
                vec![("send-message", json!({ "sessionId": session, "n": said, "message": "hi" }))]
            }
            Belief::Idle if living => self.join(),
            Belief::Asked(_) | Belief::Idle | Belief::Waiting | Belief::InCall { .. } if now - self.spoke_at > PING => {
                vec![("ping", json!({}))]
            }
            Belief::Asked(_) | Belief::Idle | Belief::Waiting | Belief::InCall { .. } => Vec::new(),
        }
    }

    /// Asks where it is.
    fn ask(&mut self) -> Vec<(&'static str, Value)> {
        vec![self.hello()]
    }

    fn hello(&mut self) -> (&'static str, Value) {
        self.belief = Belief::Asked(Instant::now());
        ("hello", json!({}))
    }

    fn join(&mut self) -> Vec<(&'static str, Value)> {
        if !self.living() {
            return self.ask();
        }
        let now = Instant::now();
        self.note().asks(self.number, now);
        self.belief = Belief::Asked(now);
        vec![("join-queue", json!({ "userId": self.user }))]
    }

    fn connected(&mut self, data: &Value, now: Instant) -> Option<Vec<(&'static str, Value)>> {
        self.user = data["userId"].clone();
        match data["state"].as_str().unwrap_or_default() {
            "in-session" => Some(self.matched(&data["session"], now)),
            "waiting" => {
                self.belief = Belief::Waiting;
                Some(Vec::new())
            }
            _ if self.living() => Some(self.join()),
            _ => {
                self.note().asks_no_more(self.number);
                None
            }
        }
    }

    fn matched(&mut self, data: &Value, now: Instant) -> Vec<(&'static str, Value)> {
        self.note().matched(self.number, data, now);
        let session = data["sessionId"].as_str().unwrap_or_default().to_owned();
        let received = json!({ "sessionId": session, "status": "received" });
        if !self.is_in(data) {
            let enough_at = now + Duration::from_millis(self.chance.u64(ENOUGH_MS));
            self.belief = Belief::InCall { session, peer: data["peer"]["peerId"].clone(), enough_at, said: 0 };
        }
        vec![("connection-status", received)]
    }

    fn pong(&mut self, data: &Value, now: Instant) -> Vec<(&'static str, Value)> {
        let session = data["sessionId"].as_str();
        // A ping whose answer was lost makes the others seem older than they are: nothing is held against anybody.
        if let Some(asked) = self.pinged.pop_front() {
            self.note().placed(self.number, session, asked, now);
        }
        let agrees = match &self.belief {
            Belief::Asked(_) => true,
            Belief::Idle => data["state"] == "idle",
            Belief::Waiting => data["state"] == "waiting",
            Belief::InCall { session: own, .. } => session == Some(own),
        };
        if agrees { Vec::new() } else { self.ask() }
    }

    fn check_speaker(&self, data: &Value) {
        if let Belief::InCall { session, peer, .. } = &self.belief
            && data["from"] != *peer
        {
            self.note().wrong.push(format!("bot {} hears a stranger in {session}: {data}", self.number));
        }
    }

    fn is_in(&self, data: &Value) -> bool {
        matches!(&self.belief, Belief::InCall { session, .. } if data["sessionId"] == *session)
    }

    fn living(&self) -> bool {
        *self.phase.borrow() != Phase::Leaving
    }

    async fn refused(&self, what: &str) {
        self.note().count(what);
        tokio::time::sleep(PAUSE).await;
    }

    fn note(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
