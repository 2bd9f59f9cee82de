//! What callers were told of blocks and bans. It is remembered here and nowhere else: no row is asked, so that a row
//! which does not say what was promised is found out.

use std::collections::BTreeMap;

use domain::id::UserId;
use domain::session::Session;
use domain::time::TimeMs;

use super::{Kept, Law, law};
use crate::sim::act::Act;

/// What was promised.
#[derive(Debug, Default)]
pub struct Promises {
    /// Who may block whom.
    blocks: BTreeMap<(UserId, UserId), Block>,
    /// Who may be banned.
    bans: BTreeMap<UserId, Ban>,
}

/// Whether one blocks another. Of acts that are on their way side by side nobody knows which comes last.
#[derive(Debug, Default)]
struct Block {
    /// So many acts are on their way.
    flying: usize,
    /// Since nothing was, there was a block among them, or an unblock.
    among: [bool; 2],
    /// It was promised, and nothing was begun since that takes it back.
    holds: bool,
    /// Somebody has asked for it, and was not told since that it is over.
    may_hold: bool,
    /// When an act about it was begun or ended last.
    touched_at: TimeMs,
}

/// Until when somebody is banned, at least and at most.
#[derive(Debug, Default)]
struct Ban {
    flying: usize,
    /// The earliest end of all that are or were on their way side by side.
    among: Option<TimeMs>,
    at_least: TimeMs,
    at_most: TimeMs,
}

impl Promises {
    /// Somebody asks.
    pub fn begin(&mut self, act: &Act, now: TimeMs) {
        match act {
            Act::Block { owner, other, .. } | Act::Unblock { owner, other, .. } => {
                let block = self.blocks.entry((owner.clone(), other.clone())).or_default();
                let unblocks = matches!(act, Act::Unblock { .. });
                if block.flying == 0 {
                    block.among = [false; 2];
                }
                block.flying += 1;
                block.among[usize::from(unblocks)] = true;
                block.holds &= !unblocks;
                block.may_hold |= !unblocks;
                block.touched_at = now;
            }
            Act::Ban { user, until, .. } => {
                let ban = self.bans.entry(user.clone()).or_default();
                let among = ban.among.filter(|_| ban.flying > 0);
                ban.flying += 1;
                ban.among = Some(among.map_or(*until, |among| among.min(*until)));
                ban.at_least = ban.at_least.min(*until);
                ban.at_most = ban.at_most.max(*until);
            }
        }
    }

    /// Somebody is answered, or never is; `done`: they are told that it was done.
    pub fn end(&mut self, act: &Act, done: bool, now: TimeMs) {
        match act {
            Act::Block { owner, other, .. } | Act::Unblock { owner, other, .. } => {
                let block = self.blocks.entry((owner.clone(), other.clone())).or_default();
                block.flying = block.flying.saturating_sub(1);
                block.holds |= done && block.among == [true, false];
                block.may_hold &= !(done && block.among == [false, true]);
                block.touched_at = now;
            }
            Act::Ban { user, .. } => {
                let ban = self.bans.entry(user.clone()).or_default();
                ban.flying = ban.flying.saturating_sub(1);
                if let (true, Some(among)) = (done, ban.among) {
                    ban.at_least = among;
                }
            }
        }
    }

    /// Whether somebody was told that a ban holds.
    pub fn bans(&self, user: &UserId, now: TimeMs) -> bool {
        self.bans.get(user).is_some_and(|ban| ban.at_least > now)
    }

    /// Whether a ban may hold, as far as anybody was told.
    pub fn may_ban(&self, user: &UserId, now: TimeMs) -> bool {
        self.bans.get(user).is_some_and(|ban| ban.at_most > now)
    }

    /// Whether a block may hold, as far as anybody was told.
    pub fn may_block(&self, owner: &UserId, other: &UserId) -> bool {
        self.block(owner, other).is_some_and(|block| block.may_hold)
    }

    /// Since when nothing has changed between two.
    pub fn settled_at(&self, one: &UserId, other: &UserId) -> TimeMs {
        let touched = [self.block(one, other), self.block(other, one)].into_iter().flatten();
        touched.map(|block| block.touched_at).max().unwrap_or_default()
    }

    /// M9: nobody is matched whom a promise keeps apart.
    pub fn keep(&self, session: &Session, clock: TimeMs) -> Kept {
        let [a, b] = &session.sides;
        for (one, other) in [(a, b), (b, a)] {
            let blocks = self.block(&one.user, &other.user).is_some_and(|block| block.holds);
            law(Law::M9, !blocks, || format!("{} meets {}, whom they were told they block", one.user, other.user))?;
            law(Law::M9, !self.bans(&one.user, clock), || format!("{} meets somebody and is banned", one.user))?;
        }
        Ok(())
    }

    fn block(&self, owner: &UserId, other: &UserId) -> Option<&Block> {
        // Most towns have seen no block at all.
        if self.blocks.is_empty() { None } else { self.blocks.get(&(owner.clone(), other.clone())) }
    }
}
