//! A person's own calls.

use domain::friend::Bond;
use domain::history::CallRecord;
use domain::id::{SessionId, UserId};
use domain::limits::{FRIENDS_MAX, HISTORY_MAX};
use domain::profile::Nickname;
use domain::refusal::{Code, Refusal};
use domain::row::{Belonging, Row};
use futures_util::future::try_join;
use ports::{Ambient, Store};

use crate::{Result, load};

/// A call, and whether the other is a friend today.
#[derive(Debug, Clone)]
pub struct Remembered {
    /// The call.
    pub record: CallRecord,
    /// Whether its partner is a friend, whom the owner may know.
    pub is_friend: bool,
}

/// Somebody's calls, the newest first, at most [`HISTORY_MAX`].
///
/// # Errors
/// A port failed.
pub async fn call_history<W: Store + Ambient + Sync>(world: &W, me: &UserId) -> Result<Vec<Remembered>> {
    let now = world.now();
    let calls = world.belongings(me, Belonging::Calls, HISTORY_MAX);
    let (calls, friends) = try_join(calls, world.belongings(me, Belonging::Friends, FRIENDS_MAX)).await?;
    let is_friend = |record: &CallRecord| {
        let with =
            |row: &Row| matches!(row, Row::Friendship(row) if row.bond == Bond::Friends && row.other == record.peer);
        friends.iter().any(with)
    };
    let calls = calls.into_iter().filter(|row| !row.is_expired(now));
    let records = calls.filter_map(|row| if let Row::CallRecord(record) = row { Some(record) } else { None });
    Ok(records.map(|record| Remembered { is_friend: is_friend(&record), record }).collect())
}

/// With whom somebody was in a call, and under which name they met: while the call or its log is there, and as long as the
/// history remembers it.
///
/// # Errors
/// `not_found` for a call that is not one's own or forgotten, or a port failed.
pub(crate) async fn partner<W: Store + Ambient + Sync>(
    world: &W,
    me: &UserId,
    session: &SessionId,
) -> Result<(UserId, Nickname)> {
    let unknown = || Refusal::new(Code::NotFound, "You had no such call, or it is too long ago.");
    let now = world.now();
    if let Some(session) = load::session(world, session, now).await?
        && let Some(role) = load::own_role(world, me, &session, now).await?
    {
        let partner = session.side(role.other());
        return Ok((load::heir_of(world, &partner.user, now).await?, partner.nickname.clone()));
    }
    let calls = call_history(world, me).await?;
    let found = calls.into_iter().map(|call| call.record).find(|record| record.session == *session);
    let record = found.ok_or_else(unknown)?;
    Ok((record.peer, record.nickname))
}
