//! The frames of the signaling socket, both directions.

use serde_json::{Map, Value, json};

use super::{ClientId, is_id};

/// The three messages that clients exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Kind {
    Offer,
    Answer,
    Candidate,
}

impl Kind {
    pub(super) const ALL: [Self; 3] = [Self::Offer, Self::Answer, Self::Candidate];

    pub(super) fn is_sdp(self) -> bool {
        matches!(self, Self::Offer | Self::Answer)
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Offer => "SDP_OFFER",
            Self::Answer => "SDP_ANSWER",
            Self::Candidate => "ICE_CANDIDATE",
        }
    }
}

/// A frame from a client.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Message {
    pub(super) kind: Kind,
    pub(super) payload: String,
    /// As sent; empty counts as absent.
    pub(super) recipient: Option<String>,
}

/// What is wrong with a frame, or with what it asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) error_type: &'static str,
    pub(super) description: String,
}

impl Fault {
    pub(super) fn invalid(description: impl Into<String>) -> Self {
        Self { error_type: "InvalidArgumentException", description: description.into() }
    }

    pub(super) fn too_many(description: impl Into<String>) -> Self {
        Self { error_type: "ClientLimitExceededException", description: description.into() }
    }
}

/// Reads a client's frame: its correlation id, and the message or its fault. Keys count in any
/// case, as AWS's C client writes them capitalised. `None` for what is no JSON object.
pub(super) fn read(text: &str, payload_chars_max: usize) -> Option<(Option<String>, Result<Message, Fault>)> {
    let Ok(Value::Object(fields)) = serde_json::from_str::<Value>(text) else { return None };
    let correlation = field(&fields, "correlationid").ok().flatten();
    let good = correlation.as_deref().is_none_or(is_id);
    let message = message(&fields, payload_chars_max).and_then(|message| {
        if good { Ok(message) } else { Err(Fault::invalid("correlationId must be 1 to 256 of [a-zA-Z0-9_.-].")) }
    });
    Some((correlation.filter(|_| good), message))
}

fn message(fields: &Map<String, Value>, payload_chars_max: usize) -> Result<Message, Fault> {
    let action = field(fields, "action")?.ok_or_else(|| Fault::invalid("action is missing."))?;
    let kind = Kind::ALL
        .into_iter()
        .find(|kind| kind.name() == action)
        .ok_or_else(|| Fault::invalid("action must be SDP_OFFER, SDP_ANSWER or ICE_CANDIDATE."))?;
    let payload = field(fields, "messagepayload")?.ok_or_else(|| Fault::invalid("messagePayload is missing."))?;
    if payload.chars().count() > payload_chars_max {
        return Err(Fault::invalid(format!("messagePayload must be at most {payload_chars_max} characters.")));
    }
    Ok(Message { kind, payload, recipient: field(fields, "recipientclientid")? })
}

/// A text field by its lower-case name; `null` and the empty text count as absent.
fn field(fields: &Map<String, Value>, lower_name: &str) -> Result<Option<String>, Fault> {
    let mut found = fields.iter().filter(|(name, _)| name.eq_ignore_ascii_case(lower_name));
    match (found.next(), found.next()) {
        (None, _) | (Some((_, Value::Null)), None) => Ok(None),
        (Some((_, Value::String(text))), None) => Ok(Some(text.clone()).filter(|text| !text.is_empty())),
        (Some((name, _)), None) => Err(Fault::invalid(format!("{name} must be a string."))),
        (Some((name, _)), Some(_)) => Err(Fault::invalid(format!("{name} is given twice."))),
    }
}

/// A message as its receiver sees it: `sender` is the viewer's id, or absent when the master spoke.
pub(super) fn deliver(kind: Kind, payload: &str, sender: Option<&ClientId>) -> String {
    let mut frame = json!({ "messageType": kind.name(), "messagePayload": payload });
    if let Some(sender) = sender {
        frame["senderClientId"] = Value::from(sender.to_string());
    }
    frame.to_string()
}

/// The notice that a frame was not accepted; `statusCode` is a string on AWS too.
pub(super) fn status(correlation_id: &str, fault: &Fault) -> String {
    json!({
        "messageType": "STATUS_RESPONSE",
        "messagePayload": "",
        "statusResponse": {
            "correlationId": correlation_id,
            "errorType": fault.error_type,
            "statusCode": "400",
            "description": fault.description,
            "success": false,
        },
    })
    .to_string()
}

/// The notice that the socket will be closed within the grace.
pub(super) fn go_away() -> String {
    json!({ "messageType": "GO_AWAY", "messagePayload": "" }).to_string()
}
