//! Once more with the partner of a call that is over, when both ask; who asks alone is never told of.

use crate::channel::Channel;
use crate::decision::Decision;
use crate::id::SessionId;
use crate::limits::REMATCH_WITHIN;
use crate::notice::Notice;
use crate::refusal::{Code, Refusal};
use crate::row::{Change, Row};
use crate::session::{Between, EndReason, Phase, Role, Session};
use crate::time::{SpanMs, TimeMs};
use crate::user::User;

use super::pair::{PairIds, couple, seat};

/// Somebody asks for the partner of a call that is over.
#[derive(Debug, Clone, Copy)]
pub struct Again<'a> {
    /// The call.
    pub over: &'a Session,
    /// Who asks, on the page that speaks.
    pub asker: &'a User,
    /// The partner's live row, if there is one.
    pub partner: Option<&'a User>,
}

/// What comes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rematch {
    /// It is to be noted. One looks again then: two who ask at the same moment must not miss each other.
    Ask(Decision),
    /// Both have asked: they are in a new session from the commit on.
    Meet(Decision),
    /// It is noted, and the partner has not asked, or may not or cannot be met: which of them, nobody learns. Or the asker is
    /// in a call by now, perhaps this one.
    Wait,
}

/// Asks to meet the partner of a call among strangers again.
///
/// # Errors
/// `not_in_session` for a call that was another's; `conflict` for one that goes on, for friends, who ring each other, and
/// for who rings; `gone` for one that ended too long ago, or as it should not; `banned` for whom a
/// ban holds.
pub fn rematch(
    again: Again<'_>,
    channel: Option<&Channel>,
    ids: PairIds,
    length: SpanMs,
    now: TimeMs,
) -> Result<Rematch, Refusal> {
    let Again { over, asker, partner } = again;
    let role = may_ask(over, asker, now)?;
    if asker.is_taken() {
        return Ok(Rematch::Wait);
    }
    if !asker.asks_again(&over.id) {
        let mut decision = Decision::nothing();
        let asks = User { version: asker.version.next(), again: Some(over.id.clone()), ..asker.clone() };
        decision.change(Change::update(Row::User(asks)));
        return Ok(Rematch::Ask(decision));
    }
    let partner = partner.filter(|partner| is_to_be_had(partner, &over.id, asker, now));
    let Some((own, partner, theirs)) = asker.connection.as_ref().zip(partner).and_then(|(own, partner)| {
        let theirs = partner.connection.as_ref()?;
        Some((own, partner, theirs))
    }) else {
        return Ok(Rematch::Wait);
    };
    let PairIds { session, peers: [offerer, answerer], viewer_client } = ids;
    let since = |user: &User| user.waiting().map(|waiting| waiting.since);
    let sides = [seat(asker, offerer, own, since(asker), now), seat(partner, answerer, theirs, since(partner), now)];
    let session = Session {
        mode: over.mode,
        common_tags: over.common_tags.clone(),
        relay_only: asker.hide_ip || partner.hide_ip,
        ..Session::new(session, sides, length, now)
    };
    let (session, leased) = session.on(channel, viewer_client, now);
    let mut decision = couple(&session, [asker, partner], leased, now);
    for (side, to) in [(role, own), (role.other(), theirs)] {
        let peer = over.side(side.other());
        let (over, from, nickname) = (over.id.clone(), peer.peer.clone(), peer.nickname.clone());
        decision.post(to, Notice::Rematched { over, from, nickname });
    }
    Ok(Rematch::Meet(decision))
}

/// The role that somebody had in a call whose partner they may ask for.
fn may_ask(over: &Session, asker: &User, now: TimeMs) -> Result<Role, Refusal> {
    let not_theirs = || Refusal::new(Code::NotInSession, "That was no call of yours; look for somebody new instead.");
    let role = over.role_of_user(&asker.id).ok_or_else(not_theirs)?;
    let Phase::Ended { at, reason } = over.phase else {
        return Err(Refusal::new(Code::Conflict, "You are still in this call."));
    };
    if over.between == Between::Friends {
        return Err(Refusal::new(Code::Conflict, "You are friends: ring them instead."));
    }
    if now.since(at) > REMATCH_WITHIN || matches!(reason, EndReason::Moderation | EndReason::Failed) {
        return Err(Refusal::new(Code::Gone, "It is too late to meet again; look for somebody new instead."));
    }
    asker.admit(now)?;
    if asker.rings(now).is_some() {
        return Err(Refusal::new(Code::Conflict, "You ring somebody, or are rung; see to that first."));
    }
    Ok(role)
}

/// Whether the partner asks as well, is there and free, and neither keeps the other away.
fn is_to_be_had(partner: &User, over: &SessionId, asker: &User, now: TimeMs) -> bool {
    let free = !partner.is_taken() && partner.rings(now).is_none();
    partner.asks_again(over) && free && partner.admit(now).is_ok() && !partner.is_apart_from(asker)
}
