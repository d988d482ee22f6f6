//! The logs of scripts: a file of JSON lines for each, which is turned over when it is full. What people wrote is in it only where a script logs it.

use std::collections::{HashMap, VecDeque};
use std::fs::{File, OpenOptions};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};

use super::bundle::check_name;
use super::data::Data;
use super::veil::veil;
use crate::store::lock;

veil!(LogLine);

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

impl Level {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
        }
    }
}

/// A line of a log.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
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

/// Hears every line of every script as it is noted. It is called by the threads that work for scripts, so it has to return soon.
pub type LogEar = Arc<dyn Fn(&str, &LogLine) + Send + Sync>;

/// The logs of all scripts.
pub(super) struct LogBook {
    /// Where the files are; `None`: nothing is kept.
    folder: Option<PathBuf>,
    open: Mutex<HashMap<String, (File, u64)>>,
    ear: Option<LogEar>,
}

impl LogBook {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self { folder: Some(folder), open: Mutex::default(), ear: None }
    }

    /// Logs of which nothing is kept: they are only heard.
    pub(super) fn unkept() -> Self {
        Self { folder: None, open: Mutex::default(), ear: None }
    }

    /// Has every line told to `ear` too.
    pub(super) fn heard_by(mut self, ear: Option<LogEar>) -> Self {
        self.ear = ear;
        self
    }

    /// Adds a line. A log that cannot be written stops nobody.
    pub(super) fn note(&self, script: &str, mut line: LogLine) {
        if line.message.len() > MESSAGE_BYTES {
            let end = (0..=MESSAGE_BYTES).rev().find(|&end| line.message.is_char_boundary(end)).unwrap_or(0);
            line.message.truncate(end);
            line.message.push('…');
        }
        if let Some(ear) = &self.ear {
            ear(script, &line);
        }
        let Some(folder) = &self.folder else { return };
        let Ok(mut json) = serde_json::to_string(&line) else { return };
        json.push('\n');
        if let Err(error) = self.write(folder, script, json.as_bytes()) {
            tracing::warn!(script, %error, "the log of a script cannot be written");
        }
    }

    fn write(&self, folder: &Path, script: &str, line: &[u8]) -> std::io::Result<()> {
        let mut open = lock(&self.open);
        let is_full = open.get(script).is_some_and(|(_, bytes)| *bytes + line.len() as u64 > FILE_BYTES);
        if is_full {
            open.remove(script);
            std::fs::rename(path(folder, script), older(folder, script))?;
        }
        if !open.contains_key(script) {
            std::fs::create_dir_all(folder)?;
            let file = OpenOptions::new().append(true).create(true).open(path(folder, script))?;
            let bytes = file.metadata()?.len();
            open.insert(script.to_owned(), (file, bytes));
        }
        if let Some((file, bytes)) = open.get_mut(script) {
            file.write_all(line)?;
            *bytes += line.len() as u64;
        }
        Ok(())
    }

    /// The newest lines of a script's log, at most `limit`, oldest first.
    pub(super) fn newest(&self, script: &str, limit: usize) -> std::io::Result<Vec<LogLine>> {
        self.folder.as_ref().map_or_else(|| Ok(Vec::new()), |folder| newest(folder, script, limit))
    }
}

fn path(folder: &Path, script: &str) -> PathBuf {
    folder.join(format!("{script}.jsonl"))
}

fn older(folder: &Path, script: &str) -> PathBuf {
    folder.join(format!("{script}.1.jsonl"))
}

/// The folder of logs in the data folder of scripts.
pub(super) fn logs_of(data: &Path) -> PathBuf {
    data.join("logs")
}

fn newest(folder: &Path, script: &str, limit: usize) -> std::io::Result<Vec<LogLine>> {
    let mut lines = VecDeque::new();
    for path in [older(folder, script), path(folder, script)] {
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        for line in BufReader::new(file).lines() {
            // A line that was cut off by a crash is left out.
            lines.extend(serde_json::from_str::<LogLine>(&line?));
            if lines.len() > limit {
                lines.pop_front();
            }
        }
    }
    Ok(lines.into())
}

/// Reads the log of a script, also while another process writes it: the newest lines, then those that come.
pub struct LogReader {
    folder: PathBuf,
    script: String,
    /// The file that is read.
    file: Option<File>,
    /// The beginning of a line whose end is not written yet.
    rest: Vec<u8>,
}

impl LogReader {
    /// The log of a script whose host keeps its data in this folder; see [`ScriptOptions::data`](super::ScriptOptions::data). `None` where the
    /// script has none.
    pub fn open(data: &Path, script: &str) -> Option<Self> {
        let folder = logs_of(data);
        let is_there = check_name(script).is_ok() && (path(&folder, script).exists() || older(&folder, script).exists());
        is_there.then(|| Self { folder, script: script.to_owned(), file: None, rest: Vec::new() })
    }

    /// The newest lines, at most `limit`, oldest first. [`LogReader::more`] goes on behind them.
    ///
    /// # Errors
    /// What the system says when they cannot be read.
    pub fn newest(&mut self, limit: usize) -> std::io::Result<Vec<LogLine>> {
        let mut lines: VecDeque<LogLine> = newest_of(&older(&self.folder, &self.script))?.into();
        lines.extend(self.more()?);
        lines.drain(..lines.len().saturating_sub(limit));
        Ok(lines.into())
    }

    /// The lines that have come since.
    ///
    /// # Errors
    /// What the system says when they cannot be read.
    pub fn more(&mut self) -> std::io::Result<Vec<LogLine>> {
        let mut lines = self.read_on()?;
        // A file that was turned over is read to its end before the next one is begun.
        if self.is_turned_over()? {
            self.file = None;
            self.rest.clear();
            lines.extend(self.read_on()?);
        }
        Ok(lines)
    }

    fn read_on(&mut self) -> std::io::Result<Vec<LogLine>> {
        if self.file.is_none() {
            match File::open(path(&self.folder, &self.script)) {
                Ok(file) => self.file = Some(file),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
                Err(error) => return Err(error),
            }
        }
        let Some(file) = &mut self.file else { return Ok(Vec::new()) };
        file.read_to_end(&mut self.rest)?;
        let end = self.rest.iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end + 1);
        let whole: Vec<u8> = self.rest.drain(..end).collect();
        Ok(whole.split(|&byte| byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect())
    }

    /// Whether the file of the newest lines is another one than that which is read.
    fn is_turned_over(&self) -> std::io::Result<bool> {
        let Some(file) = &self.file else { return Ok(false) };
        match std::fs::metadata(path(&self.folder, &self.script)) {
            Ok(metadata) => Ok(metadata.ino() != file.metadata()?.ino()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(true),
            Err(error) => Err(error),
        }
    }
}

fn newest_of(path: &Path) -> std::io::Result<Vec<LogLine>> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(bytes.split(|&byte| byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(message: &str) -> LogLine {
        LogLine { at: 5, level: Level::Info, from: "receive".to_owned(), message: message.to_owned(), fields: Data::Nil }
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

    #[test]
    fn a_reader_hears_what_is_noted_behind_it_also_when_the_file_is_turned_over() {
        let data = tempfile::tempdir().unwrap();
        assert!(LogReader::open(data.path(), "bot").is_none());
        let book = LogBook::new(logs_of(data.path()));
        (0..3).for_each(|number| book.note("bot", line(&number.to_string())));
        let mut reader = LogReader::open(data.path(), "bot").unwrap();
        let messages = |lines: Vec<LogLine>| lines.into_iter().map(|line| line.message).collect::<Vec<_>>();
        assert_eq!(messages(reader.newest(2).unwrap()), ["1", "2"]);
        assert!(reader.more().unwrap().is_empty());
        let mut heard = Vec::new();
        for number in 0..400 {
            book.note("bot", line(&format!("{number} {}", "x".repeat(3_000))));
            heard.extend(reader.more().unwrap());
        }
        assert_eq!(heard.len(), 400, "none is missed where the file is turned over");
        assert!(heard[399].message.starts_with("399 "));
    }
}
