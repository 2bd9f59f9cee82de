//! A small AWS on one machine.

pub mod template;
