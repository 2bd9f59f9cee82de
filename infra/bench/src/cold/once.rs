//! One cold start.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};

use super::relay::{Relay, Settings};

/// Lambda gives a function ten seconds to its first poll.
const STARTS_WITHIN: Duration = Duration::from_secs(10);
/// What a function asks for work by (AWS Lambda Developer Guide, "Using the Lambda runtime API").
const POLL: &str = "GET /2018-06-01/runtime/invocation/next ";
/// Where a function finds its settings.
const SSM: &str = "AWS_ENDPOINT_URL_SSM";

/// What one start took, all from the start of the process on.
pub struct Start {
    /// Until the first poll.
    pub polled: Duration,
    /// When settings were read, if any were.
    pub settings: Option<Settings>,
    /// Of this the processor worked for it.
    pub computed: Duration,
    /// What it held then, in 10^6 bytes.
    pub resident_mb: f64,
}

/// Starts a function and ends it at its first poll.
///
/// # Errors
/// It cannot be started, or does not poll.
pub fn started(bootstrap: &Path, environment: &BTreeMap<String, String>) -> anyhow::Result<Start> {
    let api = TcpListener::bind("127.0.0.1:0")?;
    let ssm = environment.get(SSM).and_then(|url| url.strip_prefix("http://")).context("the settings are nowhere")?;
    let start = Instant::now();
    let relay = Relay::to(ssm.to_owned(), start)?;
    let mut command = command(bootstrap);
    command.envs(environment).env("AWS_LAMBDA_RUNTIME_API", api.local_addr()?.to_string());
    command.env(SSM, relay.url());
    // The relay's own start is not the function's.
    let before = start.elapsed();
    let child = Kept(command.spawn().with_context(cannot_start(bootstrap))?);
    // Held open: a function whose poll is cut off ends.
    let (_poll, polled) = first_poll(&api).with_context(|| format!("{} does not poll", bootstrap.display()))?;
    let polled = polled.duration_since(start).saturating_sub(before);
    let resident_mb = status_kb(child.0.id(), "VmRSS:")? * 1024.0 / 1e6;
    let computed = computed(child.0.id())?;
    let settings = relay.seen().map(|seen| Settings { called: seen.called.saturating_sub(before), ..seen });
    Ok(Start { polled, settings, computed, resident_mb })
}

/// How long a function takes that finds no settings at all: it says so and ends.
///
/// # Errors
/// It cannot be started, or needs none.
pub fn ended(bootstrap: &Path) -> anyhow::Result<Duration> {
    let start = Instant::now();
    let mut child = command(bootstrap).spawn().with_context(cannot_start(bootstrap))?;
    let status = child.wait()?;
    ensure!(!status.success(), "{} starts without any settings", bootstrap.display());
    Ok(start.elapsed())
}

fn command(bootstrap: &Path) -> Command {
    let mut command = Command::new(bootstrap);
    command.env_clear().stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

fn cannot_start(bootstrap: &Path) -> impl Fn() -> String {
    move || {
        format!(
            "{} cannot be started: was it built for this processor? `cargo xtask release --arch` says",
            bootstrap.display()
        )
    }
}

fn first_poll(api: &TcpListener) -> anyhow::Result<(TcpStream, Instant)> {
    api.set_nonblocking(true)?;
    let limit = Instant::now() + STARTS_WITHIN;
    let mut stream = loop {
        match api.accept() {
            Ok((stream, _)) => break stream,
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
                ensure!(Instant::now() < limit, "nothing within {} s", STARTS_WITHIN.as_secs());
                std::thread::sleep(Duration::from_micros(20));
            }
            Err(error) => return Err(error.into()),
        }
    };
    stream.set_nonblocking(false)?;
    stream.set_read_timeout(Some(STARTS_WITHIN))?;
    let (mut head, mut some) = (Vec::new(), [0; 4096]);
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        let count = stream.read(&mut some)?;
        ensure!(count > 0, "the connection was closed");
        head.extend_from_slice(&some[..count]);
    }
    let now = Instant::now();
    ensure!(
        head.starts_with(POLL.as_bytes()),
        "it asked for {}",
        String::from_utf8_lossy(&head).lines().next().unwrap_or("")
    );
    Ok((stream, now))
}

/// A line of `/proc/<id>/status` in kB (proc_pid_status(5)).
fn status_kb(id: u32, name: &str) -> anyhow::Result<f64> {
    let status = fs::read_to_string(format!("/proc/{id}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix(name)).context("the kernel does not tell")?;
    line.split_whitespace().next().and_then(|number| number.parse().ok()).context("no number")
}

/// Time on a processor, of all threads: the first number of `schedstat`, in ns (kernel, "Scheduler Statistics").
fn computed(id: u32) -> anyhow::Result<Duration> {
    let mut nanoseconds = 0;
    for thread in fs::read_dir(format!("/proc/{id}/task"))? {
        let text = fs::read_to_string(thread?.path().join("schedstat"))?;
        nanoseconds += text.split(' ').next().and_then(|number| number.parse::<u64>().ok()).context("no number")?;
    }
    Ok(Duration::from_nanos(nanoseconds))
}

/// A process that ends with its value.
struct Kept(Child);

impl Drop for Kept {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
