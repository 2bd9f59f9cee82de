//! Load on a local stack of one's own: bots over real sockets.

mod bill;
mod client;
mod fleet;
mod process;

pub use bill::Bill;
pub use client::Word;
pub use fleet::Fleet;
pub use process::{Running, own_cpu_seconds};
