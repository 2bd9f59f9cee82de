#![doc = include_str!("../README.md")]

pub mod channel;
pub mod credential;
pub mod decide;
mod decision;
pub mod fact;
pub mod id;
pub mod limits;
pub mod matching;
pub mod notice;
pub mod profile;
pub mod queue;
pub mod refusal;
pub mod row;
pub mod session;
pub mod signal;
pub mod speech;
pub mod standing;
pub mod tally;
pub mod time;
pub mod timer;
pub mod user;
pub mod waits;

pub use decision::{Decision, Effect};
