//! A request that was let in.

use app::Caller;
use domain::network::Network;
use domain::refusal::{Code, Refusal};
use domain::trace::Trace;
use lambda_http::http::HeaderMap;
use lambda_http::http::header::AUTHORIZATION;
use lambda_http::{Request, RequestExt};
use protocol::rest;
use protocol::token::Access;
use serde::de::DeserializeOwned;

/// Set by the edge alone: the viewer's address.
const VIEWER: &str = "x-sc-viewer";

/// Set by our page: its tab's own id.
const TRACE: &str = "x-sc-trace";

/// What is asked, and by whom.
pub struct Asked<'a> {
    request: &'a Request,
    /// The segment of the path that stands for `{...}`; empty where there is none.
    pub segment: &'a str,
    caller: Option<(Caller, Access)>,
}

impl<'a> Asked<'a> {
    pub(crate) const fn new(request: &'a Request, segment: &'a str) -> Self {
        Self { request, segment, caller: None }
    }

    pub(crate) fn by(self, caller: Caller, access: Access) -> Self {
        Self { caller: Some((caller, access)), ..self }
    }

    /// The body, if it follows the contract.
    ///
    /// # Errors
    /// `invalid_request`, `too_large`.
    pub fn body<T: DeserializeOwned>(&self) -> app::Result<T> {
        Ok(rest::read(self.request.body())?)
    }

    /// Who calls, on a route for who has an access token.
    ///
    /// # Errors
    /// `unauthorized` on any other route.
    pub fn caller(&self) -> app::Result<&Caller> {
        self.caller.as_ref().map(|(caller, _)| caller).ok_or_else(|| unnamed().into())
    }

    /// Their access token, read.
    ///
    /// # Errors
    /// `unauthorized` on a route that wants none.
    pub fn access(&self) -> app::Result<&Access> {
        self.caller.as_ref().map(|(_, access)| access).ok_or_else(|| unnamed().into())
    }

    /// The access token as it came.
    ///
    /// # Errors
    /// `unauthorized` when there is none.
    pub fn token(&self) -> app::Result<&'a str> {
        let token = self.header(AUTHORIZATION.as_str()).and_then(|value| value.strip_prefix("Bearer "));
        token.ok_or_else(|| unnamed().into())
    }

    /// The tab that asks, as it calls itself; whatever else stands there counts as nothing.
    #[must_use]
    pub fn trace(&self) -> Option<Trace> {
        self.header(TRACE).and_then(|text| Trace::parse(text).ok())
    }

    /// The network that the request comes from.
    #[must_use]
    pub fn network(&self) -> Network {
        Network::of(self.header(VIEWER))
    }

    /// A value of the query string.
    #[must_use]
    pub fn query(&self, name: &str) -> Option<String> {
        self.request.query_string_parameters_ref().and_then(|query| query.first(name)).map(str::to_owned)
    }

    /// All headers.
    #[must_use]
    pub fn headers(&self) -> &'a HeaderMap {
        self.request.headers()
    }

    /// A header that is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&'a str> {
        self.request.headers().get(name).and_then(|value| value.to_str().ok())
    }
}

fn unnamed() -> Refusal {
    Refusal::new(Code::Unauthorized, "Send your access token.")
}
