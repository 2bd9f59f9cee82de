//! Rows in memory, with the guards of the real store.

use domain::channel::Channel;
use domain::id::SessionId;
use domain::queue::{Bucket, Hint};
use domain::row::{Change, Guard, Key, Row, Write};
use domain::session::Role;
use domain::speech::ChatLine;
use domain::time::TimeMs;

use super::{Inner, World};
use crate::{Commit, Error, Limit, Store};

impl Store for World {
    async fn get(&self, key: &Key) -> Result<Option<Row>, Error> {
        Ok(self.inner().rows.get(key).cloned())
    }

    async fn hints(&self, bucket: &Bucket, limit: usize) -> Result<Vec<Hint>, Error> {
        let inner = self.inner();
        let hints = inner.rows.values().filter_map(|row| if let Row::Hint(hint) = row { Some(hint) } else { None });
        Ok(hints.filter(|hint| hint.bucket == *bucket).take(limit).cloned().collect())
    }

    async fn chat(&self, session: &SessionId, limit: usize) -> Result<Vec<ChatLine>, Error> {
        let inner = self.inner();
        let lines = inner.rows.values().filter_map(|row| if let Row::ChatLine(line) = row { Some(line) } else { None });
        let lines: Vec<&ChatLine> = lines.filter(|line| line.session == *session).collect();
        let latest = |role| lines.iter().rev().filter(move |line| line.from == role).take(limit);
        let mut chat: Vec<ChatLine> = Role::BOTH.into_iter().flat_map(latest).map(|line| (*line).clone()).collect();
        chat.sort_by_key(|line| line.sent_at);
        Ok(chat)
    }

    async fn free_channels(&self, now: TimeMs, limit: usize) -> Result<Vec<Channel>, Error> {
        let mut free: Vec<Channel> = channels(&self.inner()).filter(|channel| channel.is_free(now)).cloned().collect();
        free.sort_by_key(|channel| channel.free_at);
        free.truncate(limit);
        Ok(free)
    }

    async fn pool(&self) -> Result<Vec<Channel>, Error> {
        Ok(channels(&self.inner()).cloned().collect())
    }

    async fn commit(&self, changes: &[Change]) -> Result<Commit, Error> {
        let mut inner = self.inner();
        let ours =
            |change: &Change| matches!(&change.write, Write::Put(row) if inner.rows.get(&row.key()) == Some(row));
        if !changes.is_empty() && changes.iter().all(ours) {
            return Ok(Commit::Committed);
        }
        if !changes.iter().all(|change| holds(&inner, change)) {
            return Ok(Commit::Conflict);
        }
        for change in changes {
            match &change.write {
                Write::Put(row) => inner.rows.insert(row.key(), (**row).clone()),
                Write::Delete(key) => inner.rows.remove(key),
            };
        }
        Ok(Commit::Committed)
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

fn channels(inner: &Inner) -> impl Iterator<Item = &Channel> {
    inner.rows.values().filter_map(|row| if let Row::Channel(channel) = row { Some(channel) } else { None })
}

fn holds(inner: &Inner, change: &Change) -> bool {
    let row = inner.rows.get(&change.key());
    match change.guard {
        Guard::None => true,
        Guard::Absent(now) => row.is_none_or(|row| row.is_expired(now)),
        Guard::Version(version) => row.and_then(Row::version) == Some(version),
    }
}
