//! The schedule: keeps the pool of KVS channels.

use app::{Kept, Settings};
use lambda_runtime::{Error, LambdaEvent};
use ports::{Ambient, ChannelPool, Store};
use serde_json::Value;

/// Takes up, forgets, makes and deletes channels until the pool is as it should be.
///
/// # Errors
/// A port failed; the next run goes on.
pub async fn handle<W>(world: &W, settings: &Settings, _event: LambdaEvent<Value>) -> Result<(), Error>
where
    W: Store + ChannelPool + Ambient + Sync,
{
    let kept = app::keep_pool(world, settings).await?;
    if kept != Kept::default() {
        tracing::info!(added = kept.added, removed = kept.removed, "the pool has changed");
    }
    Ok(())
}
