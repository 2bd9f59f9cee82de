//! What passes between the two, and who may say it.

use crate::decision::Decision;
use crate::fact::{Fact, FactKind};
use crate::id::{ConnectionId, UserId};
use crate::limits::{LINES_AT_ONCE, LINES_PER_SECOND, LINES_TYPED_AT_ONCE, LINES_TYPED_PER_SECOND};
use crate::notice::Notice;
use crate::quota::{CANDIDATES, Quota, Scope};
use crate::refusal::{Code, Refusal};
use crate::row::{Change, Row};
use crate::session::{Phase, Role, Session};
use crate::signal::{Fingerprint, Signal};
use crate::speech::{ChatLine, Emoji, Message};
use crate::time::{SpanMs, TimeMs};

/// Something that one side passes to the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Speech {
    /// An offer, answer or candidate of the relay transport.
    Signal {
        /// The transport's epoch.
        epoch: u32,
        /// The sender's own count.
        n: u32,
        /// What.
        signal: Signal,
    },
    /// The own DTLS fingerprint.
    Fingerprint(Fingerprint),
    /// A line of chat.
    Message {
        /// The sender's own count.
        n: u32,
        /// The line.
        message: Message,
    },
    /// A reaction.
    Reaction {
        /// Which emoji.
        emoji: Emoji,
    },
}

impl Speech {
    /// What is counted of it for each recipient.
    #[must_use]
    pub const fn quota(&self) -> Option<&'static Quota> {
        match self {
            Self::Signal { signal: Signal::Candidate(_), .. } => Some(&CANDIDATES),
            Self::Signal { signal: Signal::Offer { .. } | Signal::Answer { .. }, .. }
            | Self::Fingerprint(_)
            | Self::Message { .. }
            | Self::Reaction { .. } => None,
        }
    }
}

/// The role for which a connection may speak in a session.
///
/// # Errors
/// `not_in_session` for a session that is unknown, over, or not this connection's: an outsider learns nothing.
pub fn speaker(session: Option<&Session>, connection: &ConnectionId, now: TimeMs) -> Result<Role, Refusal> {
    let session = session.filter(|session| session.is_live(now));
    session.and_then(|session| session.role_of_connection(connection)).ok_or_else(not_in_session)
}

/// The role of somebody in a session, on whichever page they ask.
///
/// # Errors
/// As [`speaker`].
pub fn participant(session: Option<&Session>, user: &UserId, now: TimeMs) -> Result<Role, Refusal> {
    let session = session.filter(|session| session.is_live(now));
    session.and_then(|session| session.role_of_user(user)).ok_or_else(not_in_session)
}

fn not_in_session() -> Refusal {
    Refusal::new(Code::NotInSession, "This call is over or not yours.")
}

/// What a side hears again that speaks in a session which has ended: it has missed the end.
#[must_use]
pub fn missed_end(session: &Session, connection: &ConnectionId) -> Option<Notice> {
    let Phase::Ended { at, reason } = session.phase else { return None };
    session.role_of_connection(connection)?;
    Some(Notice::SessionEnded { session: session.id.clone(), reason, duration: at.since(session.started_at) })
}

/// Whether something may be said now. The sender's own count is the limit of chat: each number is kept once.
///
/// # Errors
/// `rate_limited` for a line whose number is too high for the session's age.
pub fn may_say(session: &Session, speech: &Speech, now: TimeMs) -> Result<(), Refusal> {
    let Speech::Message { n, .. } = speech else { return Ok(()) };
    let (line, age) = (u64::from(*n), now.since(session.started_at));
    if line <= LINES_AT_ONCE + age.0 * LINES_PER_SECOND / 1000 {
        return Ok(());
    }
    let wait = SpanMs((line - LINES_AT_ONCE) * 1000 / LINES_PER_SECOND - age.0);
    Err(Refusal::new(Code::RateLimited, "You say too much at once; wait a moment.")
        .retry_after(wait)
        .counted_by(Scope::Person))
}

/// Whether a side has come to its `n`th line faster than people type.
fn is_hasty(session: &Session, n: u32, now: TimeMs) -> bool {
    u64::from(n) > LINES_TYPED_AT_ONCE + now.since(session.started_at).0 * LINES_TYPED_PER_SECOND / 1000
}

/// Passes something on to the partner. A chat line is also kept; said twice it is one line.
#[must_use]
pub fn relay(session: &Session, role: Role, speech: Speech, now: TimeMs) -> Decision {
    let mut decision = Decision::nothing();
    let from = session.side(role).peer.clone();
    let id = session.id.clone();
    let notice = match speech {
        Speech::Signal { epoch, .. } if epoch != session.epoch => return decision,
        Speech::Signal { signal, .. } if session.relay_only && signal.relayed().is_none() => return decision,
        Speech::Signal { epoch, n, signal } if session.relay_only => {
            let signal = signal.relayed().unwrap_or(signal);
            Notice::Signal { session: id, from, epoch, n, signal }
        }
        Speech::Signal { epoch, n, signal } => Notice::Signal { session: id, from, epoch, n, signal },
        Speech::Fingerprint(sha256) => Notice::Fingerprint { session: id, from, sha256 },
        Speech::Message { n, message } => {
            let line = ChatLine { session: id.clone(), from: role, n, message: message.clone(), sent_at: now };
            decision.change(Change::create(Row::ChatLine(line), now));
            let characters = u32::try_from(message.as_str().chars().count()).unwrap_or(u32::MAX);
            let (session, links, hasty) = (id.clone(), message.links(), is_hasty(session, n, now));
            let kind = FactKind::MessageSent { session, role, characters, links, hasty };
            decision.record(Fact::new(kind, &[id.as_str(), role.as_str(), &n.to_string()], now));
            Notice::Message { session: id, from, n, message, sent_at: now }
        }
        Speech::Reaction { emoji } => {
            let kind = FactKind::ReactionSent { session: id.clone(), role };
            decision.record(Fact::new(kind, &[id.as_str(), role.as_str(), emoji.as_str(), &now.0.to_string()], now));
            Notice::Reaction { session: id, from, emoji, sent_at: now }
        }
    };
    let partner = session.side(role.other());
    if partner.lost_at.is_none() {
        decision.post(&partner.connection, notice);
    }
    decision
}
