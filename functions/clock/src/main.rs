//! Lambda function.
fn main() {}
