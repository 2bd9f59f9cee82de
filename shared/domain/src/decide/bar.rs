//! Blocks and bans: written to the profile, which lasts, and to the user row, which matches look at, in one transaction.

use crate::credential::Profile;
use crate::decision::Decision;
use crate::id::BlockId;
use crate::limits::BLOCKS_MAX;
use crate::notice::Notice;
use crate::refusal::{Code, Refusal};
use crate::row::{Change, Row};
use crate::standing::Block;
use crate::time::TimeMs;
use crate::user::{User, UserState};

use super::seek::withdraw;

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

/// Bans somebody until a moment; who waits is taken out of the queue and told. A call goes on until it is ended.
#[must_use]
pub fn ban(profile: &Profile, user: Option<&User>, until: TimeMs, now: TimeMs) -> Decision {
    let profile = Profile { banned_until: Some(until), ..profile.clone() };
    let standing = profile.standing();
    let out = user.map(|user| match &user.state {
        UserState::Waiting(_) => User { state: UserState::Idle, ..user.clone() },
        UserState::Idle | UserState::InSession(_) => user.clone(),
    });
    let mut decision = restand(profile, out.as_ref(), now);
    if let Some(user) = user {
        withdraw(user, &mut decision);
    }
    if let (Some(connection), Err(refusal)) = (user.and_then(|user| user.connection.as_ref()), standing.admit(now)) {
        if user.is_some_and(|user| user.waiting().is_some()) {
            decision.post(connection, Notice::QueueLeft);
        }
        decision.post(connection, Notice::Error { id: None, refusal });
    }
    decision
}

/// Writes a profile with another standing, and the live row with it. Where there is none, one is made that nobody speaks
/// for: somebody who comes online at this moment must not come in with the old standing.
fn restand(profile: Profile, user: Option<&User>, now: TimeMs) -> Decision {
    let standing = profile.standing();
    let mut decision = Decision::nothing();
    match user {
        Some(user) => {
            let version = user.version.next();
            decision.change(Change::update(Row::User(User { version, standing, ..user.clone() })));
        }
        None => {
            let device = profile.device.clone();
            let user = User::arriving(profile.user.clone(), profile.nickname.clone(), device, standing, now);
            decision.change(Change::create(Row::User(user), now));
        }
    }
    let version = profile.version.next();
    decision.change(Change::update(Row::Profile(Profile { version, ..profile })));
    decision
}
