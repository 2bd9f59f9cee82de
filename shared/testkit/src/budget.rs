//! What a use case costs: a world in memory that counts what is asked of it, and prices it as DynamoDB does.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

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
use ports::fake::World;
use ports::{
    Ambient, Commit, Consistency, Delivery, Errands, Error, IceConfig, Journal, Limit, Mailbox, Record, Store, Timers,
};

/// Bytes of one read unit and of one write unit.
const READ_UNIT: usize = 4096;
const WRITE_UNIT: usize = 1024;

/// What was asked of the world. Units after
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Bill {
    /// Invocations of a function.
    pub invocations: u64,
    /// Frames that pages sent.
    pub frames: u64,
    /// Frames posted to pages.
    pub posts: u64,
    /// Rows read by key.
    pub reads: u64,
    /// Queries.
    pub queries: u64,
    /// Half read units: an eventually consistent read costs one for every 4 KB, a strongly consistent one two.
    pub half_rru: u64,
    /// Single writes, guarded or not.
    pub writes: u64,
    /// Transactions.
    pub transactions: u64,
    /// Write units: one for every KB of an item, twice in a transaction; what an index copies is written there too.
    pub wru: u64,
    /// Commits that met somebody else's.
    pub conflicts: u64,
    /// Timer messages.
    pub timers: u64,
    /// Calls of the event stream, and of KVS.
    pub others: u64,
}

impl Bill {
    /// What was asked since an earlier bill.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Self {
        Self {
            invocations: self.invocations - earlier.invocations,
            frames: self.frames - earlier.frames,
            posts: self.posts - earlier.posts,
            reads: self.reads - earlier.reads,
            queries: self.queries - earlier.queries,
            half_rru: self.half_rru - earlier.half_rru,
            writes: self.writes - earlier.writes,
            transactions: self.transactions - earlier.transactions,
            wru: self.wru - earlier.wru,
            conflicts: self.conflicts - earlier.conflicts,
            timers: self.timers - earlier.timers,
            others: self.others - earlier.others,
        }
    }

    /// The head of a table of bills.
    pub const HEAD: &'static str = "inv  in out  get qry   RRU  put  tx WRU  sqs oth";
}

impl fmt::Display for Bill {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rru = format!("{}.{}", self.half_rru / 2, self.half_rru % 2 * 5);
        write!(f, "{:>3} {:>3} {:>3}  ", self.invocations, self.frames, self.posts)?;
        write!(f, "{:>3} {:>3} {rru:>5}  ", self.reads, self.queries)?;
        write!(f, "{:>3} {:>3} {:>3}  ", self.writes, self.transactions, self.wru)?;
        write!(f, "{:>3} {:>3}", self.timers, self.others)
    }
}

/// Is told where units go.
pub trait Watch: fmt::Debug + Send + Sync {
    /// A row was written for so many write units.
    fn wrote(&self, key: &Key, units: u64);
    /// So many bytes of this bucket were read.
    fn peeked(&self, bucket: &Bucket, bytes: usize, consistency: Consistency);
}

/// A world that counts.
#[derive(Debug)]
pub struct Counted {
    /// The world.
    pub world: World,
    /// Who is told where units go.
    pub watch: Option<Arc<dyn Watch>>,
    /// How large a row is as an item; `None` where every row counts as small.
    bytes: Option<fn(&Row) -> usize>,
    by_chance: bool,
    bill: Mutex<Bill>,
}

impl Counted {
    /// An empty world whose rows are as large as `bytes` says.
    #[must_use]
    pub fn new(bytes: fn(&Row) -> usize) -> Self {
        Self { world: World::default(), watch: None, bytes: Some(bytes), by_chance: false, bill: Mutex::default() }
    }

    /// An empty world for crowds: no row is weighed, so that counting costs no time.
    #[must_use]
    pub fn unweighed() -> Self {
        Self { bytes: None, ..Self::new(|_| 0) }
    }

    /// The same world, in which whoever picks one of many picks any, and not always the first.
    #[must_use]
    pub fn with_chance(self) -> Self {
        Self { by_chance: true, ..self }
    }

    /// The bill so far; whoever invokes functions and sends frames counts them here.
    pub fn bill(&self) -> MutexGuard<'_, Bill> {
        self.bill.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn bytes_of(&self, row: &Row) -> usize {
        self.bytes.map_or(0, |bytes| bytes(row))
    }

    /// A query that reads these rows; one that finds nothing costs as much as one small row. Gives their bytes.
    fn query(&self, rows: impl Iterator<Item = Row>, consistency: Consistency) -> usize {
        let read = self.bytes.map_or(0, |bytes| rows.map(|row| bytes(&row)).sum());
        let mut bill = self.bill();
        bill.queries += 1;
        bill.half_rru += units(read.div_ceil(READ_UNIT).max(1)) * half_units(consistency);
        read
    }

    /// The units of a write outside of a transaction, those of the index apart: the larger of what stood there and what
    /// shall. A write whose guard fails costs the same.
    fn units_of(&self, change: &Change) -> (u64, u64) {
        let inner = self.world.inner();
        let old = inner.rows.get(&change.key());
        let new = change.outcome(old);
        let of = |row: Option<&Row>| row.map_or(0, |row| units(self.bytes_of(row).div_ceil(WRITE_UNIT)));
        // The index of free channels copies the whole row; a new place in its order is a deletion and a write.
        let copies = match (old, &new) {
            (Some(Row::Channel(old)), Some(Row::Channel(new))) if old.free_at != new.free_at => 2,
            (_, Some(Row::Channel(_))) | (Some(Row::Channel(_)), None) => 1,
            (_, _) => 0,
        };
        let largest = of(old).max(of(new.as_ref())).max(1);
        (largest, copies * largest)
    }
}

/// What a unit of bytes costs to read, in half read units.
const fn half_units(consistency: Consistency) -> u64 {
    match consistency {
        Consistency::Strong => 2,
        Consistency::Eventual => 1,
    }
}

fn units(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

impl Store for Counted {
    async fn get(&self, key: &Key, consistency: Consistency) -> Result<Option<Row>, Error> {
        let row = self.world.get(key, consistency).await?;
        let mut bill = self.bill();
        bill.reads += 1;
        let read = units(row.as_ref().map_or(1, |row| self.bytes_of(row).div_ceil(READ_UNIT).max(1)));
        bill.half_rru += read * half_units(consistency);
        Ok(row)
    }

    async fn peek(&self, bucket: &Bucket, limit: usize, consistency: Consistency) -> Result<Peek, Error> {
        let peek = self.world.peek(bucket, limit, consistency).await?;
        let hints = peek.hints.iter().cloned().map(Row::Hint);
        let bytes = self.query(hints.chain(peek.waits.clone().map(Row::Waits)), consistency);
        if let Some(watch) = &self.watch {
            watch.peeked(bucket, bytes, consistency);
        }
        Ok(peek)
    }

    async fn chat(&self, session: &SessionId, limit: usize) -> Result<Vec<ChatLine>, Error> {
        let chat = self.world.chat(session, limit).await?;
        for role in Role::BOTH {
            self.query(chat.iter().filter(|line| line.from == role).cloned().map(Row::ChatLine), Consistency::Strong);
        }
        Ok(chat)
    }

    async fn free_channels(&self, now: TimeMs, limit: usize) -> Result<Vec<Channel>, Error> {
        let free = self.world.free_channels(now, limit).await?;
        self.query(free.iter().cloned().map(Row::Channel), Consistency::Eventual);
        Ok(free)
    }

    async fn pool(&self) -> Result<Vec<Channel>, Error> {
        let pool = self.world.pool().await?;
        self.query(pool.iter().cloned().map(Row::Channel), Consistency::Eventual);
        Ok(pool)
    }

    async fn belongings(&self, of: &UserId, kind: Belonging, limit: usize) -> Result<Vec<Row>, Error> {
        let rows = self.world.belongings(of, kind, limit).await?;
        self.query(rows.iter().cloned(), Consistency::Strong);
        Ok(rows)
    }

    async fn invited(&self, address: &AddressId, limit: usize) -> Result<Vec<Invitation>, Error> {
        let found = self.world.invited(address, limit).await?;
        self.query(found.iter().cloned().map(Row::Invitation), Consistency::Strong);
        Ok(found)
    }

    async fn entries(&self, sought: &Folded, limit: usize) -> Result<Vec<Entry>, Error> {
        let found = self.world.entries(sought, limit).await?;
        self.query(found.iter().cloned().map(Row::Entry), Consistency::Eventual);
        Ok(found)
    }

    async fn listings(&self, shelf: &Shelf, limit: usize) -> Result<Vec<Listing>, Error> {
        let found = self.world.listings(shelf, limit).await?;
        self.query(found.iter().cloned().map(Row::Listing), Consistency::Strong);
        Ok(found)
    }

    async fn newest(&self, shelf: &Shelf, before: Option<&Mark>, limit: usize) -> Result<Vec<Listing>, Error> {
        let found = self.world.newest(shelf, before, limit).await?;
        self.query(found.iter().cloned().map(Row::Listing), Consistency::Strong);
        Ok(found)
    }

    async fn audit(&self, before: Option<u64>, limit: usize) -> Result<Vec<AuditLine>, Error> {
        let found = self.world.audit(before, limit).await?;
        self.query(found.iter().cloned().map(Row::AuditLine), Consistency::Strong);
        Ok(found)
    }

    async fn tallies(&self, limit: usize) -> Result<Vec<Tally>, Error> {
        let found = self.world.tallies(limit).await?;
        self.query(found.iter().cloned().map(Row::Tally), Consistency::Eventual);
        Ok(found)
    }

    async fn commit(&self, changes: &[Change]) -> Result<Commit, Error> {
        let several = changes.len() > 1;
        for change in changes {
            let (own, index) = self.units_of(change);
            let own = if several { 2 * own } else { own };
            self.bill().wru += own + index;
            if let Some(watch) = &self.watch {
                watch.wrote(&change.key(), own);
            }
        }
        if several {
            self.bill().transactions += 1;
        } else {
            self.bill().writes += 1;
        }
        let commit = self.world.commit(changes).await?;
        self.bill().conflicts += u64::from(commit == Commit::Conflict);
        Ok(commit)
    }

    async fn admit(&self, limit: &Limit) -> Result<bool, Error> {
        {
            let mut bill = self.bill();
            bill.writes += 1;
            bill.wru += 1;
        }
        self.world.admit(limit).await
    }
}

impl Mailbox for Counted {
    async fn post(&self, to: &ConnectionId, frame: String) -> Result<Delivery, Error> {
        self.bill().posts += 1;
        self.world.post(to, frame).await
    }

    async fn close(&self, connection: &ConnectionId) -> Result<(), Error> {
        self.bill().others += 1;
        self.world.close(connection).await
    }
}

impl Journal for Counted {
    async fn append(&self, records: Vec<Record>) -> Result<(), Error> {
        self.bill().others += 1;
        self.world.append(records).await
    }
}

impl Errands for Counted {
    async fn entrust(&self, message: String) -> Result<(), Error> {
        self.world.entrust(message).await
    }
}

impl Timers for Counted {
    async fn send(&self, message: String, delay: SpanMs) -> Result<(), Error> {
        self.bill().timers += 1;
        self.world.send(message, delay).await
    }
}

impl IceConfig for Counted {
    async fn ice_servers(&self, channel: &Endpoints, within: SpanMs) -> Result<Vec<IceServer>, Error> {
        self.bill().others += 1;
        self.world.ice_servers(channel, within).await
    }

    async fn presign(&self, lease: &ChannelLease, role: Role, now: TimeMs, life: SpanMs) -> Result<String, Error> {
        self.world.presign(lease, role, now, life).await
    }
}

impl Ambient for Counted {
    fn now(&self) -> TimeMs {
        self.world.now()
    }

    fn token(&self) -> Token {
        self.world.token()
    }

    fn pick(&self, bound: usize) -> usize {
        if self.by_chance && bound > 0 { fastrand::usize(0..bound) } else { self.world.pick(bound) }
    }
}
