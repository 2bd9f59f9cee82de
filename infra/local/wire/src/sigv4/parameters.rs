//! The parts of a signature, read from the header or from the query.

use std::time::Duration;

use http::{HeaderMap, Uri};

use super::{Denied, EXPIRES_MAX, Stamp, canonical};

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// What the signer says about its signature; nothing here is checked against a key yet.
#[derive(Debug)]
pub(super) struct Parameters {
    pub(super) access_key: String,
    pub(super) region: String,
    pub(super) service: String,
    pub(super) signed_at: Stamp,
    /// Zero for the header form.
    pub(super) expires: Duration,
    /// Lower case, sorted, with `host`.
    pub(super) signed_headers: Vec<String>,
    pub(super) signature: [u8; 32],
    pub(super) session_token: Option<String>,
}

impl Parameters {
    pub(super) fn of_header(headers: &HeaderMap) -> Result<Self, Denied> {
        let authorization = one_header(headers, "authorization")?.ok_or(Denied::Missing)?;
        let rest = authorization
            .strip_prefix(ALGORITHM)
            .and_then(|rest| rest.strip_prefix([' ', '\t']))
            .ok_or_else(|| Denied::Incomplete(format!("Authorization header must start with '{ALGORITHM} '.")))?;
        let mut parts: [Option<&str>; 3] = [None; 3];
        for part in rest.split(',') {
            let (name, value) = part.trim().split_once('=').unwrap_or((part.trim(), ""));
            let slot = ["Credential", "SignedHeaders", "Signature"].iter().position(|known| *known == name);
            let slot = slot.ok_or_else(|| Denied::Incomplete(format!("'{name}' is not a part of Authorization.")))?;
            if parts[slot].replace(value).is_some() {
                return Err(Denied::Incomplete(format!("Authorization header has more than one '{name}'.")));
            }
        }
        let needed = |value: Option<&str>, name: &str| {
            let text = || Denied::Incomplete(format!("Authorization header requires '{name}' parameter."));
            value.map(str::to_owned).ok_or_else(text)
        };
        let date = one_header(headers, "x-amz-date")?
            .ok_or_else(|| Denied::Incomplete("Authorization header requires existence of 'X-Amz-Date'.".to_owned()))?;
        Self::assemble(
            &needed(parts[0], "Credential")?,
            &date,
            Duration::ZERO,
            &needed(parts[1], "SignedHeaders")?,
            &needed(parts[2], "Signature")?,
            one_header(headers, "x-amz-security-token")?,
        )
    }

    pub(super) fn of_query(uri: &Uri) -> Result<Self, Denied> {
        let query = uri.query().unwrap_or_default();
        let optional = |name: &str| -> Result<Option<String>, Denied> {
            let mut found = canonical::pairs(query).filter(|(known, _)| known == name.as_bytes());
            let Some((_, value)) = found.next() else { return Ok(None) };
            match (String::from_utf8(value), found.next()) {
                (Ok(value), None) => Ok(Some(value)),
                (_, _) => Err(Denied::Incomplete(format!("AWS query-string parameter '{name}' must occur once."))),
            }
        };
        let needed = |name: &str| {
            let missing = || Denied::Incomplete(format!("AWS query-string parameters must include '{name}'."));
            optional(name)?.ok_or_else(missing)
        };
        let signature = optional("X-Amz-Signature")?.ok_or(Denied::Missing)?;
        if needed("X-Amz-Algorithm")? != ALGORITHM {
            return Err(Denied::Incomplete(format!("X-Amz-Algorithm must be {ALGORITHM}.")));
        }
        let expires = needed("X-Amz-Expires")?;
        let expires = Some(expires.as_str())
            .filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))
            .and_then(|text| text.parse().ok().map(Duration::from_secs))
            .filter(|expires| (Duration::from_secs(1)..=EXPIRES_MAX).contains(expires))
            .ok_or_else(|| Denied::Incomplete("X-Amz-Expires must be between 1 and 604800 seconds.".to_owned()))?;
        Self::assemble(
            &needed("X-Amz-Credential")?,
            &needed("X-Amz-Date")?,
            expires,
            &needed("X-Amz-SignedHeaders")?,
            &signature,
            optional("X-Amz-Security-Token")?,
        )
    }

    fn assemble(
        credential: &str,
        date: &str,
        expires: Duration,
        signed_headers: &str,
        signature: &str,
        session_token: Option<String>,
    ) -> Result<Self, Denied> {
        let incomplete = |text: &str| Denied::Incomplete(text.to_owned());
        let signed_at = Stamp::parse(date)
            .ok_or_else(|| incomplete("Date must be in ISO-8601 'basic format', for example 20260102T030405Z."))?;
        let mut scope = credential.rsplit('/');
        let (end, service, region, day) = (scope.next(), scope.next(), scope.next(), scope.next());
        let key = credential.split('/').next().unwrap_or_default();
        let (Some("aws4_request"), Some(service), Some(region), Some(day), 5) =
            (end, service, region, day, credential.split('/').count())
        else {
            return Err(incomplete("Credential must be 'key/date/region/service/aws4_request'."));
        };
        if day != signed_at.date() {
            return Err(incomplete("Date in Credential scope does not match the date of the request."));
        }
        let signed_headers: Vec<String> = signed_headers.split(';').map(str::to_owned).collect();
        let plain = |name: &String| !name.is_empty() && !name.bytes().any(|byte| byte.is_ascii_uppercase());
        if !signed_headers.iter().all(plain) || !signed_headers.is_sorted_by(|a, b| a < b) {
            return Err(incomplete("SignedHeaders must be lower case, sorted, each once."));
        }
        if !signed_headers.iter().any(|name| name == "host") {
            return Err(incomplete("'Host' must be a signed header."));
        }
        Ok(Self {
            access_key: key.to_owned(),
            region: region.to_owned(),
            service: service.to_owned(),
            signed_at,
            expires,
            signed_headers,
            signature: unhex(signature).ok_or_else(|| incomplete("Signature must be 64 hexadecimal digits."))?,
            session_token,
        })
    }
}

fn one_header(headers: &HeaderMap, name: &str) -> Result<Option<String>, Denied> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else { return Ok(None) };
    match (value.to_str(), values.next()) {
        (Ok(value), None) => Ok(Some(value.trim().to_owned())),
        (_, _) => Err(Denied::Incomplete(format!("Header '{name}' must occur once, in ASCII."))),
    }
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)) {
        return None;
    }
    let mut bytes = [0; 32];
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * index..2 * index + 2)?, 16).ok()?;
    }
    Some(bytes)
}
