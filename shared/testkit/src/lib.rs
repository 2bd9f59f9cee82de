#![doc = include_str!("../README.md")]

pub mod agree;
pub mod budget;
pub mod model;
pub mod rows;
pub mod script;
pub mod sim;
pub mod store;
