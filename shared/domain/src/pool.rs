//! How many signaling channels the pool holds: half as many again as are in use, no fewer than are kept ready, and no more
//! than the deployment allows.

use crate::channel::Channel;
use crate::limits::{CHANNELS_MADE_PER_RUN, CHANNELS_REMOVED_PER_RUN, POOL_SHRINKS_OVER};
use crate::time::TimeMs;

/// A deployment's choice, in channels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolSizes {
    ready: usize,
    limit: usize,
}

impl PoolSizes {
    /// `ready` are kept at any time, and more by demand up to `limit`, which counts where the two disagree. A pool that may
    /// have channels keeps one at least, for nobody asks an empty one for more. A limit of 0 means no pool.
    #[must_use]
    pub fn new(ready: usize, limit: usize) -> Self {
        Self { ready: ready.clamp(limit.min(1), limit), limit }
    }

    /// Whether the deployment wants no channels.
    #[must_use]
    pub const fn is_none(self) -> bool {
        self.limit == 0
    }

    /// How many there should be while so many are leased or rest after a lease.
    #[must_use]
    pub fn wanted(self, busy: usize) -> usize {
        (busy + busy.div_ceil(2)).clamp(self.ready, self.limit)
    }
}

/// What one run of the pool's keeper does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upkeep<'a> {
    /// So many channels are missing; no more than one run can make.
    pub make: usize,
    /// These are too many. Each may have been leased meanwhile: the fence decides.
    pub remove: Vec<&'a Channel>,
}

/// Looks at the channels of the pool, and `found` more that are about to be taken up. What is missing is made at once; what
/// is too many goes little by little, so that a short lull costs nothing: a channel that is used costs for the whole month,
/// however long it lives (Kinesis Video Streams pricing, "active signaling channels"). The last to have rested go first, for
/// matchers take the first.
#[must_use]
pub fn upkeep<'a>(pool: &[&'a Channel], found: usize, sizes: PoolSizes, now: TimeMs) -> Upkeep<'a> {
    let mut free: Vec<&Channel> = pool.iter().copied().filter(|channel| channel.is_free(now)).collect();
    let wanted = sizes.wanted(pool.len() - free.len());
    let held = pool.len() + found;
    let surplus = held.saturating_sub(wanted);
    free.sort_by_key(|channel| std::cmp::Reverse(channel.free_at));
    free.truncate(surplus.div_ceil(POOL_SHRINKS_OVER).min(CHANNELS_REMOVED_PER_RUN));
    Upkeep { make: wanted.saturating_sub(held).min(CHANNELS_MADE_PER_RUN), remove: free }
}
