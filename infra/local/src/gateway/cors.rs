//! CORS as an HTTP API does it by itself ("Configure CORS for HTTP APIs in API Gateway").

use http::{HeaderMap, HeaderName, HeaderValue, Method, header};

use crate::template::http_api::Cors;

/// Headers that a function cannot set on an API with CORS settings.
const OURS: [HeaderName; 6] = [
    header::ACCESS_CONTROL_ALLOW_ORIGIN,
    header::ACCESS_CONTROL_ALLOW_METHODS,
    header::ACCESS_CONTROL_ALLOW_HEADERS,
    header::ACCESS_CONTROL_EXPOSE_HEADERS,
    header::ACCESS_CONTROL_MAX_AGE,
    header::ACCESS_CONTROL_ALLOW_CREDENTIALS,
];

/// Whether the request is a preflight, which the API answers itself with 204.
pub fn is_preflight(method: &Method, headers: &HeaderMap) -> bool {
    method == Method::OPTIONS
        && headers.contains_key(header::ORIGIN)
        && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

/// Puts the API's own CORS headers in place of the function's.
pub fn apply(cors: &Cors, request: &HeaderMap, preflight: bool, response: &mut HeaderMap) {
    for name in OURS {
        response.remove(name);
    }
    let Some(origin) = request.get(header::ORIGIN).filter(|origin| allows(cors, origin)) else { return };
    let any = cors.origins.iter().any(|allowed| allowed == "*") && !cors.credentials;
    let mut set = |name: HeaderName, value: String| {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.insert(name, value);
        }
    };
    set(
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        if any { "*".to_owned() } else { String::from_utf8_lossy(origin.as_bytes()).into_owned() },
    );
    if cors.credentials {
        set(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, "true".to_owned());
    }
    if preflight {
        set(header::ACCESS_CONTROL_ALLOW_METHODS, cors.methods.join(","));
        set(header::ACCESS_CONTROL_ALLOW_HEADERS, cors.headers.join(","));
        if let Some(max_age_s) = cors.max_age_s {
            set(header::ACCESS_CONTROL_MAX_AGE, max_age_s.to_string());
        }
    } else if !cors.expose.is_empty() {
        set(header::ACCESS_CONTROL_EXPOSE_HEADERS, cors.expose.join(","));
    }
}

fn allows(cors: &Cors, origin: &HeaderValue) -> bool {
    let Ok(origin) = origin.to_str() else { return false };
    cors.origins.iter().any(|allowed| match allowed.strip_suffix("//*") {
        Some(scheme) => origin.starts_with(&format!("{scheme}//")),
        None => allowed == "*" || allowed == origin,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(cors: &Cors, origin: &str, preflight: bool) -> Vec<(String, String)> {
        let request = HeaderMap::from_iter([(header::ORIGIN, HeaderValue::from_str(origin).expect("a value"))]);
        let mut response =
            HeaderMap::from_iter([(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("evil"))]);
        apply(cors, &request, preflight, &mut response);
        let text = |value: &HeaderValue| value.to_str().expect("text").to_owned();
        let mut pairs: Vec<_> = response.iter().map(|(name, value)| (name.to_string(), text(value))).collect();
        pairs.sort();
        pairs
    }

    #[test]
    fn an_allowed_origin_is_named_and_a_foreign_one_gets_nothing() {
        let origins = vec!["https://a.example".to_owned()];
        let cors = Cors { origins, methods: vec!["GET".to_owned()], credentials: true, ..Cors::default() };
        let pair = |name: &str, value: &str| (format!("access-control-{name}"), value.to_owned());
        assert_eq!(
            answer(&cors, "https://a.example", false),
            [pair("allow-credentials", "true"), pair("allow-origin", "https://a.example")]
        );
        assert_eq!(answer(&cors, "https://b.example", true), []);
    }
}
