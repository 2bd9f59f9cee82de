//! Hints: rows that propose a waiting person to others. They may be stale; the user row decides.

use std::collections::BTreeMap;

use crate::id::{TicketId, UserId};
use crate::limits::{HINT_SETTLES, LIVE_ROW_LIFE};
use crate::matching::{Seeker, may_meet, score};
use crate::notice::QueueStatus;
use crate::profile::{Mode, Tag, Wish};
use crate::time::TimeMs;
use crate::user::User;
use crate::waits::{self, Waits};

/// A part of the queue that is read at once.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bucket {
    /// Those who wait with this tag.
    Tag(Mode, Tag),
    /// Those who wait without tags.
    Untagged(Mode),
    /// Those who have waited long enough to meet people without a common tag.
    Everyone(Mode),
}

/// One proposal: this ticket waits in this bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// Where.
    pub bucket: Bucket,
    /// Waiting since when; buckets are read in this order.
    pub since: TimeMs,
    /// The ticket proposed.
    pub ticket: TicketId,
    /// Its holder.
    pub user: UserId,
    /// What the holder looks for, so that candidates are ranked without reading their rows.
    pub wish: Wish,
    /// When the hint was written.
    pub put_at: TimeMs,
}

impl Hint {
    /// When the row may be forgotten.
    #[must_use]
    pub fn expires_at(&self) -> TimeMs {
        self.put_at + LIVE_ROW_LIFE
    }

    /// Whether a hint that contradicts its user row can be deleted: a young one may belong to a
    /// transaction whose other rows are not visible yet.
    #[must_use]
    pub fn is_settled(&self, now: TimeMs) -> bool {
        now.since(self.put_at) > HINT_SETTLES
    }
}

/// One bucket as somebody who looks for a partner reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peek {
    /// Which.
    pub bucket: Bucket,
    /// How long people have waited in it lately.
    pub waits: Option<Waits>,
    /// Who is proposed, longest wait first.
    pub hints: Vec<Hint>,
}

/// Where a new ticket is proposed from the first moment on.
#[must_use]
pub fn first_buckets(wish: &Wish) -> Vec<Bucket> {
    if wish.tags.is_empty() {
        return vec![Bucket::Untagged(wish.mode)];
    }
    wish.tags.iter().map(|tag| Bucket::Tag(wish.mode, tag.clone())).collect()
}

/// Which buckets somebody reads, in order, until somebody is found. Who has tags looks for a common one first: nobody
/// without one is better. Who has none asks all at once.
#[must_use]
pub fn reading_order(wish: &Wish) -> Vec<Vec<Bucket>> {
    let (first, everyone) = (first_buckets(wish), Bucket::Everyone(wish.mode));
    if wish.tags.is_empty() { vec![[first, vec![everyone]].concat()] } else { vec![first, vec![everyone]] }
}

/// The hints of a ticket in the given buckets.
#[must_use]
pub fn hints(
    user: &UserId,
    ticket: &TicketId,
    since: TimeMs,
    wish: &Wish,
    buckets: Vec<Bucket>,
    now: TimeMs,
) -> Vec<Hint> {
    let hint =
        |bucket| Hint { bucket, since, ticket: ticket.clone(), user: user.clone(), wish: wish.clone(), put_at: now };
    buckets.into_iter().map(hint).collect()
}

/// The people whom the hints propose to `seeker` and who may meet them now, best first, each once.
#[must_use]
pub fn candidates(seeker: &User, wish: &Wish, since: TimeMs, hints: Vec<Hint>, now: TimeMs) -> Vec<Hint> {
    let me = Seeker {
        user: &seeker.id,
        wish,
        since,
        met: &seeker.met,
        blocked: &seeker.standing.blocked,
        reported: &seeker.reported,
    };
    let mut ranked: Vec<_> = hints
        .into_iter()
        .filter(|hint| may_meet(me, as_seeker(hint), now))
        .map(|hint| (score(me, as_seeker(&hint), now), hint))
        .collect();
    ranked.sort_by(|(a, left), (b, right)| b.cmp(a).then_with(|| left.ticket.cmp(&right.ticket)));
    let mut hints: Vec<Hint> = ranked.into_iter().map(|(_, hint)| hint).collect();
    hints.dedup_by(|later, earlier| later.ticket == earlier.ticket);
    hints
}

/// What a person who waits, or just asked to, can be told: counted from the hints that were read for them, at most
/// `limit` of each bucket; absent where a bucket holds more.
#[must_use]
pub fn status(user: &UserId, since: TimeMs, peeks: &[Peek], limit: usize, now: TimeMs) -> QueueStatus {
    let estimated_wait = waits::estimate(peeks, now.since(since), now);
    let mut status = QueueStatus { estimated_wait, ..QueueStatus::default() };
    let mut others = BTreeMap::new();
    let mut complete = true;
    for Peek { bucket, hints, .. } in peeks {
        if matches!(bucket, Bucket::Everyone(_)) {
            continue;
        }
        let whole = hints.len() < limit;
        complete &= whole;
        let theirs = || hints.iter().filter(|hint| hint.user != *user);
        if let (Bucket::Tag(_, tag), true) = (bucket, whole) {
            status.tags.push((tag.clone(), count(theirs().count() + 1)));
        }
        others.extend(theirs().map(|hint| (&hint.ticket, hint.since)));
    }
    if complete {
        status.waiting = Some(count(others.len() + 1));
        status.position = Some(count(others.values().filter(|other| **other < since).count() + 1));
    }
    status
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn as_seeker(hint: &Hint) -> Seeker<'_> {
    Seeker { user: &hint.user, wish: &hint.wish, since: hint.since, met: &[], blocked: &[], reported: &[] }
}
