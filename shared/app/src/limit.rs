//! Counted limits: so many times within a window, exact under any concurrency.

use domain::id::Token;
use domain::refusal::{Code, Refusal};
use domain::time::{SpanMs, TimeMs};
use ports::{Ambient, Limit, Store};

use crate::Result;

/// A count is kept so much longer than its window, for clocks that differ.
const KEPT_AFTER: SpanMs = SpanMs::seconds(60);

/// A limit, whoever is counted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Window {
    /// What is counted.
    pub what: &'static str,
    /// How many are admitted
    pub max: u32,
    /// within one window of this length; windows follow each other from the beginning of time.
    pub length: SpanMs,
}

/// Counts one more for somebody; a limiter that does not answer admits nobody.
///
/// # Errors
/// `rate_limited` with the time until the next window, or a port failed.
pub(crate) async fn admit<W: Store + Ambient + Sync>(world: &W, limit: Window, whom: &str, over: &str) -> Result<()> {
    match remaining(world, limit, whom).await? {
        None => Ok(()),
        Some(span) => Err(Refusal::new(Code::RateLimited, over).retry_after(span).into()),
    }
}

/// Counts one more; how long the window still lasts when the limit was reached.
pub(crate) async fn remaining<W: Store + Ambient + Sync>(
    world: &W,
    limit: Window,
    whom: &str,
) -> Result<Option<SpanMs>> {
    let now = world.now();
    let Window { what, max, length } = limit;
    let window = now.0 / length.0;
    let over_at = TimeMs((window + 1) * length.0);
    let counted = Token::derived(&[what, whom, &length.0.to_string(), &window.to_string()]);
    let limit = Limit { key: format!("{what}#{}", counted.as_str()), max, expires_at: over_at + KEPT_AFTER };
    Ok(if world.admit(&limit).await? { None } else { Some(over_at.since(now)) })
}
