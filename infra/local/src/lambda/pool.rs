//! The workers of one function and the invocations that wait for them.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use local_wire::InvokeError;
use tokio::sync::{Notify, oneshot};

use super::environment::DAEMON;
use super::spawner::Spawner;
use super::worker::{Delivery, Job, Worker};
use super::{Limits, PAYLOAD_MAX_BYTES, Program};
use crate::random;

/// A job that has waited this long shows that more comes than workers can do.
const OVERLOADED_AFTER: Duration = Duration::from_secs(1);
/// How long a stop waits for workers that were told to end.
const STOP_MAX: Duration = Duration::from_secs(4);

/// One function.
pub struct Pool {
    program: Program,
    limits: Limits,
    spawner: Arc<Spawner>,
    state: Mutex<State>,
    emptied: Notify,
    invocations: AtomicU64,
    busy_ms: AtomicU64,
    logged: Arc<AtomicU64>,
}

#[derive(Default)]
struct State {
    /// Every worker that is not gone.
    all: Vec<Arc<Worker>>,
    /// Those that rest; the last to rest works first, so that the others can be ended.
    resting: Vec<Arc<Worker>>,
    waiting: VecDeque<Job>,
    stopped: bool,
}

impl State {
    /// The job that is done next: the oldest, and the newest when there are too many. Who came in with a crowd waits a
    /// little longer then, so that what follows for those who are through does not wait behind all the others.
    fn take(&mut self) -> Option<Job> {
        let is_overloaded = self.waiting.front().is_some_and(|job| job.since.elapsed() > OVERLOADED_AFTER);
        if is_overloaded { self.waiting.pop_back() } else { self.waiting.pop_front() }
    }
}

/// How a worker ended.
pub enum Ending {
    /// After it had asked for work at least once.
    Normal,
    /// Before; why.
    NeverReady(String),
}

/// What becomes of a worker that asks for work.
enum Seated {
    Busy(Delivery),
    Resting(oneshot::Receiver<Delivery>),
    Refused,
    Ending,
}

impl Pool {
    /// A function without a worker.
    pub fn new(program: Program, limits: Limits, spawner: Arc<Spawner>) -> Arc<Self> {
        let state = Mutex::new(State::default());
        Arc::new(Self {
            program,
            limits,
            spawner,
            state,
            emptied: Notify::new(),
            invocations: AtomicU64::new(0),
            busy_ms: AtomicU64::new(0),
            logged: Arc::default(),
        })
    }

    /// Invokes the function and waits for its answer.
    pub async fn invoke(self: &Arc<Self>, payload: Bytes) -> Result<Bytes, InvokeError> {
        if payload.len() > PAYLOAD_MAX_BYTES {
            let message =
                format!("{} byte payload is too large for an invocation (limit {PAYLOAD_MAX_BYTES})", payload.len());
            return Err(InvokeError::Function { kind: "RequestEntityTooLarge".to_owned(), message });
        }
        if self.program.workers_max == 0 {
            return Err(InvokeError::Unavailable("no concurrency is reserved for the function".to_owned()));
        }
        self.invocations.fetch_add(1, Ordering::Relaxed);
        let (answer, result) = oneshot::channel();
        self.submit(Job { request_id: random::uuid(), since: Instant::now(), payload, answer });
        result.await.unwrap_or_else(|_| Err(InvokeError::Unavailable("the stack is stopping".to_owned())))
    }

    /// Starts a worker and waits until it asks for work.
    pub async fn warm(self: &Arc<Self>) -> Result<(), String> {
        let (ready, result) = oneshot::channel();
        self.hire(&mut self.state(), Some(ready));
        result.await.unwrap_or_else(|_| Err(format!("function {} was stopped while it started", self.program.label)))
    }

    /// Ends all workers and waits until they are gone; invocations under way fail.
    pub async fn stop(&self) {
        let workers = {
            let mut state = self.state();
            state.stopped = true;
            state.waiting.clear();
            state.resting.clear();
            state.all.clone()
        };
        for worker in workers {
            worker.doom();
        }
        let empty = async {
            while self.workers() > 0 {
                let emptied = self.emptied.notified();
                if self.workers() > 0 {
                    emptied.await;
                }
            }
        };
        // Whoever resists longer dies with this process.
        let _ = tokio::time::timeout(STOP_MAX, empty).await;
    }

    /// What the worker that asks gets to do, as soon as there is something; `None` when it must not ask
    /// because it is busy.
    pub async fn next(&self, worker: &Arc<Worker>) -> Option<Delivery> {
        let work = match self.seat(worker) {
            Seated::Busy(delivery) => return Some(delivery),
            Seated::Refused => return None,
            Seated::Resting(work) => work.await.ok(),
            Seated::Ending => None,
        };
        match work {
            Some(delivery) => Some(delivery),
            // The end of the process is on its way; a refusal would only make it complain first.
            None => std::future::pending().await,
        }
    }

    /// Ends a worker that has rested too long, unless it is the only one; starts one for a job that still
    /// waits for a worker which did not come back.
    pub fn look_after(self: &Arc<Self>, worker: &Worker) {
        let mut state = self.state();
        self.hire_for_waiting(&mut state);
        let too_long = worker.resting_for().is_some_and(|rested| rested > self.limits.idle_max);
        let staying = state.all.iter().filter(|other| !other.is_doomed()).count();
        if too_long && staying > 1 {
            let before = state.resting.len();
            state.resting.retain(|resting| !std::ptr::eq(Arc::as_ptr(resting), worker));
            if state.resting.len() < before {
                worker.doom();
            }
        }
    }

    /// Takes a worker off the list; others take over what waits.
    pub fn gone(self: &Arc<Self>, worker: &Arc<Worker>, ending: Ending) {
        let mut state = self.state();
        state.all.retain(|other| !Arc::ptr_eq(other, worker));
        state.resting.retain(|other| !Arc::ptr_eq(other, worker));
        match ending {
            Ending::Normal => self.hire_for_waiting(&mut state),
            // Another try at once would most likely end alike: it is made with the next invocation.
            Ending::NeverReady(message) if state.all.iter().all(|other| other.is_starting()) => {
                for job in state.waiting.drain(..) {
                    let _ = job.answer.send(Err(InvokeError::Unavailable(message.clone())));
                }
            }
            Ending::NeverReady(_) => {}
        }
        drop(state);
        self.emptied.notify_waiters();
    }

    /// How many workers there are.
    pub fn workers(&self) -> usize {
        self.state().all.len()
    }

    /// Whether X-Ray is told of its invocations.
    pub fn is_traced(&self) -> bool {
        self.program.environment.contains_key(DAEMON)
    }

    /// How often it was invoked.
    pub fn invocations(&self) -> u64 {
        self.invocations.load(Ordering::Relaxed)
    }

    /// Counts an invocation that took so long, as it is billed: in steps of 1 ms ("AWS Lambda pricing").
    pub fn meter(&self, took: Duration) {
        let steps = u64::try_from(took.as_micros().div_ceil(1000)).unwrap_or(u64::MAX);
        self.busy_ms.fetch_add(steps, Ordering::Relaxed);
    }

    /// Gigabytes of memory times seconds so far; what starts a worker is not among them.
    pub fn gigabyte_seconds(&self) -> f64 {
        let seconds = Duration::from_millis(self.busy_ms.load(Ordering::Relaxed)).as_secs_f64();
        seconds * f64::from(self.program.memory_mb) / 1024.0
    }

    /// Bytes that its workers have written.
    pub fn logged(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.logged)
    }

    /// The function.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// How long workers may take and rest.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// Who starts processes.
    pub fn spawner(&self) -> &Spawner {
        &self.spawner
    }

    fn seat(&self, worker: &Arc<Worker>) -> Seated {
        let mut state = self.state();
        if state.stopped {
            return Seated::Ending;
        }
        if let Some(job) = state.take() {
            return match worker.begin(job, self.program.timeout) {
                Ok(delivery) => Seated::Busy(delivery),
                Err(job) => {
                    state.waiting.push_front(job);
                    Seated::Refused
                }
            };
        }
        let Some(work) = worker.rest() else { return Seated::Refused };
        state.resting.retain(|resting| !Arc::ptr_eq(resting, worker));
        state.resting.push(Arc::clone(worker));
        Seated::Resting(work)
    }

    fn submit(self: &Arc<Self>, mut job: Job) {
        let mut state = self.state();
        while let Some(worker) = state.resting.pop() {
            match worker.give(job, self.program.timeout) {
                Ok(()) => return,
                Err(refused) => job = refused,
            }
        }
        if state.stopped {
            return;
        }
        state.waiting.push_back(job);
        self.hire_for_waiting(&mut state);
    }

    /// One new worker for every waiting job that no coming worker will take, up to the limit.
    fn hire_for_waiting(self: &Arc<Self>, state: &mut State) {
        let coming = state.all.iter().filter(|worker| worker.is_coming()).count();
        let wanted = state.waiting.len().saturating_sub(coming);
        let allowed = self.program.workers_max.saturating_sub(state.all.len());
        for _ in 0..wanted.min(allowed) {
            self.hire(state, None);
        }
    }

    fn hire(self: &Arc<Self>, state: &mut State, ready: Option<oneshot::Sender<Result<(), String>>>) {
        if state.stopped {
            return;
        }
        let worker = Arc::new(Worker::new(ready));
        state.all.push(Arc::clone(&worker));
        tokio::spawn(worker.live(Arc::clone(self)));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
