//! A connection is gone: `$disconnect`, or a post that found nobody.

use domain::decide;
use domain::id::ConnectionId;
use domain::limits::ATTEMPTS_MAX;
use ports::{Commit, World};

use crate::perform::perform_once;
use crate::{Result, Settings, load};

/// Decides what a lost connection means, and for whoever turns out to be gone as well.
///
/// # Errors
/// A port failed; the event source tries again.
pub async fn lost<W: World>(world: &W, settings: &Settings, connection: &ConnectionId) -> Result<()> {
    heal(world, settings, vec![connection.clone()]).await
}

/// Works through connections that are gone. Each is noted once, so this ends.
pub(crate) async fn heal<W: World>(world: &W, settings: &Settings, mut gone: Vec<ConnectionId>) -> Result<()> {
    while let Some(connection) = gone.pop() {
        gone.extend(note(world, settings, &connection).await?);
    }
    Ok(())
}

async fn note<W: World>(world: &W, settings: &Settings, id: &ConnectionId) -> Result<Vec<ConnectionId>> {
    for _ in 0..ATTEMPTS_MAX {
        let now = world.now();
        let Some(connection) = load::opened(world, id, now).await? else { return Ok(Vec::new()) };
        let Some(user) = load::user(world, &connection.user, now).await? else { return Ok(Vec::new()) };
        let session = match user.session() {
            Some(session) => load::session(world, session, now).await?,
            None => None,
        };
        let decision = decide::lose(id, &user, session.as_ref(), now);
        let (commit, gone) = perform_once(world, settings, decision).await?;
        if commit == Commit::Committed {
            return Ok(gone);
        }
    }
    Err(crate::contended())
}
