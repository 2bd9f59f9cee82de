//! One invocation of a function: a use case on its way.

use std::future::Future;
use std::pin::Pin;

use app::{Settings, Upgrade};
use domain::id::{ConnectionId, UserId};
use domain::time::TimeMs;

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
        /// The ticket it offers.
        ticket: String,
    },
    /// A frame.
    Frame(ConnectionId, String),
    /// `$disconnect`.
    Lost(ConnectionId),
    /// A timer message.
    Timer(String),
}

/// What it came to.
#[derive(Debug, Clone)]
pub enum Answer {
    /// Nothing to hand back.
    Done,
    /// A ticket.
    Ticket(String),
    /// It failed, or was refused.
    Failed,
}

/// An invocation on its way.
pub struct Flight<'w> {
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
    pub fn begin(lens: Lens<'w>, settings: &'w Settings, errand: Errand, user: Option<UserId>) -> Self {
        let going = errand.clone();
        let future = Box::pin(async move { fly(lens, settings, going, user).await });
        Self { errand, future, stop: Stop::Read, frozen_until: TimeMs(0) }
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
        Errand::Connect { connection, ticket, .. } => {
            let origin = settings.origins.first().map(String::as_str);
            let opened_at = lens.world.inner().sockets.get(&connection).map(|socket| socket.opened_at);
            let opened_at = opened_at.unwrap_or_default();
            let upgrade = Upgrade { connection: &connection, opened_at, ticket: Some(&ticket), origin };
            app::connect(&lens, settings, upgrade).await
        }
        Errand::Frame(connection, text) => app::message(&lens, settings, &connection, &text).await,
        Errand::Lost(connection) => app::lost(&lens, settings, &connection).await,
        Errand::Timer(message) => match protocol::timer::decode(&message) {
            Ok((timer, due_at)) => app::tick(&lens, settings, &timer, due_at).await,
            Err(_) => return Answer::Failed,
        },
    };
    match result {
        Ok(()) => Answer::Done,
        Err(_) => Answer::Failed,
    }
}
