//! One worker: a process, its Runtime API, and the invocation it is busy with.

use std::process::{ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use local_wire::InvokeError;
use tokio::net::TcpListener;
use tokio::process::Child;
use tokio::sync::{Notify, oneshot};

use super::output;
use super::pool::{Ending, Pool};
use super::runtime_api;

/// How often a worker is looked at that has no deadline near. Deadlines are at least 1 s away when an
/// invocation begins, so none is missed.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// How long a worker that has answered counts as coming back for work at once.
const RETURN_MAX: Duration = Duration::from_millis(20);

/// An invocation that waits for its answer.
pub struct Job {
    /// Its request id, a UUID.
    pub request_id: String,
    /// When it came.
    pub since: Instant,
    /// The event.
    pub payload: Bytes,
    /// Who waits.
    pub answer: oneshot::Sender<Result<Bytes, InvokeError>>,
}

/// What a worker gets when it asks for work.
pub struct Delivery {
    /// Request id.
    pub request_id: String,
    /// The event.
    pub payload: Bytes,
}

/// One process.
pub struct Worker {
    seat: Mutex<Seat>,
    doomed: AtomicBool,
    doom: Notify,
}

/// What the worker does.
enum Seat {
    Starting {
        ready: Option<oneshot::Sender<Result<(), String>>>,
        since: Instant,
        init_error: Option<String>,
    },
    Idle {
        work: oneshot::Sender<Delivery>,
        since: Instant,
    },
    Busy {
        request_id: String,
        answer: oneshot::Sender<Result<Bytes, InvokeError>>,
        since: Instant,
        deadline: Instant,
    },
    /// It has answered and not yet asked again.
    Between {
        since: Instant,
    },
    Gone,
}

impl Seat {
    /// Whether the process may ask for work now.
    fn may_ask(&self) -> bool {
        match self {
            Self::Starting { .. } | Self::Idle { .. } | Self::Between { .. } => true,
            Self::Busy { .. } | Self::Gone => false,
        }
    }

    /// The first move says that the worker is ready.
    fn move_to(&mut self, next: Self) {
        if let Self::Starting { ready: Some(ready), .. } = std::mem::replace(self, next) {
            let _ = ready.send(Ok(()));
        }
    }
}

/// A request id that is not the one the worker is busy with.
#[derive(Debug, PartialEq, Eq)]
pub struct NotMine;

impl Worker {
    /// A worker whose process is about to start; `ready` hears when it asks for work or fails to.
    pub fn new(ready: Option<oneshot::Sender<Result<(), String>>>) -> Self {
        let seat = Seat::Starting { ready, since: Instant::now(), init_error: None };
        Self { seat: Mutex::new(seat), doomed: AtomicBool::new(false), doom: Notify::new() }
    }

    /// Whether it has never asked for work.
    pub fn is_starting(&self) -> bool {
        matches!(*self.seat(), Seat::Starting { .. })
    }

    /// Whether it will ask for work soon: it starts, or has just answered.
    pub fn is_coming(&self) -> bool {
        match &*self.seat() {
            Seat::Starting { .. } => true,
            Seat::Between { since } => since.elapsed() < RETURN_MAX,
            Seat::Idle { .. } | Seat::Busy { .. } | Seat::Gone => false,
        }
    }

    /// Seats the worker at a job; the caller hands the delivery over.
    ///
    /// # Errors
    /// The job again, when the process has ended meanwhile or is busy already.
    pub fn begin(&self, job: Job, timeout: Duration) -> Result<Delivery, Job> {
        let mut seat = self.seat();
        if !seat.may_ask() {
            return Err(job);
        }
        let Job { request_id, payload, answer, .. } = job;
        let since = Instant::now();
        seat.move_to(Seat::Busy { request_id: request_id.clone(), answer, since, deadline: since + timeout });
        Ok(Delivery { request_id, payload })
    }

    /// Lets the worker wait for work; `None` when the process has ended meanwhile or is busy.
    pub fn rest(&self) -> Option<oneshot::Receiver<Delivery>> {
        let mut seat = self.seat();
        let (work, delivery) = oneshot::channel();
        seat.may_ask().then(|| {
            seat.move_to(Seat::Idle { work, since: Instant::now() });
            delivery
        })
    }

    /// Gives a job to a resting worker.
    ///
    /// # Errors
    /// The job again, when nobody listens any more.
    pub fn give(&self, job: Job, timeout: Duration) -> Result<(), Job> {
        let mut seat = self.seat();
        let Seat::Idle { work, .. } = std::mem::replace(&mut *seat, Seat::Between { since: Instant::now() }) else {
            return Err(job);
        };
        let Job { request_id, since, payload, answer } = job;
        match work.send(Delivery { request_id: request_id.clone(), payload }) {
            Ok(()) => {
                let since = Instant::now();
                *seat = Seat::Busy { request_id, answer, since, deadline: since + timeout };
                Ok(())
            }
            Err(Delivery { payload, .. }) => Err(Job { request_id, since, payload, answer }),
        }
    }

    /// Ends the invocation the worker is busy with, and tells how long it took.
    ///
    /// # Errors
    /// [`NotMine`] when it is busy with another or with none.
    pub fn finish(&self, id: &str, result: Result<Bytes, InvokeError>) -> Result<Duration, NotMine> {
        let mut seat = self.seat();
        if !matches!(&*seat, Seat::Busy { request_id, .. } if request_id == id) {
            return Err(NotMine);
        }
        let now = Instant::now();
        let Seat::Busy { answer, since, .. } = std::mem::replace(&mut *seat, Seat::Between { since: now }) else {
            return Err(NotMine);
        };
        // Who asked may have left meanwhile.
        let _ = answer.send(result);
        Ok(now - since)
    }

    /// Remembers why the function says that it cannot start.
    pub fn init_failed(&self, reason: String) {
        if let Seat::Starting { init_error, .. } = &mut *self.seat() {
            *init_error = Some(reason);
        }
    }

    /// Asks for the end of the process.
    pub fn doom(&self) {
        self.doomed.store(true, Ordering::Relaxed);
        self.doom.notify_one();
    }

    /// Whether the end of the process has been asked for.
    pub fn is_doomed(&self) -> bool {
        self.doomed.load(Ordering::Relaxed)
    }

    /// How long the worker has been resting.
    pub fn resting_for(&self) -> Option<Duration> {
        match &*self.seat() {
            Seat::Idle { since, .. } => Some(since.elapsed()),
            Seat::Starting { .. } | Seat::Busy { .. } | Seat::Between { .. } | Seat::Gone => None,
        }
    }

    /// Runs the process from its start to its end.
    pub async fn live(self: Arc<Self>, pool: Arc<Pool>) {
        let ending = match self.start(&pool).await {
            Ok((mut child, listener)) => {
                let api = tokio::spawn(runtime_api::serve(listener, Arc::clone(&self), Arc::clone(&pool)));
                let ending = self.watch(&pool, &mut child).await;
                api.abort();
                // An exited child has nothing to kill.
                let _ = child.kill().await;
                ending
            }
            Err(error) => {
                self.init_failed(format!("{}: {error}", pool.program().path.display()));
                "did not start".to_owned()
            }
        };
        self.leave(&pool, ending);
    }

    async fn start(&self, pool: &Pool) -> std::io::Result<(Child, TcpListener)> {
        let program = pool.program();
        // The guard would say it in its own words, with an exit status.
        tokio::fs::metadata(&program.path).await?;
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let mut command = pool.spawner().command(&program.path);
        command.envs(&program.environment).env("AWS_LAMBDA_RUNTIME_API", listener.local_addr()?.to_string());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = pool.spawner().spawn(command).await?;
        if let Some(pipe) = child.stdout.take() {
            tokio::spawn(output::pass_on(program.label.clone(), pool.logged(), pipe));
        }
        if let Some(pipe) = child.stderr.take() {
            tokio::spawn(output::pass_on(program.label.clone(), pool.logged(), pipe));
        }
        Ok((child, listener))
    }

    /// Waits for the end of the process, or for a reason to end it.
    async fn watch(&self, pool: &Arc<Pool>, child: &mut Child) -> String {
        loop {
            tokio::select! {
                status = child.wait() => return status.map_or_else(|error| error.to_string(), exited),
                () = self.doom.notified() => return "was ended".to_owned(),
                () = tokio::time::sleep(self.look_in()) => {}
            }
            if let Some(reason) = self.overdue(pool) {
                return reason;
            }
            pool.look_after(self);
        }
    }

    fn look_in(&self) -> Duration {
        match &*self.seat() {
            Seat::Busy { deadline, .. } => deadline.saturating_duration_since(Instant::now()).min(LOOK_EVERY),
            Seat::Starting { .. } | Seat::Idle { .. } | Seat::Between { .. } | Seat::Gone => LOOK_EVERY,
        }
    }

    /// Why the process must end now, if it must; who waits for a late invocation is told.
    fn overdue(&self, pool: &Pool) -> Option<String> {
        let mut seat = self.seat();
        match &*seat {
            Seat::Starting { since, .. } if since.elapsed() > pool.limits().init_max => {
                Some(format!("did not ask for work within {} s", pool.limits().init_max.as_secs_f32()))
            }
            Seat::Busy { deadline, .. } if *deadline <= Instant::now() => {
                let reason = format!("Task timed out after {:.2} seconds", pool.program().timeout.as_secs_f32());
                pool.meter(pool.program().timeout);
                if let Seat::Busy { request_id, answer, .. } = std::mem::replace(&mut *seat, Seat::Gone) {
                    output::note(&pool.program().label, &format!("{request_id} {reason}"));
                    let _ = answer.send(Err(InvokeError::TimedOut));
                }
                Some(reason)
            }
            Seat::Starting { .. } | Seat::Busy { .. } | Seat::Idle { .. } | Seat::Between { .. } | Seat::Gone => None,
        }
    }

    /// Tells everybody concerned that the process is gone.
    fn leave(self: &Arc<Self>, pool: &Arc<Pool>, reason: String) {
        let last = std::mem::replace(&mut *self.seat(), Seat::Gone);
        let ending = match last {
            Seat::Starting { ready, init_error, .. } => {
                let message = match init_error {
                    Some(said) => format!("function {} cannot start: {said}", pool.program().label),
                    None => format!("function {} cannot start: it {reason}", pool.program().label),
                };
                match ready {
                    Some(ready) => drop(ready.send(Err(message.clone()))),
                    None => output::note(&pool.program().label, &message),
                }
                Ending::NeverReady(message)
            }
            Seat::Busy { request_id, answer, .. } => {
                let message = format!("RequestId: {request_id} Error: the worker {reason}");
                output::note(&pool.program().label, &message);
                let _ = answer.send(Err(InvokeError::Unavailable(message)));
                Ending::Normal
            }
            Seat::Idle { .. } | Seat::Between { .. } | Seat::Gone => Ending::Normal,
        };
        pool.gone(self, ending);
    }

    fn seat(&self) -> MutexGuard<'_, Seat> {
        self.seat.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn exited(status: ExitStatus) -> String {
    match status.code() {
        Some(code) => format!("exited with status {code}"),
        None => format!("ended by a {status}"),
    }
}
