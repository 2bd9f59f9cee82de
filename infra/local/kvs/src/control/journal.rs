//! Channels on disk: one JSON line a change, rewritten at start.
//!
//! A line is handed to the operating system before the change is answered, so killing the process
//! loses nothing that was acknowledged; a power cut may lose the last lines. A line torn by the end
//! of the process is dropped at the next start.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::Channel;

const FILE: &str = "kvs-channels.jsonl";

/// The file behind the registry; without a folder it keeps nothing.
#[derive(Debug)]
pub(crate) struct Journal {
    file: Option<File>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Line {
    Put(Channel),
    Delete(String),
}

impl Journal {
    /// Keeps channels in memory only.
    pub(crate) fn none() -> Self {
        Self { file: None }
    }

    /// Reads the folder's journal, compacts it, and opens it for more.
    pub(crate) fn open(folder: &Path) -> io::Result<(Self, Vec<Channel>)> {
        fs::create_dir_all(folder)?;
        let path = folder.join(FILE);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error),
        };
        let channels = replay(&text).map_err(|line| {
            let text = format!("line {line} of {FILE} is damaged; remove the file to start without channels");
            io::Error::new(io::ErrorKind::InvalidData, text)
        })?;
        let compact: PathBuf = folder.join(format!("{FILE}.new"));
        let mut file = File::create(&compact)?;
        for channel in &channels {
            write(&mut file, &Line::Put(channel.clone()))?;
        }
        file.sync_all()?;
        fs::rename(&compact, &path)?;
        let file = File::options().append(true).open(&path)?;
        Ok((Self { file: Some(file) }, channels))
    }

    /// Keeps a new or changed channel.
    pub(crate) fn put(&mut self, channel: &Channel) -> io::Result<()> {
        self.append(&Line::Put(channel.clone()))
    }

    /// Forgets a channel.
    pub(crate) fn delete(&mut self, arn: &str) -> io::Result<()> {
        self.append(&Line::Delete(arn.to_owned()))
    }

    fn append(&mut self, line: &Line) -> io::Result<()> {
        self.file.as_mut().map_or(Ok(()), |file| write(file, line))
    }
}

/// One `write` call a line, so that a kill cannot interleave two.
fn write(file: &mut File, line: &Line) -> io::Result<()> {
    let mut text = serde_json::to_string(line).map_err(io::Error::other)?;
    text.push('\n');
    file.write_all(text.as_bytes())
}

/// The channels after all lines; the last line may be torn, any other damage is the `Err`'s line.
fn replay(text: &str) -> Result<Vec<Channel>, usize> {
    let mut channel_by_arn = BTreeMap::new();
    for (index, line) in text.split_inclusive('\n').enumerate() {
        match serde_json::from_str(line) {
            Ok(Line::Put(channel)) => drop(channel_by_arn.insert(channel.arn.clone(), channel)),
            Ok(Line::Delete(arn)) => drop(channel_by_arn.remove(&arn)),
            Err(_) if !line.ends_with('\n') => {}
            Err(_) => return Err(index + 1),
        }
    }
    Ok(channel_by_arn.into_values().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::channel::Phase;

    fn channel(name: &str) -> Channel {
        Channel {
            arn: format!("arn:aws:kinesisvideo:us-east-1:000000000000:channel/{name}/1"),
            name: name.to_owned(),
            created_at_ms: 1,
            message_ttl_s: 60,
            version: "v1".to_owned(),
            tags: vec![("a".to_owned(), "b".to_owned())],
            phase: Phase::Settled,
        }
    }

    fn line(line: &Line) -> String {
        serde_json::to_string(line).unwrap() + "\n"
    }

    #[test]
    fn the_last_word_on_a_channel_counts() {
        let newer = Channel { message_ttl_s: 5, ..channel("a") };
        let text = [
            line(&Line::Put(channel("a"))),
            line(&Line::Put(channel("b"))),
            line(&Line::Put(newer.clone())),
            line(&Line::Delete(channel("b").arn)),
        ];
        assert_eq!(replay(&text.concat()), Ok(vec![newer]));
    }

    #[test]
    fn a_torn_last_line_is_dropped_and_other_damage_is_told() {
        let whole = line(&Line::Put(channel("a")));
        for end in 1..whole.len() - 1 {
            assert_eq!(replay(&format!("{whole}{}", &whole[..end])), Ok(vec![channel("a")]), "{end}");
        }
        assert_eq!(replay(&format!("{whole}x\n{whole}")), Err(2));
    }
}
