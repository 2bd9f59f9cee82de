//! Kills the workers of one stack, one at a time, with SIGKILL.

use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

/// Kills children of one process, and of no other.
#[derive(Debug)]
pub struct Killer {
    stack: u32,
    chance: fastrand::Rng,
    /// How many it has killed.
    pub killed: u32,
}

impl Killer {
    /// A killer of the workers of a stack, by the id of its process.
    pub fn of(stack: u32) -> Self {
        Self { stack, chance: fastrand::Rng::with_seed(4), killed: 0 }
    }

    /// Kills one worker after the other, `pause` apart, for so long.
    pub async fn rage(&mut self, pause: Duration, lasting: Duration) {
        let end = tokio::time::Instant::now() + lasting;
        let mut beat = tokio::time::interval(pause);
        while tokio::time::Instant::now() < end {
            beat.tick().await;
            let victim = self.chance.choice(children(self.stack)).and_then(Pid::from_raw);
            // One that has ended by itself meanwhile was not killed.
            self.killed += u32::from(victim.is_some_and(|pid| kill_process(pid, Signal::KILL).is_ok()));
        }
    }
}

/// The living children of a process (`/proc/<pid>/stat`, proc(5): state and parent follow the name in brackets).
fn children(parent: u32) -> Vec<i32> {
    let processes = std::fs::read_dir("/proc").expect("a Linux machine").flatten();
    let ids = processes.filter_map(|process| process.file_name().to_str()?.parse::<i32>().ok());
    let is_child = |id: &i32| {
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        let mut fields = stat.rsplit(") ").next().unwrap_or_default().split(' ');
        fields.next().is_some_and(|state| state != "Z") && fields.next() == Some(parent.to_string().as_str())
    };
    ids.filter(is_child).collect()
}
