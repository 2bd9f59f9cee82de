#![doc = include_str!("../README.md")]

pub mod client;
pub mod event;
mod object;
pub mod rest;
pub mod server;
pub mod server_wire;
pub mod timer;
pub mod token;
