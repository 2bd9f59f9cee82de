//! Counts the records of a batch, each once.

use std::collections::BTreeMap;

use domain::limits::ATTEMPTS_MAX;
use domain::row::{Change, Row};
use domain::tally::{Sequence, Tally};
use ports::{Ambient, Commit, Store};

use crate::{Result, contended, load};

/// Adds the records of a shard that were not counted before; gives what they added, by event type.
///
/// # Errors
/// A port failed; the event source delivers the batch again.
pub async fn tally<W>(world: &W, shard: &str, records: &[(Sequence, &str)]) -> Result<BTreeMap<String, u64>>
where
    W: Store + Ambient + Sync,
{
    for _ in 0..ATTEMPTS_MAX {
        let now = world.now();
        let known = load::tally(world, shard, now).await?;
        let is_new = known.is_none();
        let counted = known.unwrap_or_else(|| Tally::empty(shard.to_owned())).count(records);
        let Some((next, added)) = counted else { return Ok(BTreeMap::new()) };
        let row = Row::Tally(next);
        let change = if is_new { Change::create(row, now) } else { Change::update(row) };
        if world.commit(&[change]).await? == Commit::Committed {
            return Ok(added);
        }
    }
    Err(contended())
}
