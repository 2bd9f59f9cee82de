#![doc = include_str!("../README.md")]

mod clock;
pub mod door;
pub mod dynamodb;
pub mod kinesis;
pub mod mapping;
mod request;
pub mod schedule;
pub mod ses;
pub mod sqs;
pub mod ssm;
mod store;
mod task;

pub use store::OpenError;
pub use task::{STOP_GRACE, Task};

/// The region of every imitated resource.
pub const REGION: &str = "us-east-1";
/// The account of every imitated resource.
pub const ACCOUNT: &str = "000000000000";
