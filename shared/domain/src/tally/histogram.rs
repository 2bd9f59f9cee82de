//! How long things took, in buckets that never change: only counts are kept, so that any number of shards add up.

use crate::limits::TIMING_MAX;
use crate::time::SpanMs;

/// What is timed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Timing {
    /// From joining the queue to the match.
    Match,
    /// From the match to media, as a page saw it.
    Connection,
    /// From the offer sent to the answer applied, as the offerer's page saw it.
    Signaling,
}

/// Counts by bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Histogram {
    /// How many in each bucket, and last, how many were longer than the last bound.
    counts: Vec<u64>,
    /// All of them together, in milliseconds.
    sum: u64,
    bounds: &'static [u64],
}

impl Timing {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Match, Self::Connection, Self::Signaling];

    /// Its name at rest.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Match => "match",
            Self::Connection => "connection",
            Self::Signaling => "signaling",
        }
    }

    /// The timing of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|timing| timing.as_str() == name)
    }

    /// The upper ends of its buckets, in milliseconds; every aim of an objective is one.
    const fn bounds(self) -> &'static [u64] {
        match self {
            Self::Match => &[100, 250, 500, 1_000, 2_000, 3_000, 5_000, 10_000, 20_000, 30_000, 60_000, 120_000],
            Self::Connection => &[100, 250, 500, 1_000, 2_000, 3_000, 5_000, 8_000, 10_000, 15_000, 30_000],
            Self::Signaling => &[25, 50, 75, 100, 150, 200, 300, 500, 1_000, 2_000, 5_000],
        }
    }
}

impl Histogram {
    /// One in which nothing is counted.
    #[must_use]
    pub fn empty(timing: Timing) -> Self {
        let bounds = timing.bounds();
        Self { counts: vec![0; bounds.len() + 1], sum: 0, bounds }
    }

    /// One from a stored row. Of other buckets than today's nothing can be told, and counting begins anew.
    #[must_use]
    pub fn stored(timing: Timing, counts: Vec<u64>, sum: u64) -> Self {
        let bounds = timing.bounds();
        if counts.len() == bounds.len() + 1 { Self { counts, sum, bounds } } else { Self::empty(timing) }
    }

    /// Counts one. Pages say what they like: nothing took longer than the most that makes sense.
    pub(super) fn take(&mut self, span: SpanMs) {
        let span = span.min(TIMING_MAX).0;
        let bucket = self.bounds.iter().position(|bound| span <= *bound).unwrap_or(self.bounds.len());
        if let Some(count) = self.counts.get_mut(bucket) {
            *count += 1;
        }
        self.sum += span;
    }

    /// Adds what another of the same kind has counted.
    pub(super) fn merge(&mut self, other: &Self) {
        for (count, more) in self.counts.iter_mut().zip(&other.counts) {
            *count += more;
        }
        self.sum += other.sum;
    }

    /// How many in each bucket.
    #[must_use]
    pub fn counts(&self) -> &[u64] {
        &self.counts
    }

    /// All that were counted together.
    #[must_use]
    pub const fn sum(&self) -> SpanMs {
        SpanMs(self.sum)
    }

    /// How many were counted.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// How many took at most so long, for each bound in turn.
    pub fn up_to(&self) -> impl Iterator<Item = (SpanMs, u64)> {
        let sums = self.counts.iter().scan(0, |sum, count| {
            *sum += count;
            Some(*sum)
        });
        self.bounds.iter().map(|bound| SpanMs(*bound)).zip(sums)
    }

    /// The time within which so many of a hundred were done; within a bucket they are taken to lie evenly, and beyond the
    /// last bound nothing is known but that. `None` where nothing was counted.
    #[must_use]
    pub fn percentile(&self, percent: u64) -> Option<SpanMs> {
        let total = self.total();
        if total == 0 {
            return None;
        }
        // The rank, of which the last one needs a whole: 95 of 100 are the first 95.
        let rank = (total * percent).div_ceil(100).max(1);
        let mut below = 0;
        let mut from = 0;
        for (bound, count) in self.bounds.iter().zip(&self.counts) {
            if below + count >= rank {
                return Some(SpanMs(from + ((bound - from) * (rank - below)).div_ceil((*count).max(1))));
            }
            below += count;
            from = *bound;
        }
        Some(TIMING_MAX)
    }
}
