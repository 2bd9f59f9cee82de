//! The event of an HTTP API, payload format 2.0 ("Working with AWS Lambda proxy integrations for HTTP APIs").

use std::collections::BTreeMap;
use std::net::IpAddr;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::request::Parts;
use http::{HeaderMap, header};
use serde_json::{Map, Value, json};

use super::path::{Chosen, decoded};
use crate::clock;
use crate::template::place::{ACCOUNT_ID, Place};

/// What the event says beside the request itself.
#[derive(Debug, Clone, Copy)]
pub struct Circumstances<'a> {
    /// Id of the API.
    pub api_id: &'a str,
    /// Its stage.
    pub stage: &'a str,
    /// Id of this request.
    pub request_id: &'a str,
    /// The address the request came from.
    pub source: IpAddr,
    /// Unix time in ms.
    pub now_ms: u64,
}

/// The event for a request that took a route.
pub fn payload(parts: &Parts, body: &[u8], chosen: &Chosen<'_>, now: Circumstances<'_>) -> Value {
    let path = match now.stage {
        "$default" => decoded(parts.uri.path()),
        stage => format!("/{stage}{}", decoded(parts.uri.path())),
    };
    let host = Place::api_host(now.api_id);
    let route_key = match chosen.route.path.as_str() {
        "$default" => "$default".to_owned(),
        path => format!("{} {path}", chosen.route.method),
    };
    let query = parts.uri.query().unwrap_or_default();
    let mut event = json!({
        "version": "2.0",
        "routeKey": route_key,
        "rawPath": path,
        "rawQueryString": query,
        "headers": headers(&parts.headers),
        "requestContext": {
            "accountId": ACCOUNT_ID,
            "apiId": now.api_id,
            "domainName": host,
            "domainPrefix": now.api_id,
            "http": {
                "method": parts.method.as_str(),
                "path": path,
                "protocol": format!("{:?}", parts.version),
                "sourceIp": now.source.to_string(),
                "userAgent": text(&parts.headers, header::USER_AGENT.as_str()),
            },
            "requestId": now.request_id,
            "routeKey": route_key,
            "stage": now.stage,
            "time": clock::common_log(now.now_ms),
            "timeEpoch": now.now_ms,
        },
        "isBase64Encoded": false,
    });
    let cookies = cookies(&parts.headers);
    if !cookies.is_empty() {
        event["cookies"] = json!(cookies);
    }
    if !query.is_empty() {
        event["queryStringParameters"] = json!(query_parameters(query));
    }
    if !chosen.variables.is_empty() {
        event["pathParameters"] = json!(chosen.variables);
    }
    if !body.is_empty() {
        let (text, encoded) = body_text(&parts.headers, body);
        event["body"] = json!(text);
        event["isBase64Encoded"] = json!(encoded);
    }
    event
}

/// Header names in lower case, repeated ones joined by commas; cookies have a member of their own.
fn headers(headers: &HeaderMap) -> Map<String, Value> {
    let mut joined = Map::new();
    for name in headers.keys().filter(|name| **name != header::COOKIE) {
        joined.insert(name.as_str().to_owned(), json!(text(headers, name.as_str())));
    }
    joined
}

/// The values of a header, joined by commas; empty when there is none.
pub fn text(headers: &HeaderMap, name: &str) -> String {
    let values = headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
    values.collect::<Vec<_>>().join(",")
}

fn cookies(headers: &HeaderMap) -> Vec<String> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let cookies = lines.flat_map(|line| line.split(';')).map(str::trim).filter(|cookie| !cookie.is_empty());
    cookies.map(str::to_owned).collect()
}

/// Decoded parameters, repeated ones joined by commas.
pub fn query_parameters(query: &str) -> BTreeMap<String, String> {
    let mut parameters: BTreeMap<String, String> = BTreeMap::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = decoded(&value.replace('+', " "));
        let joined = parameters.entry(decoded(&name.replace('+', " ")));
        joined.and_modify(|known| *known = format!("{known},{value}")).or_insert(value);
    }
    parameters
}

/// Text stays text for the content types API Gateway takes for text; everything else is base64.
fn body_text(headers: &HeaderMap, body: &[u8]) -> (String, bool) {
    let content_type = text(headers, header::CONTENT_TYPE.as_str()).to_lowercase();
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    let is_text = kind.starts_with("text/")
        || kind.ends_with("+json")
        || kind.ends_with("+xml")
        || matches!(kind, "application/json" | "application/xml" | "application/javascript");
    match std::str::from_utf8(body) {
        Ok(text) if is_text => (text.to_owned(), false),
        _ => (BASE64_STANDARD.encode(body), true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::http_api::Route;

    fn parts(request: http::request::Builder) -> Parts {
        request.body(()).expect("a request").into_parts().0
    }

    fn circumstances() -> Circumstances<'static> {
        Circumstances {
            api_id: "api-id",
            stage: "$default",
            request_id: "id",
            source: IpAddr::from([192, 0, 2, 1]),
            now_ms: 1_583_348_638_390,
        }
    }

    /// The example of payload format 2.0 on AWS's page, without the authorizer parts.
    #[test]
    fn the_event_is_the_one_in_the_documentation() {
        let request = http::Request::post("/my/path?parameter1=value1&parameter1=value2&parameter2=value")
            .header("cookie", "cookie1; cookie2")
            .header("Header1", "value1")
            .header("Header2", "value1")
            .header("Header2", "value2")
            .header("user-agent", "agent")
            .header("content-type", "text/plain");
        let route = Route { method: "ANY".to_owned(), path: "$default".to_owned(), function: "F".to_owned() };
        let variables = BTreeMap::from([("parameter1".to_owned(), "value1".to_owned())]);
        let event =
            payload(&parts(request), b"Hello from Lambda", &Chosen { route: &route, variables }, circumstances());
        let wanted = json!({
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": "/my/path",
            "rawQueryString": "parameter1=value1&parameter1=value2&parameter2=value",
            "cookies": ["cookie1", "cookie2"],
            "headers": {"header1": "value1", "header2": "value1,value2", "user-agent": "agent", "content-type": "text/plain"},
            "queryStringParameters": {"parameter1": "value1,value2", "parameter2": "value"},
            "requestContext": {
                "accountId": "000000000000",
                "apiId": "api-id",
                "domainName": "api-id.execute-api.us-east-1.amazonaws.com",
                "domainPrefix": "api-id",
                "http": {
                    "method": "POST",
                    "path": "/my/path",
                    "protocol": "HTTP/1.1",
                    "sourceIp": "192.0.2.1",
                    "userAgent": "agent",
                },
                "requestId": "id",
                "routeKey": "$default",
                "stage": "$default",
                "time": "04/Mar/2020:19:03:58 +0000",
                "timeEpoch": 1_583_348_638_390_u64,
            },
            "body": "Hello from Lambda",
            "pathParameters": {"parameter1": "value1"},
            "isBase64Encoded": false,
        });
        assert_eq!(event, wanted);
    }

    #[test]
    fn what_is_absent_has_no_member_and_a_stage_stands_in_the_path() {
        let route = Route { method: "GET".to_owned(), path: "/x".to_owned(), function: "F".to_owned() };
        let chosen = Chosen { route: &route, variables: BTreeMap::new() };
        let now = Circumstances { stage: "dev", ..circumstances() };
        let event = payload(&parts(http::Request::get("/x")), b"", &chosen, now);
        assert_eq!((&event["rawPath"], &event["routeKey"]), (&json!("/dev/x"), &json!("GET /x")));
        for member in ["cookies", "queryStringParameters", "pathParameters", "body"] {
            assert!(event.get(member).is_none(), "{member}");
        }
    }

    #[test]
    fn a_body_that_is_not_declared_as_text_is_base64() {
        let body = |content_type: Option<&str>, bytes: &[u8]| {
            let request = http::Request::post("/");
            let request = match content_type {
                Some(content_type) => request.header("content-type", content_type),
                None => request,
            };
            body_text(&parts(request).headers, bytes)
        };
        assert_eq!(body(Some("application/json; charset=utf-8"), b"{}"), ("{}".to_owned(), false));
        assert_eq!(body(Some("application/problem+json"), b"{}"), ("{}".to_owned(), false));
        assert_eq!(body(Some("application/json"), b"\xff"), ("/w==".to_owned(), true));
        assert_eq!(body(Some("application/x-www-form-urlencoded"), b"a=1"), ("YT0x".to_owned(), true));
        assert_eq!(body(None, b"a=1"), ("YT0x".to_owned(), true));
    }

    #[test]
    fn query_parameters_are_decoded_and_joined() {
        let parameters = query_parameters("a=1&b=x%26y+z&a=2&flag&=no-name");
        let pairs: Vec<(&str, &str)> = parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(pairs, [("", "no-name"), ("a", "1,2"), ("b", "x&y z"), ("flag", "")]);
    }
}
