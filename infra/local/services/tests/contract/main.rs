//! The imitated services, held against AWS's documentation by clients that AWS wrote.

#![expect(clippy::unwrap_used, reason = "a test ends where something is not as it says")]

mod boto3;
mod door;
mod dynamodb;
mod functions;
mod kinesis;
mod kinesis_mapping;
mod mail;
mod parameters;
mod restart;
mod sqs;
mod sqs_mapping;
mod world;
