//! Records of the event stream, read again as far as rules of conduct need them.

use domain::conduct::{Clue, Signal, Whose};
use domain::fact::{DeviceMark, Pseudonym};
use domain::id::{SessionId, Token};
use domain::session::Role;
use domain::tally::EventMark;
use domain::time::TimeMs;
use serde::Deserialize;

use crate::event::VERSION;

#[derive(Deserialize)]
struct Record {
    id: String,
    version: u32,
    at: u64,
    #[serde(flatten)]
    said: Said,
}

/// The events that rules are about. A field that is not there yet, as in a record of an earlier deployment, is no clue.
#[derive(Deserialize)]
#[serde(tag = "type", content = "data", rename_all_fields = "camelCase")]
enum Said {
    #[serde(rename = "session.ended")]
    SessionEnded { session_id: String, confirmed: bool, by: Option<RoleName> },
    #[serde(rename = "report.submitted")]
    ReportSubmitted { session_id: String, role: Option<RoleName> },
    #[serde(rename = "message.sent")]
    MessageSent { session_id: String, role: RoleName, links: Option<u32>, hasty: Option<bool> },
    #[serde(rename = "user.signed_in")]
    SignedIn { user: String, device: Option<String> },
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum RoleName {
    Offerer,
    Answerer,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Offerer => Self::Offerer,
            RoleName::Answerer => Self::Answerer,
        }
    }
}

/// What rules may make of a record that [`crate::event::encode`] wrote; nothing for anything else.
#[must_use]
pub fn read(record: &[u8]) -> Vec<Clue> {
    let Ok(Record { id, version: VERSION, at, said }) = serde_json::from_slice(record) else { return Vec::new() };
    let Ok(id) = Token::parse(&id) else { return Vec::new() };
    let clue = |(signal, whose)| Clue { event: EventMark::of(&id), at: TimeMs(at), signal, whose };
    said.signals().unwrap_or_default().into_iter().map(clue).collect()
}

impl Said {
    fn signals(self) -> Option<Vec<(Signal, Whose)>> {
        let side = |session: &str, role: Role| Some(Whose::Side(SessionId::parse(session).ok()?, role));
        Some(match self {
            // A call that never began says nothing of who was in it.
            Self::SessionEnded { session_id, confirmed: true, by: Some(by) } => {
                vec![(Signal::Skipped, side(&session_id, Role::from(by).other())?)]
            }
            Self::SessionEnded { .. } => Vec::new(),
            Self::ReportSubmitted { session_id, role } => vec![(Signal::Reported, side(&session_id, role?.into())?)],
            Self::MessageSent { session_id, role, links, hasty } => {
                let whose = side(&session_id, role.into())?;
                let link = links.is_some_and(|links| links > 0).then_some(Signal::Link);
                let hasty = hasty.is_some_and(|hasty| hasty).then_some(Signal::Hasty);
                link.into_iter().chain(hasty).map(|signal| (signal, whose.clone())).collect()
            }
            Self::SignedIn { user, device } => {
                let whose = Whose::Device(DeviceMark::parse(&device?).ok()?, Pseudonym::parse(&user).ok()?);
                vec![(Signal::SignedIn, whose)]
            }
        })
    }
}
