//! Answers and refusals as each AWS protocol writes them.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;
use local_wire::{Refusal, Reply};
use serde_json::json;

use crate::request::{JSON_1_0, JSON_1_1};
use crate::sqs;

/// How a request was written, and so how its answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Protocol {
    /// AWS JSON 1.0; DynamoDB and nothing else checks a CRC-32 of the answer.
    Json1_0 { crc32: bool, query_error: bool },
    /// AWS JSON 1.1.
    Json1_1,
    /// REST with JSON.
    Rest,
}

impl Protocol {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let text =
            |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let content_type = text(header::CONTENT_TYPE);
        let target = text(header::HeaderName::from_static("x-amz-target"));
        if content_type.starts_with(JSON_1_0) || target.starts_with("DynamoDB") {
            return Self::Json1_0 {
                crc32: target.starts_with("DynamoDB"),
                query_error: target.starts_with("AmazonSQS."),
            };
        }
        if content_type.starts_with(JSON_1_1) || !target.is_empty() { Self::Json1_1 } else { Self::Rest }
    }

    /// The status of a request whose signature is refused: 400 by DynamoDB ("Error handling with
    /// DynamoDB"), 403 by the others ("Common errors" of their API references).
    pub(super) fn denied_status(self, headers: &HeaderMap) -> u16 {
        let target = headers.get("x-amz-target").and_then(|value| value.to_str().ok()).unwrap_or_default();
        if target.starts_with("DynamoDB") { 400 } else { 403 }
    }

    fn content_type(self) -> &'static str {
        match self {
            Self::Json1_0 { .. } => JSON_1_0,
            Self::Json1_1 => JSON_1_1,
            Self::Rest => "application/json",
        }
    }
}

/// The HTTP response of a call.
pub(super) fn response(protocol: Protocol, outcome: Result<Reply, Refusal>) -> Response {
    let (reply, refused) = match outcome {
        Ok(reply) => (reply, None),
        Err(refusal) => (refused(protocol, &refusal), Some(refusal)),
    };
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(reply.content_type));
    insert(&mut headers, "x-amzn-requestid", &uuid::Uuid::new_v4().to_string());
    if let Protocol::Json1_0 { crc32: true, .. } = protocol {
        insert(&mut headers, "x-amz-crc32", &crc32fast::hash(&reply.body).to_string());
    }
    if let Some(refusal) = refused {
        insert(&mut headers, "x-amzn-errortype", refusal.code);
        if let Protocol::Json1_0 { query_error: true, .. } = protocol {
            insert(&mut headers, "x-amzn-query-error", &sqs::query_error(refusal.code));
        }
    }
    let mut response = Response::new(Body::from(reply.body));
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    *response.headers_mut() = headers;
    response
}

fn refused(protocol: Protocol, refusal: &Refusal) -> Reply {
    let body = match protocol {
        Protocol::Json1_0 { .. } | Protocol::Json1_1 => json!({"__type": refusal.code, "message": refusal.message}),
        Protocol::Rest => json!({"message": refusal.message}),
    };
    Reply { status: refusal.status, content_type: protocol.content_type(), body: Bytes::from(body.to_string()) }
}

fn insert(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
