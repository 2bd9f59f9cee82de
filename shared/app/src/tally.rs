//! Counts the records of a batch, each once, and adds up what was counted.

use domain::limits::{ATTEMPTS_MAX, TALLIES_MAX};
use domain::row::{Change, Row};
use domain::tally::{Figures, Happening, Sequence, Tally};
use ports::{Ambient, Commit, Store};

use crate::{Result, contended, load};

/// Adds the records of a shard that were not counted before; gives what they added.
///
/// # Errors
/// A port failed; the event source delivers the batch again.
pub async fn tally<W>(world: &W, shard: &str, records: &[(Sequence, Happening)]) -> Result<Figures>
where
    W: Store + Ambient + Sync,
{
    for _ in 0..ATTEMPTS_MAX {
        let now = world.now();
        let known = load::tally(world, shard, now).await?;
        let is_new = known.is_none();
        let counted = known.unwrap_or_else(|| Tally::empty(shard.to_owned())).count(records);
        let Some((next, added)) = counted else { return Ok(Figures::default()) };
        let row = Row::Tally(next);
        let change = if is_new { Change::create(row, now) } else { Change::update(row) };
        if world.commit(&[change]).await? == Commit::Committed {
            return Ok(added);
        }
    }
    Err(contended())
}

/// All that was counted, of every shard.
///
/// # Errors
/// A port failed.
pub async fn figures<S: Store + Sync>(store: &S) -> Result<Figures> {
    let mut figures = Figures::default();
    for tally in store.tallies(TALLIES_MAX).await? {
        figures.merge(&tally.figures);
    }
    Ok(figures)
}
