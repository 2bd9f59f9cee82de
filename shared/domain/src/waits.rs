//! How long people wait, as measured: what somebody who waits can be told without making it up.

use crate::limits::{WAITS_FADE, WAITS_MEMORY, WAITS_SAMPLES_MIN, WAITS_WRITE_EVERY};
use crate::profile::Wish;
use crate::queue::{Bucket, Peek, first_buckets};
use crate::row::{Change, Row};
use crate::time::{SpanMs, TimeMs};

/// The waits that matches out of one bucket have ended, as a moving average. It stands in the bucket itself, so that
/// whoever looks for a partner reads it along; a write that is lost or overtaken costs one sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waits {
    /// Of which bucket.
    pub bucket: Bucket,
    /// The average.
    pub mean: SpanMs,
    /// Of how many samples it is made.
    pub samples: u32,
    /// When the last one came in.
    pub measured_at: TimeMs,
}

impl Waits {
    /// The average with one more wait in it.
    #[must_use]
    fn with(known: Option<&Self>, bucket: &Bucket, wait: SpanMs, now: TimeMs) -> Self {
        let fresh = known.filter(|waits| waits.expires_at() > now);
        let (mean, before) = fresh.map_or((0, 0), |waits| (waits.mean.0, waits.samples));
        let weight = u64::from(before.saturating_add(1).min(WAITS_MEMORY));
        let mean = SpanMs((mean * (weight - 1) + wait.0) / weight);
        Self { bucket: bucket.clone(), mean, samples: before.saturating_add(1), measured_at: now }
    }

    /// When the row may be forgotten.
    #[must_use]
    pub fn expires_at(&self) -> TimeMs {
        self.measured_at + WAITS_FADE
    }

    fn known(&self, now: TimeMs) -> Option<SpanMs> {
        (self.samples >= WAITS_SAMPLES_MIN && self.expires_at() > now).then_some(self.mean)
    }
}

/// How much longer somebody will wait who has waited for `waited`: by the quickest of their buckets. `None` where too
/// little was measured, and for who has waited longer than that: it would be a guess.
#[must_use]
pub fn estimate(peeks: &[Peek], waited: SpanMs, now: TimeMs) -> Option<SpanMs> {
    let whole = peeks.iter().filter_map(|peek| peek.waits.as_ref()?.known(now)).min()?;
    (whole > waited).then(|| SpanMs(whole.0 - waited.0))
}

/// Measures the wait that a match has ended, in the bucket in which the two could find each other that was measured
/// least lately. `None` where that was just now: a busy bucket is sampled, so that no row is written by every match.
#[must_use]
pub fn measured(peeks: &[Peek], partner: &Wish, waited: SpanMs, now: TimeMs) -> Option<Change> {
    let met_in = |bucket: &Bucket| first_buckets(partner).contains(bucket);
    let direct = peeks.iter().any(|peek| met_in(&peek.bucket));
    let is_everyone = |bucket: &Bucket| matches!(bucket, Bucket::Everyone(_));
    let shared = peeks.iter().filter(|peek| if direct { met_in(&peek.bucket) } else { is_everyone(&peek.bucket) });
    let measured_at = |peek: &&Peek| peek.waits.as_ref().map_or(TimeMs::default(), |waits| waits.measured_at);
    let stalest = shared.min_by_key(measured_at)?;
    let due = now.since(measured_at(&stalest)) >= WAITS_WRITE_EVERY;
    due.then(|| Change::put(Row::Waits(Waits::with(stalest.waits.as_ref(), &stalest.bucket, waited, now))))
}
