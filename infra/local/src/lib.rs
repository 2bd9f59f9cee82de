//! A small AWS on one machine.

pub mod clock;
pub mod lambda;
pub mod random;
pub mod template;
