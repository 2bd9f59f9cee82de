#![doc = include_str!("../README.md")]

pub mod day;
pub mod month;
pub mod quota;
pub mod report;
pub mod session;
