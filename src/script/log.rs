//! The logs of scripts: a file of JSON lines for each, which is turned over when it is full. What people wrote is in it only where a script logs it.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::sync::Mutex;

use serde::{Deserialize, Serialize};

use super::data::Data;
use crate::store::lock;

/// Bytes of a file before the next one is begun. The one before it is kept.
const FILE_BYTES: u64 = 1 << 20;
/// The longest message, in bytes.
const MESSAGE_BYTES: usize = 4 << 10;

/// How much a line matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// For who looks for a fault.
    Debug,
    /// What happens.
    Info,
    /// Something is not as it should be.
    Warn,
    /// Something went wrong.
    Error,
}

/// A line of a log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LogLine {
    /// When, Unix seconds.
    pub at: u64,
    /// How much it matters.
    pub level: Level,
    /// The handler, or `host`.
    pub from: String,
    /// What the script says.
    pub message: String,
    /// Values with names.
    #[serde(default, skip_serializing_if = "Data::is_nil")]
    pub fields: Data,
}

/// The logs of all scripts.
pub(super) struct LogBook {
    folder: PathBuf,
    open: Mutex<HashMap<String, (File, u64)>>,
}

impl LogBook {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self { folder, open: Mutex::default() }
    }

    /// Adds a line. A log that cannot be written stops nobody.
    pub(super) fn note(&self, script: &str, mut line: LogLine) {
        if line.message.len() > MESSAGE_BYTES {
            let end = (0..=MESSAGE_BYTES).rev().find(|&end| line.message.is_char_boundary(end)).unwrap_or(0);
            line.message.truncate(end);
            line.message.push('…');
        }
        let Ok(mut json) = serde_json::to_string(&line) else { return };
        json.push('\n');
        if let Err(error) = self.write(script, json.as_bytes()) {
            tracing::warn!(script, %error, "the log of a script cannot be written");
        }
    }

    fn write(&self, script: &str, line: &[u8]) -> std::io::Result<()> {
        let mut open = lock(&self.open);
        let is_full = open.get(script).is_some_and(|(_, bytes)| *bytes + line.len() as u64 > FILE_BYTES);
        if is_full {
            open.remove(script);
            std::fs::rename(self.path(script), self.older(script))?;
        }
        if !open.contains_key(script) {
            std::fs::create_dir_all(&self.folder)?;
            let file = OpenOptions::new().append(true).create(true).open(self.path(script))?;
            let bytes = file.metadata()?.len();
            open.insert(script.to_owned(), (file, bytes));
        }
        if let Some((file, bytes)) = open.get_mut(script) {
            file.write_all(line)?;
            *bytes += line.len() as u64;
        }
        Ok(())
    }

    fn path(&self, script: &str) -> PathBuf {
        self.folder.join(format!("{script}.jsonl"))
    }

    fn older(&self, script: &str) -> PathBuf {
        self.folder.join(format!("{script}.1.jsonl"))
    }

    /// The newest lines of a script's log, at most `limit`, oldest first. A line that was cut off by a crash is left out.
    pub(super) fn newest(&self, script: &str, limit: usize) -> std::io::Result<Vec<LogLine>> {
        let mut lines = std::collections::VecDeque::new();
        for path in [self.older(script), self.path(script)] {
            let file = match File::open(path) {
                Ok(file) => file,
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
                Err(error) => return Err(error),
            };
            for line in BufReader::new(file).lines() {
                lines.extend(serde_json::from_str::<LogLine>(&line?));
                if lines.len() > limit {
                    lines.pop_front();
                }
            }
        }
        Ok(lines.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(message: &str) -> LogLine {
        LogLine { at: 5, level: Level::Info, from: "receive#1".to_owned(), message: message.to_owned(), fields: Data::Nil }
    }

    #[test]
    fn the_newest_lines_are_there_after_the_file_was_turned_over() {
        let folder = tempfile::tempdir().unwrap();
        let book = LogBook::new(folder.path().join("logs"));
        for number in 0..600 {
            book.note("bot", line(&format!("{number} {}", "x".repeat(3_000))));
        }
        let newest = book.newest("bot", 400).unwrap();
        assert_eq!(newest.len(), 400, "a turned-over file is read too");
        assert!(newest[399].message.starts_with("599 "));
        assert!(newest[0].message.starts_with("200 "));
        assert!(book.newest("other", 5).unwrap().is_empty());
    }

    #[test]
    fn a_long_message_is_cut_between_characters() {
        let folder = tempfile::tempdir().unwrap();
        let book = LogBook::new(folder.path().to_owned());
        book.note("bot", line(&"漢".repeat(3_000)));
        let newest = book.newest("bot", 1).unwrap();
        assert!(newest[0].message.ends_with("漢…"));
        assert!(newest[0].message.len() <= MESSAGE_BYTES + 3);
    }
}
