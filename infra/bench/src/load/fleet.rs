//! Many bots.

use std::time::{Duration, Instant};

use anyhow::{bail, ensure};
use bots::Person;
use futures_util::{StreamExt, TryStreamExt, stream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio_tungstenite::WebSocketStream;

use super::client::{Said, Word, frame, live, open};

/// So many sign in, or open their sockets, side by side.
const SIDE_BY_SIDE: usize = 16;
/// Nobody waits longer to be greeted.
const PATIENCE: Duration = Duration::from_secs(30);

/// Bots by their numbers.
#[derive(Debug)]
pub struct Fleet {
    /// When it was made; messages carry the time since.
    pub started: Instant,
    certificate: Option<&'static str>,
    orders: Vec<UnboundedSender<String>>,
    users: Vec<String>,
    heard: UnboundedReceiver<Said>,
}

/// People who have signed in and hold a ticket, without a socket yet.
#[derive(Debug)]
pub struct Ticketed {
    port: u16,
    /// Who, and their ticket.
    tickets: Vec<(String, String)>,
}

/// People with an open socket who have said nothing yet.
#[derive(Debug)]
pub struct Open(Vec<(String, WebSocketStream<tokio::net::TcpStream>)>);

impl Fleet {
    /// Signs so many guests in.
    ///
    /// # Errors
    /// Somebody is refused.
    pub async fn sign_in(port: u16, count: usize) -> anyhow::Result<Ticketed> {
        let sign_in = |_| async move {
            let person = Person::sign_in(port, "Ada", &["chess"]).await?;
            let ticket = person.ticket().await?;
            anyhow::Ok((person.user_id, ticket))
        };
        let tickets = stream::iter(0..count).map(sign_in).buffer_unordered(SIDE_BY_SIDE).try_collect().await?;
        Ok(Ticketed { port, tickets })
    }

    /// Signs so many guests in, opens their sockets and says hello.
    ///
    /// # Errors
    /// Somebody is refused.
    pub async fn arrive(port: u16, count: usize) -> anyhow::Result<Self> {
        Self::arrive_with(port, count, None).await
    }

    /// The same, all with a certificate: its SHA-256 as a page tells it.
    ///
    /// # Errors
    /// Somebody is refused.
    pub async fn arrive_with(port: u16, count: usize, certificate: Option<&'static str>) -> anyhow::Result<Self> {
        let (tell, heard) = unbounded_channel();
        let mut fleet = Self { started: Instant::now(), certificate, orders: Vec::new(), users: Vec::new(), heard };
        // A ticket is good for 30 s: not all sign in before the first opens.
        let mut left = count;
        while left > 0 {
            let some = left.min(500);
            left -= some;
            fleet.greet(Self::sign_in(port, some).await?.open().await?, &tell).await?;
        }
        Ok(fleet)
    }

    /// How many there are.
    pub fn size(&self) -> usize {
        self.orders.len()
    }

    /// Has a bot join the queue.
    pub fn join(&self, number: usize) {
        self.say(number, "join-queue", &format!(r#"{{"userId":"{}"}}"#, self.users[number]));
    }

    /// Has a bot say something.
    pub fn say(&self, number: usize, action: &str, data: &str) {
        // One whose socket is closed has told so.
        drop(self.orders[number].send(frame(action, data)));
    }

    /// The next word that any of them hears until `deadline`; `None` when it has passed.
    ///
    /// # Errors
    /// A socket was closed.
    pub async fn next(&mut self, deadline: Instant) -> anyhow::Result<Option<Said>> {
        let Ok(said) = tokio::time::timeout_at(deadline.into(), self.heard.recv()).await else { return Ok(None) };
        match said {
            Some(Said { to, word: Word::Closed, .. }) => bail!("the socket of bot {to} was closed"),
            said => Ok(said),
        }
    }

    /// Ends calls, each by one of its people, and waits until all have heard of it, at most so long.
    ///
    /// # Errors
    /// A socket was closed.
    pub async fn part(&mut self, sessions: &[(usize, String)], within: Duration) -> anyhow::Result<()> {
        for (number, session) in sessions {
            self.say(*number, "end-call", &format!(r#"{{"sessionId":"{session}"}}"#));
        }
        let deadline = Instant::now() + within;
        let mut ended = 0;
        while ended < 2 * sessions.len()
            && let Some(said) = self.next(deadline).await?
        {
            ended += usize::from(said.word == Word::Ended);
        }
        Ok(())
    }

    async fn greet(&mut self, open: Open, tell: &UnboundedSender<Said>) -> anyhow::Result<()> {
        let newcomers = open.0.len();
        for (user, socket) in open.0 {
            self.users.push(user);
            let (orders, told) = unbounded_channel();
            tokio::spawn(live(self.orders.len(), self.certificate, socket, told, tell.clone()));
            self.orders.push(orders);
            self.say(self.orders.len() - 1, "hello", "{}");
        }
        let deadline = Instant::now() + PATIENCE;
        for _ in 0..newcomers {
            let said = self.next(deadline).await?;
            ensure!(said.is_some_and(|said| said.word == Word::Connected), "somebody was not greeted");
        }
        Ok(())
    }
}

impl Ticketed {
    /// Opens their sockets.
    ///
    /// # Errors
    /// Somebody is refused.
    pub async fn open(self) -> anyhow::Result<Open> {
        let port = self.port;
        let open = |(user, ticket): (String, String)| async move { anyhow::Ok((user, open(port, &ticket).await?)) };
        let opened = stream::iter(self.tickets).map(open).buffer_unordered(SIDE_BY_SIDE).try_collect().await?;
        Ok(Open(opened))
    }
}
