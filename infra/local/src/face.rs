//! CloudFront's face: the page, the HTTP API and the WebSocket API under one origin, as the template's
//! distribution orders them, and `/_local`, which does not exist in the cloud.
//!
//! Not imitated: caches (the page is read from the folder at every request), compression, the code of
//! CloudFront Functions. What those of the template do is done here by hand: the viewer's address goes to
//! the APIs in `x-sc-viewer`, and a path without a file extension is a place inside the page.

pub mod headers;
mod pages;
mod site;

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::extract::{ConnectInfo, Request, State};
use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use crate::gateway::answer;
use crate::gateway::http_api::HttpApi;
use crate::gateway::websocket::WebSocketApi;
use headers::PageHeaders;
pub use pages::Pages;

/// The header with the viewer's address.
const VIEWER: HeaderName = HeaderName::from_static("x-sc-viewer");

/// Where a request goes.
#[derive(Clone)]
pub enum Target {
    /// An HTTP API.
    Http(Arc<HttpApi>),
    /// A WebSocket API.
    Socket(Arc<WebSocketApi>),
}

/// A path pattern with `*` and `?`, and what stands behind it.
#[derive(Clone)]
pub struct Behavior {
    /// The pattern.
    pub pattern: String,
    /// Where matching requests go.
    pub target: Target,
    /// Headers added to them.
    pub added: Vec<(HeaderName, HeaderValue)>,
}

/// Everything on the port.
pub struct Face {
    /// In order of precedence.
    pub behaviors: Vec<Behavior>,
    /// The folder with the built page; without one every path of the page is not found.
    pub site: Option<PathBuf>,
    /// Headers of every answer but sockets'.
    pub headers: PageHeaders,
    /// `/_local`.
    pub pages: Pages,
}

impl Face {
    /// The routes of the port: every method and path.
    pub fn router(self) -> Router {
        Router::new().fallback(enter).with_state(Arc::new(self))
    }

    async fn answer(&self, request: Request, viewer: IpAddr) -> Response {
        let path = request.uri().path();
        if let Some(page) = path.strip_prefix("/_local/") {
            return self.pages.answer(page, &request);
        }
        let behavior = self.behaviors.iter().find(|behavior| matches(&behavior.pattern, path));
        let mut response = match behavior {
            Some(behavior) => match forward(behavior, request, viewer).await {
                Forwarded::Whole(response) => return response,
                Forwarded::Plain(response) => response,
            },
            None => match &self.site {
                Some(folder) => site::answer(folder, request.method(), path).await,
                None => answer::message(
                    StatusCode::NOT_FOUND,
                    "Not Found: the stack runs without a page, give one with --site",
                ),
            },
        };
        self.headers.apply(response.headers_mut());
        response
    }
}

/// What comes back from an origin.
enum Forwarded {
    /// Nothing may be added: an upgrade, or its refusal.
    Whole(Response),
    /// An ordinary answer.
    Plain(Response),
}

async fn enter(
    State(face): State<Arc<Face>>,
    ConnectInfo(viewer): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response {
    face.answer(request, viewer.ip()).await
}

async fn forward(behavior: &Behavior, mut request: Request, viewer: IpAddr) -> Forwarded {
    add_headers(request.headers_mut(), &behavior.added, viewer);
    match &behavior.target {
        Target::Http(api) => Forwarded::Plain(api.handle(request, viewer).await),
        Target::Socket(api) => Forwarded::Whole(Arc::clone(api).upgrade(request, viewer).await),
    }
}

fn add_headers(headers: &mut HeaderMap, added: &[(HeaderName, HeaderValue)], viewer: IpAddr) {
    if let Ok(viewer) = HeaderValue::from_str(&viewer.to_string()) {
        headers.insert(VIEWER, viewer);
    }
    for (name, value) in added {
        headers.insert(name.clone(), value.clone());
    }
}

/// CloudFront's path patterns: `*` stands for any text, `?` for one character.
fn matches(pattern: &str, path: &str) -> bool {
    let mut rest = pattern.chars();
    match rest.next() {
        None => path.is_empty(),
        Some('*') => (0..=path.len()).any(|at| path.is_char_boundary(at) && matches(rest.as_str(), &path[at..])),
        Some(wanted) => {
            let mut path = path.chars();
            path.next().is_some_and(|here| wanted == '?' || wanted == here) && matches(rest.as_str(), path.as_str())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_matches_as_in_cloudfront() {
        for (pattern, path, wanted) in [
            ("/api/*", "/api/login", true),
            ("/api/*", "/api/", true),
            ("/api/*", "/api", false),
            ("/ws", "/ws", true),
            ("/ws", "/ws/", false),
            ("/a?c/*.js", "/abc/d/e.js", true),
            ("/a?c/*.js", "/ac/e.js", false),
        ] {
            assert_eq!(matches(pattern, path), wanted, "{pattern} {path}");
        }
    }
}
