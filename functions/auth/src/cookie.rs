//! The refresh cookie: one per guest, so that two tabs of a browser are two people.

use domain::id::UserId;
use domain::limits::REFRESH_LIFE;
use lambda_http::http::HeaderMap;
use lambda_http::http::header::COOKIE;

/// The name binds it to this host, HTTPS and the whole path (RFC 6265bis section 4.1.3.2).
fn name(user: &UserId) -> String {
    format!("__Host-sc-{user}")
}

/// `Set-Cookie` with a refresh token.
pub(crate) fn set(user: &UserId, value: &str) -> String {
    let seconds = REFRESH_LIFE.0 / 1000;
    format!("{}={value}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite=Strict", name(user))
}

/// `Set-Cookie` that takes it away.
pub(crate) fn cleared(user: &UserId) -> String {
    format!("{}=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Strict", name(user))
}

/// The refresh token of a user among the cookies of a request.
pub(crate) fn read(headers: &HeaderMap, user: &UserId) -> Option<String> {
    let name = name(user);
    let cookies =
        headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(';'));
    let mut pairs = cookies.filter_map(|cookie| cookie.trim().split_once('='));
    pairs.find(|(found, _)| *found == name).map(|(_, value)| value.to_owned())
}
