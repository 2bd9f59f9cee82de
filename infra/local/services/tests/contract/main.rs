//! The imitated services, held against AWS's documentation by clients that AWS wrote.

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
