//! Every frame of an open socket, and its `ack` or `error`.

use domain::call::CallEnd;
use domain::fact::ConnectionMark;
use domain::id::ConnectionId;
use domain::notice::Notice;
use domain::quota::Class;
use domain::refusal::Code;
use domain::trace::Trace;
use ports::World;
use protocol::action::Action;
use protocol::client::{self, BadFrame, Command, Frame};

use tracing::Instrument;

use crate::failed::note_refusal;
use crate::limit::pass;
use crate::perform::tell;
use crate::{Error, Result, Settings, hello, queue, rematch, ring, room, session};

/// Does what a frame asks. The page is told what was refused, and, when it gave the frame an id, that it was done. Whatever
/// is logged meanwhile bears the tab's own id, and the connection's mark.
///
/// # Errors
/// A port failed; the page has been told, as far as it can be.
pub async fn message<W: World>(world: &W, settings: &Settings, from: &ConnectionId, text: &str) -> Result<()> {
    let parsed = client::parse(text);
    let (action, trace) = match &parsed {
        Ok(frame) => (frame.action.name(), frame.trace.as_ref()),
        Err(_) => ("bad frame", None),
    };
    let mark = ConnectionMark::of(from);
    let span = tracing::info_span!("frame", action, connection = mark.as_str(), trace = trace.map(Trace::as_str));
    let result = answer(world, settings, from, parsed).instrument(span.clone()).await;
    if let Err(error) = &result {
        span.in_scope(|| tracing::error!(%error, "a frame was not obeyed"));
    }
    result
}

async fn answer<W: World>(
    world: &W,
    settings: &Settings,
    from: &ConnectionId,
    parsed: std::result::Result<Frame, BadFrame>,
) -> Result<()> {
    // Whom a ban holds is told so before their socket is closed.
    let greets = parsed.as_ref().is_ok_and(|frame| frame.action == Action::Hello);
    let (id, result) = match parsed {
        Ok(Frame { id, trace, action, command }) => {
            let result = match count(world, settings, from, action.class()).await {
                Ok(()) => obey(world, settings, from, command).await,
                Err(error) => Err(error),
            };
            if let Err(error) = &result {
                note_refusal(world, action.name(), &error.refusal(), trace.as_ref()).await;
            }
            (id, result)
        }
        Err(BadFrame { id, refusal }) => {
            let counted = count(world, settings, from, Class::Frame).await;
            (id, counted.and_then(|()| Err(refusal.into())))
        }
    };
    match result {
        Ok(()) => {
            if let Some(id) = id {
                tell(world, settings, from, &Notice::Ack { id }).await?;
            }
            Ok(())
        }
        Err(error) => {
            let refusal = error.refusal();
            let is_barred = refusal.code == Code::Banned;
            tell(world, settings, from, &Notice::Error { id, refusal }).await?;
            if greets && is_barred {
                world.close(from).await?;
            }
            if matches!(error, Error::Refused(_)) { Ok(()) } else { Err(error) }
        }
    }
}

/// Counts a frame, whatever becomes of it.
async fn count<W: World>(world: &W, settings: &Settings, from: &ConnectionId, class: Class) -> Result<()> {
    for quota in class.at_door() {
        pass(world, &settings.pacer, &settings.chosen(*quota), from.as_str()).await?;
    }
    Ok(())
}

async fn obey<W: World>(world: &W, settings: &Settings, from: &ConnectionId, command: Command) -> Result<()> {
    match command {
        Command::Hello { last_n } => hello::hello(world, settings, from, last_n).await,
        Command::Ping => queue::ping(world, settings, from).await,
        Command::JoinQueue(joining) => queue::join(world, settings, from, *joining).await,
        Command::LeaveQueue => queue::leave(world, settings, from).await,
        Command::Next { session } => queue::next(world, settings, from, session.as_ref()).await,
        Command::ConnectionStatus { session, status } => session::status(world, settings, from, &session, status).await,
        Command::Speak { session, speech } => session::speak(world, settings, from, &session, speech).await,
        Command::EndCall { session } => session::end_call(world, settings, from, &session).await,
        Command::ExtendSession { session } => session::extend(world, settings, from, &session).await,
        Command::Rematch { session } => rematch::rematch(world, settings, from, &session).await,
        Command::CallRequest { to, mode } => ring::request(world, settings, from, &to, mode).await,
        Command::CallAccepted { call } => ring::accept(world, settings, from, &call).await,
        Command::CallRejected { call } => ring::hang_up(world, settings, from, &call, CallEnd::Rejected).await,
        Command::CallCancel { call } => ring::hang_up(world, settings, from, &call, CallEnd::Cancelled).await,
        Command::SpeakInRoom { room, to, speech } => {
            room::speak(world, settings, from, &room, (to.as_ref(), &speech)).await
        }
        Command::JoinRoom { room, entering } => room::join(world, settings, from, &room, *entering).await,
        Command::LeaveRoom { room } => room::leave(world, settings, from, &room).await,
        Command::RaiseHand { room, raised } => room::raise_hand(world, settings, from, &room, raised).await,
        Command::ShareScreen { room, shown } => room::show_screen(world, settings, from, &room, shown).await,
        Command::RoomAdmin { room, op } => room::govern(world, settings, from, &room, &op).await,
        Command::GetMatchDetails { session } => session::details(world, settings, from, &session).await,
    }
}
