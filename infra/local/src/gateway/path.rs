//! Which route of an HTTP API a request takes ("Routes for HTTP APIs", API Gateway Developer Guide).

use std::collections::BTreeMap;

use http::Method;
use percent_encoding::percent_decode_str;

use crate::template::http_api::Route;

/// A route with what its path variables stand for.
#[derive(Debug, PartialEq, Eq)]
pub struct Chosen<'r> {
    /// The route.
    pub route: &'r Route,
    /// Path variables by name, decoded.
    pub variables: BTreeMap<String, String>,
}

/// How well one segment fits; the more specific route wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Greedy,
    Variable,
    Literal,
}

/// The most specific route for a method and a path as received; `$default` comes last.
pub fn choose<'r>(routes: &'r [Route], method: &Method, path: &str) -> Option<Chosen<'r>> {
    let suits = |route: &&Route| route.method == "ANY" || route.method == method.as_str();
    let fitting = routes.iter().filter(suits).filter_map(|route| {
        let (fits, variables) = fit(&route.path, path)?;
        Some(((fits, route.method != "ANY"), Chosen { route, variables }))
    });
    fitting.max_by(|(left, _), (right, _)| left.cmp(right)).map(|(_, chosen)| chosen)
}

fn fit(pattern: &str, path: &str) -> Option<(Vec<Fit>, BTreeMap<String, String>)> {
    let mut variables = BTreeMap::new();
    if pattern == "$default" {
        return Some((Vec::new(), variables));
    }
    let mut fits = Vec::new();
    let mut rest = Some(path.strip_prefix('/')?);
    for segment in pattern.strip_prefix('/')?.split('/') {
        let here = rest?;
        if let Some(name) = segment.strip_prefix('{').and_then(|name| name.strip_suffix("+}")) {
            variables.insert(name.to_owned(), decoded(here));
            fits.push(Fit::Greedy);
            return (!here.is_empty()).then_some((fits, variables));
        }
        let (this, after) = match here.split_once('/') {
            Some((this, after)) => (this, Some(after)),
            None => (here, None),
        };
        match segment.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            Some(name) if !this.is_empty() => {
                variables.insert(name.to_owned(), decoded(this));
                fits.push(Fit::Variable);
            }
            None if segment == this || segment == decoded(this) => fits.push(Fit::Literal),
            Some(_) | None => return None,
        }
        rest = after;
    }
    rest.is_none().then_some((fits, variables))
}

/// Percent-decoding; what is no UTF-8 becomes U+FFFD.
pub fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn routes(keys: &[&str]) -> Vec<Route> {
        let route = |key: &&str| {
            let (method, path) = key.split_once(' ').unwrap_or(("ANY", "$default"));
            Route { method: method.to_owned(), path: path.to_owned(), function: (*key).to_owned() }
        };
        keys.iter().map(route).collect()
    }

    fn chosen(keys: &[&str], method: Method, path: &str) -> Option<(String, Vec<(String, String)>)> {
        let routes = routes(keys);
        let chosen = choose(&routes, &method, path)?;
        Some((chosen.route.function.clone(), chosen.variables.into_iter().collect()))
    }

    const ALL: [&str; 7] = [
        "GET /api/x/{id}",
        "GET /api/x/me",
        "ANY /api/{proxy+}",
        "POST /api/x/{id}",
        "ANY /api/x/me",
        "GET /",
        "$default",
    ];

    #[test]
    fn the_most_specific_route_wins() {
        let pairs = |name: &str, value: &str| vec![(name.to_owned(), value.to_owned())];
        let cases = [
            (Method::GET, "/api/x/me", "GET /api/x/me", vec![]),
            (Method::PUT, "/api/x/me", "ANY /api/x/me", vec![]),
            (Method::GET, "/api/x/a%20b", "GET /api/x/{id}", pairs("id", "a b")),
            (Method::POST, "/api/x/7", "POST /api/x/{id}", pairs("id", "7")),
            (Method::GET, "/api/x/7/y", "ANY /api/{proxy+}", pairs("proxy", "x/7/y")),
            (Method::DELETE, "/api/x/7", "ANY /api/{proxy+}", pairs("proxy", "x/7")),
            (Method::GET, "/", "GET /", vec![]),
            (Method::GET, "/other", "$default", vec![]),
        ];
        for (method, path, wanted, variables) in cases {
            assert_eq!(chosen(&ALL, method, path), Some((wanted.to_owned(), variables)), "{path}");
        }
    }

    #[test]
    fn a_path_without_route_is_not_found() {
        let keys = ["GET /api/x", "GET /api/y/{id}"];
        for path in ["/api", "/api/x/", "/api/x/1", "/api/y/", "/api/y/1/2", "/", "/API/x"] {
            assert_eq!(chosen(&keys, Method::GET, path), None, "{path}");
        }
        assert_eq!(chosen(&keys, Method::POST, "/api/x"), None);
    }
}
