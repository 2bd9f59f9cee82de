//! `cargo xtask release`: what is deployed, as packages that anybody can build again to the byte.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use clap::Args;

use crate::child::Job;
use crate::place::Place;
use crate::setup::lambda::{Architecture, path_with};
use crate::setup::{crates, python};

/// Writes into each binary what it was built from.
const AUDITABLE: (&str, &str) = ("cargo-auditable", "0.7.7");
/// Reads that, as CycloneDX.
const READER: (&str, &str) = ("auditable2cdx", "0.1.0");
/// Nine functions, each optimised as a whole, beside other work.
const BUILT_WITHIN: Duration = Duration::from_secs(2 * 3600);

/// What `release` is told.
#[derive(Debug, Args)]
pub struct Options {
    /// Builds everything twice, each time from nothing and in another place, and compares
    #[arg(long)]
    twice: bool,
    /// Only this function; may be repeated
    #[arg(long, value_name = "NAME")]
    function: Vec<String>,
    /// What the functions run on; without it arm64, where the compiler can build for it
    #[arg(long, value_enum)]
    arch: Option<Architecture>,
}

/// Builds the packages into `target/release-packages`.
///
/// # Errors
/// A tool that cannot be installed, a build that fails, two builds that differ.
pub fn run(place: &Place, options: &Options) -> anyhow::Result<ExitCode> {
    let architecture = options.arch.unwrap_or_else(|| Architecture::best(place));
    let functions = named(place, &options.function)?;
    let (work, out) = (place.target.join("release-build"), packages(place));
    if !options.twice {
        build(place, (&place.root, &work), architecture, &functions, &out)?;
        return Ok(ExitCode::SUCCESS);
    }
    let again = place.target.join("release-again");
    let (copy, second) = (again.join("sources"), again.join("packages"));
    for folder in [&work, &again] {
        clear(folder)?;
    }
    copy_sources(place, &copy)?;
    build(place, (&place.root, &work), architecture, &functions, &out)?;
    build(place, (&copy, &again.join("build")), architecture, &functions, &second)?;
    let (first, second) = (sums(&out)?, sums(&second)?);
    let differ: Vec<&String> =
        first.iter().filter(|(name, sum)| second.get(*name) != Some(sum)).map(|(n, _)| n).collect();
    ensure!(
        differ.is_empty(),
        "two clean builds differ in {differ:?}; both are in {} and {}",
        out.display(),
        again.display()
    );
    println!("==> {} files, twice built from nothing in two places: the same to the byte", first.len());
    Ok(ExitCode::SUCCESS)
}

/// Builds the packages for this machine's own processor unless there are any.
///
/// # Errors
/// As [`run`].
pub fn there(place: &Place) -> anyhow::Result<()> {
    if packages(place).join("SHA256SUMS").is_file() {
        println!(
            "==> the packages are those of the last `cargo xtask release`; run it again if the functions have changed since"
        );
        return Ok(());
    }
    let arch = Some(if cfg!(target_arch = "aarch64") { Architecture::Arm64 } else { Architecture::X86 });
    run(place, &Options { twice: false, function: Vec::new(), arch }).map(drop)
}

/// What the measure is told of where they are.
pub fn paths(place: &Place) -> [OsString; 4] {
    let bootstraps = place.target.join("release-build/lambda");
    ["--bootstraps".into(), bootstraps.into(), "--packages".into(), packages(place).into()]
}

fn packages(place: &Place) -> PathBuf {
    place.target.join("release-packages")
}

fn named(place: &Place, wanted: &[String]) -> anyhow::Result<Vec<String>> {
    let entries = fs::read_dir(place.root.join("functions"))?.collect::<Result<Vec<_>, _>>()?;
    let mut all: Vec<String> = entries.iter().filter_map(|entry| entry.file_name().into_string().ok()).collect();
    all.sort();
    if let Some(unknown) = wanted.iter().find(|name| !all.contains(name)) {
        bail!("there is no function {unknown:?}; there are {}", all.join(", "));
    }
    all.retain(|name| wanted.is_empty() || wanted.contains(name));
    Ok(all)
}

/// Builds in one call, so that what functions share is compiled once, then packs.
fn build(
    place: &Place,
    (sources, work): (&Path, &Path),
    architecture: Architecture,
    functions: &[String],
    out: &Path,
) -> anyhow::Result<()> {
    let python = python::deploy(place)?;
    let auditable = crates::installed(place, AUDITABLE.0, AUDITABLE.1)?;
    let reader = crates::installed(place, READER.0, READER.1)?;
    let binaries = work.join("lambda");
    clear(&binaries)?;
    let folders = [&python, &auditable].map(|program| program.parent().unwrap_or(Path::new("/")));
    let cargo_home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let cargo_home = cargo_home.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")));
    let cargo_home = cargo_home.context("neither CARGO_HOME nor HOME says where cargo keeps its sources")?;
    // The last that fits is taken.
    let paths = [(sources, "/speed-connect"), (work, "/target"), (cargo_home.as_path(), "/cargo")];
    println!("==> building {} for {}, optimised as a whole", functions.join(", "), architecture.name());
    let built = Job::cargo(sources)
        .args(["auditable", "lambda", "build", "--release", "--locked", architecture.option(), "--lambda-dir"])
        .args([&binaries])
        .args(functions.iter().flat_map(|name| ["-p", name]))
        .env("CARGO_TARGET_DIR", work)
        .env("CARGO_INCREMENTAL", "0")
        .env("CARGO_ENCODED_RUSTFLAGS", architecture.flags(&paths))
        .env("PATH", path_with(&folders)?)
        .within(BUILT_WITHIN);
    ensure!(built.shown()?, "the functions did not build; the compiler's words are above");
    let packed = Job::new(&python, &place.root)
        .args([&place.root.join("infra/deploy/package.py"), Path::new("--binaries"), &binaries])
        .args([Path::new("--reader"), &reader, Path::new("--out"), out]);
    ensure!(packed.shown()?, "the packages could not be written");
    Ok(())
}

/// What git has, or would have if it were committed now, somewhere else.
fn copy_sources(place: &Place, to: &Path) -> anyhow::Result<()> {
    let listed = Job::new("git", &place.root).args(["ls-files", "--cached", "--others", "--exclude-standard"]);
    let (good, names) = listed.kept(|_| false)?;
    ensure!(good, "git cannot tell which files are sources");
    for name in names.lines().filter(|name| place.root.join(name).is_file()) {
        let copy = to.join(name);
        fs::create_dir_all(copy.parent().context("a file in no folder")?)?;
        fs::copy(place.root.join(name), &copy).with_context(|| format!("{name} cannot be copied"))?;
    }
    Ok(())
}

fn clear(folder: &Path) -> anyhow::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("{} cannot be emptied", folder.display()))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Names and hashes of `SHA256SUMS`.
fn sums(folder: &Path) -> anyhow::Result<BTreeMap<String, String>> {
    let text = fs::read_to_string(folder.join("SHA256SUMS"))?;
    Ok(text.lines().filter_map(|line| line.split_once("  ")).map(|(sum, name)| (name.into(), sum.into())).collect())
}
