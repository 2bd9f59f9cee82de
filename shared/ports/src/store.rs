//! Rows and their transactions.

use std::future::Future;

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

use crate::Error;

/// What became of a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Commit {
    /// All changes are written, by this call or, when it is one change, by an earlier one that said the same.
    Committed,
    /// This call has written none: a guard did not hold, or another transaction was at the same rows.
    Conflict,
}

/// How new what is read must be.
///
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.ReadConsistency.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consistency {
    /// As the last commit left it.
    Strong,
    /// As an earlier commit may have left it, at half the price. Good for what is fenced by the row's version when it is
    /// written, or is asked again when it is refused.
    Eventual,
}

/// A counted limit: so many times within a window.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Limit {
    /// What is limited for whom in which window; holds no address in clear.
    pub key: String,
    /// How many are admitted.
    pub max: u32,
    /// How many are to be counted now, at least 1: all of them or none.
    pub units: u32,
    /// When the window is over and the count can go.
    pub expires_at: TimeMs,
}

impl Limit {
    /// The count with the units on it, if so many are admitted.
    #[must_use]
    pub fn counted(&self, so_far: u32) -> Option<u32> {
        so_far.checked_add(self.units).filter(|counted| *counted <= self.max)
    }
}

/// The rows. Expired rows may still be given; the reader passes them over.
pub trait Store {
    /// The row of a key.
    fn get(&self, key: &Key, consistency: Consistency) -> impl Future<Output = Result<Option<Row>, Error>> + Send;

    /// A bucket with its first `limit` hints, at least 1, longest wait first and then by ticket.
    fn peek(
        &self,
        bucket: &Bucket,
        limit: usize,
        consistency: Consistency,
    ) -> impl Future<Output = Result<Peek, Error>> + Send;

    /// The chat of a session, oldest first, then by side and number; of each side at most the last `limit` lines, at
    /// least 1.
    fn chat(&self, session: &SessionId, limit: usize) -> impl Future<Output = Result<Vec<ChatLine>, Error>> + Send;

    /// At most `limit` channels that were free by `now`, at least 1, longest unused first; equals in any order. May be
    /// stale.
    fn free_channels(&self, now: TimeMs, limit: usize) -> impl Future<Output = Result<Vec<Channel>, Error>> + Send;

    /// Every channel of the pool, leased ones included. May be stale.
    fn pool(&self) -> impl Future<Output = Result<Vec<Channel>, Error>> + Send;

    /// At most `limit` rows of one kind that belong to somebody, at least 1, by their sort key, the last first. As the last
    /// commit left them.
    fn belongings(
        &self,
        of: &UserId,
        kind: Belonging,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<Row>, Error>> + Send;

    /// At most `limit` invitations that wait for an address, at least 1. As the last commit left them.
    fn invited(&self, address: &AddressId, limit: usize)
    -> impl Future<Output = Result<Vec<Invitation>, Error>> + Send;

    /// At most `limit` entries of the directory whose names begin like this, at least 1, by name. May be stale.
    fn entries(&self, sought: &Folded, limit: usize) -> impl Future<Output = Result<Vec<Entry>, Error>> + Send;

    /// At most `limit` reports of a list, at least 1: where they wait to be decided or answered the oldest first, elsewhere the
    /// newest. As the last commit left them.
    fn listings(&self, shelf: &Shelf, limit: usize) -> impl Future<Output = Result<Vec<Listing>, Error>> + Send;

    /// At most `limit` reports of a list, at least 1, the newest first: all, or those that stand behind a place. As the last
    /// commit left them.
    fn newest(
        &self,
        shelf: &Shelf,
        before: Option<&Mark>,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<Listing>, Error>> + Send;

    /// At most `limit` lines of the moderators' book, at least 1, the last first: all, or those before a line. As the last
    /// commit left them.
    fn audit(&self, before: Option<u64>, limit: usize) -> impl Future<Output = Result<Vec<AuditLine>, Error>> + Send;

    /// The counters of at most `limit` shards, at least 1, by the shards' names. May be stale.
    fn tallies(&self, limit: usize) -> impl Future<Output = Result<Vec<Tally>, Error>> + Send;

    /// Writes all changes or none. No two of them may touch the same row; at most 100. Of none, nothing is written.
    fn commit(&self, changes: &[Change]) -> impl Future<Output = Result<Commit, Error>> + Send;

    /// Counts so many more under a limit; `false` when they were too many, as they always are for one of zero. Exact
    /// under concurrency.
    fn admit(&self, limit: &Limit) -> impl Future<Output = Result<bool, Error>> + Send;
}
