#![doc = include_str!("../README.md")]

mod clients;
mod dynamodb;
mod environment;
mod errands;
mod gateway;
mod journal;
mod kvs;
mod mail;
mod observe;
mod parameters;
mod presign;
mod probes;
mod timers;
mod tls;
mod xray;

pub use aws_credential_types::Credentials;
pub use clients::{Aws, Place};
pub use dynamodb::{item_bytes, place as place_of_row};
pub use environment::Environment;
pub use observe::observe;
pub use parameters::ParameterKind;
pub use presign::presign;

use domain::id::Token;
use domain::time::TimeMs;
use ports::{Ambient, SystemAmbient};

impl Ambient for Aws {
    fn now(&self) -> TimeMs {
        SystemAmbient.now()
    }

    fn token(&self) -> Token {
        SystemAmbient.token()
    }

    fn pick(&self, bound: usize) -> usize {
        SystemAmbient.pick(bound)
    }
}
