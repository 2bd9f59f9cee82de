//! What becomes of a function's answer: an HTTP response ("Lambda function response for format 2.0").

use axum::body::Body;
use axum::response::Response;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde_json::{Map, Value, json};

/// The response a function's answer stands for; `None` when it stands for none.
pub fn response(answer: &[u8]) -> Option<Response> {
    let answer: Value = serde_json::from_slice(answer).ok()?;
    match answer.as_object().filter(|members| members.contains_key("statusCode")) {
        Some(members) => structured(members),
        None => Some(inferred(&answer)),
    }
}

/// The status of a proxy answer, where a number and its text are the same.
pub fn status(members: &Map<String, Value>) -> Option<StatusCode> {
    let code = members.get("statusCode")?;
    let code = code.as_u64().or_else(|| code.as_str()?.parse().ok())?;
    StatusCode::from_u16(u16::try_from(code).ok()?).ok()
}

/// A message of API Gateway's own.
pub fn message(status: StatusCode, text: &str) -> Response {
    let mut response = Response::new(Body::from(json!({ "message": text }).to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

fn structured(members: &Map<String, Value>) -> Option<Response> {
    let body = match members.get("body") {
        Some(Value::String(text)) if members.get("isBase64Encoded").and_then(Value::as_bool).unwrap_or(false) => {
            Bytes::from(BASE64_STANDARD.decode(text).ok()?)
        }
        Some(Value::Null) | None => Bytes::new(),
        Some(value) => Bytes::from(written(value)),
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status(members)?;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain;charset=UTF-8"));
    for (name, value) in members.get("headers").and_then(Value::as_object).into_iter().flatten() {
        if !value.is_null() {
            headers.insert(HeaderName::from_bytes(name.as_bytes()).ok()?, HeaderValue::from_str(&written(value)).ok()?);
        }
    }
    for cookie in members.get("cookies").and_then(Value::as_array).into_iter().flatten() {
        headers.append(header::SET_COOKIE, HeaderValue::from_str(cookie.as_str()?).ok()?);
    }
    Some(response)
}

/// Valid JSON without `statusCode`: status 200, `application/json`, and the answer itself as body.
fn inferred(answer: &Value) -> Response {
    let mut response = Response::new(Body::from(written(answer)));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// A text as it is, everything else as JSON.
fn written(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_answer_is_none() {
        for answer in
            ["", "{", r#"{"statusCode":"many"}"#, r#"{"statusCode":99}"#, r#"{"statusCode":200,"headers":{"a b":"c"}}"#]
        {
            assert!(response(answer.as_bytes()).is_none(), "{answer}");
        }
    }

    #[test]
    fn numbers_become_header_texts_and_cookies_headers() {
        let answer = json!({"statusCode": "201", "headers": {"X-N": 5}, "cookies": ["a=1", "b=2"], "body": {"a": 1}});
        let response = response(answer.to_string().as_bytes()).expect("a response");
        assert_eq!(response.status(), 201);
        assert_eq!(response.headers()["x-n"], "5");
        let cookies: Vec<_> = response.headers().get_all("set-cookie").iter().collect();
        assert_eq!(cookies, ["a=1", "b=2"]);
    }
}
