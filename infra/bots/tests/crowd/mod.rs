//! A crowd of bots on one stack, the killer of its workers, and the ledger of what the bots observe.

mod bot;
mod killer;
mod ledger;

pub use bot::Bot;
pub use killer::Killer;
pub use ledger::{Ledger, PLACED, Shared};

/// What the crowd is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// It lives, and more sign in.
    Arriving,
    /// It lives, nobody joins it any more; workers may be killed.
    Living,
    /// Everybody hangs up and goes home.
    Leaving,
}
