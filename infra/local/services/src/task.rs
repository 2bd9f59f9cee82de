//! Background work that ends when it is told to.

use std::future::Future;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;

/// How long a stopping task may finish what it has begun before it is cut off.
pub const STOP_GRACE: Duration = Duration::from_secs(2);

/// Background work. It ends by [`Task::stop`], or at once when this handle is dropped.
#[derive(Debug)]
pub struct Task {
    stop: watch::Sender<bool>,
    work: JoinHandle<()>,
}

impl Task {
    /// Starts work that watches the given signal.
    pub(crate) fn spawn<F: Future<Output = ()> + Send + 'static>(work: impl FnOnce(Stop) -> F) -> Self {
        let (stop, signal) = watch::channel(false);
        Self { stop, work: tokio::spawn(work(Stop(signal))) }
    }

    /// Takes no new work, waits up to [`STOP_GRACE`] for what is under way, then cuts it off.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        // Past the grace, dropping the handle cuts the work off.
        let _ended = tokio::time::timeout(STOP_GRACE, &mut self.work).await;
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.work.abort();
    }
}

/// Tells background work to end.
#[derive(Clone, Debug)]
pub(crate) struct Stop(watch::Receiver<bool>);

impl Stop {
    /// Resolves when the work should end.
    pub(crate) async fn requested(&mut self) {
        // A sender that is gone is a handle that was dropped.
        let _gone = self.0.wait_for(|stop| *stop).await;
    }

    /// Waits; false when the work should end instead.
    pub(crate) async fn sleep(&mut self, time: Duration) -> bool {
        tokio::select! {
            () = tokio::time::sleep(time) => true,
            () = self.requested() => false,
        }
    }
}
