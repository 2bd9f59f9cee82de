//! Looks for a partner: hints propose, the transaction decides.

use domain::channel::Channel;
use domain::decide::{self, NoMatch, Pair, PairIds};
use domain::limits::{ATTEMPTS_MAX, CANDIDATES_SPREAD, CHANNELS_PER_LOOK, HINTS_PER_DEEP_LOOK, HINTS_PER_LOOK};
use domain::notice::{Notice, QueueStatus};
use domain::profile::Wish;
use domain::queue::{self, Bucket, Hint, Peek};
use domain::row::{Change, Key};
use domain::time::TimeMs;
use domain::user::User;
use domain::waits;
use futures_util::future::{join, try_join_all};
use ports::{Commit, Consistency, World};

use crate::perform::{given_up, perform};
use crate::{Result, Settings, load};

/// After this many lost races a match is made without a channel: it is the channels that are fought for.
const ATTEMPTS_WITH_CHANNEL: usize = 3;

/// What a search came to.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// Paired.
    Paired,
    /// Somebody else has moved this person meanwhile, or they cannot be paired any more.
    Gone,
    /// Nobody is there to meet now.
    Nobody {
        /// The seeker as last seen.
        seeker: Box<User>,
        /// What the look has counted.
        status: QueueStatus,
    },
}

/// Why somebody looks: it says in which buckets, and how new the hints must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    /// Before a ticket is put down, or by a timer: another look follows, and sees what this one overlooks.
    InPassing,
    /// After a ticket was put down by who had just looked. Who comes at the same moment is in an own bucket; that of
    /// everyone is for who has waited.
    Again,
    /// After a ticket was put down by who had not looked.
    Whole,
}

impl Look {
    /// The buckets, in the order in which they are asked.
    fn order(self, wish: &Wish) -> Vec<Vec<Bucket>> {
        match self {
            Self::Again => vec![queue::first_buckets(wish)],
            Self::InPassing | Self::Whole => queue::reading_order(wish),
        }
    }

    /// Two who look after they have put their tickets down must see each other.
    const fn consistency(self) -> Consistency {
        match self {
            Self::InPassing => Consistency::Eventual,
            Self::Again | Self::Whole => Consistency::Strong,
        }
    }
}

enum Try {
    Paired,
    Gone,
    Contended,
    Nobody(QueueStatus),
}

/// Looks for a partner for someone who waits, or who is idle and has just come with `wish`.
///
/// # Errors
/// A port failed.
pub(crate) async fn search<W: World>(
    world: &W,
    settings: &Settings,
    seeker: User,
    wish: &Wish,
    why: Look,
) -> Result<Outcome> {
    let mut seeker = seeker;
    let mut status = QueueStatus::default();
    for attempt in 0..ATTEMPTS_MAX {
        match look(world, settings, (&seeker, wish, why), attempt).await? {
            Try::Paired => return Ok(Outcome::Paired),
            Try::Gone => return Ok(Outcome::Gone),
            Try::Nobody(counted) => return Ok(Outcome::Nobody { seeker: Box::new(seeker), status: counted }),
            Try::Contended => {}
        }
        let now = world.now();
        match load::user(world, &seeker.id, now).await? {
            Some(user) if user.still_seeks(&seeker) => seeker = user,
            Some(_) | None => return Ok(Outcome::Gone),
        }
        status = QueueStatus::default();
    }
    Ok(Outcome::Nobody { seeker: Box::new(seeker), status })
}

/// Reads the heads of the buckets until they propose somebody who is to be had; whole buckets when the heads, full of
/// people who are not, proposed nobody.
async fn look<W: World>(
    world: &W,
    settings: &Settings,
    (seeker, wish, why): (&User, &Wish, Look),
    attempt: usize,
) -> Result<Try> {
    let order = why.order(wish);
    let since = seeker.waiting().map_or_else(|| world.now(), |waiting| waiting.since);
    let mut status = QueueStatus::default();
    for limit in [HINTS_PER_LOOK, HINTS_PER_DEEP_LOOK] {
        let mut read = Vec::new();
        for buckets in &order {
            let fresh = peeks(world, buckets, limit, why.consistency()).await?;
            let hints = fresh.iter().flat_map(|peek| &peek.hints).cloned().collect();
            read.extend(fresh);
            status = queue::status(&seeker.id, since, &read, limit, world.now());
            let found = (hints, read.as_slice(), &status);
            if let Some(tried) = try_each(world, settings, (seeker, wish, since), attempt, found).await? {
                return Ok(tried);
            }
        }
        if read.iter().all(|peek| peek.hints.len() < limit) {
            break;
        }
    }
    Ok(Try::Nobody(status))
}

/// Tries those whom the hints propose, best first; nothing when none of them is to be had.
async fn try_each<W: World>(
    world: &W,
    settings: &Settings,
    (seeker, wish, since): (&User, &Wish, TimeMs),
    attempt: usize,
    (hints, peeks, status): (Vec<Hint>, &[Peek], &QueueStatus),
) -> Result<Option<Try>> {
    let now = world.now();
    let mut channel = None;
    let mut candidates = queue::candidates(seeker, wish, since, hints, now);
    if attempt > 0 {
        // The best one was fought for: whoever lost spreads over the next best.
        let spread = candidates.len().min(CANDIDATES_SPREAD);
        candidates.rotate_left(world.pick(spread));
    }
    for hint in candidates {
        let candidate = load::lately::user(world, &hint.user, now);
        let wants_channel = attempt < ATTEMPTS_WITH_CHANNEL && channel.is_none();
        let (candidate, free) = join(candidate, free_channel(world, wants_channel)).await;
        channel = channel.or(free);
        let propose = |candidate: Option<User>| {
            let candidate = &candidate.ok_or(NoMatch::Stale)?;
            let pair = Pair { seeker, wish, candidate, ticket: &hint.ticket };
            let ids = PairIds::from_tokens([world.token(), world.token(), world.token(), world.token()]);
            decide::pair(pair, channel.as_ref(), ids, settings.session_length, now)
        };
        let mut proposed = propose(candidate?);
        if proposed.is_err() {
            // The row may have been older than the hint.
            proposed = propose(load::user(world, &hint.user, now).await?);
        }
        match proposed {
            Ok(mut decision) => {
                if let Some(change) = waits::measured(peeks, &hint.wish, now.since(hint.since), now) {
                    decision.tidy(change);
                }
                if seeker.waiting().is_none() {
                    greet(seeker, status, &mut decision);
                }
                let commit = perform(world, settings, decision).await?;
                return Ok(Some(if commit == Commit::Committed { Try::Paired } else { Try::Contended }));
            }
            Err(NoMatch::SeekerGone) => return Ok(Some(Try::Gone)),
            Err(NoMatch::Stale) => sweep(world, &hint).await,
            Err(NoMatch::NotNow) => {}
        }
    }
    Ok(None)
}

/// Someone who is paired on arrival never had a ticket, but is told of joining all the same.
fn greet(seeker: &User, status: &QueueStatus, decision: &mut domain::Decision) {
    if let Some(connection) = &seeker.connection {
        decision.post(connection, Notice::QueueJoined(status.clone()));
    }
}

/// The buckets, each with its first `limit` hints.
pub(crate) async fn peeks<W: World>(
    world: &W,
    buckets: &[Bucket],
    limit: usize,
    consistency: Consistency,
) -> Result<Vec<Peek>> {
    Ok(try_join_all(buckets.iter().map(|bucket| world.peek(bucket, limit, consistency))).await?)
}

/// Who has lost the race for a channel so often goes without.
pub(crate) const CHANNEL_ATTEMPTS: usize = 3;

/// One of the longest unused channels if one is `wanted`, at random, so that not all matchers fight for the same one. A
/// call goes without: it is signaled over our own socket.
pub(crate) async fn free_channel<W: World>(world: &W, wanted: bool) -> Option<Channel> {
    if !wanted {
        return None;
    }
    match world.free_channels(world.now(), CHANNELS_PER_LOOK).await {
        Ok(free) if free.is_empty() => None,
        Ok(mut free) => {
            let index = world.pick(free.len());
            Some(free.swap_remove(index))
        }
        Err(error) => {
            tracing::warn!(%error, "the pool did not answer");
            None
        }
    }
}

/// Deletes a hint that contradicts its user row, unless it is so young that the row may not be visible yet.
async fn sweep<W: World>(world: &W, hint: &Hint) {
    if hint.is_settled(world.now()) {
        let key = Key::Hint { bucket: hint.bucket.clone(), since: hint.since, ticket: hint.ticket.clone() };
        given_up("a stale hint stays", world.commit(&[Change::delete(key)]).await);
    }
}
