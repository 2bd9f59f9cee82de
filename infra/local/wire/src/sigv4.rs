//! AWS Signature Version 4, the receiving side: who signed a request, or why it is refused.
//!
//! Source: "AWS Signature Version 4 for API requests" (IAM User Guide, `reference_sigv.html`).
//! Two forms are known: the `Authorization` header, and the presigned query. What a signer may
//! sign, this accepts; what AWS refuses, this refuses with AWS's exception names. `now` is always
//! an argument. Not imitated: a `Date` header in place of `X-Amz-Date`, chunked (streaming)
//! payload signatures, and SigV4A.

mod canonical;
mod credentials;
mod denied;
mod parameters;
mod stamp;

use std::time::{Duration, SystemTime};

use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderMap, Method, Uri};
use sha2::{Digest, Sha256};

pub use credentials::{Credentials, Key};
pub use denied::Denied;
pub use stamp::Stamp;

use crate::Caller;
use parameters::Parameters;

/// How far `X-Amz-Date` may be from the receiver's clock, in both directions.
pub const SKEW_MAX: Duration = Duration::from_secs(5 * 60);
/// The longest life of a presigned URL, seven days.
pub const EXPIRES_MAX: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// Signing names of the services that take a body whose hash is not part of the signature.
const UNSIGNED_PAYLOAD_SERVICES: [&str; 3] = ["s3", "s3express", "s3-object-lambda"];
const UNSIGNED_PAYLOAD: &str = "UNSIGNED-PAYLOAD";

/// What of a request is signed.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// HTTP method.
    pub method: &'a Method,
    /// Path and query as received.
    pub uri: &'a Uri,
    /// Headers as received, `host` among them.
    pub headers: &'a HeaderMap,
    /// The whole body; empty for an upgrade.
    pub body: &'a [u8],
}

/// Who signed a request, and for what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// Whose keys they are.
    pub caller: Caller,
    /// The public half of the keys.
    pub access_key: String,
    /// The region of the credential scope, for example `us-east-1`.
    pub region: String,
    /// The signing name of the credential scope, for example `dynamodb`.
    pub service: String,
}

/// Checks a request signed in its `Authorization` header.
///
/// # Errors
/// [`Denied`], as AWS would say it.
pub fn check_header(request: Request<'_>, credentials: &Credentials, now: SystemTime) -> Result<Signed, Denied> {
    let parameters = Parameters::of_header(request.headers)?;
    parameters.signed_at.check(SKEW_MAX, SKEW_MAX, now)?;
    check(request, &parameters, credentials)
}

/// Checks a request signed in its query (a presigned URL), by `X-Amz-Expires` and the skew.
///
/// The payload is the request's body, `sha256("")` for an upgrade. Parameters that are not part of
/// the signature's own (`X-Amz-ChannelARN`, ...) are covered by it like any other.
///
/// # Errors
/// [`Denied`], as AWS would say it.
pub fn check_query(request: Request<'_>, credentials: &Credentials, now: SystemTime) -> Result<Signed, Denied> {
    let parameters = Parameters::of_query(request.uri)?;
    parameters.signed_at.check(SKEW_MAX, parameters.expires, now)?;
    check(request, &parameters, credentials)
}

/// Whether a request carries the presigned query form.
#[must_use]
pub fn is_presigned(uri: &Uri) -> bool {
    canonical::pairs(uri.query().unwrap_or_default()).any(|(name, _)| name == b"X-Amz-Signature")
}

/// The decoded parameters of a query, as the signature covers them, in their order.
pub fn query_parameters(uri: &Uri) -> impl Iterator<Item = (String, String)> {
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    canonical::pairs(uri.query().unwrap_or_default()).map(move |(name, value)| (text(name), text(value)))
}

fn check(request: Request<'_>, given: &Parameters, credentials: &Credentials) -> Result<Signed, Denied> {
    let key = credentials.find(&given.access_key).ok_or(Denied::UnknownKey)?;
    if !key.takes_token(given.session_token.as_deref()) {
        return Err(Denied::UnknownKey);
    }
    let headers = canonical::headers(request.headers, &given.signed_headers)?;
    let text = format!(
        "{}\n{}\n{}\n{headers}\n{}\n{}",
        request.method,
        canonical::path(request.uri.path()),
        canonical::query(request.uri.query().unwrap_or_default()),
        given.signed_headers.join(";"),
        payload_hash(request, &given.service),
    );
    let date = given.signed_at.date();
    let scope = format!("{date}/{}/{}/aws4_request", given.region, given.service);
    let to_sign = format!("AWS4-HMAC-SHA256\n{}\n{scope}\n{}", given.signed_at, hex(&Sha256::digest(text)));
    let signing_key = [date.as_bytes(), given.region.as_bytes(), given.service.as_bytes(), b"aws4_request"]
        .iter()
        .fold([b"AWS4", key.secret.as_bytes()].concat(), |key, part| mac(&key, part).finalize().into_bytes().to_vec());
    // `verify_slice` compares in constant time.
    mac(&signing_key, to_sign.as_bytes()).verify_slice(&given.signature).map_err(|_| Denied::WrongSignature)?;
    Ok(Signed {
        caller: key.caller.clone(),
        access_key: given.access_key.clone(),
        region: given.region.clone(),
        service: given.service.clone(),
    })
}

/// The hash is always taken of the body itself: a `X-Amz-Content-Sha256` that says something else
/// cannot be signed into agreement.
fn payload_hash(request: Request<'_>, service: &str) -> String {
    let said = request.headers.get("x-amz-content-sha256").and_then(|value| value.to_str().ok());
    if said == Some(UNSIGNED_PAYLOAD) && UNSIGNED_PAYLOAD_SERVICES.contains(&service) {
        return UNSIGNED_PAYLOAD.to_owned();
    }
    hex(&Sha256::digest(request.body))
}

fn mac(key: &[u8], text: &[u8]) -> Hmac<Sha256> {
    Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length").chain_update(text)
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = |byte: &u8| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]];
    bytes.iter().flat_map(digits).map(char::from).collect()
}
