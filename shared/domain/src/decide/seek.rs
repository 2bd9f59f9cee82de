//! Into the queue, through its widening steps, and out of it without a match.

use crate::decision::Decision;
use crate::fact::{Fact, FactKind, Pseudonym};
use crate::id::TicketId;
use crate::limits::{LOOK_AGAIN_EVERY, LOOK_OVERDUE, SEEN_WRITE_EVERY, SILENCE_WHILE_WAITING};
use crate::matching::{STEPS, next_step_after};
use crate::notice::{Notice, QueueStatus};
use crate::profile::Wish;
use crate::queue::{Bucket, first_buckets, hints};
use crate::refusal::{Code, Refusal};
use crate::row::{Change, Key, Row};
use crate::tally::Slot;
use crate::time::{SpanMs, TimeMs};
use crate::timer::Timer;
use crate::user::{User, UserState, Waiting};

/// Puts a ticket down for someone who found nobody.
///
/// # Errors
/// `already_in_queue` for someone who waits or is in a call, `banned` for whom a ban holds.
pub fn wait(user: &User, wish: Wish, ticket: TicketId, now: TimeMs) -> Result<(User, Decision), Refusal> {
    if user.state != UserState::Idle {
        return Err(Refusal::new(
            Code::AlreadyInQueue,
            "You are already waiting, in a call or in a room; leave it first.",
        ));
    }
    user.admit(now)?;
    let mut decision = Decision::nothing();
    let heard = user.heard(now);
    let user = queue_up(&heard, wish, ticket, (now, true), now, &mut decision);
    decision.change(Change::update(Row::User(user.clone())));
    Ok((user, decision))
}

/// Makes the next version of `user` wait with a new ticket, and adds the ticket's hints, timer and fact to `decision`;
/// the user row itself is left to the caller. Since when they wait, and whether they have asked to.
pub(super) fn queue_up(
    user: &User,
    wish: Wish,
    ticket: TicketId,
    (since, asked): (TimeMs, bool),
    now: TimeMs,
    decision: &mut Decision,
) -> User {
    for hint in hints(&user.id, &ticket, since, &wish, buckets_after(&wish, now.since(since)), now) {
        decision.change(Change::put(Row::Hint(hint)));
    }
    let look_at = next_look(since, user.seen_at, now);
    decision.arm(Timer::Widen { user: user.id.clone(), ticket: ticket.clone() }, look_at);
    let joined = FactKind::QueueJoined {
        user: Pseudonym::of(&user.id, &user.device, now),
        asked,
        mode: wish.mode,
        tags: wish.tags.clone(),
        language: wish.language.clone(),
        region: wish.region.clone(),
        slot: Slot::of(since),
    };
    decision.record(Fact::new(joined, &[ticket.as_str()], now));
    User {
        version: user.version.next(),
        last_ticket: Some(ticket.clone()),
        state: UserState::Waiting(Waiting { ticket, since, look_at }),
        wish: Some(wish),
        ..user.clone()
    }
}

/// Takes a ticket one step further: proposes it to everyone once it has waited long enough, and sees to the next look.
/// Gives the user afterwards, for whom to look now. A repeated timer does nothing, so that looks never multiply; one
/// whose ticket is unknown has come before the ticket, and fences it off: a ticket never waits without a timer.
#[must_use]
pub fn widen(user: &User, ticket: &TicketId, due_at: TimeMs, now: TimeMs) -> (Decision, Option<User>) {
    let (Some(waiting), Some(wish)) = (user.waiting().filter(|waiting| waiting.ticket == *ticket), &user.wish) else {
        let is_over = user.last_ticket.as_ref() == Some(ticket);
        return (if is_over { Decision::nothing() } else { fence(user) }, None);
    };
    if due_at != waiting.look_at && missed_look(user, now).is_none() {
        return (Decision::nothing(), None);
    }
    let mut decision = Decision::nothing();
    if user.connection.is_some() && reaches_everyone(now.since(waiting.since)) {
        let bucket = vec![Bucket::Everyone(wish.mode)];
        for hint in hints(&user.id, ticket, waiting.since, wish, bucket, now) {
            decision.tidy(Change::put(Row::Hint(hint)));
        }
    }
    let look_at = next_look(waiting.since, user.seen_at, now);
    decision.arm(Timer::Widen { user: user.id.clone(), ticket: ticket.clone() }, look_at);
    let state = UserState::Waiting(Waiting { look_at, ..waiting.clone() });
    let looked = User { version: user.version.next(), state, ..user.clone() };
    decision.change(Change::update(Row::User(looked.clone())));
    (decision, Some(looked))
}

/// The look that somebody who waits has missed: its timer is late or lost, and whoever notices takes it.
#[must_use]
pub fn missed_look(user: &User, now: TimeMs) -> Option<Timer> {
    let waiting = user.waiting().filter(|waiting| now.since(waiting.look_at) > LOOK_OVERDUE)?;
    Some(Timer::Widen { user: user.id.clone(), ticket: waiting.ticket.clone() })
}

/// Makes every change fail that was decided on the user as they are.
#[must_use]
pub fn fence(user: &User) -> Decision {
    let mut decision = Decision::nothing();
    decision.change(Change::update(Row::User(User { version: user.version.next(), ..user.clone() })));
    decision
}

/// Takes someone who waits out of the queue, and takes back that they would meet somebody again; nothing for someone who
/// asks for nobody.
#[must_use]
pub fn leave(user: &User, now: TimeMs) -> Option<Decision> {
    if user.waiting().is_none() && user.again.is_none() {
        return None;
    }
    let mut decision = Decision::nothing();
    let left = User { version: user.version.next(), state: UserState::Idle, again: None, ..user.clone() };
    decision.change(Change::update(Row::User(left)));
    match (user.waiting(), &user.connection) {
        (None, Some(connection)) => decision.post(connection, Notice::QueueLeft),
        (Some(_), _) | (None, None) => see_off(user, now, &mut decision),
    }
    Some(decision)
}

/// Adds to `decision` what follows when somebody who waits is taken out of the queue; the user row is left to the
/// caller.
pub(super) fn see_off(user: &User, now: TimeMs, decision: &mut Decision) {
    let Some(waiting) = user.waiting() else { return };
    withdraw(user, decision);
    if let Some(connection) = &user.connection {
        decision.post(connection, Notice::QueueLeft);
    }
    let (user, slot) = (Pseudonym::of(&user.id, &user.device, now), Slot::of(waiting.since));
    let kind = FactKind::QueueLeft { user, waited: now.since(waiting.since), slot };
    decision.record(Fact::new(kind, &[waiting.ticket.as_str()], now));
}

/// Takes someone who waits and has been silent for too long out of the queue. The page is told: one that only slept
/// joins again, and a post that finds nobody shows that the connection is gone.
#[must_use]
pub fn silence(user: &User, ticket: &TicketId, now: TimeMs) -> Option<Decision> {
    let holds = user.waiting().is_some_and(|waiting| waiting.ticket == *ticket);
    if !holds || now.since(user.seen_at) <= SILENCE_WHILE_WAITING {
        return None;
    }
    leave(user, now)
}

/// Writes a sign of life down, while it matters: in the queue, and not for every frame.
#[must_use]
pub fn sign_of_life(user: &User, now: TimeMs) -> Option<Decision> {
    let worth_a_write = user.waiting().is_some() && now.since(user.seen_at) >= SEEN_WRITE_EVERY;
    worth_a_write.then(|| {
        let mut decision = Decision::nothing();
        let seen = User { version: user.version.next(), ..user.heard(now) };
        decision.change(Change::update(Row::User(seen)));
        decision
    })
}

/// Adds to `decision` that somebody who was put into the queue is told, before a search can find them a partner.
pub(super) fn greet(waiting: &User, decision: &mut Decision) {
    if let Some(connection) = &waiting.connection {
        decision.post(connection, Notice::QueueJoined(QueueStatus::default()));
    }
}

/// Adds to `decision` that the hints of a user's ticket are put back for who was lost and has returned.
pub(super) fn propose_again(user: &User, now: TimeMs, decision: &mut Decision) {
    let (Some(waiting), Some(wish)) = (user.waiting(), &user.wish) else { return };
    let buckets = buckets_after(wish, now.since(waiting.since));
    for hint in hints(&user.id, &waiting.ticket, waiting.since, wish, buckets, now) {
        decision.tidy(Change::put(Row::Hint(hint)));
    }
}

/// Adds to `decision` that the hints of a user's ticket, which is over, go.
pub(super) fn withdraw(user: &User, decision: &mut Decision) {
    own_hints(user).into_iter().for_each(|key| decision.tidy(Change::delete(key)));
}

/// The places of the hints of a user's ticket.
pub(super) fn own_hints(user: &User) -> Vec<Key> {
    let (Some(waiting), Some(wish)) = (user.waiting(), &user.wish) else { return Vec::new() };
    // Before the look after the first step nothing was proposed to everyone.
    let widened = waiting.look_at > waiting.since + STEPS[1].after;
    let everyone = widened.then_some(Bucket::Everyone(wish.mode));
    let place = |bucket| Key::Hint { bucket, since: waiting.since, ticket: waiting.ticket.clone() };
    first_buckets(wish).into_iter().chain(everyone).map(place).collect()
}

fn buckets_after(wish: &Wish, wait: SpanMs) -> Vec<Bucket> {
    let mut buckets = first_buckets(wish);
    if reaches_everyone(wait) {
        buckets.push(Bucket::Everyone(wish.mode));
    }
    buckets
}

fn reaches_everyone(wait: SpanMs) -> bool {
    wait >= STEPS[1].after
}

/// At the next step, or soon; and at the moment when somebody who falls silent has been so for too long.
fn next_look(since: TimeMs, seen_at: TimeMs, now: TimeMs) -> TimeMs {
    let look_at = next_step_after(now.since(since)).map_or(now + LOOK_AGAIN_EVERY, |step| since + step);
    let silent_at = seen_at + SILENCE_WHILE_WAITING + SpanMs(1);
    look_at.min(silent_at.max(now + SpanMs(1)))
}
