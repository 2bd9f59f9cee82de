//! The local stack as a process: started, asked what it uses, and ended with its value.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// A stack is ready within this time even on a busy machine.
const READY_WITHIN: Duration = Duration::from_secs(60);
/// Ends the stack when this process is killed (util-linux).
const GUARD: &str = "/usr/bin/setpriv";
/// The kernel counts processor time in hundredths of a second (`sysconf(_SC_CLK_TCK)` on Linux).
const TICKS_PER_SECOND: f64 = 100.0;

/// A running stack.
#[derive(Debug)]
pub struct Running {
    /// Port of API and socket.
    pub port: u16,
    id: u32,
    /// Killed when dropped.
    _child: Child,
}

impl Running {
    /// Starts the stack that was built beside this program; its functions' logs go to `log`.
    ///
    /// # Errors
    /// It is not built, or does not become ready.
    pub async fn start(parameters: &[&str], log: &Path) -> anyhow::Result<Self> {
        Self::of_functions(&beside_us()?, parameters, log).await
    }

    /// The same with functions from a folder of one's choice.
    ///
    /// # Errors
    /// It is not built, or does not become ready.
    pub async fn of_functions(functions: &Path, parameters: &[&str], log: &Path) -> anyhow::Result<Self> {
        let binaries = beside_us()?;
        let root = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
        let stack = binaries.join("local");
        ensure!(stack.exists(), "{} is missing: run `cargo xtask bench`, which builds it", stack.display());
        let mut command = if Path::new(GUARD).exists() {
            let mut command = Command::new(GUARD);
            command.args(["--pdeathsig", "TERM", "--"]).arg(&stack);
            command
        } else {
            Command::new(&stack)
        };
        for (option, path) in [
            ("--template", root.join("cloudformation.yaml")),
            ("--samconfig", root.join("samconfig.toml")),
            ("--functions-dir", functions.to_owned()),
            ("--site", root.join("frontend/public")),
        ] {
            command.arg(option).arg(path);
        }
        command.args(["--config-env", "local", "--port", "0", "--aws-port", "0"]);
        for parameter in parameters {
            command.args(["--parameter", parameter]);
        }
        let log = fs::File::create(log).with_context(|| format!("{} cannot be written", log.display()))?;
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log).kill_on_drop(true);
        let mut child = command.spawn().context("the stack cannot be started")?;
        let id = child.id().context("the stack has ended")?;
        let output = child.stdout.take().context("no output")?;
        let mut lines = BufReader::new(output).lines();
        let ready = async {
            while let Some(line) = lines.next_line().await? {
                if let Some(port) = line.strip_prefix("ready http://localhost:") {
                    return port.trim().parse::<u16>().context("no port in the ready line");
                }
            }
            bail!("the stack ended before it was ready")
        };
        let port = tokio::time::timeout(READY_WITHIN, ready).await.context("the stack does not become ready")??;
        Ok(Self { port, id, _child: child })
    }

    /// Processor time of the stack and of its functions so far, in seconds; those of workers that have ended count.
    pub fn cpu_seconds(&self) -> f64 {
        let mut all = BTreeMap::new();
        for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
            if let Some(id) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok())
                && let Some(stat) = Stat::of(id)
            {
                all.insert(id, stat);
            }
        }
        let ours = |id: &u32| {
            let mut id = *id;
            while id > 1 && id != self.id {
                id = all.get(&id).map_or(0, |stat| stat.parent);
            }
            id == self.id
        };
        all.iter().filter(|(id, _)| ours(id)).map(|(_, stat)| stat.seconds).sum()
    }

    /// The environments of the functions' processes, by the binaries that these run.
    ///
    /// # Errors
    /// The kernel does not tell.
    pub fn workers(&self) -> anyhow::Result<BTreeMap<PathBuf, BTreeMap<String, String>>> {
        let mut workers = BTreeMap::new();
        for entry in fs::read_dir("/proc")?.flatten() {
            let id = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok());
            if id.and_then(Stat::of).is_some_and(|stat| stat.parent == self.id) {
                let text = fs::read_to_string(entry.path().join("environ"))?;
                let pairs = text.split('\0').filter_map(|pair| pair.split_once('='));
                let environment = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
                workers.insert(fs::read_link(entry.path().join("exe"))?, environment);
            }
        }
        Ok(workers)
    }

    /// Memory of the stack's own process, in bytes: gateway, imitated services, tables.
    pub fn resident_bytes(&self) -> f64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.id)).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
        kilobytes.unwrap_or_default() * 1024.0
    }
}

fn beside_us() -> anyhow::Result<PathBuf> {
    std::env::current_exe()?.parent().map(Path::to_owned).context("this program is in no folder")
}

/// Processor time of this process so far, in seconds.
pub fn own_cpu_seconds() -> f64 {
    Stat::of(std::process::id()).map_or(0.0, |stat| stat.seconds)
}

/// Of `/proc/<id>/stat` (proc_pid_stat(5)).
struct Stat {
    parent: u32,
    /// Its own and that of children it has waited for.
    seconds: f64,
}

impl Stat {
    fn of(id: u32) -> Option<Self> {
        let text = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
        // The second field, the name in brackets, may hold anything.
        let (_, rest) = text.rsplit_once(") ")?;
        let fields: Vec<&str> = rest.split(' ').collect();
        let ticks = fields.get(11..15)?.iter().filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>();
        Some(Self { parent: fields.get(1)?.parse().ok()?, seconds: ticks / TICKS_PER_SECOND })
    }
}
