//! The match: two people, one channel, one session, one transaction.

use crate::channel::Channel;
use crate::decision::{Decision, Effect};
use crate::fact::{Fact, FactKind};
use crate::id::{ConnectionId, PeerId, SessionId, Token};
use crate::matching::{Seeker, may_meet};
use crate::profile::Wish;
use crate::row::{Change, Row};
use crate::session::{Role, Session, Side};
use crate::tally::Slot;
use crate::time::{SpanMs, TimeMs};
use crate::user::{User, UserState};

use super::seek::withdraw;

/// Two people who might meet, as they were loaded.
#[derive(Debug, Clone, Copy)]
pub struct Pair<'a> {
    /// Who looks: waiting, or idle and just come with `wish`.
    pub seeker: &'a User,
    /// What the seeker looks for.
    pub wish: &'a Wish,
    /// Who was proposed.
    pub candidate: &'a User,
    /// The candidate's ticket that was proposed.
    pub ticket: &'a crate::id::TicketId,
}

/// The ids of a new session.
#[derive(Debug, Clone)]
pub struct PairIds {
    /// The session's.
    pub session: SessionId,
    /// The aliases, offerer first.
    pub peers: [PeerId; 2],
    /// The viewer's client id on the channel.
    pub viewer_client: PeerId,
}

impl PairIds {
    /// Makes the ids of a session from chance.
    #[must_use]
    pub fn from_tokens([session, offerer, answerer, viewer]: [Token; 4]) -> Self {
        Self { session: session.into(), peers: [offerer.into(), answerer.into()], viewer_client: viewer.into() }
    }
}

/// Why two people do not meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoMatch {
    /// The seeker is in a call, banned, or cannot be reached: stop looking.
    SeekerGone,
    /// The candidate no longer holds the ticket: the hint is stale.
    Stale,
    /// The candidate waits but is not to be had now.
    NotNow,
}

/// Pairs two people if the rules allow it on the rows as loaded.
///
/// # Errors
/// [`NoMatch`] with what it means for the seeker's search.
pub fn pair(
    pair: Pair<'_>,
    channel: Option<&Channel>,
    ids: PairIds,
    session_length: SpanMs,
    now: TimeMs,
) -> Result<Decision, NoMatch> {
    let (seeker_connection, seeker_since) = present_seeker(pair.seeker, now)?;
    let waiting = pair.candidate.waiting().filter(|waiting| waiting.ticket == *pair.ticket).ok_or(NoMatch::Stale)?;
    let (Some(candidate_wish), Some(candidate_connection)) = (&pair.candidate.wish, &pair.candidate.connection) else {
        return Err(NoMatch::NotNow);
    };
    let a = Seeker {
        user: &pair.seeker.id,
        wish: pair.wish,
        since: seeker_since,
        met: &pair.seeker.met,
        blocked: &pair.seeker.standing.blocked,
        reported: &pair.seeker.reported,
    };
    let b = Seeker {
        user: &pair.candidate.id,
        wish: candidate_wish,
        since: waiting.since,
        met: &pair.candidate.met,
        blocked: &pair.candidate.standing.blocked,
        reported: &pair.candidate.reported,
    };
    let admitted = pair.candidate.admit(now).is_ok();
    if !admitted || !pair.candidate.is_there(now) || !may_meet(a, b, now) {
        return Err(NoMatch::NotNow);
    }

    let PairIds { session, peers: [offerer, answerer], viewer_client } = ids;
    let sides = [
        seat(pair.seeker, offerer, seeker_connection, Some(seeker_since), now),
        seat(pair.candidate, answerer, candidate_connection, Some(waiting.since), now),
    ];
    let session = Session {
        mode: pair.wish.mode,
        common_tags: pair.wish.tags.common(&candidate_wish.tags),
        relay_only: pair.seeker.hide_ip || pair.candidate.hide_ip,
        ..Session::new(session, sides, session_length, now)
    };
    let (session, leased) = session.on(channel, viewer_client, now);
    let sought = User { wish: Some(pair.wish.clone()), ..pair.seeker.clone() };
    Ok(couple(&session, [&sought, pair.candidate], leased, now))
}

fn present_seeker(seeker: &User, now: TimeMs) -> Result<(&ConnectionId, TimeMs), NoMatch> {
    let since = match &seeker.state {
        UserState::Idle => now,
        UserState::Waiting(waiting) => waiting.since,
        UserState::InSession(_) | UserState::InRoom(_) => return Err(NoMatch::SeekerGone),
    };
    if seeker.admit(now).is_err() {
        return Err(NoMatch::SeekerGone);
    }
    seeker.connection.as_ref().map(|connection| (connection, since)).ok_or(NoMatch::SeekerGone)
}

/// Where one of the two sits in a new session.
pub(super) fn seat(
    user: &User,
    peer: PeerId,
    connection: &ConnectionId,
    waited_since: Option<TimeMs>,
    now: TimeMs,
) -> Side {
    Side {
        user: user.id.clone(),
        peer,
        nickname: user.nickname.clone(),
        connection: connection.clone(),
        lost_at: None,
        received: false,
        waited_since,
        next_at: now + user.next_cool_down(now),
    }
}

/// Adds to `decision` that a session begins: its timer, its row, its channel. The rows of the two are left to the caller.
pub(super) fn begin(session: &Session, leased: Option<Channel>, decision: &mut Decision) {
    decision.arm(session.confirm_timer(), session.confirm_by());
    // Its id is new: nothing can stand there.
    decision.change(Change::put(Row::Session(session.clone())));
    if let Some(channel) = leased {
        decision.change(Change::update(Row::Channel(channel)));
    }
}

/// What makes two into the two of a new session that a match has brought about.
pub(super) fn couple(session: &Session, two: [&User; 2], leased: Option<Channel>, now: TimeMs) -> Decision {
    let mut decision = Decision::nothing();
    begin(session, leased, &mut decision);
    let [one, other] = two;
    decision.change(Change::update(Row::User(met(one, other, session, now))));
    decision.change(Change::update(Row::User(met(other, one, session, now))));
    for role in [Role::Answerer, Role::Offerer] {
        decision.effects.push(Effect::Introduce { session: Box::new(session.clone()), role });
    }
    two.into_iter().for_each(|user| withdraw(user, &mut decision));
    let waited = |side: &Side| side.waited_since.map_or(SpanMs::default(), |since| now.since(since));
    let id = session.id.clone();
    let made = FactKind::MatchMade {
        session: id.clone(),
        mode: session.mode,
        common_tags: session.common_tags.clone(),
        waited: session.sides.each_ref().map(waited),
        slots: two.map(|user| user.waiting().map(|waiting| Slot::of(waiting.since))),
        voices: session.voices(),
    };
    decision.record(Fact::new(made, &[id.as_str()], now));
    decision
}

fn met(user: &User, other: &User, session: &Session, now: TimeMs) -> User {
    let state = UserState::InSession(session.id.clone());
    let mut user = User { version: user.version.next(), state, again: None, ..user.clone() };
    user.remember(&other.id, now);
    user
}
