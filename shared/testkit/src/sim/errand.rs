//! One invocation of a function: a use case on its way.

use std::future::Future;
use std::pin::Pin;

use app::{LoginWish, Settings, Upgrade};
use domain::id::{BlockId, ConnectionId, UserId};
use domain::time::TimeMs;

use super::act::Act;
use super::lens::Lens;
use super::world::Stop;

/// Why a function was invoked.
#[derive(Debug, Clone)]
pub enum Errand {
    /// A page wants a ticket for a socket.
    Ticket(usize),
    /// `$connect`.
    Connect {
        /// Whose page.
        who: usize,
        /// The socket it would be.
        connection: ConnectionId,
        /// When, by the gateway's clock: it orders a user's connections, and a repeated event says it again.
        opened_at: TimeMs,
        /// The ticket it offers.
        ticket: String,
    },
    /// A frame.
    Frame(ConnectionId, String),
    /// `$disconnect`.
    Lost(ConnectionId),
    /// A timer message, and how often it was delivered before.
    Timer(String, u32),
    /// Somebody signs in, for the old self is forgotten.
    SignIn(usize),
    /// Something is asked for outside of any socket.
    Act(Act),
}

/// What it came to.
#[derive(Debug, Clone)]
pub enum Answer {
    /// Nothing to hand back.
    Done,
    /// A ticket.
    Ticket(String),
    /// Somebody came in.
    SignedIn(UserId),
    /// Somebody is blocked.
    Blocked(BlockId),
    /// It was refused.
    Refused,
    /// It failed.
    Failed,
}

/// An invocation on its way.
pub struct Flight<'w> {
    /// Which.
    pub number: u64,
    /// Why.
    pub errand: Errand,
    /// The use case.
    pub future: Pin<Box<dyn Future<Output = Answer> + 'w>>,
    /// Where it stands.
    pub stop: Stop,
    /// It is not polled before.
    pub frozen_until: TimeMs,
}

impl<'w> Flight<'w> {
    /// Sends an invocation on its way.
    pub fn begin(number: u64, lens: Lens<'w>, settings: &'w Settings, errand: Errand, user: Option<UserId>) -> Self {
        let going = errand.clone();
        let future = Box::pin(async move { fly(lens, settings, going, user).await });
        Self { number, errand, future, stop: Stop::Read, frozen_until: TimeMs(0) }
    }
}

async fn fly(lens: Lens<'_>, settings: &Settings, errand: Errand, user: Option<UserId>) -> Answer {
    let result = match errand {
        Errand::Ticket(_) => {
            let Some(user) = user else { return Answer::Failed };
            match app::ws_ticket(&lens, &user).await {
                Ok(issued) => return Answer::Ticket(issued.ticket.as_str().to_owned()),
                Err(error) => Err(error),
            }
        }
        Errand::Connect { connection, opened_at, ticket, .. } => {
            let origin = settings.origins.first().map(String::as_str);
            let upgrade = Upgrade { connection: &connection, opened_at, ticket: Some(&ticket), origin };
            app::connect(&lens, settings, upgrade).await
        }
        Errand::Frame(connection, text) => app::message(&lens, settings, &connection, &text).await,
        Errand::Lost(connection) => app::lost(&lens, settings, &connection).await,
        Errand::SignIn(_) => match app::sign_in(&lens, settings, LoginWish::default(), None).await {
            Ok(signed_in) => return Answer::SignedIn(signed_in.profile.user),
            Err(error) => Err(error),
        },
        Errand::Act(Act::Block { owner, whom, .. }) => match app::block(&lens, &owner, &whom).await {
            Ok(id) => return Answer::Blocked(id),
            Err(error) => Err(error),
        },
        Errand::Act(Act::Unblock { owner, id, .. }) => app::unblock(&lens, &owner, &id).await,
        Errand::Act(Act::Ban { user, until, .. }) => app::ban(&lens, settings, &user, until).await,
        Errand::Timer(message, _) => match protocol::timer::decode(&message) {
            Ok((timer, due_at)) => app::tick(&lens, settings, &timer, due_at).await,
            Err(_) => return Answer::Failed,
        },
    };
    match result {
        Ok(()) => Answer::Done,
        Err(app::Error::Refused(_)) => Answer::Refused,
        Err(app::Error::Port(_)) => Answer::Failed,
    }
}
