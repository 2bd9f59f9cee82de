//! What a browser is woken with, in the words of the socket: `{"event","data"}`.

use domain::call::Call;
use domain::push::Wake;
use serde::Serialize;

/// Writes what is pushed for a call. It is encrypted for the browser; the push service reads none of it.
#[must_use]
pub fn encode(call: &Call, wake: Wake) -> String {
    let call_id = call.id.to_string();
    let nickname = call.caller.nickname.as_str().to_owned();
    let event = match wake {
        Wake::Ringing(until) => Event::Request { call_id, nickname, mode: call.mode.as_str(), expires_at: until.0 },
        Wake::Missed => Event::Timeout { call_id, nickname },
        Wake::Settled => Event::Cancelled { call_id, nickname },
    };
    serde_json::to_string(&event).unwrap_or_default()
}

#[derive(Serialize)]
#[serde(tag = "event", content = "data", rename_all_fields = "camelCase")]
enum Event {
    #[serde(rename = "call-request")]
    Request { call_id: String, nickname: String, mode: &'static str, expires_at: u64 },
    #[serde(rename = "call-timeout")]
    Timeout { call_id: String, nickname: String },
    #[serde(rename = "call-cancelled")]
    Cancelled { call_id: String, nickname: String },
}
