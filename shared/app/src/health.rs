//! Whether the parts that everything needs are there.

use domain::id::Token;
use domain::limits::SESSION_LOG_LIFE;
use domain::row::Key;
use futures_util::future::{join, join4};
use ports::{Ambient, Consistency, Probes, Store};

use crate::Settings;

/// Each part by name, and whether it answers; all are asked at the same time.
pub async fn parts<W>(world: &W, settings: &Settings) -> [(&'static str, bool); 6]
where
    W: Store + Probes + Ambient + Sync,
{
    let nobody = Token::derived(&["health"]);
    let (user, profile) = (Key::User(nobody.clone().into()), Key::Profile(nobody.into()));
    let tables = join(world.get(&user, Consistency::Eventual), world.get(&profile, Consistency::Eventual));
    let queues = join(world.timers_are_there(), world.errands_are_there());
    let ((live, ledger), (timers, errands), stream, pool) =
        join4(tables, queues, world.stream_is_there(), pool_is_there(world, settings)).await;
    [
        ("live table", live.is_ok()),
        ("ledger table", ledger.is_ok()),
        ("event stream", stream.is_ok()),
        ("timer queue", timers.is_ok()),
        ("errand queue", errands.is_ok()),
        ("channel pool", pool),
    ]
}

/// Whether there is a channel at all, leased or free. A deployment may want none.
async fn pool_is_there<W: Store + Ambient + Sync>(world: &W, settings: &Settings) -> bool {
    // Every lease ends before that.
    let in_the_end = world.now() + SESSION_LOG_LIFE;
    settings.pool.is_none() || world.free_channels(in_the_end, 1).await.is_ok_and(|channels| !channels.is_empty())
}
