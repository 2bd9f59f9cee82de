#![doc = include_str!("../README.md")]

mod line;
mod stream;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Parser, ValueEnum};

use crate::stream::{Start, Stream};

/// Prints the event stream of a running local stack.
#[derive(Parser)]
struct Options {
    /// Where the stack speaks AWS, such as http://127.0.0.1:4566
    #[arg(long)]
    endpoint: String,
    /// The stream's name
    #[arg(long)]
    stream: String,
    /// Where to begin
    #[arg(long, value_enum, default_value_t = From::Start)]
    from: From,
    /// Prints each record as it is
    #[arg(long)]
    json: bool,
    /// Ends when all that is there has been printed
    #[arg(long)]
    once: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum From {
    Start,
    Now,
}

fn main() -> ExitCode {
    let options = Options::parse();
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error.into()),
    };
    match runtime.block_on(follow(&options)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error),
    }
}

fn failed(error: &anyhow::Error) -> ExitCode {
    eprintln!("error: {error:#}");
    ExitCode::FAILURE
}

/// Prints until somebody stops it, or the reader of its output goes away.
async fn follow(options: &Options) -> anyhow::Result<()> {
    let start = match options.from {
        From::Start => Start::Oldest,
        From::Now => Start::Newest,
    };
    let mut stream = Stream::open(&options.endpoint, &options.stream, start).await?;
    loop {
        let records = stream.next().await?;
        let text: String = records.iter().map(|record| show(record, options.json)).collect();
        let mut output = io::stdout().lock();
        let written = output.write_all(text.as_bytes()).and_then(|()| output.flush());
        match written {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
            other => other?,
        }
        if options.once && stream.caught_up() {
            return Ok(());
        }
    }
}

fn show(record: &[u8], json: bool) -> String {
    let text = String::from_utf8_lossy(record);
    if json { format!("{}\n", text.trim_end()) } else { format!("{}\n", line::of(&text)) }
}
