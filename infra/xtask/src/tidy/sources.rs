//! The texts of this repository, without what is generated or installed.

use std::fs;
use std::path::Path;

use anyhow::Context;

const FOLDERS_SKIPPED: [&str; 6] =
    ["target", "node_modules", "dist", "test-results", "playwright-report", "__pycache__"];
const EXTENSIONS: [&str; 11] = ["rs", "ts", "tsx", "js", "mjs", "css", "html", "py", "sh", "toml", "md"];

/// One file.
#[derive(Debug)]
pub struct Source {
    /// Relative to the checkout, with `/`.
    pub path: String,
    /// Its text.
    pub text: String,
}

impl Source {
    /// The part of its name behind the last dot.
    pub fn extension(&self) -> &str {
        self.path.rsplit('.').next().unwrap_or_default()
    }

    /// Whether the file holds nothing but tests and their helpers.
    pub fn is_test(&self) -> bool {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        let folders = ["/tests/", "/e2e/", "/testing/", "/benches/"];
        folders.iter().any(|folder| self.path.contains(folder))
            || name == "tests.rs"
            || name.ends_with("_tests.rs")
            || name.ends_with("_laws.rs")
            || name.contains(".test.")
            || name.contains(".spec.")
    }

    /// Whether a machine wrote it.
    pub fn is_generated(&self) -> bool {
        self.path.starts_with("frontend/src/protocol/") || self.text.starts_with("// This file was generated")
    }
}

/// Reads all of them, in the order of their paths.
///
/// # Errors
/// When a folder or file cannot be read.
pub fn read(root: &Path) -> anyhow::Result<Vec<Source>> {
    let mut sources = Vec::new();
    collect(root, root, &mut sources)?;
    sources.sort_by(|left, right| left.path.cmp(&right.path));
    Ok(sources)
}

fn collect(root: &Path, folder: &Path, sources: &mut Vec<Source>) -> anyhow::Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            if !name.starts_with('.') && !FOLDERS_SKIPPED.contains(&name.as_str()) {
                collect(root, &path, sources)?;
            }
            continue;
        }
        let extension = name.rsplit('.').next().unwrap_or_default();
        if EXTENSIONS.contains(&extension) {
            let bytes = fs::read(&path).with_context(|| format!("{} cannot be read", path.display()))?;
            let path = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned();
            sources.push(Source { path, text: String::from_utf8_lossy(&bytes).into_owned() });
        }
    }
    Ok(())
}
