#![doc = include_str!("../README.md")]

pub mod rows;
pub mod store;
