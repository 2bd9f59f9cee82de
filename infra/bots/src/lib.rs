#![doc = include_str!("../README.md")]

mod http;
mod mail;
mod page;
mod stack;

pub use http::{Answer, Request};
pub use mail::{ask_for_link, mails, newest_link};
pub use page::{Closed, Heard, Page, Person};
pub use stack::{Stack, program};
