//! Rate limits of a shard.

/// A store of tokens that fills at a steady rate up to one second's worth.
///
/// Something larger than what is left may pass when the bucket is full: it then owes the rest, and
/// nothing more passes until the debt has been paid.
#[derive(Debug, Clone)]
pub(crate) struct Bucket {
    per_second: f64,
    tokens: f64,
    filled_at_ms: u64,
}

impl Bucket {
    pub(crate) fn full(per_second: u32, now_ms: u64) -> Self {
        let per_second = f64::from(per_second);
        Self { per_second, tokens: per_second, filled_at_ms: now_ms }
    }

    /// Fills up to now, and tells whether so much may pass.
    pub(crate) fn has(&mut self, count: usize, now_ms: u64) -> bool {
        let since_ms = u32::try_from(now_ms.saturating_sub(self.filled_at_ms)).unwrap_or(u32::MAX);
        self.tokens = (self.tokens + self.per_second * f64::from(since_ms) / 1000.0).min(self.per_second);
        self.filled_at_ms = self.filled_at_ms.max(now_ms);
        self.tokens >= as_tokens(count).min(self.per_second)
    }

    pub(crate) fn take(&mut self, count: usize) {
        self.tokens -= as_tokens(count);
    }
}

fn as_tokens(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::MAX, f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn took(bucket: &mut Bucket, count: usize, now_ms: u64) -> bool {
        let has = bucket.has(count, now_ms);
        if has {
            bucket.take(count);
        }
        has
    }

    #[test]
    fn a_second_gives_as_much_as_the_rate_says() {
        let mut bucket = Bucket::full(1000, 5_000);
        assert!((0..1000).all(|_| took(&mut bucket, 1, 5_000)));
        assert!(!took(&mut bucket, 1, 5_000));
        assert!(took(&mut bucket, 500, 5_500));
        assert!(!took(&mut bucket, 1, 5_500));
        assert!(!took(&mut bucket, 1001, 6_400));
        assert!(took(&mut bucket, 1001, 60_000), "more than one second's worth passes a full bucket");
        assert!(!took(&mut bucket, 1, 60_000));
    }
}
