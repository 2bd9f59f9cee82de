//! The size of the pool of channels.

#![cfg(test)]

use domain::channel::{Channel, Endpoints};
use domain::id::ChannelId;
use domain::limits::CHANNEL_COOL_DOWN;
use domain::pool::{PoolSizes, upkeep};
use domain::row::Version;
use domain::time::{SpanMs, TimeMs};
use proptest::prelude::*;

const NOON: TimeMs = TimeMs(1_772_452_800_000);
const MINUTE: SpanMs = SpanMs::seconds(60);

fn channel(name: usize, free_at: TimeMs) -> Channel {
    let endpoints = Endpoints {
        arn: String::new(),
        region: String::new(),
        master_wss: String::new(),
        viewer_wss: String::new(),
        https: String::new(),
    };
    let id = ChannelId::parse(&format!("pool-{name}")).unwrap();
    Channel { id, version: Version::NEW, endpoints, free_at, leased_to: None }
}

/// A pool whose channels are free from so many minutes on, before or after noon.
fn pool(free_at: &[i64]) -> Vec<Channel> {
    let at = |minutes: i64| TimeMs(NOON.0.checked_add_signed(minutes * 60_000).unwrap());
    free_at.iter().enumerate().map(|(name, minutes)| channel(name, at(*minutes))).collect()
}

proptest! {
    #[test]
    fn nothing_in_use_goes_and_the_sizes_hold(
        free_at in prop::collection::vec(-60_i64..60, 0..300), found in 0_usize..20, ready in 0_usize..200, limit in 0_usize..400,
    ) {
        let channels = pool(&free_at);
        let (all, sizes) = (channels.iter().collect::<Vec<_>>(), PoolSizes::new(ready, limit));
        let plan = upkeep(&all, found, sizes, NOON);
        let held = all.len() + found;
        prop_assert!(plan.remove.iter().all(|channel| channel.is_free(NOON)));
        prop_assert!(plan.make == 0 || plan.remove.is_empty());
        prop_assert!(plan.make == 0 || held + plan.make <= limit);
        prop_assert!(plan.remove.is_empty() || held - plan.remove.len() >= ready.min(limit));
        let first = plan.remove.iter().map(|channel| channel.free_at).min();
        let stays = |channel: &&&Channel| channel.is_free(NOON) && !plan.remove.contains(channel);
        prop_assert!(all.iter().filter(stays).all(|channel| first.is_none_or(|first| channel.free_at <= first)));
    }

    #[test]
    fn it_comes_to_rest(busy in 0_usize..300, idle in 0_usize..300, ready in 0_usize..200, limit in 0_usize..400) {
        let sizes = PoolSizes::new(ready, limit);
        let mut channels = pool(&[vec![60; busy], vec![-60; idle]].concat());
        for run in 0_usize..2_000 {
            let plan = upkeep(&channels.iter().collect::<Vec<_>>(), 0, sizes, NOON);
            let gone: Vec<ChannelId> = plan.remove.iter().map(|channel| channel.id.clone()).collect();
            let made = plan.make;
            channels.retain(|channel| !gone.contains(&channel.id));
            channels.extend((0..made).map(|made| channel(10_000 * (run + 1) + made, NOON)));
        }
        prop_assert_eq!(channels.len(), sizes.wanted(busy).max(busy));
    }
}

/// A day: calls of five minutes, from one a minute at night to twenty at its height and back.
#[test]
fn it_follows_the_day() {
    let sizes = PoolSizes::new(20, 1_000);
    let (mut channels, mut now, mut without, mut largest) = (pool(&[-1; 20]), NOON, 0, 0);
    for minute in 0_usize..24 * 60 {
        now = now + MINUTE;
        let height = (minute.min(24 * 60 - minute)).saturating_sub(240);
        let calls = 1 + 19 * height.min(240) / 240;
        for _ in 0..calls {
            match channels.iter_mut().filter(|channel| channel.is_free(now)).min_by_key(|channel| channel.free_at) {
                Some(free) => free.free_at = now + SpanMs::seconds(300) + CHANNEL_COOL_DOWN,
                None => without += 1,
            }
        }
        let plan = upkeep(&channels.iter().collect::<Vec<_>>(), 0, sizes, now);
        let gone: Vec<ChannelId> = plan.remove.iter().map(|channel| channel.id.clone()).collect();
        let made = plan.make;
        channels.retain(|channel| !gone.contains(&channel.id));
        channels.extend((0..made).map(|made| channel(1_000 * (minute + 1) + made, now)));
        largest = largest.max(channels.len());
    }
    assert_eq!(without, 0, "calls found no channel");
    assert!((400..500).contains(&largest), "at the height {largest}, with 300 in use");
    assert!(channels.len() <= 30, "{} are left at night", channels.len());
}

#[test]
fn the_limit_counts_and_an_empty_pool_would_never_grow() {
    assert_eq!(PoolSizes::new(5, 2).wanted(0), 2);
    assert_eq!(PoolSizes::new(0, 9).wanted(0), 1);
    assert_eq!((PoolSizes::new(3, 0).wanted(7), PoolSizes::new(3, 0).is_none()), (0, true));
    assert_eq!([0, 1, 4, 100].map(|busy| PoolSizes::new(4, 120).wanted(busy)), [4, 4, 6, 120]);
}
