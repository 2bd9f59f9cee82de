//! Channels, connections, lines of chat; and that nothing lives for ever.

use domain::limits::{ACCOUNT_LIFE, ACCOUNT_REFRESH_LIFE, HISTORY_LIFE, SESSION_LOG_LIFE, WS_TICKET_LIFE};
use domain::limits::{CHANNEL_COOL_DOWN, CHANNEL_LEASE_SLACK, EXTENSIONS_MAX, SESSION_DEFAULT, SESSION_EXTENSION};
use domain::refresh::Proof;
use domain::row::Row;
use domain::time::{SpanMs, TimeMs};

use super::{Kept, Law, Scene, law, session_of};

/// A call with all its extensions.
const CALL_MAX: SpanMs = SpanMs(SESSION_DEFAULT.0 + SESSION_EXTENSION.0 * EXTENSIONS_MAX as u64);
/// From the moment of a lease on, a channel is free again after this long, whatever happens.
const LEASE_MAX: SpanMs = SpanMs(CALL_MAX.0 + CHANNEL_LEASE_SLACK.0 + CHANNEL_COOL_DOWN.0);
/// No row but the pool's is readable for longer than this after it was written last.
const LIFE_MAX: SpanMs = SpanMs(CALL_MAX.0 + SESSION_LOG_LIFE.0 + WS_TICKET_LIFE.0);

/// A change of a row that is neither a person nor a session.
pub(super) fn thing(old: Option<&Row>, new: Option<&Row>, scene: &Scene<'_>) -> Kept {
    match (old, new) {
        (Some(Row::Channel(old)), new) => {
            let holder = old.leased_to.as_ref().and_then(|id| session_of(scene.rows, id));
            let live = holder.is_some_and(|session| session.is_live(scene.now));
            let kept = matches!(new, Some(Row::Channel(new)) if new.leased_to == old.leased_to);
            law(Law::K1, kept || !live, || format!("{} is taken from a live session", old.id))?;
            let Some(Row::Channel(new)) = new else { return Ok(()) };
            let back_by = scene.shown_latest() + LEASE_MAX;
            law(Law::K2, new.free_at <= back_by, || format!("{} does not come back to the pool", new.id))
        }
        (Some(Row::Connection(old)), Some(Row::Connection(new))) => {
            law(Law::C1, old.user == new.user, || format!("{} passes from one person to another", old.id))
        }
        (Some(Row::ChatLine(line)), _) => {
            let said = old.is_some_and(|old| !old.is_expired(scene.shown_latest()));
            law(Law::S7, !said, || format!("line {} of {} is said and changed", line.n, line.session))
        }
        (_, _) => Ok(()),
    }
}

/// D1: whatever is written expires by itself, but for the pool.
pub(super) fn mortal(new: Option<&Row>, scene: &Scene<'_>) -> Kept {
    let Some(row) = new else { return Ok(()) };
    let kept = [
        (matches!(row, Row::CallRecord(_)), HISTORY_LIFE),
        (matches!(row, Row::Profile(profile) if profile.email.is_some()), ACCOUNT_LIFE),
        (matches!(row, Row::Entry(_)), ACCOUNT_LIFE),
        (matches!(row, Row::RefreshFamily(chain) if chain.proof == Proof::Mail), ACCOUNT_REFRESH_LIFE),
    ];
    let remembered = kept.into_iter().find_map(|(is_kept, life)| is_kept.then_some(life)).unwrap_or_default();
    let dies = match row.expires_at() {
        Some(expires_at) => expires_at <= scene.shown_latest() + remembered + LIFE_MAX,
        None => matches!(row, Row::Channel(_) | Row::Tally(_) | Row::BlockedBy(_) | Row::Account(_)),
    };
    law(Law::D1, dies, || format!("{:?} outlives its use", row.key()))
}

impl Scene<'_> {
    /// The latest that true clock or own clock have shown.
    fn shown_latest(&self) -> TimeMs {
        self.now.max(self.course.latest)
    }
}
