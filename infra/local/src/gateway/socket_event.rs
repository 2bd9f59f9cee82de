//! The events of a WebSocket API ("Set up a route for your WebSocket API", "Mapping template reference",
//! and the sample events of "Managing client apps that connect to your WebSocket API").

use http::request::Parts;
use http::{HeaderMap, HeaderName};
use serde_json::{Map, Value, json};

use super::event::{query_parameters, text};
use super::hub::Connection;
use super::path::decoded;
use crate::clock;
use crate::template::place::Place;

/// The API an event comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Id of the API.
    pub api_id: String,
    /// Its stage.
    pub stage: String,
}

/// The event of `$connect`.
pub fn connect(origin: &Origin, connection: &Connection, request_id: &str, parts: &Parts) -> Value {
    let mut event = json!({
        "headers": headers(&parts.headers, false),
        "multiValueHeaders": headers(&parts.headers, true),
        "requestContext": context(origin, connection, request_id, "$connect", "CONNECT"),
        "isBase64Encoded": false,
    });
    if let Some(query) = parts.uri.query().filter(|query| !query.is_empty()) {
        event["queryStringParameters"] = json!(last_values(query));
        event["multiValueQueryStringParameters"] = json!(all_values(query));
    }
    event
}

/// The event of a message that takes a route.
pub fn message(origin: &Origin, connection: &Connection, request_id: &str, route: &str, body: &str) -> Value {
    let mut context = context(origin, connection, request_id, route, "MESSAGE");
    context["messageId"] = json!(request_id);
    json!({ "requestContext": context, "body": body, "isBase64Encoded": false })
}

/// The event of `$disconnect`.
pub fn disconnect(origin: &Origin, connection: &Connection, request_id: &str, code: u16, reason: &str) -> Value {
    let mut context = context(origin, connection, request_id, "$disconnect", "DISCONNECT");
    context["disconnectStatusCode"] = json!(code);
    context["disconnectReason"] = json!(reason);
    let host = Place::api_host(&origin.api_id);
    json!({
        "headers": { "Host": host, "x-api-key": "", "X-Forwarded-For": "", "x-restapi": "" },
        "multiValueHeaders": { "Host": [host], "x-api-key": [""], "X-Forwarded-For": [""], "x-restapi": [""] },
        "requestContext": context,
        "isBase64Encoded": false,
    })
}

fn context(origin: &Origin, connection: &Connection, request_id: &str, route: &str, kind: &str) -> Value {
    let now_ms = clock::now_ms();
    let mut identity = json!({ "sourceIp": connection.source.to_string() });
    if let Some(user_agent) = &connection.user_agent {
        identity["userAgent"] = json!(user_agent);
    }
    json!({
        "routeKey": route,
        "eventType": kind,
        "extendedRequestId": request_id,
        "requestTime": clock::common_log(now_ms),
        "messageDirection": "IN",
        "stage": origin.stage,
        "connectedAt": connection.connected_at_ms,
        "requestTimeEpoch": now_ms,
        "identity": identity,
        "requestId": request_id,
        "domainName": Place::api_host(&origin.api_id),
        "connectionId": connection.id,
        "apiId": origin.api_id,
    })
}

/// Headers under the names in which browsers write them, as WebSocket APIs hand them on.
fn headers(headers: &HeaderMap, multiple: bool) -> Map<String, Value> {
    let value = |name: &HeaderName| {
        if multiple {
            let values = headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
            json!(values.collect::<Vec<_>>())
        } else {
            json!(text(headers, name.as_str()))
        }
    };
    headers.keys().map(|name| (written(name), value(name))).collect()
}

/// `sec-websocket-protocol` is `Sec-WebSocket-Protocol`, `host` is `Host`; headers of one's own stay as they are.
fn written(name: &HeaderName) -> String {
    let name = name.as_str();
    if name.starts_with("x-") && !name.starts_with("x-forwarded-") && !name.starts_with("x-amzn-") {
        return name.to_owned();
    }
    let words = name.split('-').map(|word| match word {
        "websocket" => "WebSocket".to_owned(),
        _ => word[..1.min(word.len())].to_uppercase() + word.get(1..).unwrap_or_default(),
    });
    words.collect::<Vec<_>>().join("-")
}

fn last_values(query: &str) -> Map<String, Value> {
    pairs(query).map(|(name, value)| (name, json!(value))).collect()
}

fn all_values(query: &str) -> Map<String, Value> {
    let names = query_parameters(query).into_keys();
    let values =
        |name: &str| pairs(query).filter(|(known, _)| known == name).map(|(_, value)| value).collect::<Vec<_>>();
    names.map(|name| (name.clone(), json!(values(&name)))).collect()
}

fn pairs(query: &str) -> impl Iterator<Item = (String, String)> {
    query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decoded(name), decoded(value))
    })
}
