//! What an instance has taken from the counters and not yet spent.

use std::collections::BTreeMap;

use crate::limits::PACES_MAX;
use crate::quota::{Counting, Quota};
use crate::time::{SpanMs, TimeMs};

/// What becomes of one who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// They pass.
    Admitted,
    /// They wait so long.
    Refused(SpanMs),
    /// The counter has to say: so many are to be taken from it, or else one.
    Lease(u32),
}

#[derive(Debug, Clone, Copy)]
struct Share {
    /// Taken from the counter, not spent.
    left: u32,
    /// Admitted without it.
    alone: u32,
    /// The counter gives nothing until then.
    refused_until: TimeMs,
    ends_at: TimeMs,
}

/// What one instance knows of the windows that last. Forgetting one loses what was left of it, and admits nobody more.
#[derive(Debug, Default)]
pub struct Paces {
    shares: BTreeMap<String, Share>,
}

impl Paces {
    /// Somebody asks; `key` is theirs in this window.
    pub fn ask(&mut self, quota: &Quota, key: &str, now: TimeMs) -> Pace {
        match quota.counting {
            Counting::Each => return Pace::Lease(1),
            Counting::Here => return self.alone(quota, key, now),
            Counting::Leases(_) => {}
        }
        let share = self.share(quota, key, now);
        if let Some(left) = share.left.checked_sub(1) {
            share.left = left;
            return Pace::Admitted;
        }
        if share.refused_until > now {
            return Pace::Refused(share.refused_until.since(now));
        }
        Pace::Lease(quota.lease())
    }

    /// The counter gave so many to who asked: they take one of them. What comes when the window is over is lost.
    pub fn leased(&mut self, quota: &Quota, key: &str, units: u32, now: TimeMs) {
        if units > 1 {
            let share = self.share(quota, key, now);
            share.left = share.left.saturating_add(units - 1);
        }
    }

    /// The counter gave nothing: who asks takes what another has brought meanwhile, or waits.
    pub fn refused(&mut self, quota: &Quota, key: &str, now: TimeMs) -> Pace {
        let wait = quota.wait(now);
        if quota.counting == Counting::Each {
            return Pace::Refused(wait);
        }
        let share = self.share(quota, key, now);
        if let Some(left) = share.left.checked_sub(1) {
            share.left = left;
            return Pace::Admitted;
        }
        share.refused_until = now + wait;
        Pace::Refused(wait)
    }

    /// The counter does not answer, or is not asked: so many pass all the same, in each instance.
    pub fn alone(&mut self, quota: &Quota, key: &str, now: TimeMs) -> Pace {
        let share = self.share(quota, key, now);
        if share.alone >= quota.alone() {
            return Pace::Refused(share.ends_at.since(now));
        }
        share.alone += 1;
        Pace::Admitted
    }

    fn share(&mut self, quota: &Quota, key: &str, now: TimeMs) -> &mut Share {
        if self.shares.len() >= PACES_MAX && !self.shares.contains_key(key) {
            self.shares.retain(|_, share| share.ends_at > now);
            if self.shares.len() >= PACES_MAX {
                self.shares.clear();
            }
        }
        let fresh = || Share { left: 0, alone: 0, refused_until: TimeMs(0), ends_at: quota.ends_at(now) };
        self.shares.entry(key.to_owned()).or_insert_with(fresh)
    }
}
