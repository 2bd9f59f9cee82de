//! A deterministic world in memory: what was written, posted, armed and recorded can be looked at.

pub mod rows;
mod store;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use domain::channel::{ChannelLease, Endpoints};
use domain::email::Email;
use domain::id::{CallId, ChannelId, ConnectionId, SecretHash, Token};
use domain::notice::{IceServer, Letter};
use domain::push::Subscription;
use domain::session::Role;
use domain::time::{SpanMs, TimeMs};

use crate::{
    Ambient, ChannelPool, Delivery, Errands, Error, IceConfig, Journal, Mail, Mailbox, PoolChannel, Probes, Push,
    Pushed, Record, Timers,
};

/// The world. Time stands still until it is moved.
#[derive(Debug, Default)]
pub struct World {
    inner: Mutex<Inner>,
}

/// Everything that happened in the world.
#[derive(Debug, Clone, Default)]
pub struct Inner {
    /// Now.
    pub now: TimeMs,
    /// The rows.
    pub rows: rows::Rows,
    /// Counts under limits.
    pub counts: BTreeMap<String, u32>,
    /// Connections that are open.
    pub open: BTreeSet<ConnectionId>,
    /// Frames posted to open connections, in order.
    pub posted: Vec<(ConnectionId, String)>,
    /// Connections that were closed from here.
    pub closed: Vec<ConnectionId>,
    /// Letters sent, in order.
    pub letters: Vec<(Email, Letter)>,
    /// Errands entrusted, in order.
    pub errands: Vec<String>,
    /// What was pushed to which subscription, in order.
    pub pushed: Vec<(SecretHash, String)>,
    /// Subscriptions whose push service does not answer.
    pub unreachable: BTreeSet<SecretHash>,
    /// Subscriptions that their browsers have ended.
    pub unsubscribed: BTreeSet<SecretHash>,
    /// Queues and streams that are not there.
    pub missing: BTreeSet<&'static str>,
    /// Records appended.
    pub recorded: Vec<Record>,
    /// Timer messages and when they are due.
    pub timers: Vec<(TimeMs, String)>,
    /// Channels that KVS holds.
    pub channels: BTreeMap<ChannelId, Endpoints>,
    /// Whether others come in between before every call of the store.
    pub in_turns: bool,
    /// Whether nothing is counted.
    pub limiter_is_down: bool,
    /// Whether KVS refuses everything.
    pub kvs_is_down: bool,
    tokens: u64,
}

impl World {
    /// The inside, to look at and to arrange.
    pub fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets time pass.
    pub fn pass(&self, span: SpanMs) {
        let mut inner = self.inner();
        inner.now = inner.now + span;
    }

    /// Lets others come in between, where they are to.
    async fn turn(&self) {
        let mut waits = self.inner().in_turns;
        std::future::poll_fn(|context| {
            if !std::mem::take(&mut waits) {
                return Poll::Ready(());
            }
            context.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
    }

    /// Takes the first timer that is due, earliest first.
    pub fn due_timer(&self) -> Option<String> {
        let mut inner = self.inner();
        let now = inner.now;
        let (index, _) =
            inner.timers.iter().enumerate().filter(|(_, (at, _))| *at <= now).min_by_key(|(_, (at, _))| *at)?;
        Some(inner.timers.remove(index).1)
    }
}

impl Ambient for World {
    fn now(&self) -> TimeMs {
        self.inner().now
    }

    fn token(&self) -> Token {
        let mut inner = self.inner();
        inner.tokens += 1;
        Token::derived(&["fake", &inner.tokens.to_string()])
    }

    fn pick(&self, _bound: usize) -> usize {
        0
    }
}

impl Mailbox for World {
    async fn post(&self, to: &ConnectionId, frame: String) -> Result<Delivery, Error> {
        let mut inner = self.inner();
        if !inner.open.contains(to) {
            return Ok(Delivery::Gone);
        }
        inner.posted.push((to.clone(), frame));
        Ok(Delivery::Delivered)
    }

    async fn close(&self, connection: &ConnectionId) -> Result<(), Error> {
        let mut inner = self.inner();
        if inner.open.remove(connection) {
            inner.closed.push(connection.clone());
        }
        Ok(())
    }
}

impl Mail for World {
    async fn deliver(&self, to: &Email, letter: &Letter) -> Result<(), Error> {
        self.inner().letters.push((to.clone(), letter.clone()));
        Ok(())
    }
}

impl Errands for World {
    async fn entrust(&self, message: String) -> Result<(), Error> {
        self.inner().errands.push(message);
        Ok(())
    }
}

impl Push for World {
    async fn push(&self, to: &Subscription, _topic: &CallId, message: String, _life: SpanMs) -> Result<Pushed, Error> {
        let mut inner = self.inner();
        if inner.unreachable.contains(&to.id()) {
            return Err(Error::Failed { port: "push", why: "no answer".into() });
        }
        if inner.unsubscribed.contains(&to.id()) {
            return Ok(Pushed::Gone);
        }
        inner.pushed.push((to.id(), message));
        Ok(Pushed::Done)
    }
}

impl Probes for World {
    async fn stream_is_there(&self) -> Result<(), Error> {
        self.inner().probe("stream")
    }

    async fn timers_are_there(&self) -> Result<(), Error> {
        self.inner().probe("timers")
    }

    async fn errands_are_there(&self) -> Result<(), Error> {
        self.inner().probe("errands")
    }
}

impl Inner {
    fn probe(&self, port: &'static str) -> Result<(), Error> {
        if self.missing.contains(port) { Err(Error::Failed { port, why: "not there".into() }) } else { Ok(()) }
    }
}

impl Journal for World {
    async fn append(&self, records: Vec<Record>) -> Result<(), Error> {
        self.inner().recorded.extend(records);
        Ok(())
    }
}

impl Timers for World {
    async fn send(&self, message: String, delay: SpanMs) -> Result<(), Error> {
        let mut inner = self.inner();
        let at = inner.now + SpanMs::seconds(delay.whole_seconds_up());
        inner.timers.push((at, message));
        Ok(())
    }
}

impl IceConfig for World {
    async fn ice_servers(&self, channel: &Endpoints, _within: SpanMs) -> Result<Vec<IceServer>, Error> {
        if self.inner().kvs_is_down {
            return Err(Error::Throttled { port: "kvs" });
        }
        let urls = vec![format!("turn:{}", channel.https)];
        Ok(vec![IceServer { urls, username: Some("user".into()), credential: Some("secret".into()) }])
    }

    async fn presign(&self, lease: &ChannelLease, role: Role, now: TimeMs, life: SpanMs) -> Result<String, Error> {
        if self.inner().kvs_is_down {
            return Err(Error::Throttled { port: "kvs" });
        }
        Ok(format!("wss://{}/{}?at={}&life={}", lease.channel, role.as_str(), now.0, life.0))
    }
}

impl ChannelPool for World {
    async fn create(&self, id: &ChannelId) -> Result<Endpoints, Error> {
        let mut inner = self.inner();
        if inner.kvs_is_down {
            return Err(Error::Throttled { port: "kvs" });
        }
        let endpoints = Endpoints {
            arn: format!("arn:{id}"),
            region: "us-east-1".into(),
            master_wss: format!("wss://m-{id}"),
            viewer_wss: format!("wss://v-{id}"),
            https: format!("https://r-{id}"),
        };
        inner.channels.insert(id.clone(), endpoints.clone());
        Ok(endpoints)
    }

    async fn list(&self) -> Result<Vec<PoolChannel>, Error> {
        let listed =
            |(id, endpoints): (&ChannelId, &Endpoints)| PoolChannel { id: id.clone(), arn: endpoints.arn.clone() };
        Ok(self.inner().channels.iter().map(listed).collect())
    }

    async fn delete(&self, channel: &PoolChannel) -> Result<(), Error> {
        let mut inner = self.inner();
        if inner.kvs_is_down {
            return Err(Error::Throttled { port: "kvs" });
        }
        inner.channels.remove(&channel.id);
        Ok(())
    }

    async fn endpoints(&self, channel: &PoolChannel) -> Result<Endpoints, Error> {
        let failed = || Error::Failed { port: "kvs", why: "no such channel".into() };
        self.inner().channels.get(&channel.id).cloned().ok_or_else(failed)
    }
}
