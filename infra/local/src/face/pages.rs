//! `/_local`: what the stack says of itself.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use local_kvs::{Fault, Kvs};
use local_services::ses::Ses;
use serde_json::{Value, json};

use crate::gateway::answer;
use crate::gateway::websocket::WebSocketApi;
use crate::lambda::Lambda;
use crate::stack::bill::Bill;
use crate::traces::Traces;

/// The pages and what they tell of.
pub struct Pages {
    /// `/_local/outputs`
    pub outputs: BTreeMap<String, String>,
    /// `/_local/mail`
    pub mail: Arc<Ses>,
    /// `/_local/faults`
    pub kvs: Kvs,
    /// `/_local/traces`
    pub traces: Traces,
    /// `/_local/health`: workers
    pub lambda: Arc<Lambda>,
    /// `/_local/health`: connections
    pub sockets: Vec<Arc<WebSocketApi>>,
    /// `/_local/bill`
    pub bill: Bill,
}

impl Pages {
    /// Answers a request for a page, as JSON when the request accepts that.
    pub fn answer(&self, page: &str, request: &Request) -> Response {
        let (method, headers) = (request.method(), request.headers());
        if page == "faults" && method == Method::PUT {
            return self.set_fault(request.uri().query().unwrap_or_default(), headers);
        }
        if method != Method::GET && method != Method::HEAD {
            return answer::message(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed");
        }
        match page {
            "outputs" => rendered("Outputs", &json!(self.outputs), headers),
            "faults" => rendered("Faults", &self.faults(), headers),
            "health" => rendered("Health", &self.health(), headers),
            "bill" => rendered("Bill", &self.bill.to_json(), headers),
            "traces" => {
                let query = request.uri().query().unwrap_or_default();
                rendered("Traces", &self.traces.to_json(query.strip_prefix("trace=")), headers)
            }
            "mail" => Arc::clone(&self.mail).page(headers),
            _ => answer::message(
                StatusCode::NOT_FOUND,
                "Not Found: there are /_local/bill, /_local/faults, /_local/health, /_local/mail, /_local/outputs and /_local/traces",
            ),
        }
    }

    /// `PUT /_local/faults?kvs=throttle`
    fn set_fault(&self, query: &str, headers: &HeaderMap) -> Response {
        let Some(name) = query.strip_prefix("kvs=") else {
            let text = "Say what shall fail and how: PUT /_local/faults?kvs=throttle";
            return answer::message(StatusCode::BAD_REQUEST, text);
        };
        match name.parse::<Fault>() {
            Ok(fault) => {
                self.kvs.set_fault(fault);
                rendered("Faults", &self.faults(), headers)
            }
            Err(unknown) => answer::message(StatusCode::BAD_REQUEST, &unknown.to_string()),
        }
    }

    fn faults(&self) -> Value {
        json!({ "kvs": self.kvs.fault().name(), "struck": self.kvs.struck() })
    }

    fn health(&self) -> Value {
        let workers: BTreeMap<&str, usize> =
            self.lambda.functions().map(|function| (function, self.lambda.workers(function))).collect();
        let connections: usize = self.sockets.iter().map(|api| api.hub().len()).sum();
        json!({ "status": "ok", "workers": workers, "connections": connections })
    }
}

fn rendered(title: &str, value: &Value, headers: &HeaderMap) -> Response {
    let wants_page = headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html") && !accept.contains("application/json"));
    let (text, kind) = match wants_page {
        true => (page(title, value), "text/html; charset=utf-8"),
        false => (value.to_string(), "application/json"),
    };
    let mut response = Response::new(Body::from(text));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn page(title: &str, value: &Value) -> String {
    let mut rows = String::new();
    for (name, value) in value.as_object().into_iter().flatten() {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let _ = write!(rows, "<tr><th>{}</th><td>{}</td></tr>", escaped(name), escaped(&value));
    }
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{title}</title>\
         <h1>{title}</h1><table>{rows}</table></html>"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
