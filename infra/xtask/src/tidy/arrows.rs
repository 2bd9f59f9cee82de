//! Which crate may name which (docs/ARCHITECTURE.md, "Arrows").

use std::collections::BTreeSet;
use std::process::Command;

use anyhow::{Context, ensure};
use serde_json::Value;

use crate::place::Place;

/// What a crate of ours may name of ours, and in its tests besides.
struct Arrow {
    from: &'static str,
    to: &'static [&'static str],
    in_tests: &'static [&'static str],
}

const ARROWS: [Arrow; 16] = [
    Arrow { from: "domain", to: &[], in_tests: &[] },
    Arrow { from: "protocol", to: &["domain"], in_tests: &[] },
    Arrow { from: "ports", to: &["domain"], in_tests: &[] },
    Arrow { from: "app", to: &["domain", "ports", "protocol"], in_tests: &["testkit"] },
    Arrow { from: "aws", to: &["domain", "ports"], in_tests: &["app", "protocol", "testkit"] },
    Arrow { from: "web", to: &["app", "domain", "ports", "protocol"], in_tests: &[] },
    Arrow { from: "push", to: &["domain", "ports"], in_tests: &[] },
    Arrow { from: "testkit", to: &["app", "domain", "ports", "protocol"], in_tests: &[] },
    Arrow {
        from: "bench",
        to: &["app", "aws", "bots", "domain", "ports", "prices", "protocol", "scale", "testkit"],
        in_tests: &[],
    },
    Arrow { from: "xtask", to: &["template-lint"], in_tests: &[] },
    Arrow { from: "keys", to: &[], in_tests: &[] },
    Arrow { from: "prices", to: &[], in_tests: &[] },
    Arrow { from: "scale", to: &["domain", "prices"], in_tests: &[] },
    Arrow { from: "operator", to: &["app", "aws", "domain", "keys", "ports"], in_tests: &[] },
    Arrow { from: "slo", to: &["app", "aws", "domain", "ports", "protocol"], in_tests: &[] },
    Arrow { from: "tail", to: &[], in_tests: &[] },
];

/// A function's `main.rs` names `aws`; that its other files do not is read from their text. The authorization matrix
/// knocks at both functions of the HTTP API.
const FUNCTION: Arrow = Arrow {
    from: "functions/*",
    to: &["app", "aws", "domain", "ports", "protocol", "push", "web"],
    in_tests: &["auth", "testkit"],
};

/// The local stack imitates AWS and knows no rule of ours; the contracts of the ports are proven beside it.
const LOCAL: Arrow = Arrow {
    from: "infra/*",
    to: &["keys", "local", "local-kvs", "local-services", "local-wire", "prices"],
    in_tests: &["app", "aws", "domain", "ports", "protocol", "testkit"],
};

/// What the pure crates may not name of others: time, chance, I/O, JSON.
const IMPURE: [&str; 9] =
    ["anyhow", "futures-util", "getrandom", "http", "rand", "reqwest", "serde_json", "tokio", "tracing"];

/// Checks all manifests.
///
/// # Errors
/// When cargo cannot tell them.
pub fn check(place: &Place) -> anyhow::Result<Vec<String>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let told = Command::new(cargo)
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(&place.root)
        .output()
        .context("cargo metadata cannot be started")?;
    ensure!(told.status.success(), "cargo metadata failed: {}", String::from_utf8_lossy(&told.stderr).trim());
    let metadata: Value = serde_json::from_slice(&told.stdout).context("cargo metadata is no JSON")?;
    Ok(of_metadata(&metadata))
}

fn of_metadata(metadata: &Value) -> Vec<String> {
    let packages = metadata["packages"].as_array().map(Vec::as_slice).unwrap_or_default();
    let ours: BTreeSet<&str> = packages.iter().filter_map(|package| package["name"].as_str()).collect();
    let mut findings = Vec::new();
    for package in packages {
        let name = package["name"].as_str().unwrap_or_default();
        let folder = package["manifest_path"].as_str().unwrap_or_default();
        let arrow = arrow_of(name, folder);
        for dependency in package["dependencies"].as_array().map(Vec::as_slice).unwrap_or_default() {
            let other = dependency["name"].as_str().unwrap_or_default();
            let in_tests = dependency["kind"] == "dev";
            if ours.contains(other) && other != name && !allows(arrow, other, in_tests) {
                let place = if in_tests { " in its tests" } else { "" };
                findings.push(format!("{name} must not name {other}{place} (arrows of {})", arrow.from));
            }
            if !ours.contains(other) && !in_tests {
                findings.extend(foreign(name, other));
            }
        }
    }
    findings
}

fn arrow_of(name: &str, manifest: &str) -> &'static Arrow {
    let named = ARROWS.iter().find(|arrow| arrow.from == name);
    named.unwrap_or(if manifest.contains("/functions/") { &FUNCTION } else { &LOCAL })
}

fn allows(arrow: &Arrow, other: &str, in_tests: bool) -> bool {
    arrow.to.contains(&other) || (in_tests && arrow.in_tests.contains(&other))
}

fn foreign(name: &str, other: &str) -> Option<String> {
    let speaks = other.starts_with("aws-sdk-") || other == "aws-config";
    if speaks && !["aws", "tail"].contains(&name) {
        return Some(format!("{name} must not name {other}: only `aws` speaks to AWS"));
    }
    let pure = name == "domain";
    (pure && IMPURE.contains(&other)).then(|| format!("{name} must not name {other}: it is pure"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn package(name: &str, folder: &str, dependencies: &[(&str, Option<&str>)]) -> Value {
        let list: Vec<Value> = dependencies.iter().map(|(name, kind)| json!({"name": name, "kind": kind})).collect();
        json!({"name": name, "manifest_path": format!("/x/{folder}/Cargo.toml"), "dependencies": list})
    }

    #[test]
    fn the_arrows_of_the_house_pass() {
        let metadata = json!({"packages": [
            package("domain", "shared/domain", &[("thiserror", None)]),
            package("app", "shared/app", &[("domain", None), ("ports", None), ("testkit", Some("dev"))]),
            package("ports", "shared/ports", &[("domain", None)]),
            package("testkit", "shared/testkit", &[("app", None)]),
            package("aws", "shared/aws", &[("ports", None), ("aws-sdk-dynamodb", None)]),
            package("message", "functions/message", &[("aws", None), ("app", None)]),
            package("local", "infra/local", &[("aws", Some("dev")), ("aws-sdk-dynamodb", Some("dev"))]),
        ]});
        assert_eq!(of_metadata(&metadata), Vec::<String>::new());
    }

    #[test]
    fn a_backward_arrow_is_found() {
        let metadata = json!({"packages": [
            package("domain", "shared/domain", &[("ports", None), ("tokio", None)]),
            package("ports", "shared/ports", &[("aws", Some("dev"))]),
            package("aws", "shared/aws", &[]),
            package("message", "functions/message", &[("local", None), ("aws-sdk-kinesis", None)]),
            package("local", "infra/local", &[("domain", None)]),
        ]});
        let wanted = [
            "domain must not name ports (arrows of domain)",
            "domain must not name tokio: it is pure",
            "ports must not name aws in its tests (arrows of ports)",
            "message must not name local (arrows of functions/*)",
            "message must not name aws-sdk-kinesis: only `aws` speaks to AWS",
            "local must not name domain (arrows of infra/*)",
        ];
        assert_eq!(of_metadata(&metadata), wanted);
    }
}
