//! The world as one invocation sees it: through its own clock, one step at a time, with everything that may break.

use domain::audit::AuditLine;
use domain::channel::{Channel, ChannelLease, Endpoints};
use domain::directory::{Entry, Folded};
use domain::friend::Invitation;
use domain::id::{AddressId, ChannelId, ConnectionId, SessionId, Token, UserId};
use domain::notice::IceServer;
use domain::queue::{Bucket, Hint, Peek};
use domain::report::{Listing, Mark, Shelf};
use domain::row::{Belonging, Change, Guard, Key, Row, Write};
use domain::session::Role;
use domain::speech::ChatLine;
use domain::tally::Tally;
use domain::time::{SpanMs, TimeMs};
use ports::fake::rows;
use ports::{
    Ambient, ChannelPool, Commit, Consistency, Delivery, Error, IceConfig, Journal, Limit, Mailbox, PoolChannel,
    Record, Store, Timers,
};

use super::fault::{Fault, SKEW_MAX};
use super::law::Law;
use super::laws::Post;
use super::mutant::Mutant;
use super::pause::Pause;
use super::plant::Plant;
use super::story;
use super::world::{Inner, Sent, SocketState, Stop, World};

/// What one invocation sees.
#[derive(Debug, Clone, Copy)]
pub struct Lens<'w> {
    /// The world.
    pub world: &'w World,
    /// Which invocation.
    pub flight: u64,
}

impl Lens<'_> {
    /// One transaction, with everything that may come between.
    pub(super) async fn write(&self, changes: &[Change]) -> Result<Commit, Error> {
        self.pause(Stop::Before).await;
        let (commit, again) = {
            let mut inner = self.world.inner();
            if inner.throttles() {
                return Err(Error::Throttled { port: "store" });
            }
            if inner.strikes(Fault::Conflict) || self.overlooks(&inner, changes) {
                return Ok(Commit::Conflict);
            }
            (inner.commit(self.flight, changes), changes.len() == 1 && inner.strikes(Fault::WriteRepeated))
        };
        self.pause(Stop::After).await;
        if self.world.inner().strikes(Fault::AnswerLost) {
            // Nobody knows of the facts that this has made true.
            self.forgives();
            return Err(lost("store"));
        }
        self.comes_again_late(changes);
        // A transaction carries a `ClientRequestToken`: its repeat is answered as it was. A plain write does not.
        if again {
            let repeated = self.again(commit, changes);
            if repeated == Commit::Conflict {
                // Somebody has built upon the first write since: whose it was cannot be told any more.
                self.forgives();
            }
            self.pause(Stop::After).await;
            return Ok(repeated);
        }
        Ok(commit)
    }

    /// A plain write of a fenced row may have a copy on its way.
    fn comes_again_late(&self, changes: &[Change]) {
        let [change] = changes else { return };
        let fenced = matches!(&change.write, Write::Put(row) if row.version().is_some());
        let mut inner = self.world.inner();
        if fenced && inner.strikes(Fault::WriteLate) {
            inner.sent.push(Sent::Write(change.clone()));
        }
    }

    /// The same write once more; D3: what stands there by the first one is recognised.
    fn again(&self, first: Commit, changes: &[Change]) -> Commit {
        let mut inner = self.world.inner();
        let stands = |change: &Change| match &change.write {
            Write::Put(row) => inner.rows.get(&change.key()) == Some(row),
            Write::Delete(key) => !inner.rows.contains_key(key),
            Write::Free(..) => false,
        };
        let own = first == Commit::Committed && changes.iter().all(stands);
        let repeated = inner.commit(self.flight, changes);
        let unknown = self.world.mutant == Some(Mutant::OwnWriteUnknown);
        let repeated = if own && unknown && changes[0].guard != Guard::None { Commit::Conflict } else { repeated };
        if own && repeated == Commit::Conflict {
            inner.breaks(Law::D3, format!("{:?} is taken for somebody else's", story::of_changes(changes)));
        }
        repeated
    }

    /// What this invocation has made true need not be recorded any more.
    fn forgives(&self) {
        if let Some(course) = self.world.inner().courses.get_mut(&self.flight) {
            course.owed.clear();
        }
    }

    pub(super) async fn pause(&self, stop: Stop) {
        loop {
            Pause::of(self.world, stop).await;
            // Siblings that run side by side overtake each other.
            if self.world.inner().chance.u32(0..4) > 0 {
                return;
            }
        }
    }

    async fn read<T>(&self, port: &'static str, read: impl FnOnce(&mut Inner) -> T) -> Result<T, Error> {
        self.pause(Stop::Read).await;
        let mut inner = self.world.inner();
        if let Some(course) = inner.courses.get_mut(&self.flight) {
            course.just_committed = false;
        }
        if inner.throttles() { Err(Error::Throttled { port }) } else { Ok(read(&mut inner)) }
    }
}

/// Whether a post keeps the laws.
fn keeps(inner: &mut Inner, flight: u64, to: &ConnectionId, frame: &str) {
    let Some(course) = inner.courses.get(&flight) else { return };
    let socket = inner.sockets.get(to);
    let kept = inner.laws.post(&Post { to, socket, frame, rows: &inner.rows, course });
    inner.keeps(kept);
}

fn lost(port: &'static str) -> Error {
    Error::Failed { port, why: "no answer".into() }
}

impl Ambient for Lens<'_> {
    fn now(&self) -> TimeMs {
        let mut inner = self.world.inner();
        let back = if inner.strikes(Fault::ClockBack) { inner.chance.i64(0..120_000) } else { 0 };
        let now = inner.now;
        let Some(course) = inner.courses.get_mut(&self.flight) else { return now };
        course.skew = (course.skew - back).max(-SKEW_MAX);
        course.clock(now)
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
    async fn get(&self, key: &Key, consistency: Consistency) -> Result<Option<Row>, Error> {
        let read = |inner: &mut Inner| {
            let old = if consistency == Consistency::Eventual { inner.as_it_was(key) } else { None };
            let row = old.unwrap_or_else(|| inner.rows.get(key).cloned());
            row.map(|row| self.seen(inner, row))
        };
        self.read("store", read).await
    }

    async fn peek(&self, bucket: &Bucket, limit: usize, consistency: Consistency) -> Result<Peek, Error> {
        let read = |inner: &mut Inner| {
            let mut peek = rows::peek(&inner.rows, bucket, limit);
            if self.is_blind(inner) {
                peek.hints.clear();
            }
            let hints = &mut peek.hints;
            hints.retain(|hint| !self.hides(inner, &hint.user));
            let old: Vec<Hint> = inner.graves.iter().filter(|hint| hint.bucket == *bucket).cloned().collect();
            let differs = !hints.is_empty() || !old.is_empty();
            if consistency == Consistency::Eventual && differs && inner.strikes(Fault::StaleHints) {
                hints.retain(|_| inner.chance.bool());
                hints.extend(old);
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
            if !inner.old_channels.is_empty() && inner.strikes(Fault::StaleIndex) {
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

    async fn belongings(&self, of: &UserId, kind: Belonging, limit: usize) -> Result<Vec<Row>, Error> {
        self.read("store", |inner| rows::belongings(&inner.rows, of, kind, limit)).await
    }

    async fn invited(&self, address: &AddressId, limit: usize) -> Result<Vec<Invitation>, Error> {
        self.read("store", |inner| rows::invited(&inner.rows, address, limit)).await
    }

    async fn entries(&self, sought: &Folded, limit: usize) -> Result<Vec<Entry>, Error> {
        self.read("store", |inner| rows::entries(&inner.rows, sought, limit)).await
    }

    async fn listings(&self, shelf: &Shelf, limit: usize) -> Result<Vec<Listing>, Error> {
        self.read("store", |inner| rows::listings(&inner.rows, shelf, limit)).await
    }

    async fn newest(&self, shelf: &Shelf, before: Option<&Mark>, limit: usize) -> Result<Vec<Listing>, Error> {
        self.read("store", |inner| rows::newest(&inner.rows, shelf, before, limit)).await
    }

    async fn audit(&self, before: Option<u64>, limit: usize) -> Result<Vec<AuditLine>, Error> {
        self.read("store", |inner| rows::audit(&inner.rows, before, limit)).await
    }

    async fn tallies(&self, limit: usize) -> Result<Vec<Tally>, Error> {
        self.read("store", |inner| rows::tallies(&inner.rows, limit)).await
    }

    async fn commit(&self, changes: &[Change]) -> Result<Commit, Error> {
        self.bent(changes).await
    }

    async fn admit(&self, limit: &Limit) -> Result<bool, Error> {
        let count = |inner: &mut Inner| {
            let count = inner.counts.entry(limit.key.clone()).or_default();
            let counted = limit.counted(*count);
            *count = counted.unwrap_or(*count);
            counted.is_some()
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
            let (to, muted) = self.addressed(&inner, to, &frame);
            inner.tell(|| format!("to {to}: {}", story::of_frame(&frame)));
            keeps(&mut inner, self.flight, &to, &frame);
            match inner.sockets.get(&to).map(|socket| socket.state) {
                Some(SocketState::Opening) => {
                    inner.breaks(Law::C4, format!("{to} is opening"));
                    Delivery::Gone
                }
                Some(SocketState::Open) if inner.strikes(Fault::GoneThoughOpen) => Delivery::Gone,
                Some(SocketState::Open) if muted => Delivery::Delivered,
                Some(SocketState::Open) => {
                    inner.sent.push(Sent::Frame(to.clone(), frame));
                    Delivery::Delivered
                }
                Some(SocketState::Dead) => Delivery::Delivered,
                Some(SocketState::Closed) | None => Delivery::Gone,
            }
        };
        if delivery == Delivery::Gone {
            self.world.inner().laws.gone.insert(to.clone());
        }
        self.pause(Stop::After).await;
        let denied = delivery == Delivery::Delivered && self.world.inner().strikes(Fault::PostDeniedThoughDelivered);
        if denied { Err(lost("gateway")) } else { Ok(delivery) }
    }

    async fn close(&self, connection: &ConnectionId) -> Result<(), Error> {
        self.pause(Stop::Before).await;
        {
            let mut inner = self.world.inner();
            if inner.strikes(Fault::PostFailed) {
                return Err(Error::Throttled { port: "gateway" });
            }
            inner.sent.push(Sent::Close(connection.clone()));
        }
        self.pause(Stop::After).await;
        Ok(())
    }
}

impl Journal for Lens<'_> {
    async fn append(&self, records: Vec<Record>) -> Result<(), Error> {
        self.pause(Stop::Before).await;
        let down = self.world.inner().journal_is_down();
        if down {
            self.forgives();
            return Err(lost("journal"));
        }
        if self.world.plant() == Some(Plant::SilentJournal) {
            return Ok(());
        }
        let inner = &mut *self.world.inner();
        if let Some(course) = inner.courses.get_mut(&self.flight) {
            let kept = inner.laws.recorded(&records, course);
            inner.keeps(kept);
        }
        Ok(())
    }
}

impl Timers for Lens<'_> {
    async fn send(&self, message: String, delay: SpanMs) -> Result<(), Error> {
        self.pause(Stop::Before).await;
        {
            let mut inner = self.world.inner();
            if inner.throttles() {
                return Err(Error::Throttled { port: "timers" });
            }
            let at = inner.now + SpanMs::seconds(delay.whole_seconds_up());
            if self.arms(&mut inner, &message) {
                inner.tell(|| format!("arms in {} s {message}", delay.whole_seconds_up()));
                inner.sent.push(Sent::Timer(at, message));
            }
        }
        self.pause(Stop::After).await;
        if self.world.inner().strikes(Fault::AnswerLost) { Err(lost("timers")) } else { Ok(()) }
    }
}

impl IceConfig for Lens<'_> {
    async fn ice_servers(&self, channel: &Endpoints, _within: SpanMs) -> Result<Vec<IceServer>, Error> {
        self.pause(Stop::Read).await;
        let down = self.world.inner().kvs_is_down();
        if down {
            return Err(Error::Throttled { port: "kvs" });
        }
        let urls = vec![format!("turn:{}", channel.https)];
        Ok(vec![IceServer { urls, username: Some("user".into()), credential: Some("secret".into()) }])
    }

    async fn presign(&self, lease: &ChannelLease, role: Role, now: TimeMs, life: SpanMs) -> Result<String, Error> {
        let role = self.world.plant().map_or(role, |plant| plant.shown(role));
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

    async fn delete(&self, _channel: &PoolChannel) -> Result<(), Error> {
        Ok(())
    }

    async fn endpoints(&self, channel: &PoolChannel) -> Result<Endpoints, Error> {
        self.create(&channel.id).await
    }
}
