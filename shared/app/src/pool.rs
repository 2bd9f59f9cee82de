//! Keeps the pool of KVS channels: as many as wanted, none forgotten.

use std::collections::{BTreeMap, BTreeSet};

use domain::channel::{Channel, Endpoints};
use domain::id::{ChannelId, NotAnId};
use domain::limits::{CHANNELS_MADE_PER_RUN, CHANNELS_MADE_SIDE_BY_SIDE};
use domain::row::{Change, Key, Row, Version};
use futures_util::{StreamExt, stream};
use ports::{Ambient, ChannelPool, PoolChannel, Store};

use crate::{Result, Settings};

/// Takes up channels that KVS has and the pool has not (a run that ended between making one and writing it down),
/// forgets those that KVS no longer has, and makes what is missing. Gives how many were added.
///
/// # Errors
/// A port failed before anything could be made; a channel that cannot be made is left to the next run.
pub async fn keep_pool<W>(world: &W, settings: &Settings) -> Result<usize>
where
    W: Store + ChannelPool + Ambient + Sync,
{
    let pool: BTreeMap<ChannelId, Channel> =
        world.pool().await?.into_iter().map(|channel| (channel.id.clone(), channel)).collect();
    let existing = world.list().await?;
    let names: BTreeSet<&ChannelId> = existing.iter().map(|channel| &channel.id).collect();
    let now = world.now();
    for (id, channel) in &pool {
        if !names.contains(id) && channel.is_free(now) {
            world.commit(&[Change::delete_version(Key::Channel(id.clone()), channel.version)]).await?;
        }
    }
    let orphans: Vec<&PoolChannel> = existing.iter().filter(|channel| !pool.contains_key(&channel.id)).collect();
    let kept = pool.keys().filter(|id| names.contains(id)).count() + orphans.len();
    let missing = settings.pool_size.saturating_sub(kept).min(CHANNELS_MADE_PER_RUN);

    let adopted = stream::iter(orphans)
        .map(async |orphan| add(world, orphan.id.clone(), world.endpoints(orphan).await?).await)
        .buffer_unordered(CHANNELS_MADE_SIDE_BY_SIDE)
        .filter(|added| std::future::ready(added.is_ok()))
        .count()
        .await;
    let made = stream::iter(0..missing)
        .map(async |_| {
            let Ok(id) = name(settings, world) else { return false };
            match world.create(&id).await {
                Ok(endpoints) => add(world, id, endpoints).await.is_ok(),
                Err(_) => false,
            }
        })
        .buffer_unordered(CHANNELS_MADE_SIDE_BY_SIDE)
        .filter(|added| std::future::ready(*added))
        .count()
        .await;
    Ok(adopted + made)
}

/// A new name for every channel: KVS keeps state of a name that is created again.
fn name<W: Ambient>(settings: &Settings, world: &W) -> std::result::Result<ChannelId, NotAnId> {
    ChannelId::parse(&format!("{}{}", settings.channel_prefix, world.token().as_str()))
}

async fn add<W: Store + Ambient + Sync>(world: &W, id: ChannelId, endpoints: Endpoints) -> Result<()> {
    let now = world.now();
    let channel = Channel { id, version: Version::NEW, endpoints, free_at: now, leased_to: None };
    world.commit(&[Change::create(Row::Channel(channel), now)]).await?;
    Ok(())
}
