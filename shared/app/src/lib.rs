#![doc = include_str!("../README.md")]

mod appeal;
mod appoint;
mod book;
mod by_mail;
mod caller;
mod conduct;
mod connect;
mod consent;
mod courier;
mod edge;
mod erase;
mod export;
mod failed;
mod friends;
mod hand_over;
mod health;
mod hello;
mod history;
mod introduce;
mod invite;
mod limit;
mod load;
mod lost;
mod message;
mod moderate;
mod perform;
mod pool;
mod profile;
mod push;
mod queue;
mod rematch;
mod report;
mod ring;
mod room;
mod search;
mod seat;
mod session;
mod settings;
mod sign_in;
mod sign_out;
mod standing;
mod tally;
mod tick;
mod turn;

pub use appeal::{Open, answer_appeal, appeal, appeals};
pub use appoint::appoint;
pub use book::{Book, audit, check_book};
pub use by_mail::{Entrance, LinkWish, Ticket, ask_for_link, redeem};
pub use caller::{Caller, caller, member, moderator};
pub use conduct::notice;
pub use connect::{IssuedTicket, Upgrade, connect, ws_ticket};
pub use consent::agree;
pub use courier::carry_out;
pub use edge::{ORIGIN_SECRET, OriginSecrets, WeakSecrets};
pub use erase::erase;
pub use export::{Export, export};
pub use failed::note_refusal;
pub use friends::{Friend, Friends, Wanted, answer_friend, ask_friend, friends, part_friend, search};
pub use health::parts;
pub use history::{Remembered, call_history};
pub use invite::invite_friend;
pub use limit::{Pacer, pass};
pub use lost::lost;
pub use message::message;
pub use moderate::{
    Backlog, Docket, Filter, PersonFile, ReportsPage, backlog, moderate, next_report, reports, sanctions,
};
pub use pool::{Kept, keep_pool};
pub use profile::{ProfileChange, change_profile};
pub use push::{subscribe, unsubscribe};
pub use report::{Complaint, report};
pub use room::{create_room, room};
pub use settings::{MetricsToken, Settings};
pub use sign_in::{RefreshToken, Refreshed, SignedIn, refresh, sign_in};
pub use sign_out::{log_out, log_out_everywhere};
pub use standing::{Whom, ban, block, unblock};
pub use tally::{figures, tally};
pub use tick::tick;
pub use turn::{Turn, TurnServers, turn_servers};

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
