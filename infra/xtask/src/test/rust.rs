//! Stages over the Rust code.

use std::path::PathBuf;

use anyhow::Context;

use super::counts::Counts;
use super::{Skip, skip};
use crate::child::Job;
use crate::generate;
use crate::place::Place;
use crate::setup::{coturn, deny as cargo_deny, page, promtool, python};
use crate::stack::{self, Stack};
use crate::tidy as house;

/// `cargo fmt`, as it should be.
pub(super) fn formatted(place: &Place) -> anyhow::Result<Counts> {
    Ok(Counts::one(Job::cargo(&place.root).args(["fmt", "--all", "--check"]).shown()?))
}

/// Lengths, arrows, words.
pub(super) fn tidy(place: &Place) -> anyhow::Result<Counts> {
    let findings = house::findings(place)?;
    findings.iter().for_each(|finding| println!("{finding}"));
    Ok(Counts::one(findings.is_empty()))
}

/// Clippy over every target.
pub(super) fn clippy(place: &Place) -> anyhow::Result<Counts> {
    let args = ["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"];
    Ok(Counts::one(Job::cargo(&place.root).args(args).shown()?))
}

/// cargo-deny, as far as it needs no internet.
pub(super) fn deny(place: &Place) -> anyhow::Result<Counts> {
    let program = cargo_deny::installed(place).map_err(skip)?;
    // It reads the licences of what other platforms need, too.
    if !Job::cargo(&place.root).args(["fetch", "--quiet", "--locked"]).shown()? {
        return Err(Skip("the crates of other platforms could not be fetched".to_owned()).into());
    }
    let args = ["--offline", "check", "bans", "licenses", "sources"];
    Ok(Counts::one(Job::new(program, &place.root).args(args).shown()?))
}

/// Advisories come from the internet.
pub(super) fn advisories(place: &Place) -> anyhow::Result<Counts> {
    if std::env::var_os("GITHUB_ACTIONS").is_none() {
        return Err(Skip("advisories need the internet: the workflow on GitHub asks for them".to_owned()).into());
    }
    let program = cargo_deny::installed(place).map_err(skip)?;
    let crates = Job::new(program, &place.root).args(["check", "advisories"]).shown()?;
    let packages = page::npm(&place.frontend())?.args(["audit", "--audit-level", "moderate"]).shown()?;
    Ok(Counts::one(crates && packages))
}

/// Metrics of one event of each kind, read by `promtool check metrics`.
pub(super) fn metrics(place: &Place) -> anyhow::Result<Counts> {
    let promtool = promtool::installed(place).map_err(skip)?;
    let print = ["run", "--quiet", "--package", "protocol", "--example", "metrics"];
    let (printed, text) = Job::cargo(&place.root).args(print).kept(|_| false)?;
    anyhow::ensure!(printed && text.contains("# TYPE"), "the metrics could not be printed; the reason is above");
    let path = place.reports()?.join("metrics.txt");
    std::fs::write(&path, text)?;
    Ok(Counts::one(Job::new(promtool, &place.root).args(["check", "metrics"]).reading(&path)?.shown()?))
}

/// One call for programs and tests, so that all share one set of features.
pub(super) fn build(place: &Place) -> anyhow::Result<Counts> {
    let built = Job::cargo(&place.root).args(stack::BUILD).args(["--tests", "--examples"]).shown()?;
    Ok(Counts::one(built))
}

/// Every Rust test, those against clients that nobody here wrote included.
pub(super) fn tests(place: &Place) -> anyhow::Result<Counts> {
    let mut job = Job::cargo(&place.root).args(["test", "--workspace", "--no-fail-fast"]);
    match python::installed(place) {
        Ok(python) => job = job.env("SPEED_CONNECT_PYTHON", python),
        Err(error) => println!("   tests by boto3 are SKIPPED: {error:#}"),
    }
    match coturn::unpacked(place) {
        Ok(folder) => job = job.env("SPEED_CONNECT_COTURN", folder),
        Err(error) => println!("   tests of and by coturn are SKIPPED: {error:#}"),
    }
    let client = place.root.join("infra/local/kvs/tests/js");
    if client.join("package-lock.json").is_file()
        && let Err(error) = page::installed(place, &client)
    {
        println!("   tests by AWS's signaling client are SKIPPED: {error:#}");
    }
    let log = permissions_log(place)?;
    if log.is_file() {
        std::fs::remove_file(&log)?;
    }
    job = job.env("SPEED_CONNECT_PERMISSIONS", log);
    let (succeeded, output) = job.env("SPEED_CONNECT_UP", stack::shell_line(place)).kept(is_worth_showing)?;
    Ok(Counts::of_cargo(&output).of_program(succeeded))
}

/// No role allows what no call of the tests has needed, and none has refused one.
pub(super) fn permissions(place: &Place) -> anyhow::Result<Counts> {
    let mut line = stack::command(place, false, "local").into_iter();
    let program = line.next().context("the stack has no program")?;
    let judge = Job::new(program, &place.root).args(line).args(["--judge-permissions".into(), permissions_log(place)?]);
    Ok(Counts::one(judge.shown()?))
}

/// What the roles allow and refuse in the stacks that tests start.
fn permissions_log(place: &Place) -> anyhow::Result<PathBuf> {
    Ok(place.reports()?.join("permissions.log"))
}

/// What is generated from the wire's types is what stands in the page, in `docs/events` and in the template.
pub(super) fn generated(place: &Place) -> anyhow::Result<Counts> {
    let outdated = generate::outdated(place)?;
    for path in &outdated {
        println!("{path} is out of date: run `cargo xtask generate` and commit it");
    }
    Ok(Counts::one(outdated.is_empty()))
}

/// Starts the local stack, asks whether it is well, stops it.
pub(super) fn boot(place: &Place) -> anyhow::Result<Counts> {
    let running = Stack::start(place, &stack::log(place, "boot")?)?;
    let address = running.url.trim_start_matches("http://");
    let health = stack::get(address, "/api/health")?;
    println!("   {} answers {}", running.url, health.lines().next().unwrap_or_default());
    let well = health.starts_with("HTTP/1.1 200");
    let stopped = running.stop()?;
    println!("   it stopped in {:.1} s", stopped.as_secs_f64());
    let mut counts = Counts::one(well);
    counts += Counts::success();
    Ok(counts)
}

/// Everything but the endless list of what passed.
fn is_worth_showing(line: &str) -> bool {
    let passed = line.starts_with("test ") && line.ends_with(" ... ok");
    let empty = line.is_empty() || line.starts_with("running ") || line.starts_with("test result: ok. 0 passed");
    !passed && !empty
}
