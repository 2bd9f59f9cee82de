//! A match whose commit comes after its own confirm timer, from a process that then dies.

use std::sync::Mutex;

use crate::town::Town;
use app::tick;
use domain::audit::AuditLine;
use domain::channel::{Channel, ChannelLease, Endpoints};
use domain::directory::{Entry, Folded};
use domain::friend::Invitation;
use domain::id::{AddressId, ConnectionId, SessionId, Token, UserId};
use domain::notice::IceServer;
use domain::queue::{Bucket, Peek};
use domain::report::{Listing, Mark, Shelf};
use domain::row::{Belonging, Change, Key, Row};
use domain::session::Role;
use domain::speech::ChatLine;
use domain::tally::Tally;
use domain::time::{SpanMs, TimeMs};
use domain::timer::Timer;
use ports::{
    Ambient, Commit, Consistency, Delivery, Errands, Error, IceConfig, Journal, Limit, Mailbox, Record, Store, Timers,
};
use serde_json::json;

/// A world in which the first transaction of three and more rows is held back until its session was looked for `after` times.
struct Slow<'w> {
    world: &'w ports::fake::World,
    after: usize,
    held: Mutex<Option<Vec<Change>>>,
    looked: Mutex<usize>,
}

impl Store for Slow<'_> {
    async fn invited(&self, address: &AddressId, limit: usize) -> Result<Vec<Invitation>, Error> {
        self.world.invited(address, limit).await
    }

    async fn entries(&self, sought: &Folded, limit: usize) -> Result<Vec<Entry>, Error> {
        self.world.entries(sought, limit).await
    }

    async fn belongings(&self, of: &UserId, kind: Belonging, limit: usize) -> Result<Vec<Row>, Error> {
        self.world.belongings(of, kind, limit).await
    }

    async fn get(&self, key: &Key, consistency: Consistency) -> Result<Option<Row>, Error> {
        let found = self.world.get(key, consistency).await;
        if matches!(key, Key::Session(_)) {
            *self.looked.lock().unwrap() += 1;
        }
        if *self.looked.lock().unwrap() == self.after {
            let held = self.held.lock().unwrap().take();
            if let Some(held) = held {
                self.world.commit(&held).await?;
            }
        }
        found
    }
    async fn peek(&self, bucket: &Bucket, limit: usize, consistency: Consistency) -> Result<Peek, Error> {
        self.world.peek(bucket, limit, consistency).await
    }
    async fn chat(&self, session: &SessionId, limit: usize) -> Result<Vec<ChatLine>, Error> {
        self.world.chat(session, limit).await
    }
    async fn free_channels(&self, now: TimeMs, limit: usize) -> Result<Vec<Channel>, Error> {
        self.world.free_channels(now, limit).await
    }
    async fn pool(&self) -> Result<Vec<Channel>, Error> {
        self.world.pool().await
    }
    async fn listings(&self, shelf: &Shelf, limit: usize) -> Result<Vec<Listing>, Error> {
        self.world.listings(shelf, limit).await
    }

    async fn newest(&self, shelf: &Shelf, before: Option<&Mark>, limit: usize) -> Result<Vec<Listing>, Error> {
        self.world.newest(shelf, before, limit).await
    }

    async fn audit(&self, before: Option<u64>, limit: usize) -> Result<Vec<AuditLine>, Error> {
        self.world.audit(before, limit).await
    }

    async fn tallies(&self, limit: usize) -> Result<Vec<Tally>, Error> {
        self.world.tallies(limit).await
    }
    async fn commit(&self, changes: &[Change]) -> Result<Commit, Error> {
        let is_match = changes.iter().any(|change| matches!(change.key(), Key::Session(_)));
        if is_match && *self.looked.lock().unwrap() == 0 {
            *self.held.lock().unwrap() = Some(changes.to_vec());
            return Err(Error::Failed { port: "store", why: "the process is frozen".into() });
        }
        self.world.commit(changes).await
    }
    async fn admit(&self, limit: &Limit) -> Result<bool, Error> {
        self.world.admit(limit).await
    }
}

impl Mailbox for Slow<'_> {
    async fn close(&self, connection: &ConnectionId) -> Result<(), Error> {
        self.world.close(connection).await
    }

    async fn post(&self, to: &ConnectionId, frame: String) -> Result<Delivery, Error> {
        self.world.post(to, frame).await
    }
}

impl Journal for Slow<'_> {
    async fn append(&self, records: Vec<Record>) -> Result<(), Error> {
        self.world.append(records).await
    }
}

impl Errands for Slow<'_> {
    async fn entrust(&self, message: String) -> Result<(), Error> {
        self.world.entrust(message).await
    }
}

impl Timers for Slow<'_> {
    async fn send(&self, message: String, delay: SpanMs) -> Result<(), Error> {
        self.world.send(message, delay).await
    }
}

impl IceConfig for Slow<'_> {
    async fn ice_servers(&self, channel: &Endpoints, within: SpanMs) -> Result<Vec<IceServer>, Error> {
        self.world.ice_servers(channel, within).await
    }
    async fn presign(&self, lease: &ChannelLease, role: Role, now: TimeMs, life: SpanMs) -> Result<String, Error> {
        self.world.presign(lease, role, now, life).await
    }
}

impl Ambient for Slow<'_> {
    fn now(&self) -> TimeMs {
        self.world.now()
    }
    fn token(&self) -> Token {
        self.world.token()
    }
    fn pick(&self, bound: usize) -> usize {
        self.world.pick(bound)
    }
}

#[tokio::test]
async fn a_match_that_comes_while_its_timer_looks_is_looked_after() {
    // The commit lands right after the timer's first or second look at the session, and nobody arms anything any more.
    for after in [1, 2] {
        let mut town = Town::with_channels(1).await;
        let ada = town.arrive("Ada", &["chess"]).await;
        let bob = town.arrive("Bob", &["chess"]).await;
        town.says(&ada, "join-queue", json!({})).await;
        let slow = Slow { world: &town.world, after, held: Mutex::default(), looked: Mutex::default() };
        let joined = app::message(&slow, &town.settings, &bob.connection, r#"{"action":"join-queue","data":{}}"#).await;
        assert!(joined.is_err() && slow.held.lock().unwrap().is_some());

        town.world.pass(SpanMs::seconds(10));
        // The widening timers, whose next looks would fence the candidate, are later still.
        while let Some(message) = town.world.due_timer() {
            let (timer, due_at) = protocol::timer::decode(&message).unwrap();
            if matches!(timer, Timer::Confirm { .. }) {
                tick(&slow, &town.settings, &timer, due_at).await.unwrap();
            }
        }
        assert!(slow.held.lock().unwrap().is_none(), "the late commit has come");
        let session = town.session_of(&ada).unwrap().id;
        let inner = town.world.inner();
        let looked_after = inner.timers.iter().any(|(_, message)| message.contains(session.as_str()));
        assert!(looked_after, "nobody looks after {session} any more");
    }
}
