//! Blocks and bans: written to the profile, which lasts, and to the user row, which matches look at, in one
//! transaction.

use crate::credential::Profile;
use crate::decision::Decision;
use crate::id::BlockId;
use crate::limits::BLOCKS_MAX;
use crate::notice::Notice;
use crate::refusal::{Code, Refusal};
use crate::row::{Change, Row};
use crate::session::EndReason;
use crate::standing::Block;
use crate::time::TimeMs;
use crate::user::{User, UserState};

use super::end::{Ending, end};
use super::seek::see_off;

/// Blocks somebody; nothing for who is blocked already. `user` is the live row of the owner, if there is one.
///
/// # Errors
/// `invalid_request` for oneself, `conflict` when the list is full.
pub fn block(profile: &Profile, user: Option<&User>, block: Block, now: TimeMs) -> Result<Decision, Refusal> {
    if block.user == profile.user {
        return Err(Refusal::new(Code::InvalidRequest, "You cannot block yourself."));
    }
    if profile.blocks.iter().any(|known| known.user == block.user) {
        return Ok(Decision::nothing());
    }
    if profile.blocks.len() >= BLOCKS_MAX {
        let message = format!("You block {BLOCKS_MAX} people, and that is the most; let one go first.");
        return Err(Refusal::new(Code::Conflict, message));
    }
    let mut profile = profile.clone();
    profile.blocks.push(block);
    Ok(restand(profile, user, now))
}

/// Lets somebody go who was blocked. `None` when there is no such block.
#[must_use]
pub fn unblock(profile: &Profile, user: Option<&User>, id: &BlockId, now: TimeMs) -> Option<Decision> {
    let mut profile = profile.clone();
    let before = profile.blocks.len();
    let owner = profile.user.clone();
    profile.blocks.retain(|block| block.id(&owner) != *id);
    (profile.blocks.len() < before).then(|| restand(profile, user, now))
}

/// Bans somebody until a moment; who waits is taken out of the queue and told. A call goes on until it is ended. A ban
/// whose moment has passed does nothing to who waits.
#[must_use]
pub fn ban(profile: &Profile, user: Option<&User>, until: TimeMs, now: TimeMs) -> Decision {
    let profile = Profile { banned_until: Some(until), ..profile.clone() };
    let (Some(user), Err(refusal)) = (user, profile.standing().admit(now)) else { return restand(profile, user, now) };
    let out = match &user.state {
        UserState::Waiting(_) => User { state: UserState::Idle, ..user.clone() },
        UserState::Idle | UserState::InSession(_) => user.clone(),
    };
    let mut decision = restand(profile, Some(&out), now);
    see_off(user, now, &mut decision);
    if let Some(connection) = &user.connection {
        decision.post(connection, Notice::Error { id: None, refusal });
    }
    decision
}

/// Ends the call of somebody who is banned; nothing when no ban holds.
#[must_use]
pub fn expel(ending: Ending<'_>, user: &User, now: TimeMs) -> Decision {
    match user.standing.admit(now) {
        Ok(()) => Decision::nothing(),
        Err(_) => end(ending, EndReason::Moderation, now),
    }
}

/// Writes a profile with another standing, and the live row with it. Where there is none, one is made that nobody
/// speaks for: somebody who comes online at this moment must not come in with the old standing. The live row counts as
/// written now: it must outlive every ticket and connection that still has the old one.
fn restand(profile: Profile, user: Option<&User>, now: TimeMs) -> Decision {
    let standing = profile.standing();
    let mut decision = Decision::nothing();
    match user {
        Some(user) => {
            let version = user.version.next();
            decision.change(Change::update(Row::User(User { version, standing, ..user.heard(now) })));
        }
        None => {
            let user = User::arriving(profile.user.clone(), profile.card(), profile.device.clone(), now);
            decision.change(Change::create(Row::User(user), now));
        }
    }
    let version = profile.version.next();
    decision.change(Change::update(Row::Profile(Profile { version, ..profile })));
    decision
}
