//! One HTTP API: from a request to an invocation and back.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE;
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderName, HeaderValue, StatusCode, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use local_wire::{Functions, InvokeError};

use super::event::{self, Circumstances};
use super::{answer, cors, path};
use crate::template::http_api::HttpApi as Declared;
use crate::template::place::Place;
use crate::{clock, random};

/// The largest request body in bytes ("Quotas for configuring and running an HTTP API").
pub const BODY_MAX_BYTES: usize = 10 * 1024 * 1024;
/// How long an integration may take (same page).
pub const TIMEOUT: Duration = Duration::from_secs(30);
const REQUEST_ID: HeaderName = HeaderName::from_static("apigw-requestid");

/// An HTTP API that answers.
pub struct HttpApi {
    declared: Declared,
    functions: Arc<dyn Functions>,
    requests: AtomicU64,
}

impl HttpApi {
    /// The API a template declares, over its functions.
    pub fn new(declared: Declared, functions: Arc<dyn Functions>) -> Self {
        Self { declared, functions, requests: AtomicU64::new(0) }
    }

    /// How many requests it has had.
    pub fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// Id of the API.
    pub fn id(&self) -> &str {
        &self.declared.id
    }

    /// Answers a request that came from `source`.
    pub async fn handle(&self, request: Request, source: IpAddr) -> Response {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let (mut parts, body) = request.into_parts();
        self.forwarded(&mut parts, source);
        let preflight = self.declared.cors.is_some() && cors::is_preflight(&parts.method, &parts.headers);
        let request_id = BASE64_URL_SAFE.encode(random::bytes::<11>());
        let mut response = if preflight { no_content() } else { self.invoke(&parts, body, source, &request_id).await };
        if let Some(settings) = &self.declared.cors {
            cors::apply(settings, &parts.headers, preflight, response.headers_mut());
        }
        if let Ok(request_id) = HeaderValue::from_str(&request_id) {
            response.headers_mut().insert(REQUEST_ID, request_id);
        }
        response
    }

    async fn invoke(&self, parts: &Parts, body: Body, source: IpAddr, request_id: &str) -> Response {
        let body = match Limited::new(body, BODY_MAX_BYTES).collect().await {
            Ok(body) => body.to_bytes(),
            Err(error) if error.is::<LengthLimitError>() => {
                return answer::message(StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large");
            }
            Err(_) => return answer::message(StatusCode::BAD_REQUEST, "Bad Request"),
        };
        let chosen = path::choose(&self.declared.routes, &parts.method, parts.uri.path());
        let Some(chosen) = chosen else { return answer::message(StatusCode::NOT_FOUND, "Not Found") };
        let now = Circumstances {
            api_id: &self.declared.id,
            stage: &self.declared.stage,
            request_id,
            source,
            now_ms: clock::now_ms(),
        };
        let event = event::payload(parts, &body, &chosen, now);
        let invocation = self.functions.invoke(&chosen.route.function, Bytes::from(event.to_string()));
        match tokio::time::timeout(TIMEOUT, invocation).await {
            Ok(Ok(reply)) => answer::response(&reply).unwrap_or_else(failed),
            Ok(Err(InvokeError::Function { kind, .. })) if kind == "RequestEntityTooLarge" => {
                answer::message(StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large")
            }
            Ok(Err(InvokeError::Function { .. } | InvokeError::TimedOut | InvokeError::Unavailable(_))) => failed(),
            Err(_) => answer::message(StatusCode::SERVICE_UNAVAILABLE, "Service Unavailable"),
        }
    }

    /// What API Gateway and the proxy in front of it say of the way a request took.
    fn forwarded(&self, parts: &mut Parts, source: IpAddr) {
        let forwarded_for = match event::text(&parts.headers, "x-forwarded-for") {
            before if before.is_empty() => source.to_string(),
            before => format!("{before}, {source}"),
        };
        let trace = format!("Root=1-{:08x}-{}", clock::now_ms() / 1000, random::hex::<12>());
        let headers = [
            (header::HOST, Place::api_host(&self.declared.id)),
            (HeaderName::from_static("x-forwarded-for"), forwarded_for),
            (HeaderName::from_static("x-forwarded-proto"), "http".to_owned()),
            (HeaderName::from_static("x-amzn-trace-id"), trace),
        ];
        for (name, value) in headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                parts.headers.insert(name, value);
            }
        }
    }
}

fn failed() -> Response {
    answer::message(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error")
}

fn no_content() -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}
