//! Writes the tables of the model into the document that is named.

use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(path) = std::env::args_os().nth(1) else {
        println!("{}", scale::report::tables());
        return ExitCode::SUCCESS;
    };
    let renewed = std::fs::read_to_string(&path).map(|document| scale::report::renewed(&document));
    match renewed {
        Ok(Some(text)) => match std::fs::write(&path, text) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => failed(&error.to_string()),
        },
        Ok(None) => failed("it has no place for the tables"),
        Err(error) => failed(&error.to_string()),
    }
}

fn failed(why: &str) -> ExitCode {
    eprintln!("error: the tables of the model cannot be written: {why}");
    ExitCode::FAILURE
}
