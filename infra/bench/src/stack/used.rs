//! What the stack uses: calls, processor time, memory.

use std::time::{Duration, Instant};

use crate::load::{Bill, Running, own_cpu_seconds};
use crate::report::Section;

/// What came before is over when the stack uses less than this share of a processor, or after some time.
const QUIET: f64 = 0.1;
const QUIET_WITHIN: Duration = Duration::from_secs(60);
const MEGABYTE: f64 = 1_048_576.0;
/// Calls that are rarer than this are not told.
const CALLS_TOLD: f64 = 0.05;

/// Waits until what came before no longer keeps the stack busy: closed sockets, events, timers.
pub async fn quiet(stack: &Running) {
    let look = Duration::from_millis(500);
    let deadline = Instant::now() + QUIET_WITHIN;
    while Instant::now() < deadline {
        let before = stack.cpu_seconds();
        tokio::time::sleep(look).await;
        if stack.cpu_seconds() - before < QUIET * look.as_secs_f64() {
            return;
        }
    }
}

/// What was used so far: calls, the stack's processor time and that of the bots.
pub struct Used {
    /// Since when.
    pub since: Instant,
    calls: Bill,
    stack: f64,
    bots: f64,
}

impl Used {
    /// So far.
    ///
    /// # Errors
    /// The stack does not answer.
    pub async fn now(stack: &Running) -> anyhow::Result<Self> {
        let calls = Bill::of(stack.port).await?;
        Ok(Self { since: Instant::now(), calls, stack: stack.cpu_seconds(), bots: own_cpu_seconds() })
    }

    /// Tells what was used since, for so many of something.
    ///
    /// # Errors
    /// The stack does not answer.
    pub async fn tell(
        &self,
        section: &mut Section,
        what: &str,
        stack: &Running,
        per: (f64, &str),
    ) -> anyhow::Result<()> {
        let (count, each) = per;
        let now = Self::now(stack).await?;
        section.add(format!("{what}: stack CPU per {each}"), 1000.0 * (now.stack - self.stack) / count, "ms");
        section.add(format!("{what}: bots CPU per {each}"), 1000.0 * (now.bots - self.bots) / count, "ms");
        section.add(format!("{what}: stack memory"), stack.resident_bytes() / MEGABYTE, "MB");
        for (name, calls) in now.calls.since(&self.calls).calls {
            if calls / count >= CALLS_TOLD {
                section.add(format!("{what}: {name} per {each}"), calls / count, "");
            }
        }
        Ok(())
    }
}
