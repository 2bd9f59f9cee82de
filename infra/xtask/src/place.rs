//! Where things are.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;

/// The folders that every command works in.
#[derive(Debug, Clone)]
pub struct Place {
    /// The checkout.
    pub root: PathBuf,
    /// Cargo's target folder.
    pub target: PathBuf,
    /// Tools that outlive `target`.
    pub tools: PathBuf,
}

impl Place {
    /// Finds the checkout from the current folder upwards.
    ///
    /// # Errors
    /// Outside a checkout.
    pub fn find() -> anyhow::Result<Self> {
        let here = env::current_dir().context("the current folder cannot be read")?;
        let root = here
            .ancestors()
            .find(|folder| folder.join("cloudformation.yaml").is_file() && folder.join("infra/xtask").is_dir())
            .context("this is not inside a Speed Connect checkout: change into it first")?;
        let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |folder| here.join(folder));
        let tools = tools(env::var_os("SPEED_CONNECT_TOOLS"), env::var_os("XDG_CACHE_HOME"), env::var_os("HOME"));
        Ok(Self { root: root.to_owned(), target, tools: tools.unwrap_or_else(|| root.join(".venv")) })
    }

    /// The front end's folder.
    pub fn frontend(&self) -> PathBuf {
        self.root.join("frontend")
    }

    /// Where logs and reports of one run go.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn reports(&self) -> anyhow::Result<PathBuf> {
        let folder = self.target.join("xtask");
        fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
        Ok(folder)
    }

    /// Where cargo puts the binaries of a profile.
    pub fn binaries(&self, release: bool) -> PathBuf {
        self.target.join(if release { "release" } else { "debug" })
    }

    /// The path relative to the checkout, for people.
    pub fn short<'a>(&self, path: &'a Path) -> &'a Path {
        path.strip_prefix(&self.root).unwrap_or(path)
    }
}

fn tools(named: Option<OsString>, cache: Option<OsString>, home: Option<OsString>) -> Option<PathBuf> {
    let named = named.map(PathBuf::from);
    let cache = cache.map(|cache| PathBuf::from(cache).join("speed-connect"));
    let home = home.map(|home| PathBuf::from(home).join(".cache/speed-connect"));
    named.or(cache).or(home).filter(|folder| folder.is_absolute())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_named_tools_folder_wins_over_the_cache_and_the_home() {
        let folder = |name: &str| Some(OsString::from(name));
        assert_eq!(tools(folder("/t"), folder("/c"), folder("/h")), Some("/t".into()));
        assert_eq!(tools(None, folder("/c"), folder("/h")), Some("/c/speed-connect".into()));
        assert_eq!(tools(None, None, folder("/h")), Some("/h/.cache/speed-connect".into()));
        assert_eq!(tools(None, None, None), None);
    }
}
