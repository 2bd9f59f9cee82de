#![doc = include_str!("../README.md")]

pub mod model;
pub mod rows;
pub mod sim;
pub mod store;
