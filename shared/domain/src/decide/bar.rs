//! Blocks and bans: written to the profile, which lasts, and to the user row, which matches look at, in one
//! transaction.

use crate::credential::{Card, Profile};
use crate::decision::Decision;
use crate::directory::relist;
use crate::friend::Friendship;
use crate::id::BlockId;
use crate::limits::{BLOCKS_MAX, ENFORCED_AFTER};
use crate::notice::Notice;
use crate::profile::{Nickname, ProfileError, Tags};
use crate::refusal::{Code, Refusal};
use crate::row::{Change, Key, Row};
use crate::session::EndReason;
use crate::standing::{Barred, Block, Standing};
use crate::time::TimeMs;
use crate::timer::Timer;
use crate::user::{User, UserState};

use super::befriend::part;
use super::end::{Ending, end};
use super::mirror::mirror;
use super::seek::see_off;

/// Blocks somebody; nothing for who is blocked already. `user` is the live row of the owner, if there is one; `bonds` is what
/// the two know of each other, which ends.
///
/// # Errors
/// `invalid_request` for oneself, `conflict` when the list is full.
pub fn block(
    profile: &Profile,
    user: Option<&User>,
    bonds: [Option<&Friendship>; 2],
    block: Block,
    now: TimeMs,
) -> Result<Decision, Refusal> {
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
    let mut decision = restand(profile, user, now);
    decision.changes.extend(part(bonds).changes);
    Ok(decision)
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

/// Bans somebody until a moment; who waits is taken out of the queue and told, and rings and is rung no more. A call goes on
/// until it is ended. A ban whose moment has passed does nothing to who waits, and none shortens one that lasts longer.
#[must_use]
pub fn ban(profile: &Profile, user: Option<&User>, until: TimeMs, now: TimeMs) -> Decision {
    let until = profile.banned_until.map_or(until, |before| before.max(until));
    let profile = Profile { banned_until: Some(until), ..profile.clone() };
    let (Some(user), Err(refusal)) = (user, profile.standing().admit(now)) else {
        return restand(profile, user, now);
    };
    let mut decision = restand(profile, Some(&withdrawn(user)), now);
    decision.arm(Timer::Enforce(user.id.clone()), now + ENFORCED_AFTER);
    see_off(user, now, &mut decision);
    for connection in user.devices() {
        decision.post(connection, Notice::Error { id: None, refusal: refusal.clone() });
    }
    decision
}

/// Lets somebody back whose bans were lifted, until the end of those that were not.
#[must_use]
pub fn pardon(profile: &Profile, user: Option<&User>, until: Option<TimeMs>, now: TimeMs) -> Decision {
    restand(Profile { banned_until: until, ..profile.clone() }, user, now)
}

/// Makes somebody nobody. What is left in the live row names nobody, is where nobody waits or is called, and lets no ticket
/// in; marks of their device and address stay there for as long as a partner can report them. It goes by itself.
///
/// # Errors
/// None in practice, see [`Nickname::nobody`].
pub fn erase(
    profile: &Profile,
    user: Option<&User>,
    reach: Vec<Barred>,
    now: TimeMs,
) -> Result<Decision, ProfileError> {
    let mut decision = Decision::nothing();
    let card = Card {
        nickname: Nickname::nobody()?,
        tags: Tags::default(),
        language: None,
        hide_ip: false,
        agreed: None,
        standing: Standing { signed_out_at: Some(now), ..Standing::default() },
    };
    let nobody = User::arriving(profile.user.clone(), card, profile.device.clone(), now);
    let nobody = User { reach, ..nobody };
    match user {
        Some(user) => {
            see_off(user, now, &mut decision);
            let elsewhere = user.devices().cloned().collect();
            let version = user.version.next();
            decision.change(Change::update(Row::User(User { version, elsewhere, ..nobody })));
        }
        None => decision.change(Change::create(Row::User(nobody), now)),
    }
    decision.change(Change::delete_version(Key::Profile(profile.user.clone()), profile.version));
    decision.changes.extend(relist(Some(profile), None));
    Ok(decision)
}

/// Signs somebody out everywhere: what was issued by now lets nobody in any more.
#[must_use]
pub fn sign_out(profile: &Profile, user: Option<&User>, now: TimeMs) -> Decision {
    restand(Profile { signed_out_at: Some(now), ..profile.clone() }, user, now)
}

/// Ends the call of somebody who is banned; nothing when no ban holds.
#[must_use]
pub fn expel(ending: Ending<'_>, user: &User, now: TimeMs) -> Decision {
    match user.standing.admit(now) {
        Ok(()) => Decision::nothing(),
        Err(_) => end(ending, EndReason::Moderation, now),
    }
}

/// Somebody who asks for nobody any more, and rings nobody.
pub(super) fn withdrawn(user: &User) -> User {
    let state = match &user.state {
        UserState::Waiting(_) => UserState::Idle,
        UserState::Idle | UserState::InSession(_) | UserState::InRoom(_) => user.state.clone(),
    };
    User { state, ring: None, again: None, ..user.clone() }
}

/// Writes a profile with another standing, and the live row with it.
pub(super) fn restand(profile: Profile, user: Option<&User>, now: TimeMs) -> Decision {
    let mut decision = Decision::nothing();
    decision.change(mirror(&profile, user, now));
    let version = profile.version.next();
    decision.change(Change::update(Row::Profile(Profile { version, ..profile })));
    decision
}
