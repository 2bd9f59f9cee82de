//! Who may meet whom, when, and who is the better match.

use std::cmp::Reverse;

use crate::id::UserId;
use crate::limits::MET_FADES;
use crate::profile::Wish;
use crate::time::{SpanMs, TimeMs};
use crate::user::Met;

/// One who looks for a partner.
#[derive(Debug, Clone, Copy)]
pub struct Seeker<'a> {
    /// Who.
    pub user: &'a UserId,
    /// For whom.
    pub wish: &'a Wish,
    /// Waiting since when; now, for who has just come.
    pub since: TimeMs,
    /// Recent partners, as far as this side remembers them.
    pub met: &'a [Met],
    /// Whom this side blocks, as far as is known.
    pub blocked: &'a [UserId],
    /// Whom this side has reported lately, as far as is known.
    pub reported: &'a [UserId],
}

/// What a widening step still demands of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// From this wait on, of the one who waits longer.
    pub after: SpanMs,
    /// About tags.
    pub tags: TagRule,
    /// About language.
    pub language: LanguageRule,
    /// Whether the regions must agree.
    pub same_region: bool,
}

/// What a step demands of the tags. Two people without tags count as having one in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TagRule {
    /// At least one in common.
    Common,
    /// Both have tags or neither has.
    BothOrNeither,
    /// Nothing.
    Any,
}

/// What a step demands of the languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LanguageRule {
    /// The chosen ones agree.
    Chosen,
    /// Some language of one is some language of the other.
    AnySpoken,
    /// Nothing.
    Any,
}

/// The widening, as data.
pub const STEPS: [Step; 4] = [
    Step { after: SpanMs(0), tags: TagRule::Common, language: LanguageRule::Chosen, same_region: true },
    Step { after: SpanMs::seconds(3), tags: TagRule::BothOrNeither, language: LanguageRule::Chosen, same_region: true },
    Step {
        after: SpanMs::seconds(6),
        tags: TagRule::BothOrNeither,
        language: LanguageRule::AnySpoken,
        same_region: false,
    },
    Step { after: SpanMs::seconds(10), tags: TagRule::Any, language: LanguageRule::Any, same_region: false },
];

/// The last step: from here on any two whom the hard rules allow meet.
pub const WIDEST: SpanMs = STEPS[STEPS.len() - 1].after;

/// The next moment of a ticket's life at which more people come within reach.
#[must_use]
pub fn next_step_after(wait: SpanMs) -> Option<SpanMs> {
    STEPS.iter().map(|step| step.after).find(|after| *after > wait)
}

/// How long the longer of the two waits must be before these two may meet; `None`: never.
#[must_use]
pub fn required_wait(a: Seeker<'_>, b: Seeker<'_>, now: TimeMs) -> Option<SpanMs> {
    let shuns =
        |one: Seeker<'_>, other: Seeker<'_>| one.blocked.contains(other.user) || one.reported.contains(other.user);
    if a.user == b.user || a.wish.mode != b.wish.mode || shuns(a, b) || shuns(b, a) {
        return None;
    }
    let step = STEPS.iter().find(|step| admits(step, a.wish, b.wish))?;
    Some(step.after.max(strangeness_wait(a, b, now)))
}

/// Whether the two may meet now.
#[must_use]
pub fn may_meet(a: Seeker<'_>, b: Seeker<'_>, now: TimeMs) -> bool {
    let longer_wait = now.since(a.since).max(now.since(b.since));
    required_wait(a, b, now).is_some_and(|required| required <= longer_wait)
}

/// How good a partner `b` is for `a`; greater is better, the longest wait decides among equals.
#[must_use]
pub fn score(a: Seeker<'_>, b: Seeker<'_>, now: TimeMs) -> Score {
    Score {
        common_tags: a.wish.tags.common_count(&b.wish.tags),
        same_language: a.wish.language.is_some() && a.wish.language == b.wish.language,
        same_region: a.wish.region.is_some() && a.wish.region == b.wish.region,
        stranger: Reverse(strangeness_wait(a, b, now)),
        waiting_since: Reverse(b.since),
    }
}

/// The order of the soft rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Score {
    common_tags: usize,
    same_language: bool,
    same_region: bool,
    stranger: Reverse<SpanMs>,
    waiting_since: Reverse<TimeMs>,
}

fn admits(step: &Step, a: &Wish, b: &Wish) -> bool {
    let neither_tagged = a.tags.is_empty() && b.tags.is_empty();
    let tags = match step.tags {
        TagRule::Common => neither_tagged || a.tags.common_count(&b.tags) > 0,
        TagRule::BothOrNeither => a.tags.is_empty() == b.tags.is_empty(),
        TagRule::Any => true,
    };
    let language = match step.language {
        LanguageRule::Chosen => agree(a.language.as_ref(), b.language.as_ref()),
        LanguageRule::AnySpoken => speak_together(a, b),
        LanguageRule::Any => true,
    };
    tags && language && (!step.same_region || agree(a.region.as_ref(), b.region.as_ref()))
}

fn agree<T: PartialEq>(a: Option<&T>, b: Option<&T>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a == b,
        (None, _) | (_, None) => true,
    }
}

fn speak_together(a: &Wish, b: &Wish) -> bool {
    let spoken = |wish: &Wish| [wish.language.clone(), wish.second_language.clone()];
    let absent = a.language.is_none() || b.language.is_none();
    absent || spoken(a).iter().flatten().any(|language| spoken(b).iter().flatten().any(|other| other == language))
}

/// A penalty that decays, not a wall: right after a meeting the two wait until the widest step, later less and less.
fn strangeness_wait(a: Seeker<'_>, b: Seeker<'_>, now: TimeMs) -> SpanMs {
    let latest = |met: &[Met], other: &UserId| met.iter().filter(|m| m.user == *other).map(|m| m.at).max();
    let Some(at) = latest(a.met, b.user).max(latest(b.met, a.user)) else { return SpanMs(0) };
    let faded = now.since(at).0.min(MET_FADES.0);
    SpanMs(WIDEST.0 * (MET_FADES.0 - faded) / MET_FADES.0)
}
