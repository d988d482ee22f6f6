//! The manifest of a script: what it is called, what it needs and why, and what can be set for it. It stands in the head of its file.
//!
//! ```text
//! --!mynah version = "1.2.0"
//! --!mynah http = ["api.example.org"]
//! --!mynah why.http = "asks for the weather"
//! --!mynah config.city = { type = "string", default = "Vienna", help = "where the weather is" }
//! ```

mod amount;
mod config;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use toml::{Table, Value};

pub(super) use amount::{Host, Rate, is_host_name, size, split_port};
pub(super) use config::{ConfigKey, ConfigKind};

use super::data::Data;
use super::filter::Place;
use super::fold::nearest;
use super::op::Misuse;
use super::when;

/// What stands in front of each line of a manifest.
const MARK: &str = "--!mynah";
/// The longest name.
const NAME: usize = 64;
/// What a script's files may fill, if it asks for files and for no amount, bytes.
const FILES: u64 = 100 << 20;
/// The least and the most memory that a script can ask for, bytes.
const MEMORY: std::ops::RangeInclusive<u64> = (4 << 20)..=(4 << 30);
/// The longest reason, help or prefix, bytes.
const TEXT: usize = 500;

/// All keys, in the order in which they are told.
const KEYS: [&str; 15] = [
    "name",
    "version",
    "http",
    "private_hosts",
    "conversations",
    "send",
    "files",
    "secrets",
    "bots",
    "memory",
    "zone",
    "prefix",
    "stale",
    "why",
    "config",
];
/// Those that ask for something.
const ASKED: [&str; 7] = ["http", "private_hosts", "conversations", "send", "files", "secrets", "memory"];

/// What a script says of itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Manifest {
    /// `[a-z0-9][a-z0-9_-]{0,63}`; the file's name, if it is not said.
    pub(super) name: String,
    pub(super) version: Option<Arc<str>>,
    /// Hosts that it may ask.
    pub(super) http: Vec<Host>,
    /// Hosts in private networks that it may ask.
    pub(super) private_hosts: Vec<Host>,
    /// Conversations that it may speak to and read, beside the one that an event comes from.
    pub(super) conversations: Vec<Place>,
    /// How much it says, where that is more than the usual.
    pub(super) send: Option<Rate>,
    /// Bytes that its own files may fill; `None`: it has none.
    pub(super) files: Option<u64>,
    /// Names of secrets that it uses.
    pub(super) secrets: Vec<String>,
    /// Whether its commands are open to other scripts.
    pub(super) bots: bool,
    /// Bytes of memory, where that is more than the usual.
    pub(super) memory: Option<u64>,
    /// The time zone of its times and schedules; `None`: the machine's.
    pub(super) zone: Option<Arc<str>>,
    /// What has to stand in front of its commands.
    pub(super) prefix: Option<String>,
    /// How old a command may be to be done.
    pub(super) stale: Option<Duration>,
    /// Reasons, by the key that they are for.
    pub(super) why: BTreeMap<String, String>,
    /// What can be set for it.
    pub(super) config: BTreeMap<String, ConfigKey>,
}

/// What is wrong with a manifest, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {why}")]
pub(super) struct ManifestError {
    /// Of the file, from 1.
    pub(super) line: u32,
    pub(super) why: String,
}

impl Manifest {
    /// Reads the manifest in the head of a file: the lines that begin with `--!mynah`, before the first code. What stands behind the mark is TOML,
    /// and may go on over several lines. `stem`: the file's name, which is the script's if it says no other.
    ///
    /// # Errors
    /// [`ManifestError`] with the line of the first fault.
    pub(super) fn read(source: &str, stem: &str) -> Result<Self, ManifestError> {
        let head = Head::of(source);
        let table: Table =
            head.toml.parse().map_err(|error: toml::de::Error| head.error(error.span().map_or(0, |span| span.start), error.message()))?;
        let mut manifest = Self { name: stem.to_owned(), ..Self::default() };
        for (key, value) in &table {
            manifest.take(key, value).map_err(|why| head.error(head.place_of(key), &format!("{key}: {why}")))?;
        }
        check_name(&manifest.name).map_err(|why| head.error(head.place_of("name"), &format!("name: {why}")))?;
        if let Some(key) = manifest.why.keys().find(|key| !table.contains_key(*key)) {
            return Err(head.error(head.place_of("why"), &format!("why.{key}: the manifest has a reason for {key}, and no {key}")));
        }
        Ok(manifest)
    }

    fn take(&mut self, key: &str, value: &Value) -> Result<(), String> {
        match key {
            "name" => self.name = text(value)?,
            "version" => self.version = Some(text(value)?.into()),
            "http" => self.http = list(value, Host::parse)?,
            "private_hosts" => self.private_hosts = list(value, Host::parse)?,
            "conversations" => self.conversations = list(value, Place::parse)?,
            "send" => self.send = Some(Rate::parse(&text(value)?)?),
            "files" => {
                self.files = match value {
                    Value::Boolean(wanted) => wanted.then_some(FILES),
                    _ => Some(size(&text(value).map_err(|_| "true, or an amount such as \"100MB\", was expected".to_owned())?)?),
                }
            }
            "secrets" => self.secrets = list(value, |name| check_word(name).map(|()| name.to_owned()))?,
            "bots" => self.bots = value.as_bool().ok_or_else(|| expected("true or false", value))?,
            "memory" => {
                let bytes = size(&text(value)?)?;
                if !MEMORY.contains(&bytes) {
                    return Err("from \"4MiB\" to \"4GiB\" can be asked for".to_owned());
                }
                self.memory = Some(bytes);
            }
            "zone" => {
                let name = text(value)?;
                when::zone(&name).map_err(|error| error.to_string())?;
                self.zone = Some(name.into());
            }
            "prefix" => self.prefix = Some(text(value)?).filter(|prefix| !prefix.trim().is_empty()),
            "stale" => self.stale = Some(when::duration(&text(value)?).map_err(|error| error.to_string())?),
            "why" => {
                let reasons = value.as_table().ok_or_else(|| expected("why.KEY = \"reason\"", value))?;
                for (key, reason) in reasons {
                    if !ASKED.contains(&key.as_str()) {
                        return Err(format!("{key:?} needs no reason; reasons are for {}", ASKED.join(", ")));
                    }
                    self.why.insert(key.clone(), text(reason)?);
                }
            }
            "config" => {
                let keys = value.as_table().ok_or_else(|| expected("config.KEY = { type = \"…\" }", value))?;
                for (key, spec) in keys {
                    check_word(key)?;
                    let spec = ConfigKey::read(spec).map_err(|why| format!("{key}: {why}"))?;
                    self.config.insert(key.clone(), spec);
                }
            }
            unknown => {
                let meant = nearest(unknown, KEYS).map_or(String::new(), |meant| format!("; did you mean {meant}?"));
                return Err(format!("there is no such key; there are {}{meant}", KEYS.join(", ")));
            }
        }
        Ok(())
    }

    /// The values of the configuration: those that the operator has set, else what the script says itself; what has neither and may be left out is
    /// nil.
    ///
    /// # Errors
    /// [`Misuse`] that tells all that is wrong, key by key.
    pub(super) fn values(&self, set: &Table) -> Result<Data, Misuse> {
        let mut wrong = Vec::new();
        let mut values = BTreeMap::new();
        for (key, spec) in &self.config {
            match set.get(key).map(|value| spec.value(value)).or_else(|| spec.default.clone().map(Ok)) {
                Some(Ok(value)) => drop(values.insert(key.clone(), value)),
                Some(Err(why)) => wrong.push(format!("config.{key}: {why}")),
                None if spec.is_optional => drop(values.insert(key.clone(), Data::Nil)),
                None => wrong.push(format!(
                    "config.{key} is not set, and has no default{}",
                    spec.help.as_ref().map_or(String::new(), |help| format!(": {help}"))
                )),
            }
        }
        for key in set.keys().filter(|key| !self.config.contains_key(*key)) {
            let meant =
                nearest(key, self.config.keys().map(String::as_str)).map_or(String::new(), |meant| format!("; did you mean {meant}?"));
            wrong.push(format!("config.{key}: {} has no such key{meant}", self.name));
        }
        if wrong.is_empty() { Ok(Data::Map(values)) } else { Err(Misuse(wrong.join("\n"))) }
    }
}

impl Manifest {
    /// The conversations that the operator has set as values of the configuration. Who names a conversation to a script lets it speak there.
    pub(super) fn chats_set(&self, set: &Table) -> Vec<Place> {
        let chats = self.config.iter().filter(|(_, spec)| spec.kind == ConfigKind::Chat);
        chats.filter_map(|(key, _)| Place::parse(set.get(key)?.as_str()?).ok()).collect()
    }
}

/// The lines of a manifest.
struct Head {
    /// What stands behind the marks, line by line.
    toml: String,
    /// The number in the file of each of these lines, from 1.
    lines: Vec<u32>,
}

impl Head {
    fn of(source: &str) -> Self {
        let mut head = Self { toml: String::new(), lines: Vec::new() };
        let source = source.strip_prefix('\u{feff}').unwrap_or(source);
        let mut comment_end: Option<String> = None;
        for (number, line) in (1..).zip(source.lines()) {
            let line = line.trim();
            if let Some(end) = &comment_end {
                if line.contains(end.as_str()) {
                    comment_end = None;
                }
                continue;
            }
            if let Some(rest) = line.strip_prefix(MARK).filter(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace)) {
                head.toml.push_str(rest);
                head.toml.push('\n');
                head.lines.push(number);
            } else if let Some(end) = long_comment(line) {
                comment_end = Some(end).filter(|end| !line.contains(end.as_str()));
            } else if !(line.is_empty() || line.starts_with("--") || (number == 1 && line.starts_with("#!"))) {
                break;
            }
        }
        head
    }

    /// An error at a byte of the TOML.
    fn error(&self, at: usize, why: &str) -> ManifestError {
        let line = self.toml.get(..at).unwrap_or(&self.toml).matches('\n').count();
        let line = self.lines.get(line).or(self.lines.last()).copied().unwrap_or(1);
        ManifestError { line, why: why.trim_end().replace('\n', " ") }
    }

    /// Where in the TOML a key of the top stands.
    fn place_of(&self, key: &str) -> usize {
        let parsed = toml::de::DeTable::parse(&self.toml);
        parsed
            .ok()
            .and_then(|table| table.get_ref().keys().find(|found| found.get_ref() == key).map(|found| found.span().start))
            .unwrap_or(0)
    }
}

/// What ends the comment of several lines that begins here: `]]` of `--[[`, `]==]` of `--[==[`.
fn long_comment(line: &str) -> Option<String> {
    let level = line.strip_prefix("--[")?.split('[').next()?;
    let is_long = level.bytes().all(|byte| byte == b'=') && line[3 + level.len()..].starts_with('[');
    is_long.then(|| format!("]{level}]"))
}

fn check_name(name: &str) -> Result<(), String> {
    let is_name = name.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit()) && name.len() <= NAME;
    let is_plain = name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-'));
    if is_name && is_plain {
        Ok(())
    } else {
        Err(format!("{name:?} is no name: 1 to {NAME} of a-z, 0-9, - and _ are, beginning with a letter or digit"))
    }
}

/// The name of a secret, or of a key of the configuration.
fn check_word(name: &str) -> Result<(), String> {
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.len() <= NAME;
    let is_plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if is_name && is_plain {
        Ok(())
    } else {
        Err(format!("{name:?} is no name: 1 to {NAME} letters, digits and _ are, beginning with a letter"))
    }
}

fn text(value: &Value) -> Result<String, String> {
    let text = value.as_str().ok_or_else(|| expected("text in quotes", value))?;
    if text.is_empty() || text.len() > TEXT || text.contains(char::is_control) {
        return Err(format!("1 to {TEXT} bytes of text on one line were expected"));
    }
    Ok(text.to_owned())
}

fn list<T>(value: &Value, read: impl Fn(&str) -> Result<T, String>) -> Result<Vec<T>, String> {
    let items = value.as_array().ok_or_else(|| expected("a list such as [\"…\"]", value))?;
    items.iter().map(|item| read(item.as_str().ok_or_else(|| expected("text in quotes", item))?)).collect()
}

fn expected(what: &str, value: &Value) -> String {
    let found = match value {
        Value::String(_) => "text",
        Value::Integer(_) | Value::Float(_) => "a number",
        Value::Boolean(_) => "true or false",
        Value::Datetime(_) => "a date",
        Value::Array(_) => "a list",
        Value::Table(_) => "a table",
    };
    format!("{what} was expected, not {found}")
}

#[cfg(test)]
mod tests;
