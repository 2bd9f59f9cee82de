//! Cold starts: the packages that are deployed, each in the environment that the template gives it, from the start of its
//! process to its first request for work.

mod once;
mod relay;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, ensure};

use crate::load::Running;
use crate::report::{Aim, Section, median, percentile};
use once::Start;

/// Starts of each function: odd, so that one is the middle one.
const STARTS: usize = 31;
/// The aims of each function.
const INIT_MS: f64 = 5.0;
const RESIDENT_MB: f64 = 8.0;
const ZIP_MB: f64 = 2.5;

/// A part of a start, where it has it.
type Part = fn(&Start) -> Option<Duration>;

/// A function as it is deployed.
struct Package {
    name: String,
    bootstrap: PathBuf,
    zip_mb: f64,
    environment: BTreeMap<String, String>,
}

/// Measures what `cargo xtask release` has built: `lambda/<function>/bootstrap` and `<function>.zip`.
///
/// # Errors
/// Nothing is built, or a function does not start.
pub fn measure(bootstraps: &Path, zips: &Path, folder: &Path) -> anyhow::Result<Section> {
    let about = format!(
        "release packages, {STARTS} starts of each, a Runtime API that gives no work, settings from an SSM on this machine"
    );
    let mut section = Section::new("cold", about);
    let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let staged = staged(bootstraps, &folder.join("cold"))?;
    let stack = tokio.block_on(Running::of_functions(&staged, &[], &folder.join("cold.log")))?;
    let packages = packages(&stack, bootstraps, zips)?;
    let mut starts: BTreeMap<&str, Vec<(Start, Duration)>> = BTreeMap::new();
    // In turn, so that whatever else runs here meets all alike.
    for _ in 0..STARTS {
        for package in &packages {
            let start = once::started(&package.bootstrap, &package.environment)?;
            starts.entry(&package.name).or_default().push((start, once::ended(&package.bootstrap)?));
        }
    }
    for package in &packages {
        tell(&mut section, package, &starts[package.name.as_str()])?;
    }
    Ok(section)
}

/// The stack wants all functions in one folder, each by its name.
fn staged(bootstraps: &Path, folder: &Path) -> anyhow::Result<PathBuf> {
    // Nothing there is as good as emptied; anything else fails at the next step.
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    let built = fs::read_dir(bootstraps).with_context(|| {
        format!("{} is missing: run `cargo xtask bench cold`, which builds it", bootstraps.display())
    })?;
    for entry in built {
        let entry = entry?;
        symlink(entry.path().canonicalize()?.join("bootstrap"), folder.join(entry.file_name()))?;
    }
    Ok(folder.canonicalize()?)
}

/// The stack has started one process of each function: their environments are those that are measured in.
fn packages(stack: &Running, bootstraps: &Path, zips: &Path) -> anyhow::Result<Vec<Package>> {
    let workers = stack.workers()?;
    let mut names: Vec<_> =
        fs::read_dir(bootstraps)?.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
    names.sort();
    let package = |name: String| {
        let bootstrap = bootstraps.join(&name).join("bootstrap").canonicalize()?;
        let zip = zips.join(&name).with_extension("zip");
        let size = fs::metadata(&zip).with_context(|| format!("{} is missing", zip.display()))?.len();
        let environment = workers.get(&bootstrap).with_context(|| format!("{name} does not run in the stack"))?.clone();
        Ok(Package { zip_mb: f64::from(u32::try_from(size)?) / 1e6, name, bootstrap, environment })
    };
    names.into_iter().map(package).collect()
}

/// A package's figures, those that have an aim first, then where the time goes.
fn tell(section: &mut Section, package: &Package, starts: &[(Start, Duration)]) -> anyhow::Result<()> {
    let name = &package.name;
    let ms = |span: Duration| span.as_secs_f64() * 1e3;
    let all = |of: Part| -> Vec<f64> { starts.iter().filter_map(|(start, _)| of(start)).map(ms).collect() };
    let polled = all(|start| Some(start.polled));
    ensure!(polled.len() == STARTS, "{name} was not started {STARTS} times");
    section.aim(format!("{name}: start to first poll, p50"), median(polled.clone()), "ms", Aim::AtMost(INIT_MS));
    section.add(format!("{name}: start to first poll, p95"), percentile(&polled, 95.0), "ms");
    let resident = starts.iter().map(|(start, _)| start.resident_mb).collect();
    section.aim(format!("{name}: memory at first poll (RSS)"), median(resident), "MB", Aim::AtMost(RESIDENT_MB));
    section.aim(format!("{name}: zip"), package.zip_mb, "MB", Aim::AtMost(ZIP_MB));

    let empty = starts.iter().map(|(_, ended)| ms(*ended)).collect();
    section.add(format!("{name}:   process, loader, runtime (ends for want of settings)"), median(empty), "ms");
    let parts: [(&str, Part); 3] = [
        ("start until SSM is called: the above, clients, TLS", |start| Some(start.settings?.called)),
        ("reading settings from SSM", |start| Some(start.settings?.read)),
        ("settings read until first poll", |start| {
            let settings = start.settings?;
            start.polled.checked_sub(settings.called + settings.read)
        }),
    ];
    for (part, of) in parts {
        let spans = all(of);
        if !spans.is_empty() {
            section.add(format!("{name}:   {part}"), median(spans), "ms");
        }
    }
    section.add(format!("{name}:   processor time of all that"), median(all(|start| Some(start.computed))), "ms");
    Ok(())
}
