//! Cookies. Their names bind them to this host, HTTPS and the whole path (RFC 6265bis section 4.1.3.2); scripts do not see
//! them, and no other site's request carries them.

use domain::credential::Profile;
use domain::id::UserId;
use domain::limits::LINK_LIFE;
use domain::refresh::Proof;
use lambda_http::http::HeaderMap;
use lambda_http::http::header::COOKIE;

/// The refresh token of somebody who signed in by mail: one in all tabs.
const ACCOUNT: &str = "__Host-sc";
/// What marks the browser that asked for a link.
const NONCE: &str = "__Host-sc-link";

/// `Set-Cookie` with a refresh token. A guest is a tab, and has a cookie of that name alone: two tabs are two people. That of
/// an account says whose it is.
pub(crate) fn set(profile: &Profile, token: &str) -> String {
    if profile.email.is_some() {
        cookie(ACCOUNT, &format!("{}.{token}", profile.user), Proof::Mail.refresh_life().0)
    } else {
        cookie(&guest(&profile.user), token, Proof::None.refresh_life().0)
    }
}

/// `Set-Cookie` that marks this browser as the one that asked.
pub(crate) fn set_nonce(nonce: &str) -> String {
    cookie(NONCE, nonce, LINK_LIFE.0)
}

/// `Set-Cookie` that takes a guest's token away, or that of the account.
pub(crate) fn cleared(guest_of: Option<&UserId>) -> String {
    cookie(&guest_of.map_or_else(|| ACCOUNT.to_owned(), guest), "", 0)
}

/// `Set-Cookie` that takes the mark away.
pub(crate) fn cleared_nonce() -> String {
    cookie(NONCE, "", 0)
}

/// The refresh token that a browser holds for a guest.
pub(crate) fn of_guest(headers: &HeaderMap, user: &UserId) -> Option<String> {
    read(headers, &guest(user)).map(str::to_owned)
}

/// The account that is signed in, and its refresh token.
pub(crate) fn of_account(headers: &HeaderMap) -> Option<(UserId, String)> {
    let (user, token) = read(headers, ACCOUNT)?.split_once('.')?;
    Some((UserId::parse(user).ok()?, token.to_owned()))
}

/// The mark of the browser that asked.
pub(crate) fn nonce(headers: &HeaderMap) -> Option<&str> {
    read(headers, NONCE)
}

fn guest(user: &UserId) -> String {
    format!("{ACCOUNT}-{user}")
}

fn cookie(name: &str, value: &str, life_ms: u64) -> String {
    format!("{name}={value}; Path=/; Max-Age={}; Secure; HttpOnly; SameSite=Strict", life_ms / 1000)
}

fn read<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = all.flat_map(|value| value.split(';')).filter_map(|cookie| cookie.trim().split_once('='));
    pairs.find(|(found, _)| *found == name).map(|(_, value)| value)
}
