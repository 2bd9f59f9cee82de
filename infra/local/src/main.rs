//! `local`: starts the stack, says when it is ready, stays until it is told to end.

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser;
use local::cli::{Cli, say};
use local::{Stack, StartError};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    let filter = EnvFilter::try_from_env("LOCAL_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_env_filter(filter).init();
    match run(cli).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(StartError(lines)) => {
            for line in lines {
                let _ = writeln!(std::io::stderr(), "{line}");
            }
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: Cli) -> Result<(), StartError> {
    let unable = |error: std::io::Error| format!("signals cannot be received: {error}");
    let mut interrupt = signal(SignalKind::interrupt()).map_err(unable)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(unable)?;
    let mut hang_up = signal(SignalKind::hangup()).map_err(unable)?;
    let told = async {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hang_up.recv() => {}
        }
    };
    tokio::pin!(told);
    let stack = tokio::select! {
        stack = Stack::start(cli.into_options()) => stack?,
        () = &mut told => return Ok(()),
    };
    say(&format!("ready {}", stack.urls().origin));
    told.await;
    say("stopping");
    stack.stop().await;
    Ok(())
}
