//! `@connections`, the management API of WebSocket APIs ("Use @connections commands in your backend service").

use std::sync::Arc;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::Method;
use local_wire::{Call, Refusal, Reply, Service};
use serde_json::json;

use super::hub::{Connection, Order, Unsent};
use super::path::decoded;
use super::socket::MESSAGE_MAX_BYTES;
use super::websocket::WebSocketApi;
use crate::clock;

const JSON: &str = "application/json";

/// The service `execute-api` on the AWS port, under `/_api/<api id>/<stage>/@connections/<connection id>`.
pub struct Management {
    apis: Vec<Arc<WebSocketApi>>,
}

impl Management {
    /// The service over a stack's WebSocket APIs.
    pub fn new(apis: Vec<Arc<WebSocketApi>>) -> Self {
        Self { apis }
    }

    fn carry_out(&self, call: &Call) -> Result<Reply, Refusal> {
        let connection = self.connection(call.uri.path())?;
        match call.method {
            Method::POST => post(&connection, &call.body),
            Method::GET => Ok(Reply::json(JSON, &description(&connection))),
            Method::DELETE => match connection.order(Order::Close(1000, "Connection closed by the server")) {
                Ok(()) | Err(Unsent::Gone) => Ok(Reply { status: 204, content_type: JSON, body: Bytes::new() }),
                Err(Unsent::Full) => Err(limit_exceeded()),
            },
            _ => Err(Refusal::new(403, "ForbiddenException", "Forbidden")),
        }
    }

    fn connection(&self, path: &str) -> Result<Arc<Connection>, Refusal> {
        let forbidden = || Refusal::new(403, "ForbiddenException", "Forbidden");
        let parts: Vec<String> = path.split('/').map(decoded).collect();
        let ["", "_api", api_id, stage, "@connections", id] = *parts.iter().map(String::as_str).collect::<Vec<_>>()
        else {
            return Err(forbidden());
        };
        let api = self.apis.iter().find(|api| api.origin().api_id == api_id && api.origin().stage == stage);
        api.ok_or_else(forbidden)?.hub().find(id).ok_or_else(gone)
    }
}

impl Service for Management {
    fn call(&self, call: Call) -> BoxFuture<'_, Result<Reply, Refusal>> {
        Box::pin(async move { self.carry_out(&call) })
    }
}

fn post(connection: &Connection, body: &Bytes) -> Result<Reply, Refusal> {
    if body.len() > MESSAGE_MAX_BYTES {
        return Err(Refusal::new(413, "PayloadTooLargeException", "Message too long"));
    }
    let text = String::from_utf8(body.to_vec()).map_err(|_| Refusal::new(400, "BadRequestException", "not UTF-8"))?;
    match connection.order(Order::Send(text)) {
        Ok(()) => Ok(Reply { status: 200, content_type: JSON, body: Bytes::new() }),
        Err(Unsent::Gone) => Err(gone()),
        Err(Unsent::Full) => Err(limit_exceeded()),
    }
}

fn description(connection: &Connection) -> serde_json::Value {
    json!({
        "connectedAt": clock::iso(connection.connected_at_ms),
        "lastActiveAt": clock::iso(connection.last_active_at_ms()),
        "identity": { "sourceIp": connection.source.to_string(), "userAgent": connection.user_agent },
    })
}

fn gone() -> Refusal {
    Refusal::new(410, "GoneException", "The connection is gone")
}

fn limit_exceeded() -> Refusal {
    Refusal::new(429, "LimitExceededException", "The client does not read what it gets")
}
