#![doc = include_str!("../README.md")]

pub mod cli;
pub mod clock;
pub mod face;
pub mod gateway;
pub mod lambda;
pub mod permissions;
pub mod random;
pub mod samconfig;
pub mod stack;
pub mod template;
pub mod traces;

pub use stack::{Options, Stack, StartError, Urls};
