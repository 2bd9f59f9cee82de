//! A connection is gone: `$disconnect`, or a post that found nobody.

use domain::credential::Connection;
use domain::decide;
use domain::fact::{ConnectionMark, Fact, FactKind};
use domain::id::ConnectionId;
use domain::limits::ATTEMPTS_MAX;
use domain::tally::Slot;
use ports::{Commit, Limit, World};

use crate::perform::{given_up, perform_once, record};
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
        let Some(user) = load::user(world, &connection.user, now).await? else {
            tell_closed(world, &connection).await;
            return Ok(Vec::new());
        };
        let session = match user.session() {
            Some(session) => load::session(world, session, now).await?,
            None => None,
        };
        let room = load::room_of(world, Some(&user), now).await?;
        let decision = decide::lose(id, &user, session.as_ref(), room.as_ref(), now);
        let (commit, gone) = perform_once(world, settings, decision).await?;
        if commit == Commit::Committed {
            tell_closed(world, &connection).await;
            return Ok(gone);
        }
    }
    Err(crate::contended())
}

/// Tells analysts that a connection is gone, once: several may notice, minutes apart, and its row stays for who notices
/// later. So the first is found by counting.
pub(crate) async fn tell_closed<W: World>(world: &W, connection: &Connection) {
    let mark = ConnectionMark::of(&connection.id);
    let once =
        Limit { key: format!("closed#{}", mark.as_str()), max: 1, units: 1, expires_at: connection.expires_at() };
    match world.admit(&once).await {
        Ok(true) => {
            let kind = FactKind::ConnectionClosed { connection: mark, slot: Slot::of(connection.opened_at) };
            record(world, &[Fact::new(kind, &[connection.id.as_str()], world.now())]).await;
        }
        Ok(false) => {}
        Err(error) => given_up::<(), _>("a closed connection was not counted", Err(error)),
    }
}
