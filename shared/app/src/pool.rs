//! Keeps the pool of KVS channels: as many as wanted, none forgotten.

use std::collections::BTreeMap;

use domain::channel::{Channel, Endpoints};
use domain::id::{ChannelId, NotAnId};
use domain::limits::CHANNELS_MADE_SIDE_BY_SIDE;
use domain::pool::{Upkeep, upkeep};
use domain::row::{Change, Key, Row, Version};
use futures_util::{StreamExt, stream};
use ports::{Ambient, ChannelPool, Commit, PoolChannel, Store};

use crate::{Result, Settings};

/// What one run has changed, in channels.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Kept {
    /// Made, or taken up.
    pub added: usize,
    /// Deleted.
    pub removed: usize,
}

/// Takes up channels that KVS has and the pool has not (a run that ended between making one and writing it down, or between
/// striking one out and deleting it), forgets those that KVS no longer has, and makes or deletes what [`upkeep`] says.
///
/// # Errors
/// A port failed before anything could be made; a channel that cannot be made or deleted is left to the next run.
pub async fn keep_pool<W>(world: &W, settings: &Settings) -> Result<Kept>
where
    W: Store + ChannelPool + Ambient + Sync,
{
    let pool: BTreeMap<ChannelId, Channel> =
        world.pool().await?.into_iter().map(|channel| (channel.id.clone(), channel)).collect();
    let existing: BTreeMap<ChannelId, PoolChannel> =
        world.list().await?.into_iter().map(|channel| (channel.id.clone(), channel)).collect();
    let now = world.now();
    for (id, channel) in &pool {
        if !existing.contains_key(id) && channel.is_free(now) {
            world.commit(&[Change::delete_version(Key::Channel(id.clone()), channel.version)]).await?;
        }
    }
    let orphans: Vec<&PoolChannel> = existing.values().filter(|channel| !pool.contains_key(&channel.id)).collect();
    let known: Vec<&Channel> = pool.values().filter(|channel| existing.contains_key(&channel.id)).collect();
    let Upkeep { make, remove } = upkeep(&known, orphans.len(), settings.pool, now);

    let adopted = count(orphans.into_iter().map(async |orphan| {
        let Ok(endpoints) = world.endpoints(orphan).await else { return false };
        add(world, orphan.id.clone(), endpoints).await.is_ok()
    }))
    .await;
    let made = count((0..make).map(async |_| {
        let Ok(id) = name(settings, world) else { return false };
        match world.create(&id).await {
            Ok(endpoints) => add(world, id, endpoints).await.is_ok(),
            Err(_) => false,
        }
    }))
    .await;
    let removed = count(remove.into_iter().map(async |channel| {
        let Some(existing) = existing.get(&channel.id) else { return false };
        take_away(world, channel, existing).await.is_ok_and(|gone| gone)
    }))
    .await;
    Ok(Kept { added: adopted + made, removed })
}

/// Does each, a few at a time, and counts the successes.
async fn count(each: impl Iterator<Item = impl Future<Output = bool>>) -> usize {
    let done = stream::iter(each).buffer_unordered(CHANNELS_MADE_SIDE_BY_SIDE);
    done.filter(|done| std::future::ready(*done)).count().await
}

/// Strikes a channel out of the pool, and deletes it once nobody can lease it any more.
async fn take_away<W: Store + ChannelPool>(world: &W, channel: &Channel, existing: &PoolChannel) -> Result<bool> {
    let strike = Change::delete_version(Key::Channel(channel.id.clone()), channel.version);
    if world.commit(&[strike]).await? == Commit::Conflict {
        return Ok(false);
    }
    world.delete(existing).await?;
    Ok(true)
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
