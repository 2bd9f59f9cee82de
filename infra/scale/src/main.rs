//! Prints the document that is named as it should be, with the tables of the model.

use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(path) = std::env::args_os().nth(1) else {
        print!("{}", scale::report::tables());
        return ExitCode::SUCCESS;
    };
    match std::fs::read_to_string(&path).map(|document| scale::report::renewed(&document)) {
        Ok(Some(document)) => {
            print!("{document}");
            ExitCode::SUCCESS
        }
        Ok(None) => failed("the document has no place for the tables"),
        Err(error) => failed(&error.to_string()),
    }
}

fn failed(why: &str) -> ExitCode {
    eprintln!("error: {why}");
    ExitCode::FAILURE
}
