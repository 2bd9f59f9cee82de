//! Time as the core knows it: a number handed in.

use std::ops::{Add, Sub};

/// A moment, in milliseconds since the Unix epoch, by the server's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct TimeMs(pub u64);

/// A span, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct SpanMs(pub u64);

const DAY_MS: u64 = 24 * 3600 * 1000;

impl SpanMs {
    /// A span of whole seconds.
    #[must_use]
    pub const fn seconds(seconds: u64) -> Self {
        Self(seconds * 1000)
    }

    /// The span in whole seconds, rounded up: a timer set to it never fires early.
    #[must_use]
    pub const fn whole_seconds_up(self) -> u64 {
        self.0.div_ceil(1000)
    }
}

impl TimeMs {
    /// How long ago `earlier` was; zero when it lies ahead, as it may between two clocks.
    #[must_use]
    pub const fn since(self, earlier: Self) -> SpanMs {
        SpanMs(self.0.saturating_sub(earlier.0))
    }

    /// The moment in whole Unix seconds, rounded up.
    #[must_use]
    pub const fn unix_seconds_up(self) -> u64 {
        self.0.div_ceil(1000)
    }

    /// The beginning of its day (UTC).
    #[must_use]
    pub const fn day(self) -> Self {
        Self(self.0 - self.0 % DAY_MS)
    }

    /// Days since the Unix epoch (UTC).
    #[must_use]
    pub const fn days(self) -> u64 {
        self.0 / DAY_MS
    }

    /// Whether what expires at this moment has. Counted in whole seconds as the store's own expiry is, so that reader
    /// and guard agree.
    #[must_use]
    pub const fn is_over(self, now: Self) -> bool {
        self.unix_seconds_up() <= now.0 / 1000
    }
}

impl Add<SpanMs> for TimeMs {
    type Output = Self;

    fn add(self, span: SpanMs) -> Self {
        Self(self.0.saturating_add(span.0))
    }
}

impl Sub<SpanMs> for TimeMs {
    type Output = Self;

    fn sub(self, span: SpanMs) -> Self {
        Self(self.0.saturating_sub(span.0))
    }
}
