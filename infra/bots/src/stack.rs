//! A local stack of one's own.

use std::path::PathBuf;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use tokio::io::{AsyncBufRead, AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

/// How long a stack may take to be ready on a busy machine.
const READY_WITHIN: Duration = Duration::from_secs(60);

/// A running local stack; it is stopped with this value.
#[derive(Debug)]
pub struct Stack {
    /// Where its page, API and socket are.
    pub port: u16,
    child: Child,
    said: Arc<Mutex<String>>,
}

impl Stack {
    /// Starts a stack on free ports, by the shell command in `SPEED_CONNECT_UP` or as the workspace has built it.
    ///
    /// # Errors
    /// The stack does not become ready.
    pub async fn start(arguments: &str) -> anyhow::Result<Self> {
        Self::start_at(0, arguments).await
    }

    /// The same, speaking AWS at a port of one's choice.
    ///
    /// # Errors
    /// The stack does not become ready.
    pub async fn start_at(aws_port: u16, arguments: &str) -> anyhow::Result<Self> {
        let up = std::env::var("SPEED_CONNECT_UP").or_else(|_| as_built())?;
        // `exec`, so that the stack itself is the child and is ended by the kill.
        let line = format!("exec {up} --port 0 --aws-port {aws_port} {arguments}");
        let said = Arc::new(Mutex::new(String::new()));
        let mut child = Command::new("sh")
            .args(["-c", &line])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("no shell")?;
        let output = child.stdout.take().context("no output")?;
        let errors = child.stderr.take().context("no errors")?;
        tokio::spawn(keep(BufReader::new(errors).lines(), Arc::clone(&said)));
        let ready = ready(output, Arc::clone(&said));
        let port = tokio::time::timeout(READY_WITHIN, ready).await.context("the stack does not become ready")??;
        Ok(Self { port, child, said })
    }

    /// Everything it has said so far, its functions' logs included.
    #[must_use]
    pub fn said(&self) -> String {
        self.said.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The id of its process; its functions' workers are the children of this one.
    #[must_use]
    pub fn process(&self) -> Option<u32> {
        self.child.id()
    }

    /// Kills the stack as a power cut would.
    ///
    /// # Errors
    /// It ended before.
    pub async fn kill(mut self) -> anyhow::Result<()> {
        Ok(self.child.kill().await?)
    }
}

/// A program of the workspace, as it has been built beside the running test.
///
/// # Errors
/// It has not.
pub fn program(name: &str) -> anyhow::Result<PathBuf> {
    let test = std::env::current_exe()?;
    let program = test.ancestors().nth(2).context("the test is in no target folder")?.join(name);
    ensure!(program.exists(), "{} is missing: run `cargo build --workspace --bins` first", program.display());
    Ok(program)
}

/// The command line of the stack beside the running test.
fn as_built() -> anyhow::Result<String> {
    let stack = program("local")?;
    let binaries = stack.parent().context("the stack is in no folder")?;
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    Ok(format!(
        "'{}' --template '{root}/cloudformation.yaml' --samconfig '{root}/samconfig.toml' --config-env local \
         --functions-dir '{}' --site '{root}/frontend/public'",
        stack.display(),
        binaries.display(),
    ))
}

async fn ready(output: ChildStdout, said: Arc<Mutex<String>>) -> anyhow::Result<u16> {
    let mut lines = BufReader::new(output).lines();
    while let Some(line) = lines.next_line().await? {
        if let Some(port) = line.strip_prefix("ready http://localhost:") {
            tokio::spawn(keep(lines, said));
            return port.trim().parse().context("no port in the ready line");
        }
    }
    bail!("the stack ended before it was ready: {}", said.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Reads on, so that the stack never waits for a reader.
async fn keep<R: AsyncBufRead + Unpin>(mut lines: Lines<R>, said: Arc<Mutex<String>>) {
    while let Ok(Some(line)) = lines.next_line().await {
        let mut said = said.lock().unwrap_or_else(PoisonError::into_inner);
        said.push_str(&line);
        said.push('\n');
    }
}
