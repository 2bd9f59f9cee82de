//! The second phase: the faults have stopped, and everything must heal within named bounds.

use std::collections::{BTreeMap, BTreeSet};

use domain::id::{SessionId, UserId};
use domain::limits::{GRACE, HINT_SETTLES, ICE_SERVERS_LIFE, LOOK_AGAIN_EVERY, ROOM_LOOK_EVERY};
use domain::matching::{Seeker, may_meet, required_wait};
use domain::queue::{Bucket, Hint, first_buckets};
use domain::room::{Room, Seat};
use domain::row::{Key, Row};
use domain::session::{Phase, Role, Session};
use domain::time::{SpanMs, TimeMs};
use domain::user::User;

use super::belief::Belief;
use super::fault::{Fault, SKEW_MAX};
use super::law::Law;
use super::laws::{room_of, session_of, user_of};
use super::person::Person;
use super::town::Town;
use super::world::Inner;

/// Two who may meet and wait beside each other do so at most this long.
const MATCHED_WITHIN: SpanMs = SpanMs::seconds(5);
/// Where both put their tickets down without a fault and may meet at once, it is over when the second has looked again.
const MATCHED_AT_ONCE_WITHIN: SpanMs = SpanMs::seconds(1);
/// In a larger town an invocation takes longer than that among all the others.
const QUICK_TOWN: usize = 12;
/// A session that should be confirmed, or over, is so this much later: the queue's delay is in whole seconds.
const LATE_WITHIN: SpanMs = SpanMs(1500);
/// Who waits without a page is gone from the queue after this long.
const ZOMBIE_WITHIN: SpanMs = SpanMs::seconds(90);
/// And are renewed at most this much later.
const OVERTIME_WITHIN: SpanMs = SpanMs::seconds(10);
/// A page that is there knows where it is after this long.
const TOLD_WITHIN: SpanMs = SpanMs::seconds(45);
/// In a call its pings are rare: two whose media flows may hear of an end that both missed as late as this.
const TOLD_IN_CALL_WITHIN: SpanMs = SpanMs::seconds(255);
/// A seat whose page is gone is free again after one look, and the grace that follows.
const SEAT_FREE_WITHIN: SpanMs = SpanMs(ROOM_LOOK_EVERY.0 + GRACE.0);
/// A hint without its ticket, where somebody looks who might follow it, is gone after it has settled and two looks.
const PHANTOM_WITHIN: SpanMs = SpanMs(HINT_SETTLES.0 + 2 * LOOK_AGAIN_EVERY.0);
/// Bounds are looked at once a second; what is as old as this is over.
const LOOK_SLACK: SpanMs = SpanMs(1500);
/// A small crew in a large town may have work left over from the faults; it catches up within so many seconds.
const BACKLOG_SECONDS_MAX: u64 = 30;
/// How long, in seconds, people go on with their lives, before they rest where they are.
const LIVELY: u64 = 60;

/// What is wrong now, by law and by what and whom, and how long it may be.
type Wrong = BTreeMap<(Law, String), SpanMs>;

/// Stops the faults and watches the town heal for so many seconds.
pub fn heal(town: &mut Town<'_>, watched_for: u64) {
    town.calm();
    for _ in 0..BACKLOG_SECONDS_MAX {
        if town.is_up_to_date() || town.is_broken() {
            break;
        }
        town.live_until(town.now() + SpanMs::seconds(1));
    }
    let calm_at = town.now();
    town.world.inner().laws.calm_at = Some(calm_at);
    let fired = town.world.inner().fired.clone();
    let wrong_clocks = fired.of(Fault::ClockSkew) + fired.of(Fault::ClockBack) > 0;
    // What an invocation with a wrong clock has written is as wrong for as long.
    let slack = Slack { calm_at, skew: SpanMs(if wrong_clocks { SKEW_MAX.unsigned_abs() } else { 0 }) };
    let mut since: BTreeMap<(Law, String), TimeMs> = BTreeMap::new();
    for second in 1..=watched_for {
        town.restless = second <= LIVELY;
        town.live_until(calm_at + SpanMs::seconds(second));
        if town.is_broken() {
            return;
        }
        let (now, wrong) = (town.now(), wrong(town, calm_at, slack));
        since.retain(|what, _| wrong.contains_key(what));
        for (what, within) in wrong {
            let began = *since.entry(what.clone()).or_insert(now);
            if now.since(began) >= within {
                let (law, what) = what;
                town.world.inner().breaks(law, format!("{second} s after the last fault: {what}"));
                return;
            }
        }
    }
}

/// What a bound is longer by.
#[derive(Debug, Clone, Copy)]
struct Slack {
    calm_at: TimeMs,
    /// Where clocks were wrong.
    skew: SpanMs,
}

impl Slack {
    /// Of something that was put right or wrong at no moment that is known.
    const fn always(self, within: SpanMs) -> SpanMs {
        SpanMs(within.0 + LOOK_SLACK.0 + self.skew.0)
    }

    /// Of something that was written at a known moment: after the faults no clock is wrong.
    const fn since(self, at: TimeMs, within: SpanMs) -> SpanMs {
        if at.0 > self.calm_at.0 { self.look(within) } else { self.always(within) }
    }

    /// Of what was written without faults.
    const fn look(self, within: SpanMs) -> SpanMs {
        SpanMs(within.0 + LOOK_SLACK.0)
    }
}

fn wrong(town: &Town<'_>, calm_at: TimeMs, slack: Slack) -> Wrong {
    let mut wrong = Wrong::new();
    let sockets: Vec<bool> = town.people.iter().map(|person| town.has_socket(person)).collect();
    let inner = town.world.inner();
    let mut waiting: Vec<&User> = Vec::new();
    let mut there: BTreeSet<&UserId> = BTreeSet::new();
    for (person, has_socket) in town.people.iter().zip(sockets) {
        let known = user_of(&inner.rows, &person.user).filter(|user| user.expires_at() > inner.now);
        // Who sleeps before an open page is as good a partner as any, as far as anybody knows.
        let waits = |user: &&User| has_socket && user.waiting().is_some() && user.connection == person.socket;
        waiting.extend(known.filter(waits));
        if person.asleep_until > inner.now {
            continue;
        }
        match known {
            None if person.belief != Belief::Away => {
                wrong.insert((Law::M6, format!("nobody knows {}", person.user)), slack.always(TOLD_WITHIN));
            }
            Some(user) if has_socket => {
                wrong.extend(told_wrong(person, user, &inner, slack));
                wrong.extend(old_servers(person, user, &inner, slack));
                wrong.extend(unseen(person, user, &inner, slack));
            }
            _ => {}
        }
        if has_socket {
            there.insert(&person.user);
        }
    }
    let fresh = if town.people.len() <= QUICK_TOWN { calm_at } else { TimeMs(u64::MAX) };
    let put_at = |user: &User| user.waiting().and_then(|waiting| inner.laws.put_after(&waiting.ticket, fresh));
    pairs(&waiting, put_at, &inner, slack, &mut wrong);
    let hidden = waiting.iter().filter(|user| put_at(user).is_some_and(|put| is_hidden(user, put, &inner)));
    wrong.extend(hidden.map(|user| ((Law::M4, format!("{} waits without a hint", user.id)), SpanMs(0))));
    for row in inner.rows.values().filter(|row| !row.is_expired(inner.now)) {
        if let Row::User(user) = row {
            wrong.extend(misjudged(user, &inner, slack));
        }
        if let Row::User(user) = row
            && user.waiting().is_some()
            && !there.contains(&user.id)
        {
            let heard_at = town.heard.get(&user.id).map_or(calm_at, |heard_at| calm_at.max(*heard_at));
            if inner.now.since(heard_at) > slack.always(ZOMBIE_WITHIN) {
                wrong.insert((Law::C3, format!("{} waits without a page", user.id)), SpanMs(0));
            }
        } else if let Row::Room(room) = row {
            wrong.extend(left_behind(room, &there, slack));
        } else if let Row::Session(session) = row {
            wrong.extend(unfinished(session, inner.now, slack));
        } else if let Row::Hint(hint) = row
            && misleads(hint, &waiting, &inner)
        {
            let what = (Law::M4, format!("a hint of {} has no ticket", hint.user));
            wrong.insert(what, slack.since(hint.put_at, PHANTOM_WITHIN));
        }
    }
    wrong
}

/// M6, S3: a page that is there believes what is so.
fn told_wrong(person: &Person, user: &User, inner: &Inner, slack: Slack) -> Option<((Law, String), SpanMs)> {
    let agrees = match &person.belief {
        Belief::Waiting => user.waiting().is_some() && user.connection == person.socket,
        Belief::InCall { session, .. } => user.session().is_some_and(|present| present.as_str() == session),
        Belief::Idle => !user.is_taken(),
        Belief::InRoom { room, .. } => user.room().is_some_and(|present| present.as_str() == room),
        Belief::Away | Belief::Coming(_) | Belief::Asked(_) => false,
    };
    if agrees {
        return None;
    }
    let what = format!("{} believes {:?} and is {:?}", user.id, person.belief, user.state);
    let Belief::InCall { session, .. } = &person.belief else {
        let within = if matches!(person.belief, Belief::InRoom { .. }) { TOLD_IN_CALL_WITHIN } else { TOLD_WITHIN };
        return Some(((Law::M6, what), slack.always(within)));
    };
    let over = SessionId::parse(session).ok().and_then(|id| session_of(&inner.rows, &id));
    let Some(Phase::Ended { at, .. }) = over.map(|session| session.phase) else {
        return Some(((Law::M6, what), slack.always(TOLD_IN_CALL_WITHIN)));
    };
    Some(((Law::S3, what), slack.since(at, TOLD_IN_CALL_WITHIN)))
}

/// A5, M9: somebody whose live row and profile differ, or who is banned and waits or talks.
fn misjudged(user: &User, inner: &Inner, slack: Slack) -> Option<((Law, String), SpanMs)> {
    let profile = inner.rows.get(&Key::Profile(user.id.clone())).filter(|row| !row.is_expired(inner.now));
    if let Some(Row::Profile(profile)) = profile {
        let known = profile.blocks.iter().map(|block| &block.user).eq(&user.standing.blocked);
        if !known || profile.banned_until != user.standing.banned_until {
            let what = format!("{} has another standing online than in their profile", user.id);
            return Some(((Law::A5, what), SpanMs(0)));
        }
    }
    let talks = user.session().and_then(|id| session_of(&inner.rows, id)).is_some_and(|call| call.is_live(inner.now));
    let wrong = (talks || user.waiting().is_some()) && inner.laws.promises.bans(&user.id, inner.now);
    wrong.then(|| ((Law::M9, format!("{} is banned and is {:?}", user.id, user.state)), slack.always(SpanMs(0))))
}

/// M7: who waits beside somebody they may meet. `put_at` tells when a ticket was put down without faults. Who blocks
/// whom is as they were told: a block in a row that nobody can have asked for keeps no two apart.
fn pairs(waiting: &[&User], put_at: impl Fn(&User) -> Option<TimeMs>, inner: &Inner, slack: Slack, wrong: &mut Wrong) {
    let (now, promises) = (inner.now, &inner.laws.promises);
    let blocks =
        |one: &User, other: &User| one.standing.blocked.contains(&other.id) && promises.may_block(&one.id, &other.id);
    let unblocked = |user| seeker(user).map(|seeker| Seeker { blocked: &[], reported: &[], ..seeker });
    for (at, one) in waiting.iter().enumerate() {
        for other in &waiting[at + 1..] {
            let (Some(a), Some(b)) = (unblocked(one), unblocked(other)) else { continue };
            if !may_meet(a, b, now) || blocks(one, other) || blocks(other, one) {
                continue;
            }
            let what = |how: &str| (Law::M7, format!("{} and {} wait beside each other{how}", one.id, other.id));
            wrong.insert(what(""), slack.always(MATCHED_WITHIN));
            let (Some(SpanMs(0)), Some(first), Some(second)) = (required_wait(a, b, now), put_at(one), put_at(other))
            else {
                continue;
            };
            // Who has come back has come anew.
            let began = first.max(second).max(one.seen_at).max(other.seen_at);
            let parted = promises.settled_at(&one.id, &other.id) > first.max(second);
            if now.since(began) > MATCHED_AT_ONCE_WITHIN && !parted {
                wrong.insert(what(", who might have met at once"), SpanMs(0));
            }
        }
    }
}

/// S8, S2: what should have begun or ended.
fn unfinished(session: &Session, now: TimeMs, slack: Slack) -> Option<((Law, String), SpanMs)> {
    let lost = Role::BOTH.into_iter().filter_map(|role| session.back_by(role)).min();
    let end = lost.map_or(session.ends_at, |back_by| back_by.min(session.ends_at));
    let overtime = session.phase != Phase::Pending || now > end;
    let (law, by) = if overtime { (Law::S2, end) } else { (Law::S8, session.confirm_by()) };
    let late = !session.is_ended() && now > by;
    late.then(|| ((law, format!("{} is past {}", session.id, by.0)), slack.since(by, LATE_WITHIN)))
}

/// R2: a page in a room that shows others than are there.
fn unseen(person: &Person, user: &User, inner: &Inner, slack: Slack) -> Option<((Law, String), SpanMs)> {
    let Belief::InRoom { room, peer, peers, .. } = &person.belief else { return None };
    let present = room_of(&inner.rows, user.room().filter(|present| present.as_str() == room)?)?;
    let own = present.seat_of(&user.id).filter(|own| own.admitted)?;
    let mut so: Vec<&str> =
        present.people().filter(|seat| seat.user != user.id).map(|seat| seat.peer.as_str()).collect();
    if present.is_host(&own.peer) {
        so.extend(present.lobby().map(|seat| seat.peer.as_str()));
    }
    let sees = own.peer.as_str() == peer && peers.iter().map(String::as_str).eq(so);
    let what = || (Law::R2, format!("{} does not see who is in {room}", user.id));
    (!sees).then(|| (what(), slack.always(TOLD_IN_CALL_WITHIN)))
}

/// R3: seats of people who have no page.
fn left_behind<'r>(
    room: &'r Room,
    there: &'r BTreeSet<&UserId>,
    slack: Slack,
) -> impl Iterator<Item = ((Law, String), SpanMs)> + 'r {
    let gone = room.seats.iter().filter(|seat| !there.contains(&seat.user));
    let what = |seat: &Seat| (Law::R3, format!("{} has a seat in {} and is gone", seat.user, room.id));
    gone.map(move |seat| (what(seat), slack.always(SEAT_FREE_WITHIN)))
}

/// K3: a call that is extended has ICE servers that still live.
fn old_servers(person: &Person, user: &User, inner: &Inner, slack: Slack) -> Option<((Law, String), SpanMs)> {
    let session = session_of(&inner.rows, user.session()?)?;
    let old = inner.now.since(person.ice_at?) > ICE_SERVERS_LIFE;
    let extended = session.extension.granted > 0 && session.is_live(inner.now) && session.started_at > slack.calm_at;
    let what = || (Law::K3, format!("{} has ICE servers that are over", user.id));
    (old && extended).then(|| (what(), slack.look(OVERTIME_WITHIN)))
}

/// M4: somebody who waits and was put down or has come back without a fault, and is not proposed in every own bucket.
fn is_hidden(user: &User, put: TimeMs, inner: &Inner) -> bool {
    let (Some(waiting), Some(wish)) = (user.waiting(), &user.wish) else { return false };
    let proposed = |bucket| {
        let key = Key::Hint { bucket, since: waiting.since, ticket: waiting.ticket.clone() };
        inner.rows.contains_key(&key)
    };
    inner.now.since(put.max(user.seen_at)) > MATCHED_AT_ONCE_WITHIN && !first_buckets(wish).into_iter().all(proposed)
}

/// M4: a hint that has settled, whose ticket nobody holds, and which somebody who waits may follow.
fn misleads(hint: &Hint, waiting: &[&User], inner: &Inner) -> bool {
    let holder = user_of(&inner.rows, &hint.user).and_then(User::waiting);
    if holder.is_some_and(|waiting| waiting.ticket == hint.ticket) || !hint.is_settled(inner.now) {
        return false;
    }
    let proposed =
        Seeker { user: &hint.user, wish: &hint.wish, since: hint.since, met: &[], blocked: &[], reported: &[] };
    waiting.iter().any(|user| {
        let everyones = matches!(hint.bucket, Bucket::Everyone(_));
        let reads = everyones || user.wish.as_ref().is_some_and(|wish| first_buckets(wish).contains(&hint.bucket));
        reads && seeker(user).is_some_and(|seeker| may_meet(seeker, proposed, inner.now))
    })
}

fn seeker(user: &User) -> Option<Seeker<'_>> {
    let (waiting, wish) = (user.waiting()?, user.wish.as_ref()?);
    Some(Seeker {
        user: &user.id,
        wish,
        since: waiting.since,
        met: &user.met,
        blocked: &user.standing.blocked,
        reported: &user.reported,
    })
}
