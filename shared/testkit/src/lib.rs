#![doc = include_str!("../README.md")]

pub mod rows;
pub mod sim;
pub mod store;
