//! What is wrong with a template, and where.

use std::fmt;

/// One fault of the template: the line, counted from 1, and a sentence for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Line in the file, from 1; 0 when the fault has no place in it (a value given on the command line).
    pub line: usize,
    /// What is wrong and what to do about it.
    pub message: String,
}

impl Fault {
    /// A fault at a line.
    pub fn new(line: usize, message: impl Into<String>) -> Self {
        Self { line, message: message.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}", self.message),
            line => write!(f, "{line}: {}", self.message),
        }
    }
}

impl std::error::Error for Fault {}
