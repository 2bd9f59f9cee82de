//! The world as a store.

use domain::audit::AuditLine;
use domain::channel::Channel;
use domain::directory::{Entry, Folded};
use domain::friend::Invitation;
use domain::id::{AddressId, SessionId, UserId};
use domain::queue::{Bucket, Peek};
use domain::report::{Listing, Mark, Shelf};
use domain::row::{Belonging, Change, Key, Row};
use domain::speech::ChatLine;
use domain::tally::Tally;
use domain::time::TimeMs;

use super::{World, rows};
use crate::{Commit, Consistency, Error, Limit, Store};

impl Store for World {
    async fn get(&self, key: &Key, _: Consistency) -> Result<Option<Row>, Error> {
        self.turn().await;
        Ok(self.inner().rows.get(key).cloned())
    }

    async fn peek(&self, bucket: &Bucket, limit: usize, _: Consistency) -> Result<Peek, Error> {
        self.turn().await;
        Ok(rows::peek(&self.inner().rows, bucket, limit))
    }

    async fn chat(&self, session: &SessionId, limit: usize) -> Result<Vec<ChatLine>, Error> {
        self.turn().await;
        Ok(rows::chat(&self.inner().rows, session, limit))
    }

    async fn free_channels(&self, now: TimeMs, limit: usize) -> Result<Vec<Channel>, Error> {
        self.turn().await;
        Ok(rows::free_channels(&self.inner().rows, now, limit))
    }

    async fn pool(&self) -> Result<Vec<Channel>, Error> {
        self.turn().await;
        Ok(rows::channels(&self.inner().rows).cloned().collect())
    }

    async fn belongings(&self, of: &UserId, kind: Belonging, limit: usize) -> Result<Vec<Row>, Error> {
        self.turn().await;
        Ok(rows::belongings(&self.inner().rows, of, kind, limit))
    }

    async fn invited(&self, address: &AddressId, limit: usize) -> Result<Vec<Invitation>, Error> {
        self.turn().await;
        Ok(rows::invited(&self.inner().rows, address, limit))
    }

    async fn entries(&self, sought: &Folded, limit: usize) -> Result<Vec<Entry>, Error> {
        self.turn().await;
        Ok(rows::entries(&self.inner().rows, sought, limit))
    }

    async fn listings(&self, shelf: &Shelf, limit: usize) -> Result<Vec<Listing>, Error> {
        self.turn().await;
        Ok(rows::listings(&self.inner().rows, shelf, limit))
    }

    async fn newest(&self, shelf: &Shelf, before: Option<&Mark>, limit: usize) -> Result<Vec<Listing>, Error> {
        self.turn().await;
        Ok(rows::newest(&self.inner().rows, shelf, before, limit))
    }

    async fn audit(&self, before: Option<u64>, limit: usize) -> Result<Vec<AuditLine>, Error> {
        self.turn().await;
        Ok(rows::audit(&self.inner().rows, before, limit))
    }

    async fn tallies(&self, limit: usize) -> Result<Vec<Tally>, Error> {
        self.turn().await;
        Ok(rows::tallies(&self.inner().rows, limit))
    }

    async fn commit(&self, changes: &[Change]) -> Result<Commit, Error> {
        self.turn().await;
        Ok(rows::commit(&mut self.inner().rows, changes))
    }

    async fn admit(&self, limit: &Limit) -> Result<bool, Error> {
        self.turn().await;
        let mut inner = self.inner();
        if inner.limiter_is_down {
            return Err(Error::Throttled { port: "store" });
        }
        let count = inner.counts.entry(limit.key.clone()).or_default();
        let counted = limit.counted(*count);
        *count = counted.unwrap_or(*count);
        Ok(counted.is_some())
    }
}
