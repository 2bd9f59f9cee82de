//! The operations of the Kinesis API.

mod get;
mod put;
mod streams;
