#![doc = include_str!("../README.md")]

mod connect;
mod health;
mod hello;
mod introduce;
mod load;
mod lost;
mod message;
mod perform;
mod pool;
mod profile;
mod queue;
mod search;
mod session;
mod settings;
mod sign_in;
mod standing;
mod tally;
mod tick;

pub use connect::{IssuedTicket, Upgrade, connect, ws_ticket};
pub use health::parts;
pub use lost::lost;
pub use message::message;
pub use pool::keep_pool;
pub use profile::{ProfileChange, change_profile, own_profile};
pub use settings::Settings;
pub use sign_in::{LoginWish, RefreshToken, Refreshed, SignedIn, log_out, refresh, sign_in};
pub use standing::{Whom, ban, block, blocks, unblock};
pub use tally::tally;
pub use tick::tick;

use domain::refusal::{Code, Refusal};

/// Why a use case did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It must not be done; nothing changed.
    #[error("refused: {0}")]
    Refused(#[from] Refusal),
    /// A port failed; the caller may try again, everything is idempotent.
    #[error(transparent)]
    Port(#[from] ports::Error),
}

impl Error {
    /// What people are told.
    #[must_use]
    pub fn refusal(&self) -> Refusal {
        match self {
            Self::Refused(refusal) => refusal.clone(),
            Self::Port(ports::Error::Throttled { .. }) => {
                let second = domain::time::SpanMs::seconds(1);
                Refusal::new(Code::Unavailable, "Too busy just now; try again in a moment.").retry_after(second)
            }
            Self::Port(ports::Error::Failed { .. } | ports::Error::Corrupt { .. }) => {
                Refusal::new(Code::Internal, "Something went wrong on our side; try again.")
            }
        }
    }
}

/// The result of a use case.
pub type Result<T> = std::result::Result<T, Error>;

/// Every attempt met somebody else's change.
fn contended() -> Error {
    Refusal::new(Code::Conflict, "Somebody was quicker; try again.").into()
}
