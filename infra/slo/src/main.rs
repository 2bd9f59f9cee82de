#![doc = include_str!("../README.md")]

use std::process::ExitCode;

use anyhow::Context;
use aws::{Aws, Credentials, Place};
use clap::Parser;
use domain::objective::objectives;
use ports::Ambient;
use protocol::metrics;

/// Says where the service objectives of a local stack stand.
#[derive(Parser)]
struct Options {
    /// Where the stack speaks AWS, such as http://127.0.0.1:4566
    #[arg(long)]
    endpoint: String,
    /// The table of the counters
    #[arg(long)]
    table: String,
    /// Prints all metrics as Prometheus text instead
    #[arg(long)]
    metrics: bool,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match told(&Options::parse()).await {
        Ok(text) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn told(options: &Options) -> anyhow::Result<String> {
    let place = Place {
        region: "us-east-1".to_owned(),
        endpoint: Some(options.endpoint.clone()),
        live_table: options.table.clone(),
        ..Place::default()
    };
    let stack = Aws::at(place, Credentials::new("AKIDLOCAL", "local", None, None, "the local stack"));
    let figures = app::figures(&stack).await.context("the counters cannot be read")?;
    if options.metrics {
        return Ok(metrics::text(&figures, stack.now()));
    }
    Ok(objectives(&figures).iter().map(|objective| format!("{}\n", metrics::objective_line(objective))).collect())
}
