#![doc = include_str!("../README.md")]

mod http;
mod page;
mod stack;

pub use http::{Answer, Request};
pub use page::{Closed, Heard, Page, Person};
pub use stack::Stack;
