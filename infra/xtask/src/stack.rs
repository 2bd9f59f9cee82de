//! The local stack as a command line, and as something a test run starts and stops.

use std::ffi::OsString;
use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Child;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use crate::child::{self, Job};
use crate::place::Place;
use crate::signals::Group;

/// Builds every function and the local stack in one call.
pub const BUILD: [&str; 3] = ["build", "--workspace", "--bins"];

/// From start to ready; a cold start is promised in 2 s, a loaded machine may need more.
const READY_LIMIT: Duration = Duration::from_secs(60);
const STOP_LIMIT: Duration = Duration::from_secs(5);
const ANSWER_LIMIT: Duration = Duration::from_secs(10);

/// The local stack's program and arguments, without ports.
pub fn command(place: &Place, release: bool, config: &str) -> Vec<OsString> {
    let binaries = place.binaries(release);
    let mut line: Vec<OsString> = vec![binaries.join("local").into()];
    let paths = [
        ("--template", place.root.join("cloudformation.yaml")),
        ("--samconfig", place.root.join("samconfig.toml")),
        ("--functions-dir", binaries),
        ("--site", place.frontend().join("dist")),
    ];
    for (option, path) in paths {
        line.extend([option.into(), path.into()]);
    }
    line.extend(["--config-env".into(), config.into()]);
    line
}

/// The same as one shell command, to which a test appends ports and parameters.
pub fn shell_line(place: &Place) -> String {
    let words = command(place, false, "local");
    words.iter().map(|word| quoted(&word.to_string_lossy())).collect::<Vec<_>>().join(" ")
}

/// A running local stack; it ends with this value.
#[derive(Debug)]
pub struct Stack {
    /// `http://localhost:<port>`
    pub url: String,
    child: Child,
    group: Group,
}

impl Stack {
    /// Starts a stack on free ports and waits until it is ready.
    ///
    /// # Errors
    /// When it ends or is not ready in time; the end of its log is shown.
    pub fn start(place: &Place, log: &Path) -> anyhow::Result<Self> {
        let [port, aws_port] = free_ports()?;
        let mut line = command(place, false, "local").into_iter();
        let program = line.next().context("the stack has no program")?;
        let ports = ["--port".to_owned(), port.to_string(), "--aws-port".to_owned(), aws_port.to_string()];
        let (child, group) = Job::new(program, &place.root).args(line).args(ports).start(log)?;
        let mut stack = Self { url: format!("http://localhost:{port}"), child, group };
        stack.wait_until_ready(log)?;
        Ok(stack)
    }

    /// Asks it to end and says how long that took.
    ///
    /// # Errors
    /// When it does not end within the 5 s that are promised.
    pub fn stop(mut self) -> anyhow::Result<Duration> {
        let started = Instant::now();
        self.group.terminate();
        while started.elapsed() < STOP_LIMIT {
            if self.child.try_wait()?.is_some() {
                return Ok(started.elapsed());
            }
            thread::sleep(Duration::from_millis(10));
        }
        bail!("the local stack did not end within {} s", STOP_LIMIT.as_secs())
    }

    fn wait_until_ready(&mut self, log: &Path) -> anyhow::Result<()> {
        let started = Instant::now();
        let ready = format!("ready {}", self.url);
        while started.elapsed() < READY_LIMIT {
            if fs::read_to_string(log).unwrap_or_default().lines().any(|line| line.trim() == ready) {
                return Ok(());
            }
            if let Some(status) = self.child.try_wait()? {
                eprintln!("{}", child::tail(log));
                bail!("the local stack ended before it was ready ({status}); its log is {}", log.display());
            }
            thread::sleep(Duration::from_millis(20));
        }
        eprintln!("{}", child::tail(log));
        bail!("the local stack was not ready within {} s; its log is {}", READY_LIMIT.as_secs(), log.display())
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        self.group.terminate();
        let started = Instant::now();
        while started.elapsed() < STOP_LIMIT && matches!(self.child.try_wait(), Ok(None)) {
            thread::sleep(Duration::from_millis(20));
        }
    }
}

/// Where a stack of a test run writes what it says.
///
/// # Errors
/// When the folder cannot be made.
pub fn log(place: &Place, name: &str) -> anyhow::Result<PathBuf> {
    Ok(place.reports()?.join(format!("local-stack-{name}.log")))
}

/// Asks `host:port` for a path; the whole answer as it came.
///
/// # Errors
/// When nobody answers in time.
pub fn get(address: &str, path: &str) -> anyhow::Result<String> {
    let mut stream = TcpStream::connect(address).with_context(|| format!("nobody answers at {address}"))?;
    stream.set_read_timeout(Some(ANSWER_LIMIT))?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nAccept: application/json\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).with_context(|| format!("{address}{path} gave no whole answer"))?;
    Ok(answer)
}

fn free_ports() -> anyhow::Result<[u16; 2]> {
    let bind = || TcpListener::bind(("127.0.0.1", 0)).context("no free port on 127.0.0.1");
    // Both are held until both are known, so that they differ.
    let (first, second) = (bind()?, bind()?);
    Ok([first.local_addr()?.port(), second.local_addr()?.port()])
}

fn quoted(word: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./=:".contains(letter);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_with_a_blank_or_a_quote_survives_the_shell() {
        assert_eq!(quoted("--port"), "--port");
        assert_eq!(quoted("/my folder/x"), "'/my folder/x'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(quoted(""), "''");
    }

    #[test]
    fn free_ports_differ() {
        let [first, second] = free_ports().expect("ports");
        assert_ne!(first, second);
    }
}
