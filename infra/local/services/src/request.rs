//! Reading a call of an AWS JSON protocol and writing its answer.

use local_wire::{Call, Refusal, Reply};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The content type of the AWS JSON 1.0 protocol.
pub(crate) const JSON_1_0: &str = "application/x-amz-json-1.0";
/// The content type of the AWS JSON 1.1 protocol.
pub(crate) const JSON_1_1: &str = "application/x-amz-json-1.1";

/// The request as a typed value; no body counts as `{}`.
///
/// # Errors
/// `SerializationException`, as AWS answers a body that is not of the operation's form.
pub(crate) fn read<T: DeserializeOwned>(call: &Call) -> Result<T, Refusal> {
    let body: &[u8] = if call.body.is_empty() { b"{}" } else { &call.body };
    serde_json::from_slice(body).map_err(|error| Refusal::new(400, "SerializationException", error.to_string()))
}

/// The answer of an operation that gives nothing back, in a protocol that sends an empty body for it.
pub(crate) fn empty(content_type: &'static str) -> Reply {
    Reply { status: 200, content_type, body: bytes::Bytes::new() }
}

/// The refusal of an operation that this service does not know, or that is not imitated.
pub(crate) fn unknown_operation(call: &Call) -> Refusal {
    let message = format!("The local stack does not imitate the operation {:?} of {}.", call.operation, call.service);
    Refusal::new(400, "UnknownOperationException", message)
}

/// `value` without the members that are null.
pub(crate) fn without_nulls(mut value: Value) -> Value {
    if let Value::Object(members) = &mut value {
        members.retain(|_, member| !member.is_null());
    }
    value
}
