//! The moment between two steps of an invocation, in which others take theirs.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::world::{Stop, World};

/// Gives the control back to the scheduler once.
pub(super) struct Pause<'w> {
    world: &'w World,
    stop: Stop,
    paused: bool,
}

impl<'w> Pause<'w> {
    /// Before it, an invocation stands here.
    pub(super) const fn of(world: &'w World, stop: Stop) -> Self {
        Self { world, stop, paused: false }
    }
}

impl Future for Pause<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.paused {
            return Poll::Ready(());
        }
        self.paused = true;
        self.world.inner().stop = self.stop;
        context.waker().wake_by_ref();
        Poll::Pending
    }
}
