//! CORS (Fetch standard, section 3.3): pages of the allowed origins may use routes that take an access token, and no route
//! that takes a cookie. The HTTP API's own CORS settings know no difference between routes, so the functions say it.

use app::Settings;
use lambda_http::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ORIGIN, VARY,
};
use lambda_http::http::{HeaderMap, HeaderValue};
use lambda_http::{Body, Error, Request, Response};
use protocol::route;

/// Answers a preflight: with permission, or with nothing.
pub(crate) fn preflight(settings: &Settings, request: &Request) -> Result<Response<Body>, Error> {
    let mut response = Response::builder().status(204).body(Body::Empty)?;
    if route::is_shared(request.uri().path()) && allow(settings, request, response.headers_mut()) {
        let headers = response.headers_mut();
        headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST, PUT, DELETE"));
        headers
            .insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("authorization, content-type, x-sc-trace"));
        headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
    }
    Ok(response)
}

/// Lets a page of an allowed origin read an answer.
pub(crate) fn shared(settings: &Settings, request: &Request, mut response: Response<Body>) -> Response<Body> {
    if allow(settings, request, response.headers_mut()) {
        response.headers_mut().insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("retry-after"));
    }
    response
}

fn allow(settings: &Settings, request: &Request, headers: &mut HeaderMap) -> bool {
    headers.insert(VARY, HeaderValue::from_static("origin"));
    let origin = request.headers().get(ORIGIN);
    let allowed = origin.filter(|origin| settings.allows_origin(origin.to_str().ok()));
    if let Some(origin) = allowed {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    }
    allowed.is_some()
}
