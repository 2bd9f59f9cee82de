//! The schedule: keeps the pool of KVS channels.

use app::Settings;
use lambda_runtime::{Error, LambdaEvent};
use ports::{Ambient, ChannelPool, Store};
use serde_json::Value;

/// Takes up, forgets and makes channels until the pool is as it should be.
///
/// # Errors
/// A port failed; the next run goes on.
pub async fn handle<W>(world: &W, settings: &Settings, _event: LambdaEvent<Value>) -> Result<(), Error>
where
    W: Store + ChannelPool + Ambient + Sync,
{
    let added = app::keep_pool(world, settings).await?;
    if added > 0 {
        tracing::info!(added, "channels added to the pool");
    }
    Ok(())
}
