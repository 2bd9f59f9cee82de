//! The service as its clients meet it: AWS's SDK for Rust, AWS's JavaScript signaling client,
//! boto3, plain WebSockets, and TURN clients.

#![cfg(test)]

mod boto3;
mod common;
mod control_plane;
mod disk;
mod faults;
mod js_client;
mod sockets;
mod turn_relay;
