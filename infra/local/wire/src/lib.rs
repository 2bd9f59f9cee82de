//! What every imitated AWS service shares: a checked call, an answer, an error as AWS spells it.

pub mod sigv4;

use std::sync::Arc;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{HeaderMap, Method, Uri};

/// A request to an imitated AWS service whose signature has been checked.
#[derive(Debug, Clone)]
pub struct Call {
    /// The SigV4 signing name: `dynamodb`, `kinesis`, `sqs`, `ssm`, `ses`, `kinesisvideo`, `execute-api`.
    pub service: String,
    /// The last part of `X-Amz-Target` (`PutItem`); empty for REST protocols, which tell by method and path.
    pub operation: String,
    /// Who signed.
    pub caller: Caller,
    /// HTTP method.
    pub method: Method,
    /// Path and query as received.
    pub uri: Uri,
    /// Headers as received.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Bytes,
}

/// Whose keys signed a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    /// The fixed keys that stand for an administrator.
    Administrator,
    /// The temporary keys of a function's role, by the function's logical id in the template.
    Function(String),
}

/// Whether a caller may do an action (`kinesisvideo:ConnectAsMaster`) on a resource (an ARN, or `*` where the action
/// knows none).
pub type Authorize = Arc<dyn Fn(&Caller, &str, &str) -> bool + Send + Sync>;

/// An answer: status, headers and body as they go over the wire.
#[derive(Debug, Clone)]
pub struct Reply {
    /// HTTP status code.
    pub status: u16,
    /// Value of `Content-Type`.
    pub content_type: &'static str,
    /// The body.
    pub body: Bytes,
}

impl Reply {
    /// A 200 answer with a JSON value, in the content type of the given AWS JSON protocol.
    #[must_use]
    pub fn json(content_type: &'static str, value: &serde_json::Value) -> Self {
        Self { status: 200, content_type, body: Bytes::from(value.to_string()) }
    }
}

/// A refusal as AWS spells it; the door renders it in the protocol of the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// HTTP status code, 4xx or 5xx.
    pub status: u16,
    /// The exception's name, for example `ResourceNotFoundException`.
    pub code: &'static str,
    /// For people.
    pub message: String,
}

impl Refusal {
    /// A refusal with a status, AWS's exception name and a message.
    pub fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }
}

/// One imitated AWS service behind the door.
pub trait Service: Send + Sync + 'static {
    /// Carries out one checked call.
    fn call(&self, call: Call) -> BoxFuture<'_, Result<Reply, Refusal>>;
}

/// The Lambda functions as an event source sees them.
pub trait Functions: Send + Sync + 'static {
    /// Invokes a function, by its logical id, and waits for its answer.
    ///
    /// # Errors
    /// [`InvokeError`] when the function failed, timed out or cannot be started.
    fn invoke(&self, function: &str, payload: Bytes) -> BoxFuture<'_, Result<Bytes, InvokeError>>;
}

/// Why an invocation gave no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InvokeError {
    /// The function answered with an error (`errorType`, `errorMessage`).
    Function {
        /// `errorType` as the function reported it.
        kind: String,
        /// `errorMessage` as the function reported it.
        message: String,
    },
    /// The worker was killed after the function's timeout.
    TimedOut,
    /// The worker ended, or could not be started.
    Unavailable(String),
}
