#![doc = include_str!("../README.md")]

mod probe;

pub use probe::{Answer, Family, Probe};

/// What is installed as `/etc/turnserver.conf`, but for its secret.
pub const CONFIGURATION: &str = include_str!("../turnserver.conf");
