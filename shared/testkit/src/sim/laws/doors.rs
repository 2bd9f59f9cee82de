//! How people come in and stay in.

use std::collections::{BTreeMap, BTreeSet};

use domain::account::Account;
use domain::id::{FamilyId, SecretHash, Token, UserId};
use domain::limits::REFRESH_GRACE;
use domain::refresh::{Proof, Refresh, RefreshFamily};
use domain::row::{Key, Row};
use domain::time::{SpanMs, TimeMs};
use ports::fake::rows::Rows;

use super::{Kept, Law, Scene, law};
use crate::sim::course::Cause;
use crate::sim::doors::{ANSWERS_WITHIN, Knock, as_link};
use crate::sim::errand::Answer;

/// Tokens of a chain that are remembered: the live one and those before it.
const REMEMBERED: usize = 6;

/// What the laws remember of chains and links.
#[derive(Debug, Default)]
pub struct DoorLaws {
    /// The newest tokens of each chain that a browser was given, newest last.
    given: BTreeMap<FamilyId, Vec<String>>,
    /// When each chain's live token was made, by the true clock.
    rotated_at: BTreeMap<FamilyId, TimeMs>,
    /// Which flights show a token that must not be refused.
    entitled: BTreeSet<u64>,
    /// Which flights show one that is old for sure.
    old: BTreeSet<u64>,
    /// Links that have opened a session.
    used: BTreeSet<SecretHash>,
    /// Whether clocks are wrong: then nobody knows how long the grace lasts.
    pub clocks_are_wrong: bool,
}

impl DoorLaws {
    /// A knock is on its way.
    pub fn begins(&mut self, flight: u64, knock: &Knock, rows: &Rows, now: TimeMs) {
        let Some((user, family, token)) = knock.shown() else { return };
        let Some(chain) = chain(rows, user, family) else { return };
        let lives = chain.expires_at > now + SpanMs::seconds(10);
        let hash = SecretHash::of(token);
        let age = self.rotated_at.get(&chain.family).map_or(SpanMs(0), |at| now.since(*at));
        let (live, before) = (chain.current == hash, chain.previous.as_ref() == Some(&hash));
        if lives && (live || before && age.0 + ANSWERS_WITHIN.0 <= REFRESH_GRACE.0) {
            self.entitled.insert(flight);
        }
        if !(live || before && age <= REFRESH_GRACE) {
            self.old.insert(flight);
        }
    }

    /// A1, A2, A3, A4: what somebody was answered.
    pub fn answered(&mut self, flight: u64, knock: &Knock, answer: &Answer, rows: &Rows, now: TimeMs) -> Kept {
        let (entitled, old) = (self.entitled.remove(&flight), self.old.remove(&flight) && !self.clocks_are_wrong);
        match (knock, answer) {
            (Knock::Refresh { user, cookie, .. }, Answer::Refreshed(next)) => {
                let family = cookie.split('.').next().unwrap_or_default();
                self.gives(rows, user, family, next, now)
            }
            (Knock::Refresh { user, cookie, .. }, Answer::Refused) => {
                let family = cookie.split('.').next().unwrap_or_default();
                let lives = chain(rows, user, family).is_some_and(|chain| chain.expires_at > now);
                law(Law::A2, !(entitled && lives), || format!("{user} is refused, and shows what is good"))
            }
            (Knock::Thief { user, cookie }, Answer::Refreshed(_)) => {
                law(Law::A3, !old, || format!("{user}'s old token {cookie} is taken"))
            }
            (Knock::Thief { user, cookie }, Answer::Refused) => {
                let family = cookie.split('.').next().unwrap_or_default();
                let lives = chain(rows, user, family).is_some_and(|chain| chain.expires_at > now);
                law(Law::A3, !(old && lives), || format!("{user}'s old token was shown, and the chain lives"))
            }
            (Knock::LogOut { user, cookie }, Answer::Done) => {
                let family = cookie.split('.').next().unwrap_or_default();
                let lives = chain(rows, user, family).is_some_and(|chain| chain.expires_at > now);
                law(Law::A3, !lives, || format!("{user} was told that they are out, and the chain lives"))
            }
            (Knock::Redeem { .. }, Answer::Entered(user, cookie)) => {
                let family = cookie.split('.').next().unwrap_or_default();
                self.gives(rows, user, family, cookie, now)
            }
            (Knock::Scan { .. }, Answer::Entered(user, _)) => law(Law::A4, false, || format!("a scanner is {user}")),
            (_, _) => Ok(()),
        }
    }

    /// A1: what is given is the live token, or was until just now; and whatever else is still taken brings the live one.
    fn gives(&mut self, rows: &Rows, user: &UserId, family: &str, cookie: &str, now: TimeMs) -> Kept {
        let Some(chain) = chain(rows, user, family) else { return Ok(()) };
        let token = cookie.split_once('.').map_or(cookie, |(_, token)| token).to_owned();
        let hash = SecretHash::of(&token);
        let good = chain.current == hash || chain.previous.as_ref() == Some(&hash);
        law(Law::A1, good, || format!("{user} is given a token that is none"))?;
        let given = self.given.entry(chain.family.clone()).or_default();
        if !given.contains(&token) {
            given.push(token);
            given.drain(..given.len().saturating_sub(REMEMBERED));
        }
        for token in given.iter() {
            if let Refresh::Repeat(next) = chain.present(token, Token::derived(&["law"]), now) {
                let same = SecretHash::of(next.as_str()) == chain.current;
                law(Law::A1, same, || format!("{user} is given another token than the live one"))?;
            }
        }
        Ok(())
    }

    /// Checks the change of a row.
    pub(super) fn row(&mut self, old: Option<&Row>, new: Option<&Row>, scene: &Scene<'_>, flight: u64) -> Kept {
        match (old, new) {
            (None, Some(Row::RefreshFamily(chain))) => {
                self.rotated_at.insert(chain.family.clone(), scene.now);
                if chain.proof == Proof::Mail { self.comes_in(chain, scene) } else { Ok(()) }
            }
            (Some(Row::RefreshFamily(old)), Some(Row::RefreshFamily(new))) => {
                if old.current != new.current {
                    self.rotated_at.insert(new.family.clone(), scene.now);
                }
                Ok(())
            }
            (Some(Row::RefreshFamily(old)), None) => {
                let by_page = matches!(&scene.course.cause, Cause::Knock(Knock::Refresh { .. }));
                let falsely = by_page && self.entitled.contains(&flight) && !self.clocks_are_wrong;
                law(Law::A2, !falsely, || format!("{} is logged out, and has shown what is good", old.user))
            }
            (Some(Row::Account(old)), Some(Row::Account(new))) => moves(old, new, scene),
            (_, _) => Ok(()),
        }
    }

    /// A4: a session by mail uses a link up that had opened none.
    fn comes_in(&mut self, chain: &RefreshFamily, scene: &Scene<'_>) -> Kept {
        let links = scene.changes.iter().map(domain::row::Change::key).filter(|key| matches!(key, Key::MagicLink(_)));
        let used = links.filter_map(|key| {
            let was_unused = as_link(scene.before.get(&key)).is_some_and(|link| !link.used);
            as_link(scene.rows.get(&key)).filter(|link| link.used && was_unused)
        });
        let used: Vec<SecretHash> = used.map(|link| link.secret.clone()).collect();
        let [link] = &used[..] else {
            return law(Law::A4, false, || format!("{} comes in without a link", chain.user));
        };
        let once = self.used.insert(link.clone());
        law(Law::A4, once, || format!("{} comes in by a link that was used", chain.user))?;
        let mut asked_here = false;
        if let Cause::Knock(Knock::Redeem { nonce: Some(nonce), .. }) = &scene.course.cause {
            let marked = scene.before.values().find_map(|row| as_link(Some(row)));
            asked_here = marked.is_some_and(|link| link.nonce == SecretHash::of(nonce.as_str()));
        }
        law(Law::A4, asked_here, || format!("{} comes in where nobody asked", chain.user))
    }
}

/// A6: an address goes to another person only when the first is no more.
fn moves(old: &Account, new: &Account, scene: &Scene<'_>) -> Kept {
    let key = Key::Profile(old.user.clone());
    let owner = scene.before.get(&key).or_else(|| scene.rows.get(&key));
    let lives = owner.is_some_and(|owner| !owner.is_expired(scene.course.latest));
    law(Law::A6, old.user == new.user || !lives, || format!("{} loses their address", old.user))
}

fn chain<'r>(rows: &'r Rows, user: &UserId, family: &str) -> Option<&'r RefreshFamily> {
    let family = FamilyId::parse(family).ok()?;
    match rows.get(&Key::RefreshFamily(user.clone(), family)) {
        Some(Row::RefreshFamily(chain)) => Some(chain),
        Some(_) | None => None,
    }
}
