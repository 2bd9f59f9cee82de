//! What a page says over the socket: `{"action","id"?,"trace"?,"data"}`.

mod room;
pub mod wire;

use domain::decide::{Entering, RoomOp, Speech};
use domain::id::{CallId, PeerId, RoomId, SessionId, UserId};
use domain::profile::{Language, Mode, Region, Tags};
use domain::refusal::{Code, Refusal};
use domain::signal::{Candidate, Fingerprint, Path, Signal};
use domain::speech::{Emoji, Message};
use domain::time::SpanMs;
use domain::trace::Trace;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::action::Action;
use crate::fault;
use crate::object::Object;

/// The longest client id of a frame, in bytes.
pub const FRAME_ID_BYTES_MAX: usize = 64;

/// A frame that follows the contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// The client's id, if it wants an `ack`.
    pub id: Option<String>,
    /// The tab, as it calls itself.
    pub trace: Option<Trace>,
    /// The name of what it asks for.
    pub action: Action,
    /// What it asks for.
    pub command: Command,
}

/// A frame that does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadFrame {
    /// The client's id, if it could be read.
    pub id: Option<String>,
    /// Why.
    pub refusal: Refusal,
}

/// What a page asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants are the actions of docs/PROTOCOL.md, word for word")]
pub enum Command {
    Hello { last_n: Option<u32> },
    Ping,
    JoinQueue(Box<Joining>),
    LeaveQueue,
    Next { session: Option<SessionId> },
    ConnectionStatus { session: SessionId, status: Status },
    Speak { session: SessionId, speech: Speech },
    EndCall { session: SessionId },
    ExtendSession { session: SessionId },
    Rematch { session: SessionId },
    GetMatchDetails { session: SessionId },
    CallRequest { to: UserId, mode: Mode },
    CallAccepted { call: CallId },
    CallRejected { call: CallId },
    CallCancel { call: CallId },
    SpeakInRoom { room: RoomId, to: Option<PeerId>, speech: Speech },
    JoinRoom { room: RoomId, entering: Box<Entering> },
    LeaveRoom { room: RoomId },
    RaiseHand { room: RoomId, raised: bool },
    ShareScreen { room: RoomId, shown: bool },
    RoomAdmin { room: RoomId, op: RoomOp },
}

/// The wish of `join-queue`; what is absent comes from the profile or matches any.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields of domain::profile::Wish, and who asks")]
pub struct Joining {
    pub user: Option<UserId>,
    pub tags: Option<Tags>,
    pub language: Option<Language>,
    pub region: Option<Region>,
    pub mode: Mode,
}

/// What a page says of its connection.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words of docs/PROTOCOL.md")]
pub enum Status {
    Received { sha256: Option<Fingerprint> },
    Connected { connection_time: Option<SpanMs>, path: Option<Path>, signaling: Option<SpanMs> },
    Reconnecting,
    Failed,
    SignalingFailed { epoch: u32 },
    PartnerLost,
}

/// Reads one frame.
///
/// # Errors
/// [`BadFrame`] with `invalid_request` or `too_large`: not JSON, an unknown action, missing, unknown or repeated
/// fields, wrong types, values out of bounds.
pub fn parse(text: &str) -> Result<Frame, BadFrame> {
    let Object(envelope): Object<Envelope<'_>> =
        serde_json::from_str(text).map_err(|error| BadFrame { id: legible_id(text), refusal: invalid(&error) })?;
    if envelope.id.as_ref().is_some_and(|id| id.is_empty() || id.len() > FRAME_ID_BYTES_MAX) {
        let message = format!("A frame's id has 1 to {FRAME_ID_BYTES_MAX} bytes.");
        return Err(BadFrame { id: None, refusal: Refusal::new(Code::InvalidRequest, message) });
    }
    let Envelope { action, id, trace, data } = envelope;
    match asked(&action, trace.as_deref(), data) {
        Ok((action, trace, command)) => Ok(Frame { id, trace, action, command }),
        Err(refusal) => Err(BadFrame { id, refusal }),
    }
}

fn asked(action: &str, trace: Option<&str>, data: &RawValue) -> Result<(Action, Option<Trace>, Command), Refusal> {
    let no_trace = |_| {
        let message = format!("A frame's trace is {} of Crockford's digits and small letters.", Trace::LETTERS);
        Refusal::new(Code::InvalidRequest, message)
    };
    let trace = trace.map(Trace::parse).transpose().map_err(no_trace)?;
    let unknown = || Refusal::new(Code::InvalidRequest, "There is no such action.");
    let action = Action::named(action).ok_or_else(unknown)?;
    Ok((action, trace, command(action, data)?))
}

/// The id of a frame that breaks the contract elsewhere.
fn legible_id(text: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Id {
        id: Option<String>,
    }
    let id = serde_json::from_str::<Id>(text).ok()?.id;
    id.filter(|id| (1..=FRAME_ID_BYTES_MAX).contains(&id.len()))
}

fn command(action: Action, data: &RawValue) -> Result<Command, Refusal> {
    Ok(match action {
        Action::Hello => Command::Hello { last_n: read::<wire::Hello>(data)?.last_n },
        Action::Ping => read::<wire::Empty>(data).map(|_| Command::Ping)?,
        Action::JoinQueue => Command::JoinQueue(Box::new(read::<wire::JoinQueue>(data)?.try_into()?)),
        Action::LeaveQueue => read::<wire::Empty>(data).map(|_| Command::LeaveQueue)?,
        Action::Next => {
            let said: wire::Next = read(data)?;
            Command::Next { session: said.session_id.as_deref().map(session_id).transpose()? }
        }
        Action::ConnectionStatus => status(read(data)?)?,
        Action::SendOffer => described(read(data)?, wire::DescriptionType::Offer)?,
        Action::SendAnswer => described(read(data)?, wire::DescriptionType::Answer)?,
        Action::SendCandidate => candidate(read(data)?)?,
        Action::Fingerprint => {
            let said: wire::SendFingerprint = read(data)?;
            let place = Place { session: said.session_id, room: said.room_id, to: None };
            speak(place, Speech::Fingerprint(Fingerprint::parse(&said.sha256)?))?
        }
        Action::SendMessage => {
            let said: wire::SendMessage = read(data)?;
            let message = Message::parse(said.message)?;
            let place = Place { session: said.session_id, room: said.room_id, to: said.to };
            speak(place, Speech::Message { n: counted(said.n)?, message })?
        }
        Action::SendReaction => {
            let said: wire::SendReaction = read(data)?;
            let place = Place { session: said.session_id, room: said.room_id, to: None };
            speak(place, Speech::Reaction { emoji: Emoji::parse(&said.emoji)? })?
        }
        Action::EndCall => Command::EndCall { session: session_id(&read::<wire::OfSession>(data)?.session_id)? },
        Action::ExtendSession => {
            Command::ExtendSession { session: session_id(&read::<wire::OfSession>(data)?.session_id)? }
        }
        Action::Rematch => Command::Rematch { session: session_id(&read::<wire::OfSession>(data)?.session_id)? },
        Action::GetMatchDetails => {
            Command::GetMatchDetails { session: session_id(&read::<wire::OfSession>(data)?.session_id)? }
        }
        Action::CallRequest => {
            let said: wire::RingFriend = read(data)?;
            let no_id = |_| Refusal::new(Code::InvalidRequest, "That is no user id.");
            Command::CallRequest { to: UserId::parse(&said.to).map_err(no_id)?, mode: mode(said.mode) }
        }
        Action::CallAccepted => Command::CallAccepted { call: call_id(read(data)?)? },
        Action::CallRejected => Command::CallRejected { call: call_id(read(data)?)? },
        Action::CallCancel => Command::CallCancel { call: call_id(read(data)?)? },
        Action::JoinRoom => room::join(read(data)?)?,
        Action::LeaveRoom => Command::LeaveRoom { room: room::id(&read::<wire::OfRoom>(data)?.room_id)? },
        Action::RaiseHand => {
            let said: wire::RaiseHand = read(data)?;
            Command::RaiseHand { room: room::id(&said.room_id)?, raised: said.raised.unwrap_or(true) }
        }
        Action::ShareScreen => {
            let said: wire::ShareScreen = read(data)?;
            Command::ShareScreen { room: room::id(&said.room_id)?, shown: said.shown }
        }
        Action::RoomAdmin => room::admin(&read(data)?)?,
    })
}

fn read<T: DeserializeOwned>(data: &RawValue) -> Result<T, Refusal> {
    let Object(data) = serde_json::from_str(data.get()).map_err(|error| invalid(&error))?;
    Ok(data)
}

fn invalid(error: &serde_json::Error) -> Refusal {
    fault::refusal("frame", error)
}

fn session_id(text: &str) -> Result<SessionId, Refusal> {
    SessionId::parse(text).map_err(|_| Refusal::new(Code::InvalidRequest, "That is no session id."))
}

fn counted(n: u32) -> Result<u32, Refusal> {
    if n == 0 { Err(Refusal::new(Code::InvalidRequest, "Count `n` from 1.")) } else { Ok(n) }
}

/// Where something is said: in a call, or in a room and there perhaps to one alone.
struct Place {
    session: Option<String>,
    room: Option<String>,
    to: Option<String>,
}

fn speak(place: Place, speech: Speech) -> Result<Command, Refusal> {
    match (place.session, place.room) {
        (Some(session), None) if place.to.is_none() => Ok(Command::Speak { session: session_id(&session)?, speech }),
        (None, Some(room)) => {
            let to = place.to.as_deref().map(room::peer).transpose()?;
            Ok(Command::SpeakInRoom { room: room::id(&room)?, to, speech })
        }
        (Some(_) | None, _) => {
            let message = "Name `sessionId`, or `roomId` and `to` in it, and not both.";
            Err(Refusal::new(Code::InvalidRequest, message))
        }
    }
}

fn described(said: wire::SendDescription, expected: wire::DescriptionType) -> Result<Command, Refusal> {
    let Object(data) = said.data;
    if data.r#type != expected {
        return Err(Refusal::new(Code::InvalidRequest, "The description's type is not that of the action."));
    }
    let sdp = data.sdp;
    let signal = match expected {
        wire::DescriptionType::Offer => Signal::Offer { sdp },
        wire::DescriptionType::Answer => Signal::Answer { sdp },
    };
    let place = Place { session: said.session_id, room: said.room_id, to: said.to };
    speak(place, Speech::Signal { epoch: said.epoch, n: counted(said.n)?, signal: signal.checked()? })
}

fn candidate(said: wire::SendCandidate) -> Result<Command, Refusal> {
    let Object(data) = said.data;
    let signal = Signal::Candidate(Candidate {
        candidate: data.candidate,
        sdp_mid: data.sdp_mid,
        sdp_m_line_index: data.sdp_m_line_index,
        username_fragment: data.username_fragment,
    });
    let place = Place { session: said.session_id, room: said.room_id, to: said.to };
    speak(place, Speech::Signal { epoch: said.epoch, n: counted(said.n)?, signal: signal.checked()? })
}

fn status(said: wire::ConnectionStatus) -> Result<Command, Refusal> {
    let status = match said.status {
        wire::StatusName::Received => {
            Status::Received { sha256: said.sha256.as_deref().map(Fingerprint::parse).transpose()? }
        }
        wire::StatusName::Connected => Status::Connected {
            connection_time: said.connection_time_ms.map(|ms| SpanMs(ms.into())),
            path: said.connection_type.map(path),
            signaling: said.signaling_ms.map(|ms| SpanMs(ms.into())),
        },
        wire::StatusName::Reconnecting => Status::Reconnecting,
        wire::StatusName::Failed => Status::Failed,
        wire::StatusName::SignalingFailed => {
            let epoch = said
                .epoch
                .ok_or_else(|| Refusal::new(Code::InvalidRequest, "Name the epoch whose signaling failed."))?;
            Status::SignalingFailed { epoch }
        }
        wire::StatusName::PartnerLost => Status::PartnerLost,
    };
    Ok(Command::ConnectionStatus { session: session_id(&said.session_id)?, status })
}

const fn path(named: wire::ConnectionType) -> Path {
    match named {
        wire::ConnectionType::Direct => Path::Direct,
        wire::ConnectionType::Relay => Path::Relay,
    }
}

const fn mode(named: Option<wire::ModeName>) -> Mode {
    match named {
        None | Some(wire::ModeName::Video) => Mode::Video,
        Some(wire::ModeName::Audio) => Mode::Audio,
        Some(wire::ModeName::Text) => Mode::Text,
    }
}

fn call_id(said: wire::OneCall) -> Result<CallId, Refusal> {
    CallId::parse(&said.call_id).map_err(|_| Refusal::new(Code::InvalidRequest, "That is no call id."))
}

impl TryFrom<wire::JoinQueue> for Joining {
    type Error = Refusal;

    fn try_from(said: wire::JoinQueue) -> Result<Self, Refusal> {
        if said.tags.is_some() && said.interests.is_some() {
            return Err(Refusal::new(Code::InvalidRequest, "`interests` is another name of `tags`: send one of them."));
        }
        let tags = said.tags.or(said.interests);
        let user = said.user_id.as_deref().map(UserId::parse).transpose();
        Ok(Self {
            user: user.map_err(|_| Refusal::new(Code::InvalidRequest, "That is no user id."))?,
            tags: tags.map(|tags| Tags::parse(&tags)).transpose()?,
            language: said.language.as_deref().map(Language::parse).transpose()?,
            region: said.region.as_deref().map(Region::parse).transpose()?,
            mode: mode(said.mode),
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Envelope<'a> {
    action: String,
    id: Option<String>,
    trace: Option<String>,
    #[serde(borrow)]
    data: &'a RawValue,
}
