//! A rate limit in one number: the generic cell rate algorithm (ITU-T I.371, annex A).

const SECOND_US: u64 = 1_000_000;

/// A bucket of one second's calls that refills evenly.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Rate {
    /// When the bucket will be full again, microseconds since 1970.
    full_at_us: u64,
}

impl Rate {
    /// Takes one call; `false` when the bucket is empty.
    pub(crate) fn take(&mut self, per_second: u32, now_ms: u64) -> bool {
        self.take_many(1, per_second, now_ms)
    }

    /// Takes so many units at once; `false`, and nothing taken, when fewer are left.
    pub(crate) fn take_many(&mut self, units: u64, per_second: u32, now_ms: u64) -> bool {
        let Some(cost_us) = (units * SECOND_US).checked_div(u64::from(per_second)) else { return false };
        let now_us = now_ms * 1000;
        let full_at_us = self.full_at_us.max(now_us) + cost_us;
        let left = full_at_us <= now_us + SECOND_US;
        if left {
            self.full_at_us = full_at_us;
        }
        left
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_second_of_calls_at_once_then_one_by_one() {
        let mut rate = Rate::default();
        let granted = |rate: &mut Rate, now_ms| (0..10).filter(|_| rate.take(5, now_ms)).count();
        assert_eq!(granted(&mut rate, 1_000), 5);
        assert_eq!(granted(&mut rate, 1_199), 0);
        assert_eq!(granted(&mut rate, 1_200), 1);
        assert_eq!(granted(&mut rate, 9_000), 5);
    }

    #[test]
    fn a_rate_of_zero_grants_nothing() {
        assert!(!Rate::default().take(0, 1));
    }

    proptest! {
        #[test]
        fn no_window_holds_more_than_its_seconds_and_one_burst(
            per_second in 1_u32..50,
            gaps_ms in prop::collection::vec(0_u64..300, 1..200),
        ) {
            let mut rate = Rate::default();
            let mut granted_at = vec![];
            let mut now_ms = 1_000_000;
            for gap in gaps_ms {
                now_ms += gap;
                if rate.take(per_second, now_ms) {
                    granted_at.push(now_ms);
                }
            }
            for (index, start) in granted_at.iter().enumerate() {
                for (more, end) in granted_at[index..].iter().enumerate() {
                    let most = u64::from(per_second) * (1_000 + end - start) / 1_000;
                    prop_assert!(more as u64 <= most, "{} calls in {} ms", more + 1, end - start);
                }
            }
        }
    }
}
