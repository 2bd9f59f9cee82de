//! Prints the event stream.
fn main() {}
