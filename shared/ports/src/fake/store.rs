//! The world as a store.

use domain::channel::Channel;
use domain::id::SessionId;
use domain::queue::{Bucket, Peek};
use domain::row::{Change, Key, Row};
use domain::speech::ChatLine;
use domain::time::TimeMs;

use super::{World, rows};
use crate::{Commit, Consistency, Error, Limit, Store};

impl Store for World {
    async fn get(&self, key: &Key, _: Consistency) -> Result<Option<Row>, Error> {
        Ok(self.inner().rows.get(key).cloned())
    }

    async fn peek(&self, bucket: &Bucket, limit: usize, _: Consistency) -> Result<Peek, Error> {
        Ok(rows::peek(&self.inner().rows, bucket, limit))
    }

    async fn chat(&self, session: &SessionId, limit: usize) -> Result<Vec<ChatLine>, Error> {
        Ok(rows::chat(&self.inner().rows, session, limit))
    }

    async fn free_channels(&self, now: TimeMs, limit: usize) -> Result<Vec<Channel>, Error> {
        Ok(rows::free_channels(&self.inner().rows, now, limit))
    }

    async fn pool(&self) -> Result<Vec<Channel>, Error> {
        Ok(rows::channels(&self.inner().rows).cloned().collect())
    }

    async fn commit(&self, changes: &[Change]) -> Result<Commit, Error> {
        Ok(rows::commit(&mut self.inner().rows, changes))
    }

    async fn admit(&self, limit: &Limit) -> Result<bool, Error> {
        let mut inner = self.inner();
        let count = inner.counts.entry(limit.key.clone()).or_default();
        if *count >= limit.max {
            return Ok(false);
        }
        *count += 1;
        Ok(true)
    }
}
