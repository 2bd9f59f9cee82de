//! `rematch`: once more with the partner of a call that is over.

use domain::consent::admit;
use domain::decide::{self, Again, PairIds, Rematch};
use domain::id::{ConnectionId, SessionId};
use domain::limits::ATTEMPTS_MAX;
use domain::refusal::{Code, Refusal};
use futures_util::future::try_join;
use ports::{Commit, World};

use crate::perform::perform;
use crate::search::{CHANNEL_ATTEMPTS, free_channel};
use crate::{Result, Settings, contended, load};

/// Notes that somebody would meet their partner again, and lets the two meet when both would. Whoever asks alone is told
/// the same as who asks for somebody that has gone, or blocks them. Asked again it looks again.
///
/// # Errors
/// `not_in_session`, `conflict`, `gone`, `banned`, `forbidden` before they agree to the terms, `unauthorized`, or a port
/// failed.
pub(crate) async fn rematch<W: World>(
    world: &W,
    settings: &Settings,
    id: &ConnectionId,
    session: &SessionId,
) -> Result<()> {
    for attempt in 0..ATTEMPTS_MAX {
        let now = world.now();
        let (asker, over) = try_join(load::speaker(world, id, now), load::session(world, session, now)).await?;
        let unknown = || Refusal::new(Code::NotInSession, "That was no call of yours; look for somebody new instead.");
        let over = over.ok_or_else(unknown)?;
        let role = over.role_of_user(&asker.id).ok_or_else(unknown)?;
        admit(asker.agreed, settings.terms)?;
        let partner = load::user(world, &over.side(role.other()).user, now).await?;
        let partner = partner.filter(|partner| admit(partner.agreed, settings.terms).is_ok());
        let both =
            [Some(&asker), partner.as_ref()].into_iter().all(|user| user.is_some_and(|user| user.asks_again(session)));
        let channel = free_channel(world, both && attempt < CHANNEL_ATTEMPTS).await;
        let ids = PairIds::from_tokens([world.token(), world.token(), world.token(), world.token()]);
        let again = Again { over: &over, asker: &asker, partner: partner.as_ref() };
        match decide::rematch(again, channel.as_ref(), ids, settings.session_length, world.now())? {
            Rematch::Wait => return Ok(()),
            Rematch::Ask(decision) => drop(perform(world, settings, decision).await?),
            Rematch::Meet(decision) => {
                if perform(world, settings, decision).await? == Commit::Committed {
                    return Ok(());
                }
            }
        }
    }
    Err(contended())
}
