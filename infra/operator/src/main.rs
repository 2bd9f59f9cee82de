//! What the operator of a deployment does by hand.

mod admin;
mod keys;
mod place;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", about = "What the operator of a deployment does by hand")]
struct Cli {
    #[command(subcommand)]
    office: Office,
}

#[derive(Subcommand)]
enum Office {
    /// Makes the keys of a deployment, and rotates those that sign access tokens
    #[command(subcommand)]
    Keys(keys::What),
    /// Says who moderates
    #[command(subcommand)]
    Admin(admin::What),
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let done = match Cli::parse().office {
        Office::Keys(what) => keys::run(&what).await,
        Office::Admin(what) => admin::run(&what).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
