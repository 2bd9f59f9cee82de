//! The canonical request: one spelling for all requests that mean the same.

use http::HeaderMap;

use super::Denied;

/// The canonical path of every service but S3: dot segments and double slashes removed, then each
/// byte outside the unreserved ones encoded once more, so that `%2F` becomes `%252F`.
pub(super) fn path(raw: &str) -> String {
    let mut segments: Vec<&str> = Vec::new();
    for segment in raw.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(segments.pop()),
            other => segments.push(other),
        }
    }
    let ends_in_slash = ["/", "/.", "/.."].iter().any(|end| raw.ends_with(end));
    let mut path: String = segments.iter().map(|segment| format!("/{}", encode(segment.as_bytes()))).collect();
    if path.is_empty() || ends_in_slash {
        path.push('/');
    }
    path
}

/// The canonical query: every parameter but the signature, encoded anew, sorted by name and value.
pub(super) fn query(raw: &str) -> String {
    let mut encoded: Vec<(String, String)> = pairs(raw)
        .filter(|(name, _)| name != b"X-Amz-Signature")
        .map(|(name, value)| (encode(&name), encode(&value)))
        .collect();
    encoded.sort();
    encoded.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

/// The decoded parameters of a query in their order; a name without `=` has an empty value.
pub(super) fn pairs(raw: &str) -> impl Iterator<Item = (Vec<u8>, Vec<u8>)> {
    raw.split('&').filter(|part| !part.is_empty()).map(|part| {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        (decode(name), decode(value))
    })
}

/// One line per signed header: `name:value`, values trimmed, runs of spaces made one, repeated
/// headers joined by a comma.
///
/// # Errors
/// [`Denied::Incomplete`] when a signed header is absent, or an `x-amz-` header is not signed.
pub(super) fn headers(all: &HeaderMap, signed: &[String]) -> Result<String, Denied> {
    for name in all.keys().map(http::HeaderName::as_str) {
        // SDKs in browsers add this one after signing.
        let free = name == "x-amz-user-agent" || !name.starts_with("x-amz-");
        if !free && !signed.iter().any(|known| known == name) {
            return Err(Denied::Incomplete(format!("Header '{name}' is present and must be signed.")));
        }
    }
    let mut lines = String::new();
    for name in signed {
        let values: Vec<String> = all.get_all(name).iter().map(|value| squeeze(value.as_bytes())).collect();
        if values.is_empty() {
            return Err(Denied::Incomplete(format!("Signed header '{name}' is not in the request.")));
        }
        lines.push_str(&format!("{name}:{}\n", values.join(",")));
    }
    Ok(lines)
}

fn squeeze(value: &[u8]) -> String {
    let text = String::from_utf8_lossy(value);
    text.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for &byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

/// Percent-decodes, `+` as a space; a `%` that starts no pair of digits stands for itself.
fn decode(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let digits = (byte == b'%').then(|| bytes.get(at + 1..at + 3)).flatten();
        let value = digits.and_then(|digits| Some(hex_digit(digits[0])? * 16 + hex_digit(digits[1])?));
        decoded.push(value.unwrap_or(if byte == b'+' { b' ' } else { byte }));
        at += if value.is_some() { 3 } else { 1 };
    }
    decoded
}

fn hex_digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}
