//! The small AWS.
fn main() {}
