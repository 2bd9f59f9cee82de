//! `local`: starts the stack, says when it is ready, stays until it is told to end.

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use clap::Parser;
use local::cli::{Cli, say};
use local::{Stack, StartError, permissions};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> ExitCode {
    let mut cli = Cli::parse();
    let filter = EnvFilter::try_from_env("LOCAL_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_env_filter(filter).init();
    let outcome = match cli.judge_permissions.take() {
        Some(log) => judge(cli, &log),
        None => run(cli).await,
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(StartError(lines)) => {
            for line in lines {
                let _ = writeln!(std::io::stderr(), "{line}");
            }
            ExitCode::FAILURE
        }
    }
}

fn judge(cli: Cli, log: &Path) -> Result<(), StartError> {
    let text = std::fs::read_to_string(log).map_err(|error| format!("cannot read {}: {error}", log.display()))?;
    let template = local::stack::read(&cli.into_options())?;
    let grants = permissions::judge(&template, &text).map_err(StartError)?;
    say(&format!("all {grants} permissions of the template are needed, and no call was refused"));
    Ok(())
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
