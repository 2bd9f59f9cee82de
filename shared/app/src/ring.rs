//! Ringing friends: `call-request`, `call-accepted`, `call-rejected`, `call-cancel`, and the timer.

use domain::call::{Call, CallEnd};
use domain::decide::{self, PairIds};
use domain::friend::Bond;
use domain::id::{CallId, ConnectionId, UserId};
use domain::limits::{ATTEMPTS_MAX, RINGS_FOR};
use domain::notice::{Notice, RingNotice, RingStatus};
use domain::profile::Mode;
use domain::quota::RINGS;
use domain::refusal::{Code, Refusal};
use domain::user::User;
use futures_util::future::{try_join, try_join3};
use ports::{Commit, World};

use crate::limit::admit;
use crate::perform::{perform, tell};
use crate::search::{CHANNEL_ATTEMPTS, free_channel};
use crate::{Result, Settings, contended, load};

/// Rings a friend. The page hears `call-ringing`, or `call-busy`.
///
/// # Errors
/// `forbidden` for who is no friend, `conflict` for a caller who is not free, `banned`, `rate_limited`, `unauthorized`, or
/// a port failed.
pub(crate) async fn request<W: World>(
    world: &W,
    settings: &Settings,
    id: &ConnectionId,
    to: &UserId,
    mode: Mode,
) -> Result<()> {
    let me = load::speaker(world, id, world.now()).await?;
    domain::consent::admit(me.agreed, settings.terms)?;
    let me = me.id;
    admit(world, &RINGS, me.as_str()).await?;
    let no_friend = || Refusal::new(Code::Forbidden, "You can ring your friends only.");
    let call: CallId = world.token().into();
    for _ in 0..ATTEMPTS_MAX {
        let now = world.now();
        let friendship = load::friendship(world, &me, to, now);
        let rows = try_join(load::profile(world, to, now), load::user(world, to, now));
        let (caller, friendship, (profile, friend)) =
            try_join3(load::speaker(world, id, now), friendship, rows).await?;
        friendship.filter(|row| row.bond == Bond::Friends).ok_or_else(no_friend)?;
        let profile = profile.ok_or_else(no_friend)?;
        let decision = decide::ring(&caller, &profile, friend.as_ref(), call.clone(), mode, now)?;
        let rings = !decision.changes.is_empty();
        if perform(world, settings, decision).await? == Commit::Committed {
            if rings {
                let to = domain::call::Party { user: profile.user, nickname: profile.nickname };
                let status = RingStatus { call, with: to, mode, until: now + RINGS_FOR, is_caller: true };
                tell(world, settings, id, &Notice::Ring(RingNotice::Ringing(status))).await?;
            }
            return Ok(());
        }
    }
    Err(contended())
}

/// Answers a call, on the page that says so.
///
/// # Errors
/// `not_found` for a call in which one is not rung, `gone` for one that rings no more, `banned`, `unauthorized`, or a port
/// failed.
pub(crate) async fn accept<W: World>(world: &W, settings: &Settings, id: &ConnectionId, call: &CallId) -> Result<()> {
    for attempt in 0..ATTEMPTS_MAX {
        let now = world.now();
        let (callee, call) = try_join(load::speaker(world, id, now), known(world, call)).await?;
        domain::consent::admit(callee.agreed, settings.terms)?;
        if call.callee.user != callee.id {
            return Err(unknown().into());
        }
        let caller = load::user(world, &call.caller.user, now);
        let (caller, room) = try_join(caller, load::room_of(world, Some(&callee), now)).await?;
        let channel = free_channel(world, attempt < CHANNEL_ATTEMPTS).await;
        let ids = PairIds::from_tokens([world.token(), world.token(), world.token(), world.token()]);
        let decision = decide::accept(&call, caller.as_ref(), (&callee, room.as_ref()), channel.as_ref(), ids, now)?;
        if perform(world, settings, decision).await? == Commit::Committed {
            return Ok(());
        }
    }
    Err(contended())
}

/// The callee refuses, or the caller calls it off; nothing for a call that rings no more.
///
/// # Errors
/// `not_found` for a call that is not one's own, `unauthorized`, or a port failed.
pub(crate) async fn hang_up<W: World>(
    world: &W,
    settings: &Settings,
    id: &ConnectionId,
    call: &CallId,
    end: CallEnd,
) -> Result<()> {
    let (me, known) = try_join(load::speaker(world, id, world.now()), known(world, call)).await?;
    let by_whom = if end == CallEnd::Cancelled { &known.caller } else { &known.callee };
    if by_whom.user != me.id {
        return Err(unknown().into());
    }
    stop(world, settings, call, end).await
}

/// The timer: a call that still rings was not answered.
///
/// # Errors
/// A port failed.
pub(crate) async fn timed_out<W: World>(world: &W, settings: &Settings, call: &CallId) -> Result<()> {
    match stop(world, settings, call, CallEnd::TimedOut).await {
        Err(crate::Error::Refused(refusal)) if refusal.code == Code::NotFound => Ok(()),
        stopped => stopped,
    }
}

/// The call that a person who says `hello` rings or is rung in.
///
/// # Errors
/// A port failed.
pub(crate) async fn present<W: World>(world: &W, user: &User) -> Result<Option<RingStatus>> {
    let now = world.now();
    let Some(call) = user.rings(now) else { return Ok(None) };
    let call = load::call(world, call, now).await?.filter(|call| call.rings(now));
    Ok(call.map(|call| {
        let is_caller = call.caller.user == user.id;
        let with = if is_caller { call.callee.clone() } else { call.caller.clone() };
        RingStatus { call: call.id.clone(), with, mode: call.mode, until: call.rings_until(), is_caller }
    }))
}

async fn stop<W: World>(world: &W, settings: &Settings, call: &CallId, end: CallEnd) -> Result<()> {
    for _ in 0..ATTEMPTS_MAX {
        let call = known(world, call).await?;
        let now = world.now();
        let caller = load::user(world, &call.caller.user, now);
        let (caller, callee) = try_join(caller, load::user(world, &call.callee.user, now)).await?;
        let decision = decide::hang_up(&call, [caller.as_ref(), callee.as_ref()], end, now);
        if perform(world, settings, decision).await? == Commit::Committed {
            return Ok(());
        }
    }
    Err(contended())
}

async fn known<W: World>(world: &W, call: &CallId) -> Result<Call> {
    Ok(load::call(world, call, world.now()).await?.ok_or_else(unknown)?)
}

fn unknown() -> Refusal {
    Refusal::new(Code::NotFound, "There is no such call.")
}
