//! The pool of channels: kept by demand, while calls lease from it, wherever a run breaks off.

use std::collections::BTreeSet;

use domain::channel::Channel;
use domain::id::ChannelId;
use domain::pool::PoolSizes;
use domain::row::Row;
use ports::fake::rows::Rows;
use proptest::prelude::*;
use serde_json::json;

use crate::side_by_side::{Flight, weave, weaves};
use crate::town::Town;

fn channels(rows: &Rows) -> impl Iterator<Item = &Channel> {
    rows.values().filter_map(|row| if let Row::Channel(channel) = row { Some(channel) } else { None })
}

/// The channels that are written down, and those that KVS has.
fn books(town: &Town) -> (BTreeSet<ChannelId>, BTreeSet<ChannelId>) {
    let inner = town.world.inner();
    (channels(&inner.rows).map(|channel| channel.id.clone()).collect(), inner.channels.keys().cloned().collect())
}

#[tokio::test]
async fn it_grows_while_calls_use_it_and_shrinks_when_they_are_over() {
    let mut town = Town::with_channels(2).await;
    town.settings.pool = PoolSizes::new(2, 9);
    for _ in 0..2 {
        let (one, other, _) = town.meet().await;
        for page in [one, other] {
            town.hears(&page);
        }
    }
    let grown = app::keep_pool(&town.world, &town.settings).await.unwrap();
    assert_eq!((grown, books(&town).0.len()), (app::Kept { added: 1, removed: 0 }, 3), "two in use, one ahead");

    town.seconds_pass(2_000).await;
    let shrunk = app::keep_pool(&town.world, &town.settings).await.unwrap();
    assert_eq!(shrunk, app::Kept { added: 0, removed: 1 });
    let (written, there) = books(&town);
    assert_eq!((written.len(), &written), (2, &there));
    let rests = app::keep_pool(&town.world, &town.settings).await.unwrap();
    assert_eq!(rests, app::Kept::default());
}

#[tokio::test]
async fn what_a_broken_run_left_is_taken_up_and_what_kvs_lost_is_forgotten() {
    let town = Town::with_channels(3).await;
    let (lost, struck) = {
        let mut inner = town.world.inner();
        let mut names = inner.channels.keys().cloned().collect::<Vec<_>>().into_iter();
        let (lost, struck) = (names.next().unwrap(), names.next().unwrap());
        inner.channels.remove(&lost);
        inner.rows.retain(|_, row| !matches!(row, Row::Channel(channel) if channel.id == struck));
        (lost, struck)
    };
    let kept = app::keep_pool(&town.world, &town.settings).await.unwrap();
    assert_eq!(kept, app::Kept { added: 2, removed: 0 }, "one taken up, one made");
    let (written, there) = books(&town);
    assert!(written == there && written.contains(&struck) && !written.contains(&lost));
}

#[tokio::test]
async fn a_service_that_refuses_costs_nothing_but_time() {
    let mut town = Town::with_channels(3).await;
    town.settings.pool = PoolSizes::new(1, 1);
    town.world.inner().kvs_is_down = true;
    assert_eq!(app::keep_pool(&town.world, &town.settings).await.unwrap(), app::Kept::default());
    town.settings.pool = PoolSizes::new(9, 9);
    assert_eq!(app::keep_pool(&town.world, &town.settings).await.unwrap().added, 1, "what was struck out is back");
    town.world.inner().kvs_is_down = false;
    assert_eq!(app::keep_pool(&town.world, &town.settings).await.unwrap().added, 6);
    let (written, there) = books(&town);
    assert_eq!((written.len(), &written), (9, &there));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn no_channel_goes_that_a_call_has_leased(weaving in weaves()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let mut town = Town::with_channels(2).await;
            let (ada, bob) = (town.arrive("Ada", &["chess"]).await, town.arrive("Bob", &["chess"]).await);
            town.says(&ada, "join-queue", json!({})).await;
            town.settings.pool = PoolSizes::new(1, 1);
            let town = town;
            let meets: Flight<'_> = Box::pin(town.says(&bob, "join-queue", json!({})));
            let keeps: Flight<'_> = Box::pin(async { drop(app::keep_pool(&town.world, &town.settings).await) });
            weave(&town, [meets, keeps], &weaving, |before, after, _| {
                let there = town.world.inner().channels.clone();
                for leased in channels(after).filter(|channel| channel.leased_to.is_some()) {
                    assert!(there.contains_key(&leased.id), "a call has leased a channel that is deleted");
                }
                for leased in channels(before).filter(|channel| channel.leased_to.is_some()) {
                    assert!(channels(after).any(|channel| channel.id == leased.id), "a leased channel is struck out");
                }
            });
            // Whatever broke off, the next runs put the books right.
            for _ in 0..3 {
                app::keep_pool(&town.world, &town.settings).await.unwrap();
            }
            let (written, there) = books(&town);
            assert_eq!(written, there);
            assert!((1..=2).contains(&written.len()));
        });
    }
}
