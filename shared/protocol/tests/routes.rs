//! The table of routes and the template say the same: a route without a row, or a row without a route, fails here.
#![cfg(test)]

use std::collections::BTreeSet;

use domain::fact::FactKind;
use domain::objective::ASKS;
use domain::quota::{ALL, Scope, WhenDown};
use protocol::action::Action;
use protocol::route::{Answers, ApiRoute, AuthRoute, Door, entries};

const OPERATIONS: &str = include_str!("../../../docs/OPERATIONS.md");
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

#[test]
fn everything_is_counted_by_whom_its_door_knows() {
    for entry in entries() {
        let quotas = entry.class.at_door();
        let has = |scope| quotas.iter().any(|quota| quota.scope == scope);
        assert!(has(Scope::Network), "{}", entry.name);
        let named = entry.door.is_bearer();
        assert_eq!(
            [has(Scope::Person), has(Scope::Device), has(Scope::Connection)],
            [named, named, false],
            "{}",
            entry.name
        );
        if entry.door == Door::Home {
            assert!(quotas.iter().all(|quota| quota.when_down == WhenDown::Closed), "{}", entry.name);
        }
    }
    for action in Action::ALL {
        assert!(action.class().at_door().iter().all(|quota| quota.scope == Scope::Connection), "{action:?}");
    }
}

#[test]
fn availability_is_measured_by_what_there_is() {
    let names: Vec<&str> = entries().map(|entry| entry.name).chain(Action::ALL.iter().map(|it| it.name())).collect();
    for ask in ASKS {
        assert!(ask.by.iter().all(|name| names.contains(name) || *name == "$connect"), "{ask:?}");
        assert!(ask.done.iter().all(|(kind, _)| FactKind::NAMES.contains(kind)), "{ask:?}");
    }
}

#[test]
fn every_quota_stands_in_the_table_for_operators() {
    let (_, limits) = OPERATIONS.split_once("\n## Limits\n").expect("it has a table of limits");
    let (limits, _) = limits.split_once("\n## ").unwrap_or((limits, ""));
    for quota in ALL {
        let (max, seconds) = (quota.max, quota.within.0 / 1000);
        let row = format!("| `{}` | {} | {max} in {seconds} s |", quota.what, quota.scope.as_str());
        assert!(limits.contains(&row), "docs/OPERATIONS.md needs a row that begins with {row}");
    }
    let rows = limits.lines().filter(|line| line.starts_with("| `")).count();
    assert_eq!(rows, ALL.len(), "and no other row");
}
