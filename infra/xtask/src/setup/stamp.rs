//! Remembers for which inputs something was made, so that it is made again only when they change.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use anyhow::Context;

/// The state of some files and folders: names, lengths and times of change, not contents.
///
/// # Errors
/// When one of them cannot be read.
pub fn state_of(paths: &[PathBuf]) -> anyhow::Result<String> {
    let mut hasher = DefaultHasher::new();
    for path in paths {
        state(path, &mut hasher).with_context(|| format!("{} cannot be read", path.display()))?;
    }
    Ok(format!("{:016x}", hasher.finish()))
}

/// Whether `stamp` was written for `state`.
pub fn is_current(stamp: &Path, state: &str) -> bool {
    fs::read_to_string(stamp).is_ok_and(|written| written == state)
}

/// Writes `state` down.
///
/// # Errors
/// When the file cannot be written.
pub fn write(stamp: &Path, state: &str) -> anyhow::Result<()> {
    fs::write(stamp, state).with_context(|| format!("{} cannot be written", stamp.display()))
}

fn state(path: &Path, hasher: &mut DefaultHasher) -> anyhow::Result<()> {
    path.hash(hasher);
    let Ok(metadata) = fs::metadata(path) else {
        return Ok(());
    };
    if metadata.is_dir() {
        let mut entries: Vec<PathBuf> =
            fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect::<anyhow::Result<_>>()?;
        entries.sort();
        return entries.iter().try_for_each(|entry| state(entry, hasher));
    }
    metadata.len().hash(hasher);
    metadata.modified()?.hash(hasher);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_new_or_deleted_file_changes_the_state() {
        let folder = std::env::temp_dir().join(format!("stamp-{}", std::process::id()));
        fs::create_dir_all(folder.join("sub")).expect("a folder");
        let now = || state_of(std::slice::from_ref(&folder)).expect("readable");
        let empty = now();
        fs::write(folder.join("sub/a"), "1").expect("a file");
        let one = now();
        fs::write(folder.join("sub/a"), "12").expect("a file");
        let changed = now();
        assert_eq!(changed, now());
        fs::remove_file(folder.join("sub/a")).expect("deleted");
        assert_eq!(empty, now());
        assert!(one != empty && changed != one);
        fs::remove_dir_all(&folder).expect("cleaned up");
    }

    #[test]
    fn a_missing_path_is_a_state_too() {
        assert!(state_of(&["/nowhere/at/all".into()]).is_ok());
    }
}
