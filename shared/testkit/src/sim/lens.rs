//! The world as one invocation sees it: through its own clock, one step at a time, with everything that may break.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use domain::channel::{Channel, ChannelLease, Endpoints};
use domain::id::{ChannelId, ConnectionId, SessionId, Token};
use domain::notice::IceServer;
use domain::queue::{Bucket, Peek};
use domain::row::{Change, Key, Row};
use domain::session::Role;
use domain::speech::ChatLine;
use domain::time::{SpanMs, TimeMs};
use ports::fake::rows;
use ports::{
    Ambient, ChannelPool, Commit, Delivery, Error, IceConfig, Journal, Limit, Mailbox, PoolChannel, Record, Store,
    Timers,
};

use super::fault::Fault;
use super::laws::session_of;
use super::world::{Inner, Sent, SocketState, Stop, World};

/// What one invocation sees.
#[derive(Debug, Clone, Copy)]
pub struct Lens<'w> {
    /// The world.
    pub world: &'w World,
    /// How wrong this invocation's clock is, in milliseconds.
    pub skew: i64,
}

/// Gives the control back to the scheduler once.
struct Pause<'w> {
    world: &'w World,
    stop: Stop,
    paused: bool,
}

impl Future for Pause<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.paused {
            return Poll::Ready(());
        }
        self.paused = true;
        self.world.inner().stop = self.stop;
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

impl Lens<'_> {
    async fn pause(&self, stop: Stop) {
        loop {
            Pause { world: self.world, stop, paused: false }.await;
            // Siblings that run side by side overtake each other.
            if self.world.inner().chance.u32(0..4) > 0 {
                return;
            }
        }
    }

    async fn read<T>(&self, port: &'static str, read: impl FnOnce(&mut Inner) -> T) -> Result<T, Error> {
        self.pause(Stop::Read).await;
        let mut inner = self.world.inner();
        if inner.strikes(Fault::Throttled) { Err(Error::Throttled { port }) } else { Ok(read(&mut inner)) }
    }
}

/// S6: what is said of a session reaches only its two people.
fn addressed(inner: &mut Inner, to: &ConnectionId, frame: &str) {
    let Some((_, rest)) = frame.split_once("\"sessionId\":\"") else { return };
    let Ok(id) = SessionId::parse(rest.split('"').next().unwrap_or_default()) else { return };
    let session = session_of(&inner.rows, &id);
    let reader = inner.sockets.get(to).map(|socket| &socket.user);
    let theirs = session.zip(reader).is_some_and(|(session, reader)| session.role_of_user(reader).is_some());
    if !theirs {
        inner.breaks(format!("S6: {to} hears of {id}, which is not theirs"));
    }
}

fn lost(port: &'static str) -> Error {
    Error::Failed { port, why: "no answer".into() }
}

impl Ambient for Lens<'_> {
    fn now(&self) -> TimeMs {
        TimeMs(self.world.inner().now.0.saturating_add_signed(self.skew))
    }

    fn token(&self) -> Token {
        let mut inner = self.world.inner();
        inner.tokens += 1;
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&inner.chance.u64(..).to_be_bytes());
        bytes[8..].copy_from_slice(&inner.tokens.to_be_bytes());
        Token::from_bytes(bytes)
    }

    fn pick(&self, bound: usize) -> usize {
        if bound == 0 { 0 } else { self.world.inner().chance.usize(0..bound) }
    }
}

impl Store for Lens<'_> {
    async fn get(&self, key: &Key) -> Result<Option<Row>, Error> {
        self.read("store", |inner| inner.rows.get(key).cloned()).await
    }

    async fn peek(&self, bucket: &Bucket, limit: usize) -> Result<Peek, Error> {
        let read = |inner: &mut Inner| {
            let mut peek = rows::peek(&inner.rows, bucket, limit);
            let hints = &mut peek.hints;
            if inner.strikes(Fault::StaleHints) {
                hints.retain(|_| inner.chance.bool());
                hints.extend(inner.graves.iter().filter(|hint| hint.bucket == *bucket).cloned());
                hints.sort_by(|a, b| (a.since, &a.ticket).cmp(&(b.since, &b.ticket)));
                hints.truncate(limit);
            }
            peek
        };
        self.read("store", read).await
    }

    async fn chat(&self, session: &SessionId, limit: usize) -> Result<Vec<ChatLine>, Error> {
        self.read("store", |inner| rows::chat(&inner.rows, session, limit)).await
    }

    async fn free_channels(&self, now: TimeMs, limit: usize) -> Result<Vec<Channel>, Error> {
        let read = |inner: &mut Inner| {
            if inner.strikes(Fault::StaleIndex) {
                let old = inner.old_channels.iter().filter(|channel| channel.is_free(now));
                return old.take(limit).cloned().collect();
            }
            rows::free_channels(&inner.rows, now, limit)
        };
        self.read("store", read).await
    }

    async fn pool(&self) -> Result<Vec<Channel>, Error> {
        self.read("store", |inner| rows::channels(&inner.rows).cloned().collect()).await
    }

    async fn commit(&self, changes: &[Change]) -> Result<Commit, Error> {
        self.pause(Stop::Before).await;
        let (commit, again) = {
            let mut inner = self.world.inner();
            if inner.strikes(Fault::Throttled) {
                return Err(Error::Throttled { port: "store" });
            }
            if inner.strikes(Fault::Conflict) {
                return Ok(Commit::Conflict);
            }
            (inner.commit(changes), inner.strikes(Fault::WriteRepeated))
        };
        self.pause(Stop::After).await;
        if self.world.inner().strikes(Fault::AnswerLost) {
            return Err(lost("store"));
        }
        // A transaction carries a `ClientRequestToken`: its repeat is answered as it was. A plain write does not.
        if again && changes.len() == 1 {
            let repeated = self.world.inner().commit(changes);
            self.pause(Stop::After).await;
            return Ok(repeated);
        }
        Ok(commit)
    }

    async fn admit(&self, limit: &Limit) -> Result<bool, Error> {
        let count = |inner: &mut Inner| {
            let count = inner.counts.entry(limit.key.clone()).or_default();
            *count += 1;
            *count <= limit.max
        };
        self.read("store", count).await
    }
}

impl Mailbox for Lens<'_> {
    async fn post(&self, to: &ConnectionId, frame: String) -> Result<Delivery, Error> {
        self.pause(Stop::Before).await;
        let delivery = {
            let mut inner = self.world.inner();
            if inner.strikes(Fault::PostFailed) {
                return Err(Error::Throttled { port: "gateway" });
            }
            addressed(&mut inner, to, &frame);
            match inner.sockets.get(to).map(|socket| socket.state) {
                Some(SocketState::Opening) => {
                    inner.breaks(format!("C4: a post to {to} before its $connect has returned"));
                    Delivery::Gone
                }
                Some(SocketState::Open) if inner.strikes(Fault::GoneThoughOpen) => Delivery::Gone,
                Some(SocketState::Open) => {
                    inner.sent.push(Sent::Frame(to.clone(), frame));
                    Delivery::Delivered
                }
                Some(SocketState::Dead) => Delivery::Delivered,
                Some(SocketState::Closed) | None => Delivery::Gone,
            }
        };
        self.pause(Stop::After).await;
        let denied = delivery == Delivery::Delivered && self.world.inner().strikes(Fault::PostDeniedThoughDelivered);
        if denied { Err(lost("gateway")) } else { Ok(delivery) }
    }
}

impl Journal for Lens<'_> {
    async fn append(&self, _records: Vec<Record>) -> Result<(), Error> {
        self.pause(Stop::Before).await;
        if self.world.inner().strikes(Fault::JournalDown) { Err(lost("journal")) } else { Ok(()) }
    }
}

impl Timers for Lens<'_> {
    async fn send(&self, message: String, delay: SpanMs) -> Result<(), Error> {
        self.pause(Stop::Before).await;
        {
            let mut inner = self.world.inner();
            if inner.strikes(Fault::Throttled) {
                return Err(Error::Throttled { port: "timers" });
            }
            let at = inner.now + SpanMs::seconds(delay.whole_seconds_up());
            inner.sent.push(Sent::Timer(at, message));
        }
        self.pause(Stop::After).await;
        if self.world.inner().strikes(Fault::AnswerLost) { Err(lost("timers")) } else { Ok(()) }
    }
}

impl IceConfig for Lens<'_> {
    async fn ice_servers(&self, lease: &ChannelLease, _within: SpanMs) -> Result<Vec<IceServer>, Error> {
        self.pause(Stop::Read).await;
        if self.world.inner().strikes(Fault::KvsDown) {
            return Err(Error::Throttled { port: "kvs" });
        }
        let urls = vec![format!("turn:{}", lease.channel)];
        Ok(vec![IceServer { urls, username: Some("user".into()), credential: Some("secret".into()) }])
    }

    async fn presign(&self, lease: &ChannelLease, role: Role, now: TimeMs, life: SpanMs) -> Result<String, Error> {
        Ok(format!("wss://{}/{}?at={}&life={}", lease.channel, role.as_str(), now.0, life.0))
    }
}

impl ChannelPool for Lens<'_> {
    async fn create(&self, id: &ChannelId) -> Result<Endpoints, Error> {
        Ok(Endpoints {
            arn: format!("arn:{id}"),
            region: "us-east-1".into(),
            master_wss: format!("wss://m-{id}"),
            viewer_wss: format!("wss://v-{id}"),
            https: format!("https://r-{id}"),
        })
    }

    async fn list(&self) -> Result<Vec<PoolChannel>, Error> {
        Ok(Vec::new())
    }

    async fn endpoints(&self, channel: &PoolChannel) -> Result<Endpoints, Error> {
        self.create(&channel.id).await
    }
}
