//! Counted limits: so many times within a window, exact under any concurrency.

use std::sync::{Mutex, PoisonError};

use domain::decide::Speech;
use domain::id::{ConnectionId, PeerId, Token};
use domain::pace::{Pace, Paces};
use domain::quota::{Quota, WhenDown};
use domain::refusal::{Code, Refusal};
use domain::time::{SpanMs, TimeMs};
use ports::{Ambient, Limit, Store};

use crate::Result;

/// A count is kept so much longer than its window, for clocks that differ.
const KEPT_AFTER: SpanMs = SpanMs::seconds(60);

/// Whom a quota counts that counts all.
pub(crate) const EVERYONE: &str = "everyone";

/// What one instance has taken from the counters. Each instance has its own, and all of them count on the same counters.
#[derive(Debug, Default)]
pub struct Pacer(Mutex<Paces>);

impl Pacer {
    /// Nothing in here can panic half way.
    fn on<T>(&self, look: impl FnOnce(&mut Paces) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Counts one more for somebody; a limiter that does not answer admits nobody.
///
/// # Errors
/// `rate_limited` with the time until the next window, or a port failed.
pub(crate) async fn admit<W: Store + Ambient + Sync>(world: &W, quota: &Quota, whom: &str) -> Result<()> {
    match remaining(world, quota, whom).await? {
        None => Ok(()),
        Some(span) => Err(over(quota, span).into()),
    }
}

/// Counts one more; how long the window still lasts when the limit was reached.
pub(crate) async fn remaining<W: Store + Ambient + Sync>(
    world: &W,
    quota: &Quota,
    whom: &str,
) -> Result<Option<SpanMs>> {
    let now = world.now();
    Ok(if taken(world, quota, &key(quota, whom, now), 1, now).await? { None } else { Some(quota.wait(now)) })
}

/// Lets somebody pass who is within a quota, counted as the quota says: by each, from what this instance has taken, or by
/// this instance alone. A limiter that does not answer closes what is closed then.
///
/// # Errors
/// `rate_limited` with the time until it is worth another try, or a port failed.
pub async fn pass<W: Store + Ambient + Sync>(world: &W, pacer: &Pacer, quota: &Quota, whom: &str) -> Result<()> {
    let now = world.now();
    let key = key(quota, whom, now);
    let pace = match pacer.on(|paces| paces.ask(quota, &key, now)) {
        Pace::Lease(units) => lease(world, pacer, quota, (&key, units), now).await?,
        pace @ (Pace::Admitted | Pace::Refused(_)) => pace,
    };
    match pace {
        Pace::Refused(span) => Err(over(quota, span).into()),
        Pace::Admitted | Pace::Lease(_) => Ok(()),
    }
}

/// Lets pass what a connection says to one recipient, within what is counted of it.
///
/// # Errors
/// As [`pass`].
pub(crate) async fn pass_to<W: Store + Ambient + Sync>(
    world: &W,
    pacer: &Pacer,
    from: &ConnectionId,
    to: &PeerId,
    speech: &Speech,
) -> Result<()> {
    match speech.quota() {
        Some(quota) => pass(world, pacer, quota, &format!("{from} {to}")).await,
        None => Ok(()),
    }
}

/// Takes a lease from the counter, or the last one that is left of it.
async fn lease<W: Store + Ambient + Sync>(
    world: &W,
    pacer: &Pacer,
    quota: &Quota,
    (key, most): (&str, u32),
    now: TimeMs,
) -> Result<Pace> {
    for units in [most, 1] {
        match taken(world, quota, key, units, now).await {
            Ok(true) => {
                pacer.on(|paces| paces.leased(quota, key, units, now));
                return Ok(Pace::Admitted);
            }
            Ok(false) if units == 1 => break,
            Ok(false) => {}
            Err(error) => {
                return match quota.when_down {
                    WhenDown::Closed => Err(error),
                    WhenDown::Open => {
                        tracing::warn!(%error, quota = quota.what, "a limit was not counted");
                        Ok(pacer.on(|paces| paces.alone(quota, key, now)))
                    }
                };
            }
        }
    }
    Ok(pacer.on(|paces| paces.refused(quota, key, now)))
}

async fn taken<W: Store + Ambient + Sync>(
    world: &W,
    quota: &Quota,
    key: &str,
    units: u32,
    now: TimeMs,
) -> Result<bool> {
    let expires_at = quota.ends_at(now) + KEPT_AFTER;
    Ok(world.admit(&Limit { key: key.to_owned(), max: quota.max_at(now), units, expires_at }).await?)
}

/// What stands for somebody in the window of a moment: no address in clear.
fn key(quota: &Quota, whom: &str, now: TimeMs) -> String {
    let Quota { what, within, .. } = quota;
    let counted = Token::derived(&[what, whom, &within.0.to_string(), &quota.window(now).to_string()]);
    format!("{what}#{}", counted.as_str())
}

fn over(quota: &Quota, wait: SpanMs) -> Refusal {
    Refusal::new(Code::RateLimited, quota.over).retry_after(wait).counted_by(quota.scope)
}
