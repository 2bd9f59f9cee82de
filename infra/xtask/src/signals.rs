//! Ctrl-C and SIGTERM reach everything that was started, within the time promised.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;
use rustix::process::{Pid, Signal, kill_process_group};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

/// How long a group may take to end by itself; everything must be gone after 5 s.
const GRACE: Duration = Duration::from_secs(4);

static ENDING: AtomicBool = AtomicBool::new(false);
static GROUPS: Mutex<BTreeSet<i32>> = Mutex::new(BTreeSet::new());

/// A process group that ends when this does.
#[derive(Debug)]
pub struct Group(i32);

impl Group {
    /// Watches over the group that a child process leads.
    pub fn of(child: u32) -> Self {
        let leader = i32::try_from(child).unwrap_or(0);
        groups().insert(leader);
        Self(leader)
    }

    /// Asks the group to end.
    pub fn terminate(&self) {
        send(self.0, Signal::TERM);
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        send(self.0, Signal::KILL);
        groups().remove(&self.0);
    }
}

/// From now on a signal ends all groups, then this process.
///
/// # Errors
/// When the handlers cannot be installed.
pub fn forward() -> anyhow::Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP]).context("signals cannot be handled")?;
    thread::spawn(move || {
        if let Some(signal) = signals.forever().next() {
            ENDING.store(true, Ordering::SeqCst);
            end_all();
            std::process::exit(128 + signal);
        }
    });
    Ok(())
}

/// Waits for the end when a signal has come: what ends now was told to, and is no failure to report.
pub fn wait_if_ending() {
    while ENDING.load(Ordering::SeqCst) {
        thread::park();
    }
}

fn end_all() {
    let started = Instant::now();
    let all = groups().clone();
    all.iter().for_each(|leader| send(*leader, Signal::TERM));
    while started.elapsed() < GRACE && all.iter().any(|leader| lives(*leader)) {
        thread::sleep(Duration::from_millis(20));
    }
    all.iter().for_each(|leader| send(*leader, Signal::KILL));
}

/// An error only means that the group is gone already.
fn send(leader: i32, signal: Signal) {
    if let Some(group) = Pid::from_raw(leader) {
        let _ = kill_process_group(group, signal);
    }
}

fn lives(leader: i32) -> bool {
    Pid::from_raw(leader).is_some_and(|group| rustix::process::test_kill_process_group(group).is_ok())
}

fn groups() -> MutexGuard<'static, BTreeSet<i32>> {
    GROUPS.lock().unwrap_or_else(PoisonError::into_inner)
}
