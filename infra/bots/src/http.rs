//! One HTTP request on a connection of its own.

use std::collections::BTreeMap;

use anyhow::Context;
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

/// A request to be sent.
#[derive(Debug, Clone)]
pub struct Request {
    method: &'static str,
    path: String,
    headers: Vec<(String, String)>,
    body: String,
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    /// HTTP status code.
    pub status: u16,
    /// The headers but `Set-Cookie`, by name; of one that comes twice the last.
    pub headers: BTreeMap<String, String>,
    /// The values of `Set-Cookie`.
    pub cookies: Vec<String>,
    /// The body as it came.
    pub text: String,
    /// The body as JSON; null when it is none.
    pub body: Value,
}

impl Answer {
    /// A cookie that it sets, `name=value`.
    #[must_use]
    pub fn cookie(&self) -> Option<&str> {
        self.cookies.first().and_then(|cookie| cookie.split(';').next())
    }
}

impl Request {
    /// A POST with a JSON body.
    #[must_use]
    pub fn post(path: &str, body: &Value) -> Self {
        Self::raw("POST", path, body.to_string())
    }

    /// A GET.
    #[must_use]
    pub fn get(path: &str) -> Self {
        Self::raw("GET", path, String::new())
    }

    /// A request with any body.
    #[must_use]
    pub fn raw(method: &'static str, path: &str, body: String) -> Self {
        Self { method, path: path.to_owned(), headers: Vec::new(), body }
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Shows an access token.
    #[must_use]
    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    /// Its method and its path with the query.
    #[must_use]
    pub fn line(&self) -> (&'static str, &str) {
        (self.method, &self.path)
    }

    /// Sends it to a port of this machine.
    ///
    /// # Errors
    /// Nobody answers there, or not in HTTP.
    pub async fn send(self, port: u16) -> anyhow::Result<Answer> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await.context("nobody listens")?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        let driver = tokio::spawn(connection);
        let mut request = hyper::Request::builder().method(self.method).uri(&self.path);
        request = request.header("host", format!("localhost:{port}")).header("content-type", "application/json");
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let response = sender.send_request(request.body(Full::new(Bytes::from(self.body)))?).await?;
        let status = response.status().as_u16();
        let said = response.headers().iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
        let (cookies, headers): (Vec<_>, Vec<_>) = said.partition(|(name, _)| *name == "set-cookie");
        let cookies = cookies.into_iter().map(|(_, value)| value.to_owned()).collect();
        let headers = headers.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let body = response.into_body().collect().await?.to_bytes();
        driver.abort();
        let text = String::from_utf8_lossy(&body).into_owned();
        Ok(Answer { status, headers, cookies, body: serde_json::from_str(&text).unwrap_or(Value::Null), text })
    }
}
