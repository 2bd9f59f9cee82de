//! The table of routes and the template say the same: a route without a row, or a row without a route, fails here.
#![cfg(test)]

use std::collections::BTreeSet;

use protocol::route::{Answers, ApiRoute, AuthRoute, entries};

const TEMPLATE: &str = include_str!("../../../cloudformation.yaml");
/// The one route that stands for many: it only says which of them other origins may use.
const PREFLIGHT: &str = "OPTIONS /api/{proxy+}";

/// `METHOD /api/path` of every HTTP event between two marks of the template.
fn declared(from: &str, to: &str) -> BTreeSet<String> {
    let (_, part) = TEMPLATE.split_once(from).expect("the template has this function");
    let (part, _) = part.split_once(to).expect("and its logs");
    let events = part.lines().filter_map(|line| line.split_once(", Method: "));
    let route = |(_, rest): (&str, &str)| {
        let (method, rest) = rest.split_once(", Path: ").expect("a path beside the method");
        let path = rest.trim_end_matches([' ', '}']).trim_matches('"');
        // A parameter ends with the brace that was cut off with the others.
        let path = if path.contains('{') { format!("{path}}}").replace("\"}", "}") } else { path.to_owned() };
        format!("{method} {path}")
    };
    events.map(route).map(|route| route.replace("}}", "}")).collect()
}

fn listed<R: Answers>() -> BTreeSet<String> {
    R::ALL.iter().map(|route| format!("{} /api{}", route.entry().method, route.entry().path)).collect()
}

#[test]
fn every_route_has_a_row_and_every_row_a_route() {
    assert_eq!(declared("  AuthFunction:", "  AuthLogs:"), listed::<AuthRoute>());
    let mut api = declared("  ApiFunction:", "  ApiLogs:");
    assert!(api.remove(PREFLIGHT), "{api:?}");
    assert_eq!(api, listed::<ApiRoute>());
}

#[test]
fn every_row_is_found_by_its_path_and_no_other() {
    for entry in entries() {
        let path = format!("/api{}", entry.path.replace("{blockId}", "B1").replace("{userId}", "U1"));
        let found = [
            AuthRoute::find(entry.method, &path).map(|(route, _)| route.entry()),
            ApiRoute::find(entry.method, &path).map(|(route, _)| route.entry()),
        ];
        assert_eq!(found.into_iter().flatten().collect::<Vec<_>>(), [entry]);
        for near in [
            format!("{path}/"),
            format!("{path}/x"),
            path.replacen("/api", "", 1),
            format!("/api{path}"),
            path.to_uppercase(),
        ] {
            let other = AuthRoute::find(entry.method, &near).is_some() || ApiRoute::find(entry.method, &near).is_some();
            assert!(!other, "{} {near}", entry.method);
        }
    }
}
