//! Starts child processes that cannot outlive this one.
//!
//! `setpriv --pdeathsig KILL` (util-linux) asks the kernel to kill the child when the *thread* that
//! started it ends, so one thread that lives as long as the process starts them all. Without `setpriv`
//! a worker still ends by itself when it next asks for work and finds nobody.

use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;

use tokio::process::{Child, Command};
use tokio::runtime::Handle;
use tokio::sync::oneshot;

/// Where the guard stands on Linux distributions.
const GUARDS: [&str; 2] = ["/usr/bin/setpriv", "/bin/setpriv"];

/// The thread that starts processes.
pub struct Spawner {
    orders: mpsc::Sender<Order>,
    guard: Option<PathBuf>,
}

struct Order {
    command: Command,
    runtime: Handle,
    answer: oneshot::Sender<std::io::Result<Child>>,
}

impl Spawner {
    /// Starts the thread; it ends, and every child with it, when the last `Spawner` is dropped.
    pub fn start() -> Self {
        let (orders, received) = mpsc::channel::<Order>();
        thread::spawn(move || {
            while let Ok(mut order) = received.recv() {
                let entered = order.runtime.enter();
                let child = order.command.spawn();
                drop(entered);
                // A receiver that left means a stop during start; dropping the child kills it.
                let _ = order.answer.send(child);
            }
        });
        let guard = GUARDS.iter().map(PathBuf::from).find(|path| cfg!(target_os = "linux") && path.exists());
        Self { orders, guard }
    }

    /// The command that runs a binary under guard; environment and pipes are the caller's.
    pub fn command(&self, binary: &Path) -> Command {
        let mut command = match &self.guard {
            Some(guard) => {
                let mut command = Command::new(guard);
                command.args(["--pdeathsig", "KILL", "--"]).arg(binary);
                command
            }
            None => Command::new(binary),
        };
        // A group of its own, so that Ctrl-C in a terminal reaches the stack alone, which ends its children.
        command.env_clear().kill_on_drop(true).process_group(0);
        command
    }

    /// Starts a command.
    ///
    /// # Errors
    /// As the operating system says.
    pub async fn spawn(&self, command: Command) -> std::io::Result<Child> {
        let (answer, child) = oneshot::channel();
        let gone = || std::io::Error::other("the thread that starts processes has ended");
        self.orders.send(Order { command, runtime: Handle::current(), answer }).map_err(|_| gone())?;
        child.await.map_err(|_| gone())?
    }
}
