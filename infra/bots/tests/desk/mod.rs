//! A world whose rows are in the embedded DynamoDB, and all else in memory.

use std::sync::atomic::{AtomicUsize, Ordering};

use aws::Aws;
use domain::audit::AuditLine;
use domain::channel::{Channel, ChannelLease, Endpoints};
use domain::directory::{Entry, Folded};
use domain::email::Email;
use domain::friend::Invitation;
use domain::id::{AddressId, ConnectionId, SessionId, Token, UserId};
use domain::notice::{IceServer, Letter};
use domain::queue::{Bucket, Peek};
use domain::report::{Listing, Mark, Shelf};
use domain::row::{Belonging, Change, Key, Row};
use domain::session::Role;
use domain::speech::ChatLine;
use domain::tally::Tally;
use domain::time::{SpanMs, TimeMs};
use ports::fake::World;
use ports::{Ambient, Commit, Consistency, Delivery, Errands, Error, IceConfig, Journal, Limit, Mail, Mailbox};
use ports::{Record, Store, Timers};
use tokio::sync::Barrier;

/// The world.
pub struct Desk {
    rows: Aws,
    /// All but the rows. Time stands still, so that no window of a limit ends meanwhile.
    pub rest: World,
    /// Where whoever has read a link, or the moderators' book, waits for all others.
    pub start: Start,
}

/// A line from which so many start at once; later ones pass.
pub struct Start {
    runners: usize,
    arrived: AtomicUsize,
    barrier: Barrier,
}

impl Start {
    /// Holds so many back until the last of them is there.
    pub fn of(runners: usize) -> Self {
        Self { runners, arrived: AtomicUsize::new(0), barrier: Barrier::new(runners) }
    }

    async fn wait(&self) {
        if self.arrived.fetch_add(1, Ordering::Relaxed) < self.runners {
            self.barrier.wait().await;
        }
    }
}

impl Desk {
    /// Over tables; time stands still at `now`, and nobody waits for anybody.
    pub fn over(rows: Aws, now: TimeMs) -> Self {
        let rest = World::default();
        rest.inner().now = now;
        Self { rows, rest, start: Start::of(0) }
    }
}

impl Store for Desk {
    async fn get(&self, key: &Key, consistency: Consistency) -> Result<Option<Row>, Error> {
        let row = self.rows.get(key, consistency).await;
        if matches!(key, Key::MagicLink(_)) {
            self.start.wait().await;
        }
        row
    }

    async fn peek(&self, bucket: &Bucket, limit: usize, consistency: Consistency) -> Result<Peek, Error> {
        self.rows.peek(bucket, limit, consistency).await
    }

    async fn chat(&self, session: &SessionId, limit: usize) -> Result<Vec<ChatLine>, Error> {
        self.rows.chat(session, limit).await
    }

    async fn free_channels(&self, now: TimeMs, limit: usize) -> Result<Vec<Channel>, Error> {
        self.rows.free_channels(now, limit).await
    }

    async fn pool(&self) -> Result<Vec<Channel>, Error> {
        self.rows.pool().await
    }

    async fn belongings(&self, of: &UserId, kind: Belonging, limit: usize) -> Result<Vec<Row>, Error> {
        self.rows.belongings(of, kind, limit).await
    }

    async fn invited(&self, address: &AddressId, limit: usize) -> Result<Vec<Invitation>, Error> {
        self.rows.invited(address, limit).await
    }

    async fn entries(&self, sought: &Folded, limit: usize) -> Result<Vec<Entry>, Error> {
        self.rows.entries(sought, limit).await
    }

    async fn listings(&self, shelf: &Shelf, limit: usize) -> Result<Vec<Listing>, Error> {
        self.rows.listings(shelf, limit).await
    }

    async fn newest(&self, shelf: &Shelf, before: Option<&Mark>, limit: usize) -> Result<Vec<Listing>, Error> {
        self.rows.newest(shelf, before, limit).await
    }

    async fn audit(&self, before: Option<u64>, limit: usize) -> Result<Vec<AuditLine>, Error> {
        let lines = self.rows.audit(before, limit).await;
        self.start.wait().await;
        lines
    }

    async fn tallies(&self, limit: usize) -> Result<Vec<Tally>, Error> {
        self.rows.tallies(limit).await
    }

    async fn commit(&self, changes: &[Change]) -> Result<Commit, Error> {
        self.rows.commit(changes).await
    }

    async fn admit(&self, limit: &Limit) -> Result<bool, Error> {
        self.rows.admit(limit).await
    }
}

impl Ambient for Desk {
    fn now(&self) -> TimeMs {
        self.rest.now()
    }

    fn token(&self) -> Token {
        self.rest.token()
    }

    fn pick(&self, bound: usize) -> usize {
        self.rest.pick(bound)
    }
}

impl Mailbox for Desk {
    async fn post(&self, to: &ConnectionId, frame: String) -> Result<Delivery, Error> {
        self.rest.post(to, frame).await
    }

    async fn close(&self, connection: &ConnectionId) -> Result<(), Error> {
        self.rest.close(connection).await
    }
}

impl Mail for Desk {
    async fn deliver(&self, to: &Email, letter: &Letter) -> Result<(), Error> {
        self.rest.deliver(to, letter).await
    }
}

impl Errands for Desk {
    async fn entrust(&self, message: String) -> Result<(), Error> {
        self.rest.entrust(message).await
    }
}

impl Journal for Desk {
    async fn append(&self, records: Vec<Record>) -> Result<(), Error> {
        self.rest.append(records).await
    }
}

impl Timers for Desk {
    async fn send(&self, message: String, delay: SpanMs) -> Result<(), Error> {
        self.rest.send(message, delay).await
    }
}

impl IceConfig for Desk {
    async fn ice_servers(&self, channel: &Endpoints, within: SpanMs) -> Result<Vec<IceServer>, Error> {
        self.rest.ice_servers(channel, within).await
    }

    async fn presign(&self, lease: &ChannelLease, role: Role, now: TimeMs, life: SpanMs) -> Result<String, Error> {
        self.rest.presign(lease, role, now, life).await
    }
}
