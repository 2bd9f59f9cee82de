//! One WebSocket API: the upgrade by `$connect`, routes by a member of the message, `$disconnect`.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE;
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use hyper_util::rt::TokioIo;
use local_wire::{Functions, InvokeError};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::hub::{Connection, Hub, Order};
use super::socket::{self, Closed};
use super::socket_event::{self, Origin};
use super::{answer, event};
use crate::template::place::Place;
use crate::template::websocket::{SocketRoute, WebSocketApi as Declared};
use crate::{clock, random};

/// How long connections may live ("Quotas for configuring and running a WebSocket API").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Durations {
    /// Without traffic in either direction.
    pub idle: Duration,
    /// In all.
    pub longest: Duration,
}

impl Default for Durations {
    fn default() -> Self {
        Self { idle: Duration::from_secs(10 * 60), longest: Duration::from_secs(2 * 60 * 60) }
    }
}

/// A WebSocket API that answers.
pub struct WebSocketApi {
    declared: Declared,
    origin: Origin,
    functions: Arc<dyn Functions>,
    durations: Durations,
    hub: Arc<Hub>,
}

/// Why an integration gave no answer.
enum Failure {
    TimedOut,
    Failed,
}

impl WebSocketApi {
    /// The API a template declares, over its functions.
    pub fn new(declared: Declared, functions: Arc<dyn Functions>, durations: Durations) -> Arc<Self> {
        let origin = Origin { api_id: declared.id.clone(), stage: declared.stage.clone() };
        Arc::new(Self { declared, origin, functions, durations, hub: Arc::default() })
    }

    /// Its connections.
    pub fn hub(&self) -> &Hub {
        &self.hub
    }

    /// Which API and stage this is.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// How long connections may live.
    pub fn durations(&self) -> Durations {
        self.durations
    }

    /// Upgrades a request, when `$connect` agrees.
    pub async fn upgrade(self: Arc<Self>, mut request: Request, source: IpAddr) -> Response {
        let Some(accept) = accept_key(request.headers()) else {
            return answer::message(StatusCode::BAD_REQUEST, "Bad Request");
        };
        let upgraded = hyper::upgrade::on(&mut request);
        let (mut parts, _) = request.into_parts();
        self.forwarded(&mut parts, source);
        let user_agent = Some(event::text(&parts.headers, "user-agent")).filter(|agent| !agent.is_empty());
        let (connection, orders) = Connection::new(made_up_id(), source, user_agent, clock::now_ms());
        let protocol = match self.connect(&connection, &parts).await {
            Ok(protocol) => protocol,
            Err(refusal) => return *refusal,
        };
        tokio::spawn(async move {
            match upgraded.await {
                Ok(upgraded) => self.run(connection, orders, TokioIo::new(upgraded)).await,
                Err(_) => self.disconnect(&connection, &Closed::abnormal()).await,
            }
        });
        switching(&accept, protocol)
    }

    /// Handles one message by its route.
    pub async fn message(self: Arc<Self>, connection: Arc<Connection>, text: String) {
        let request_id = made_up_id();
        let Some(route) = self.route_of(&text) else {
            return complain(&connection, &request_id, "Forbidden");
        };
        let event = socket_event::message(&self.origin, &connection, &request_id, &route.key, &text);
        drop(text);
        match self.invoke(route, event).await {
            Ok(reply) if route.responds => {
                if let Some(body) = reply.get("body").and_then(Value::as_str) {
                    // A client that left or does not read gets no answer.
                    let _ = connection.order(Order::Send(body.to_owned()));
                }
            }
            Ok(_) => {}
            Err(Failure::TimedOut) => complain(&connection, &request_id, "Endpoint request timed out"),
            Err(Failure::Failed) => complain(&connection, &request_id, "Internal server error"),
        }
    }

    async fn run(
        self: Arc<Self>,
        connection: Arc<Connection>,
        orders: mpsc::Receiver<Order>,
        stream: TokioIo<hyper::upgrade::Upgraded>,
    ) {
        self.hub.add(&connection);
        let closed = socket::run(&self, &connection, orders, stream).await;
        self.hub.remove(&connection.id);
        self.disconnect(&connection, &closed).await;
    }

    /// Asks `$connect`; the subprotocol it chose, or the refusal.
    async fn connect(&self, connection: &Connection, parts: &Parts) -> Result<Option<HeaderValue>, Box<Response>> {
        let Some(route) = self.route("$connect") else { return Ok(None) };
        let request_id = made_up_id();
        let event = socket_event::connect(&self.origin, connection, &request_id, parts);
        let failed = |status: StatusCode, text: &str| {
            let body = json!({ "message": text, "connectionId": connection.id, "requestId": request_id });
            let mut response = Response::new(Body::from(body.to_string()));
            *response.status_mut() = status;
            Box::new(response)
        };
        let reply = match self.invoke(route, event).await {
            Ok(reply) => reply,
            Err(Failure::TimedOut) => return Err(failed(StatusCode::GATEWAY_TIMEOUT, "Endpoint request timed out")),
            Err(Failure::Failed) => return Err(failed(StatusCode::BAD_GATEWAY, "Internal server error")),
        };
        let status = reply.as_object().and_then(answer::status);
        match status {
            Some(status) if status.is_success() => Ok(chosen_protocol(&reply)),
            Some(status) => {
                let mut refusal = answer::response(reply.to_string().as_bytes()).unwrap_or_default();
                *refusal.status_mut() = status;
                Err(Box::new(refusal))
            }
            None => Err(failed(StatusCode::BAD_GATEWAY, "Internal server error")),
        }
    }

    /// Tells `$disconnect`, once and without looking at its answer.
    async fn disconnect(&self, connection: &Connection, closed: &Closed) {
        if let Some(route) = self.route("$disconnect") {
            let event = socket_event::disconnect(&self.origin, connection, &made_up_id(), closed.code, &closed.reason);
            let _ = self.invoke(route, event).await;
        }
    }

    async fn invoke(&self, route: &SocketRoute, event: Value) -> Result<Value, Failure> {
        let timeout = Duration::from_millis(route.timeout_ms);
        let invocation = self.functions.invoke(&route.function, Bytes::from(event.to_string()));
        match tokio::time::timeout(timeout, invocation).await {
            Ok(Ok(reply)) => serde_json::from_slice(&reply).map_err(|_| Failure::Failed),
            Ok(Err(InvokeError::Function { .. } | InvokeError::TimedOut | InvokeError::Unavailable(_))) => {
                Err(Failure::Failed)
            }
            Err(_) => Err(Failure::TimedOut),
        }
    }

    /// The route whose key the selector's member holds, or else `$default`.
    fn route_of(&self, text: &str) -> Option<&SocketRoute> {
        let message: Option<Value> = serde_json::from_str(text).ok();
        let key = message.as_ref().and_then(|message| message.get(&self.declared.selector)?.as_str());
        key.filter(|key| !key.starts_with('$')).and_then(|key| self.route(key)).or_else(|| self.route("$default"))
    }

    fn route(&self, key: &str) -> Option<&SocketRoute> {
        self.declared.routes.iter().find(|route| route.key == key)
    }

    fn forwarded(&self, parts: &mut Parts, source: IpAddr) {
        let headers = [
            (header::HOST, Place::api_host(&self.origin.api_id)),
            (HeaderName::from_static("x-forwarded-for"), source.to_string()),
            (HeaderName::from_static("x-forwarded-proto"), "http".to_owned()),
        ];
        for (name, value) in headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                parts.headers.insert(name, value);
            }
        }
        parts.headers.remove(header::CONNECTION);
        parts.headers.remove(header::UPGRADE);
    }
}

/// Connection and request ids look like `L0SM9cOFvHcCIhw=`.
fn made_up_id() -> String {
    BASE64_URL_SAFE.encode(random::bytes::<11>())
}

/// What API Gateway itself says on a connection.
fn complain(connection: &Connection, request_id: &str, message: &str) {
    let text = json!({ "message": message, "connectionId": connection.id, "requestId": request_id });
    let _ = connection.order(Order::Send(text.to_string()));
}

/// RFC 6455 section 4.2.1: version 13, a key, and both upgrade headers.
fn accept_key(headers: &HeaderMap) -> Option<String> {
    let says = |name: HeaderName, wanted: &str| {
        event::text(headers, name.as_str()).split(',').any(|token| token.trim().eq_ignore_ascii_case(wanted))
    };
    let version = headers.get(header::SEC_WEBSOCKET_VERSION)?;
    let key = headers.get(header::SEC_WEBSOCKET_KEY)?;
    let asks = says(header::UPGRADE, "websocket") && says(header::CONNECTION, "upgrade") && version == "13";
    asks.then(|| derive_accept_key(key.as_bytes()))
}

fn chosen_protocol(reply: &Value) -> Option<HeaderValue> {
    let headers = reply.get("headers")?.as_object()?;
    let (_, value) = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("sec-websocket-protocol"))?;
    HeaderValue::from_str(value.as_str()?).ok()
}

fn switching(accept: &str, protocol: Option<HeaderValue>) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    if let Ok(accept) = HeaderValue::from_str(accept) {
        headers.insert(header::SEC_WEBSOCKET_ACCEPT, accept);
    }
    if let Some(protocol) = protocol {
        headers.insert(header::SEC_WEBSOCKET_PROTOCOL, protocol);
    }
    response
}
