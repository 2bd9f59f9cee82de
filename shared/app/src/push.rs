//! Browsers that are woken when a friend rings and no page is open.

use domain::call::Call;
use domain::id::{CallId, UserId};
use domain::limits::SUBSCRIPTIONS_MAX;
use domain::push::{BrowserKeys, Endpoint, Subscription};
use domain::quota::SUBSCRIBES;
use domain::row::{Belonging, Change, Key, Row};
use domain::time::TimeMs;
use futures_util::future::join_all;
use ports::{Ambient, Push, Pushed, Store};

use crate::caller::Caller;
use crate::limit::admit;
use crate::perform::given_up;
use crate::{Result, load};

/// Has a browser woken from now on, for as long as this sign-in lasts. Said again it is kept for longer; one too many takes
/// the place of the one that was heard least lately.
///
/// # Errors
/// `rate_limited`, or a port failed.
pub async fn subscribe<W>(world: &W, caller: &Caller, endpoint: Endpoint, keys: BrowserKeys) -> Result<()>
where
    W: Store + Ambient + Sync,
{
    let owner = caller.profile.user.clone();
    admit(world, &SUBSCRIBES, owner.as_str()).await?;
    let at = world.now();
    let subscription = Subscription { owner, family: caller.family.family.clone(), endpoint, keys, at };
    let mut others = subscriptions(world, &subscription.owner, at).await?;
    others.retain(|other| other.id() != subscription.id());
    others.sort_by_key(|other| std::cmp::Reverse(other.at));
    for least in others.iter().skip(SUBSCRIPTIONS_MAX - 1) {
        end(world, least).await?;
    }
    world.commit(&[Change::put(Row::Subscription(subscription.clone()))]).await?;
    // Whoever was erased or has logged out meanwhile leaves nothing behind.
    let family = load::refresh_family(world, &subscription.owner, &subscription.family, world.now()).await?;
    if family.is_none() { end(world, &subscription).await } else { Ok(()) }
}

/// Has a browser woken no more, if it was.
///
/// # Errors
/// A port failed.
pub async fn unsubscribe<W: Store + Sync>(world: &W, owner: &UserId, endpoint: &Endpoint) -> Result<()> {
    world.commit(&[Change::delete(Key::Subscription(owner.clone(), endpoint.id()))]).await?;
    Ok(())
}

/// The errand: wakes every browser of who is rung, side by side, for what the call has come to by now. One that comes again
/// replaces what it has said. A push service that does not answer is not asked again: by then it rings no more.
///
/// # Errors
/// A port failed; the errand comes again.
pub(crate) async fn wake<W, P>(world: &W, browsers: &P, call: &CallId) -> Result<()>
where
    W: Store + Ambient + Sync,
    P: Push + Sync,
{
    let now = world.now();
    let Some(call) = load::call(world, call, now).await? else { return Ok(()) };
    let subscriptions = subscriptions(world, &call.callee.user, now).await?;
    for told in join_all(subscriptions.iter().map(|it| tell(world, browsers, it, &call))).await {
        given_up("a browser was not woken", told);
    }
    Ok(())
}

/// Wakes one browser; one that has ended its subscription, or whose sign-in is over, is forgotten.
async fn tell<W, P>(world: &W, browsers: &P, subscription: &Subscription, call: &Call) -> Result<()>
where
    W: Store + Ambient + Sync,
    P: Push + Sync,
{
    let now = world.now();
    let Some(wake) = call.wakes_for(now) else { return Ok(()) };
    if load::refresh_family(world, &subscription.owner, &subscription.family, now).await?.is_none() {
        return end(world, subscription).await;
    }
    let message = protocol::push::encode(call, wake);
    match browsers.push(subscription, &call.id, message, wake.life(now)).await? {
        Pushed::Done => Ok(()),
        Pushed::Gone => end(world, subscription).await,
    }
}

async fn end<W: Store + Sync>(world: &W, subscription: &Subscription) -> Result<()> {
    unsubscribe(world, &subscription.owner, &subscription.endpoint).await
}

/// The browsers of a person. A few more are read than there can be, for those that were added side by side.
pub(crate) async fn subscriptions<W: Store + Sync>(
    world: &W,
    owner: &UserId,
    now: TimeMs,
) -> Result<Vec<Subscription>> {
    let rows = world.belongings(owner, Belonging::Subscriptions, 2 * SUBSCRIPTIONS_MAX).await?.into_iter();
    let rows = rows.filter(|row| !row.is_expired(now));
    Ok(rows.filter_map(|row| if let Row::Subscription(row) = row { Some(row) } else { None }).collect())
}
