#![doc = include_str!("../README.md")]

pub mod account;
pub mod audit;
pub mod call;
pub mod channel;
pub mod consent;
pub mod credential;
pub mod decide;
mod decision;
pub mod directory;
pub mod email;
pub mod fact;
pub mod friend;
pub mod history;
pub mod id;
pub mod limits;
pub mod matching;
pub mod network;
pub mod notice;
pub mod profile;
pub mod push;
pub mod queue;
pub mod refresh;
pub mod refusal;
pub mod report;
pub mod row;
pub mod sanction;
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
