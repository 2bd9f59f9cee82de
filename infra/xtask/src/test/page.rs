//! Stages over the page.

use std::fs;
use std::path::Path;

use anyhow::{Context, bail};

use super::counts::Counts;
use super::skip;
use crate::child::Job;
use crate::place::Place;
use crate::setup::{browser as chromium, page};
use crate::stack::{self, Stack};

/// eslint without warnings.
pub(super) fn eslint(place: &Place) -> anyhow::Result<Counts> {
    script(place, "lint")
}

/// The TypeScript compiler.
pub(super) fn types(place: &Place) -> anyhow::Result<Counts> {
    script(place, "typecheck")
}

/// The page's build.
pub(super) fn site(place: &Place) -> anyhow::Result<Counts> {
    page::installed(place, &place.frontend()).map_err(skip)?;
    page::built(place).map(|_| Counts::success())
}

/// The page's own tests.
pub(super) fn vitest(place: &Place) -> anyhow::Result<Counts> {
    page::installed(place, &place.frontend()).map_err(skip)?;
    let report = fresh(place, "vitest.json")?;
    let output = format!("--outputFile.json={}", report.display());
    let args = ["run", "--reporter=default", "--reporter=json", &output];
    let succeeded = tool(place, "vitest").args(args).shown()?;
    Ok(Counts::of_vitest(&read(&report)?)?.of_program(succeeded))
}

/// Two people in real browsers: two tests at a time, each on a local stack of its own, so that strangers stay strangers.
pub(super) fn browser(place: &Place) -> anyhow::Result<Counts> {
    page::installed(place, &place.frontend()).map_err(skip)?;
    let browser = chromium::installed(place).map_err(skip)?;
    let stacks =
        [Stack::start(place, &stack::log(place, "first")?)?, Stack::start(place, &stack::log(place, "second")?)?];
    let urls = stacks.each_ref().map(|stack| stack.url.as_str()).join(" ");
    let report = fresh(place, "playwright.json")?;
    let tests = tool(place, "playwright")
        .args(["test", "--reporter=list,json"])
        .env("PLAYWRIGHT_JSON_OUTPUT_FILE", &report)
        .env("SPEED_CONNECT_CHROMIUM", browser)
        .env("SPEED_CONNECT_URL", urls)
        .env("SPEED_CONNECT_UP", stack::shell_line(place));
    let succeeded = tests.shown()?;
    Ok(Counts::of_playwright(&read(&report)?)?.of_program(succeeded))
}

/// A hundred calls in browsers while KVS fails in every way: the test of the faults, which prints what it measures.
///
/// # Errors
/// Something that cannot be built or installed, a call that does not connect.
pub(crate) fn calls(place: &Place) -> anyhow::Result<()> {
    page::built(place)?;
    let browser = chromium::installed(place)?;
    if !Job::cargo(&place.root).args(stack::BUILD).shown()? {
        bail!("the functions and the local stack did not build; the compiler's words are above");
    }
    let calls = tool(place, "playwright")
        .args(["test", "e2e/stack/faults.spec.ts"])
        .env("SPEED_CONNECT_CHROMIUM", browser)
        .env("SPEED_CONNECT_CALLS", "100")
        .env("SPEED_CONNECT_UP", stack::shell_line(place));
    if !calls.shown()? {
        bail!("not every call connected; which one and why is above");
    }
    Ok(())
}

fn script(place: &Place, name: &str) -> anyhow::Result<Counts> {
    page::installed(place, &place.frontend()).map_err(skip)?;
    Ok(Counts::one(page::npm(&place.frontend())?.args(["run", "--silent", name]).shown()?))
}

fn tool(place: &Place, name: &str) -> Job {
    let frontend = place.frontend();
    Job::new(frontend.join("node_modules/.bin").join(name), &frontend)
}

/// Where a program writes its report; an old one must not be taken for it.
fn fresh(place: &Place, name: &str) -> anyhow::Result<std::path::PathBuf> {
    let report = place.reports()?.join(name);
    match fs::remove_file(&report) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("{} cannot be deleted", report.display()))
        }
        _ => Ok(report),
    }
}

fn read(report: &Path) -> anyhow::Result<String> {
    fs::read_to_string(report).context("the tests wrote no report; what went wrong is above")
}
