//! An answer before it becomes HTTP.

use std::future::{Future, ready};
use std::pin::Pin;

use domain::refusal::Refusal;
use lambda_http::http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, SET_COOKIE};
use lambda_http::{Body, Error, IntoResponse, Response};
use protocol::rest;
use serde::Serialize;

/// An HTTP answer that goes as it is, for it is text already. What the library does to answers of any other kind puts the
/// tables of forty encodings into a function's package.
#[derive(Debug)]
pub struct AsItIs(pub Response<Body>);

impl IntoResponse for AsItIs {
    fn into_response(self) -> Pin<Box<dyn Future<Output = Response<Body>> + Send>> {
        Box::pin(ready(self.0))
    }
}

/// An answer; never cached unless it says so.
#[derive(Debug)]
pub struct Answer {
    status: u16,
    body: String,
    cookies: Vec<String>,
    cache: &'static str,
    content_type: &'static str,
    retry_after: Option<u64>,
}

impl Answer {
    /// JSON.
    #[must_use]
    pub fn json<T: Serialize>(status: u16, body: &T) -> Self {
        Self::text(status, rest::write(body))
    }

    /// JSON that is text already.
    #[must_use]
    pub const fn text(status: u16, body: String) -> Self {
        let content_type = "application/json";
        Self { status, body, cookies: Vec::new(), cache: "no-store", content_type, retry_after: None }
    }

    /// The same, of another type.
    #[must_use]
    pub const fn typed(mut self, content_type: &'static str) -> Self {
        self.content_type = content_type;
        self
    }

    /// Done, and nothing to say: 204.
    #[must_use]
    pub const fn done() -> Self {
        Self::text(204, String::new())
    }

    /// What went wrong, in words for people; what failed on our side is logged.
    pub(crate) fn refusal(error: &app::Error) -> Self {
        if let app::Error::Port(error) = error {
            tracing::error!(%error, "a port failed");
        }
        let refusal: Refusal = error.refusal();
        let retry_after = refusal.retry_after.map(|span| span.whole_seconds_up());
        Self { retry_after, ..Self::text(rest::status(refusal.code), rest::refused(&refusal)) }
    }

    /// The same with a `Set-Cookie`.
    #[must_use]
    pub fn with_cookie(mut self, cookie: String) -> Self {
        self.cookies.push(cookie);
        self
    }

    /// The same, kept by caches as said.
    #[must_use]
    pub const fn cached(mut self, cache: &'static str) -> Self {
        self.cache = cache;
        self
    }

    pub(crate) fn response(self) -> Result<Response<Body>, Error> {
        let mut response = Response::builder().status(self.status).header(CACHE_CONTROL, self.cache);
        if !self.body.is_empty() {
            response = response.header(CONTENT_TYPE, self.content_type);
        }
        if let Some(seconds) = self.retry_after {
            response = response.header(RETRY_AFTER, seconds);
        }
        for cookie in self.cookies {
            response = response.header(SET_COOKIE, cookie);
        }
        Ok(response.body(Body::Text(self.body))?)
    }
}
