//! One invocation of a function: a use case on its way.

use std::future::Future;
use std::pin::Pin;

use app::{Entrance, LinkWish, Settings, SignedIn, Ticket, Upgrade};
use domain::credential::Newcomer;
use domain::email::Email;
use domain::id::{BlockId, ConnectionId, FamilyId, Token, UserId};
use domain::network::Network;
use domain::refusal::Code;
use domain::room::{Capacity, RoomWish};
use domain::row::Key;
use domain::time::{SpanMs, TimeMs};
use protocol::token::Access;

use super::act::Act;
use super::doors::Knock;
use super::fault::SKEW_MAX;
use super::law::Law;
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
    /// Somebody makes a room.
    MakeRoom(usize),
    /// Somebody signs in, for the old self is forgotten.
    SignIn(usize),
    /// Something is asked for outside of any socket.
    Act(Act),
    /// A browser asks to be let in.
    Knock(usize, Knock),
    /// Something is to be sent out, and how often it was tried before.
    Carry(String, u32),
}

/// What it came to.
#[derive(Debug, Clone)]
pub enum Answer {
    /// Nothing to hand back.
    Done,
    /// A ticket.
    Ticket(String),
    /// Somebody came in.
    SignedIn(UserId, FamilyId),
    /// Somebody is blocked.
    Blocked(BlockId),
    /// Somebody stays in, with this cookie.
    Refreshed(String),
    /// Somebody came in by mail, with this cookie.
    Entered(UserId, String),
    /// A link is good elsewhere, by this code.
    Code(String),
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
    pub fn begin(number: u64, lens: Lens<'w>, settings: &'w Settings, errand: Errand, access: Option<Access>) -> Self {
        let going = errand.clone();
        let future = Box::pin(async move { fly(lens, settings, going, access).await });
        Self { number, errand, future, stop: Stop::Read, frozen_until: TimeMs(0) }
    }
}

async fn fly(lens: Lens<'_>, settings: &Settings, errand: Errand, access: Option<Access>) -> Answer {
    let result = match errand {
        Errand::Ticket(_) => {
            let Some(access) = access else { return Answer::Failed };
            match ticket(&lens, &access).await {
                Ok(ticket) => return Answer::Ticket(ticket),
                Err(error) => Err(error),
            }
        }
        Errand::Connect { connection, opened_at, ticket, .. } => {
            let origin = settings.origins.first().map(String::as_str);
            let upgrade = Upgrade { connection: &connection, opened_at, ticket: Some(&ticket), origin, trace: None };
            app::connect(&lens, settings, upgrade).await
        }
        Errand::Frame(connection, text) => app::message(&lens, settings, &connection, &text).await,
        Errand::Lost(connection) => app::lost(&lens, settings, &connection).await,
        Errand::MakeRoom(_) => {
            let Some(access) = access else { return Answer::Failed };
            make_room(&lens, &access).await
        }
        Errand::SignIn(_) => match guest(&lens, settings).await {
            Ok(SignedIn { profile, refresh }) => return Answer::SignedIn(profile.user, refresh.family),
            Err(error) => Err(error),
        },
        Errand::Act(Act::Block { owner, whom, .. }) => match app::block(&lens, &owner, &whom).await {
            Ok(id) => return Answer::Blocked(id),
            Err(error) => Err(error),
        },
        Errand::Act(Act::Unblock { owner, id, .. }) => app::unblock(&lens, &owner, &id).await,
        Errand::Act(Act::Ban { user, until, .. }) => app::ban(&lens, settings, &user, until).await,
        Errand::Knock(_, knock) => return knocked(&lens, settings, &knock).await,
        Errand::Carry(message, _) => match protocol::errand::decode(&message) {
            Ok(errand) => app::carry_out(&lens, &lens, settings, &errand).await,
            Err(_) => return Answer::Failed,
        },
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

/// D2: no ticket is issued by a sign-in that has been over for longer than any clock is wrong.
async fn ticket(lens: &Lens<'_>, access: &Access) -> app::Result<String> {
    let begun = lens.world.inner().now;
    let caller = app::caller(lens, access).await?;
    let issued = app::ws_ticket(lens, &caller).await?;
    let mut inner = lens.world.inner();
    let row = inner.rows.get(&Key::RefreshFamily(access.user.clone(), access.family.clone()));
    if row.is_some_and(|row| row.is_expired(begun - SpanMs(2 * SKEW_MAX.unsigned_abs()))) {
        inner.breaks(Law::D2, format!("{} gets a ticket by a sign-in that is over", access.user));
    }
    drop(inner);
    Ok(issued.ticket.as_str().to_owned())
}

/// A small one; every third has a waiting room.
async fn make_room(lens: &Lens<'_>, access: &Access) -> app::Result<()> {
    let caller = app::caller(lens, access).await?;
    let chance = lens.world.inner().chance.u8(0..9);
    let wish = RoomWish {
        capacity: Capacity::new(2 + chance / 3)?,
        waiting_room: chance.is_multiple_of(3),
        many_screens: chance.is_multiple_of(2),
        ..RoomWish::default()
    };
    app::create_room(lens, &caller, wish).await.map(|_| ())
}

async fn guest(lens: &Lens<'_>, settings: &Settings) -> app::Result<SignedIn> {
    app::sign_in(lens, settings, Newcomer::default(), None, &Network::of(None)).await
}

async fn knocked(lens: &Lens<'_>, settings: &Settings, knock: &Knock) -> Answer {
    let answer = match knock {
        Knock::Refresh { user, cookie, .. } | Knock::Thief { user, cookie } => {
            app::refresh(lens, user, cookie).await.map(|it| Answer::Refreshed(it.refresh.cookie_value()))
        }
        Knock::LogOut { user, cookie } => app::log_out(lens, user, cookie).await.map(|()| Answer::Done),
        Knock::AskLink { email, nonce } => ask_for_link(lens, settings, email, nonce).await.map(|()| Answer::Done),
        Knock::Redeem { link, email, nonce } => redeem(lens, settings, (link, email.as_deref()), nonce.as_ref()).await,
        Knock::Scan { link } => redeem(lens, settings, (link, None), None).await,
    };
    match answer {
        Ok(answer) => answer,
        // A page asks again.
        Err(app::Error::Refused(refusal)) if refusal.code == Code::Conflict => Answer::Failed,
        Err(app::Error::Refused(_)) => Answer::Refused,
        Err(app::Error::Port(_)) => Answer::Failed,
    }
}

async fn ask_for_link(lens: &Lens<'_>, settings: &Settings, email: &str, nonce: &Token) -> app::Result<()> {
    let (email, newcomer) = (Email::parse(email)?, Newcomer::default());
    let wish = LinkWish { email, newcomer, guest: None, nonce: nonce.clone() };
    app::ask_for_link(lens, settings, wish, &Network::of(None)).await
}

async fn redeem(
    lens: &Lens<'_>,
    settings: &Settings,
    (link, email): (&str, Option<&str>),
    nonce: Option<&Token>,
) -> app::Result<Answer> {
    let email = email.map(Email::parse).transpose()?;
    let ticket = email.as_ref().map_or(Ticket::Link(link), |email| Ticket::Code(email, link));
    let nonce = nonce.map(Token::as_str);
    Ok(match app::redeem(lens, settings, ticket, nonce, None, &Network::of(None)).await? {
        Entrance::Elsewhere(code) => Answer::Code(code),
        Entrance::SignedIn(signed_in) => {
            Answer::Entered(signed_in.profile.user.clone(), signed_in.refresh.cookie_value())
        }
    })
}
