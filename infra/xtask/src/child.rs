//! Runs other programs: each in a group of its own, with a time limit, leaving nothing behind.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use crate::signals::{self, Group};

/// Nothing takes longer; whatever does hangs.
const LIMIT: Duration = Duration::from_secs(40 * 60);

/// Lines of a log worth showing when its program failed.
const TAIL_LINES: usize = 40;

/// A program about to be run.
#[derive(Debug)]
pub struct Job {
    program: OsString,
    command: Command,
    limit: Duration,
}

impl Job {
    /// Runs `program` in `folder`. Where util-linux is installed (on any Debian), the program also ends when this
    /// process is killed.
    pub fn new(program: impl AsRef<OsStr>, folder: &Path) -> Self {
        let program = program.as_ref().to_owned();
        let mut command = Command::new("setpriv");
        if found("setpriv").is_some() {
            command.args(["--pdeathsig", "TERM", "--"]).arg(&program);
        } else {
            command = Command::new(&program);
        }
        command.current_dir(folder).stdin(Stdio::null()).process_group(0);
        Self { program, command, limit: LIMIT }
    }

    /// Runs cargo in `folder`, the one that runs us. What cargo told us about ourselves is not handed on: build scripts
    /// watch those variables, and crates would be built anew whenever cargo is run once by us and once by hand.
    pub fn cargo(folder: &Path) -> Self {
        let mut job = Self::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()), folder);
        let about_us = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_", "CARGO_PRIMARY_", "OUT_DIR"];
        for (name, _) in std::env::vars_os() {
            if about_us.iter().any(|prefix| name.to_string_lossy().starts_with(prefix)) {
                job = job.without(&name.to_string_lossy());
            }
        }
        job
    }

    /// Appends arguments.
    pub fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.command.args(args);
        self
    }

    /// Sets a variable.
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Takes a variable away.
    pub fn without(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    /// Gives it a file as its input.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn reading(mut self, path: &Path) -> anyhow::Result<Self> {
        self.command.stdin(File::open(path).with_context(|| format!("{} cannot be read", path.display()))?);
        Ok(self)
    }

    /// Gives it another time limit.
    pub fn within(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Runs with everything shown as it comes; true when it succeeded.
    ///
    /// # Errors
    /// When it cannot be started or takes too long.
    pub fn shown(mut self) -> anyhow::Result<bool> {
        let mut child = self.spawn()?;
        let group = Group::of(child.id());
        Ok(self.wait(&mut child, &group)?.success())
    }

    /// Runs with its standard output kept, of which only the lines that `worth` picks are shown.
    ///
    /// # Errors
    /// When it cannot be started or takes too long.
    pub fn kept(mut self, worth: fn(&str) -> bool) -> anyhow::Result<(bool, String)> {
        self.command.stdout(Stdio::piped());
        let mut child = self.spawn()?;
        let group = Group::of(child.id());
        let output = child.stdout.take().context("the output is not connected")?;
        let reader = thread::spawn(move || read(output, worth));
        let status = self.wait(&mut child, &group)?;
        // Whatever the program left running would keep its output open.
        drop(group);
        let text = reader.join().map_err(|_| anyhow::anyhow!("the output could not be read"))?;
        Ok((status.success(), text))
    }

    /// Runs with everything written to a log, shown only when it fails.
    ///
    /// # Errors
    /// When it cannot be started, takes too long, or fails.
    pub fn quiet(mut self, log: &Path) -> anyhow::Result<()> {
        let file = File::create(log).with_context(|| format!("{} cannot be written", log.display()))?;
        self.command.stdout(file.try_clone()?).stderr(file);
        let mut child = self.spawn()?;
        let group = Group::of(child.id());
        let status = self.wait(&mut child, &group)?;
        if !status.success() {
            eprintln!("{}", tail(log));
            bail!("{} failed; the whole output is in {}", self.program.to_string_lossy(), log.display());
        }
        Ok(())
    }

    /// Starts it in the background with everything written to a log.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(mut self, log: &Path) -> anyhow::Result<(Child, Group)> {
        let file = File::create(log).with_context(|| format!("{} cannot be written", log.display()))?;
        self.command.stdout(file.try_clone()?).stderr(file);
        let child = self.spawn()?;
        let group = Group::of(child.id());
        Ok((child, group))
    }

    fn spawn(&mut self) -> anyhow::Result<Child> {
        let name = self.program.to_string_lossy();
        if !Path::new(&self.program).is_absolute() && found(&name).is_none() {
            bail!("{name} is not installed");
        }
        self.command.spawn().with_context(|| format!("{name} cannot be started"))
    }

    fn wait(&self, child: &mut Child, group: &Group) -> anyhow::Result<ExitStatus> {
        let started = Instant::now();
        loop {
            if let Some(status) = child.try_wait()? {
                signals::wait_if_ending();
                return Ok(status);
            }
            if started.elapsed() > self.limit {
                group.terminate();
                thread::sleep(Duration::from_secs(2));
                let minutes = self.limit.as_secs() / 60;
                bail!("{} took longer than {minutes} minutes and was stopped", self.program.to_string_lossy());
            }
            thread::sleep(Duration::from_millis(10));
        }
    }
}

/// The full path of a program on `PATH`.
pub fn found(program: &str) -> Option<std::path::PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|candidate| candidate.is_file())
}

/// The last lines of a log, indented.
pub fn tail(log: &Path) -> String {
    let text = fs::read(log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    let last = &lines[lines.len().saturating_sub(TAIL_LINES)..];
    last.iter().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n")
}

fn read(output: impl Read, worth: fn(&str) -> bool) -> String {
    let mut text = String::new();
    for line in BufReader::new(output).split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line);
        if worth(&line) {
            println!("{line}");
        }
        text.push_str(&line);
        text.push('\n');
    }
    text
}
