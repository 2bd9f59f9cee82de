//! Rows in memory, with the guards and the orders of the real store.

use std::collections::BTreeMap;

use domain::audit::AuditLine;
use domain::channel::Channel;
use domain::directory::{Entry, Folded};
use domain::friend::{Invitation, InvitationSide};
use domain::id::{AddressId, ChannelId, SessionId, TicketId, UserId};
use domain::queue::{Bucket, Peek};
use domain::report::{Listing, Mark, Shelf};
use domain::row::{Belonging, Change, Key, Row, Write};
use domain::session::Role;
use domain::speech::ChatLine;
use domain::tally::Tally;
use domain::time::TimeMs;

use crate::Commit;

/// All rows by their keys.
pub type Rows = BTreeMap<Key, Row>;

/// A bucket with its first `limit` hints, longest wait first.
#[must_use]
pub fn peek(rows: &Rows, bucket: &Bucket, limit: usize) -> Peek {
    let waits = rows
        .get(&Key::Waits(bucket.clone()))
        .and_then(|row| if let Row::Waits(waits) = row { Some(waits) } else { None });
    let lowest = TicketId::parse(LOWEST).ok();
    let first = lowest.map(|ticket| Key::Hint { bucket: bucket.clone(), since: TimeMs(0), ticket });
    let hints = first
        .into_iter()
        .flat_map(|first| rows.range(first..))
        .map_while(|(_, row)| if let Row::Hint(hint) = row { Some(hint) } else { None });
    let hints = hints.take_while(|hint| hint.bucket == *bucket).cloned();
    Peek { bucket: bucket.clone(), waits: waits.cloned(), hints: hints.take(limit).collect() }
}

/// The chat of a session, oldest first, at most the last `limit` lines per side.
#[must_use]
pub fn chat(rows: &Rows, session: &SessionId, limit: usize) -> Vec<ChatLine> {
    let line = |role, n| Key::ChatLine { session: session.clone(), role, n };
    let of = |role| rows.range(line(role, 0)..=line(role, u32::MAX)).rev().take(limit).map(|(_, row)| row);
    let both = Role::BOTH.into_iter().flat_map(of);
    let mut chat: Vec<ChatLine> =
        both.filter_map(|row| if let Row::ChatLine(line) = row { Some(line.clone()) } else { None }).collect();
    chat.sort_by_key(|line| (line.sent_at, line.from, line.n));
    chat
}

/// At most `limit` channels that were free by `now`, longest unused first.
#[must_use]
pub fn free_channels(rows: &Rows, now: TimeMs, limit: usize) -> Vec<Channel> {
    let mut free: Vec<Channel> = channels(rows).filter(|channel| channel.is_free(now)).cloned().collect();
    free.sort_by_key(|channel| channel.free_at);
    free.truncate(limit);
    free
}

/// Every channel of the pool.
pub fn channels(rows: &Rows) -> impl Iterator<Item = &Channel> {
    let first = ChannelId::parse(LOWEST).map(Key::Channel).ok();
    let rows = first.into_iter().flat_map(|first| rows.range(first..));
    rows.map_while(|(_, row)| if let Row::Channel(channel) = row { Some(channel) } else { None })
}

/// At most `limit` rows of one kind that belong to somebody, the last first.
#[must_use]
pub fn belongings(rows: &Rows, of: &UserId, kind: Belonging, limit: usize) -> Vec<Row> {
    let is_theirs = |row: &&Row| match (kind, row) {
        (Belonging::Families, Row::RefreshFamily(family)) => family.user == *of,
        (Belonging::Friends, Row::Friendship(friendship)) => friendship.owner == *of,
        (Belonging::Invitations, Row::Invitation(sent)) => sent.side == InvitationSide::Sent && sent.from == *of,
        (Belonging::Calls, Row::CallRecord(record)) => record.owner == *of,
        (Belonging::BlockedBy, Row::BlockedBy(row)) => row.user == *of,
        (Belonging::Subscriptions, Row::Subscription(row)) => row.owner == *of,
        (Belonging::Sanctions, Row::Sanction(row)) => row.user == *of,
        (
            Belonging::Families
            | Belonging::Friends
            | Belonging::Invitations
            | Belonging::Calls
            | Belonging::BlockedBy
            | Belonging::Subscriptions
            | Belonging::Sanctions,
            _,
        ) => false,
    };
    // In the order of their keys, which within one kind is that of the sort keys.
    rows.values().rev().filter(is_theirs).take(limit).cloned().collect()
}

/// At most `limit` invitations that wait for an address.
#[must_use]
pub fn invited(rows: &Rows, address: &AddressId, limit: usize) -> Vec<Invitation> {
    let invitations = rows.values().filter_map(|row| if let Row::Invitation(it) = row { Some(it) } else { None });
    let waits = invitations.filter(|it| it.side == InvitationSide::Received && it.address() == *address);
    waits.take(limit).cloned().collect()
}

/// The counters of at most `limit` shards.
#[must_use]
pub fn tallies(rows: &Rows, limit: usize) -> Vec<Tally> {
    let tallies = rows.values().filter_map(|row| if let Row::Tally(tally) = row { Some(tally.clone()) } else { None });
    tallies.take(limit).collect()
}

/// At most `limit` entries of the directory whose names begin like this, by name.
#[must_use]
pub fn entries(rows: &Rows, sought: &Folded, limit: usize) -> Vec<Entry> {
    let entries = rows.values().filter_map(|row| if let Row::Entry(entry) = row { Some(entry) } else { None });
    let begins = entries.filter(|entry| Folded::of(&entry.nickname).as_str().starts_with(sought.as_str()));
    begins.take(limit).cloned().collect()
}

/// At most `limit` reports of a list: the oldest first where they wait, else the newest.
#[must_use]
pub fn listings(rows: &Rows, shelf: &Shelf, limit: usize) -> Vec<Listing> {
    let listings = rows.values().filter_map(|row| if let Row::Listing(listing) = row { Some(listing) } else { None });
    // In the order of their keys, which within one list is that of the sort keys.
    let mut found: Vec<Listing> = listings.filter(|listing| listing.shelf == *shelf).cloned().collect();
    if !shelf.waits() {
        found.reverse();
    }
    found.truncate(limit);
    found
}

/// At most `limit` reports of a list, the newest first, those that stand behind a place.
#[must_use]
pub fn newest(rows: &Rows, shelf: &Shelf, before: Option<&Mark>, limit: usize) -> Vec<Listing> {
    let listings = rows.values().rev().filter_map(|row| if let Row::Listing(it) = row { Some(it) } else { None });
    let behind = listings.filter(|it| it.shelf == *shelf && before.is_none_or(|before| it.mark() < *before));
    behind.take(limit).cloned().collect()
}

/// At most `limit` lines of the moderators' book, the last first, those before a line.
#[must_use]
pub fn audit(rows: &Rows, before: Option<u64>, limit: usize) -> Vec<AuditLine> {
    let before = Key::AuditLine(before.unwrap_or(u64::MAX));
    let lines = rows.range(Key::AuditLine(0)..before).rev().map(|(_, row)| row);
    lines.filter_map(|row| if let Row::AuditLine(line) = row { Some(line.clone()) } else { None }).take(limit).collect()
}

/// Writes all changes or none. One row that stands there already as it should is our own earlier write.
pub fn commit(rows: &mut Rows, changes: &[Change]) -> Commit {
    if let [Change { write: Write::Put(row), .. }] = changes
        && rows.get(&row.key()) == Some(row)
    {
        return Commit::Committed;
    }
    if !changes.iter().all(|change| change.guard.holds(rows.get(&change.key()))) {
        return Commit::Conflict;
    }
    for change in changes {
        let key = change.key();
        match change.outcome(rows.get(&key)) {
            Some(row) => rows.insert(key, row),
            None => rows.remove(&key),
        };
    }
    Commit::Committed
}

/// The first of all ids in their order.
const LOWEST: &str = "-";
