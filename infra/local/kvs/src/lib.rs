#![doc = include_str!("../README.md")]

mod control;
mod faults;
mod kvs;
mod limits;
mod rate;
mod relay;
mod service;
mod signaling;
mod sockets;
mod turn;
mod usage;

pub use faults::{Fault, UnknownFault};
pub use kvs::{Kvs, OpenError, Options};
pub use limits::Limits;
pub use relay::Relay;
pub use turn::{Turn, TurnError, TurnOptions, TurnUsage};
pub use usage::Usage;
