//! The headers of the page's answers.

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::template::place::{Place, REGION, URL_SUFFIX};

/// Headers for every answer that does not have them.
#[derive(Debug, Clone)]
pub struct PageHeaders(Vec<(HeaderName, HeaderValue)>);

impl PageHeaders {
    /// The headers that the template's policy declares, or strict ones of our own. Where they name the
    /// hosts of KVS signaling, the place's AWS port takes their place.
    pub fn new(declared: Option<&[(String, String)]>, place: &Place) -> Self {
        let own = default_headers();
        let pairs = declared.unwrap_or(&own).iter().filter_map(|(name, value)| {
            let value = localised(value, place);
            Some((HeaderName::from_bytes(name.as_bytes()).ok()?, HeaderValue::from_str(&value).ok()?))
        });
        Self(pairs.collect())
    }

    /// Adds them to an answer.
    pub fn apply(&self, headers: &mut HeaderMap) {
        for (name, value) in &self.0 {
            headers.insert(name.clone(), value.clone());
        }
    }
}

fn default_headers() -> Vec<(String, String)> {
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; \
         font-src 'self'; connect-src 'self' {}; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
        signaling_hosts()
    );
    let pairs = [
        ("content-security-policy", policy.as_str()),
        ("permissions-policy", "camera=(self), microphone=(self)"),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
    ];
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}

fn signaling_hosts() -> String {
    format!("wss://*.kinesisvideo.{REGION}.{URL_SUFFIX}")
}

/// `'self'` covers the socket of the page's own origin only in browsers that follow CSP level 3 there,
/// so it is named.
fn localised(value: &str, place: &Place) -> String {
    let Place { port, aws_port, .. } = place;
    let local = format!("ws://localhost:{port} ws://127.0.0.1:{aws_port} ws://localhost:{aws_port}");
    value.split_whitespace().collect::<Vec<_>>().join(" ").replace(&signaling_hosts(), &local)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signaling_hosts_of_aws_become_the_local_port() {
        let place = Place { stack_name: "s".to_owned(), port: 4000, aws_port: 4566 };
        for declared in [
            None,
            Some(
                &[(
                    "Content-Security-Policy".to_owned(),
                    "connect-src 'self'\n wss://*.kinesisvideo.us-east-1.amazonaws.com".to_owned(),
                )][..],
            ),
        ] {
            let mut headers = HeaderMap::new();
            PageHeaders::new(declared, &place).apply(&mut headers);
            let policy = headers["content-security-policy"].to_str().expect("text");
            assert!(
                policy.contains("connect-src 'self' ws://localhost:4000 ws://127.0.0.1:4566 ws://localhost:4566"),
                "{policy}"
            );
        }
    }
}
