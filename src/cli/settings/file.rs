//! The configuration file: where it is, and which keys stand on which of its lines.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use toml::de::{DeTable, DeValue};

use super::error::{Problem, SettingsError};
use super::keys::{KEYS, similar};
use super::layers::Places;
use super::scripts::TABLES;

/// The known keys of a file, each with its line, from 1.
pub(super) type Entries<'a> = HashMap<&'static str, (usize, &'a DeValue<'a>)>;

/// The text of a file.
pub(super) struct File {
    pub(super) path: Arc<Path>,
    pub(super) text: String,
}

impl File {
    /// The file that `--config` or `MYNAH_CONFIG` names, or else that in the user's folder where there is one.
    pub(super) fn find(
        flag: Option<PathBuf>,
        variable: &dyn Fn(&str) -> Option<OsString>,
        places: &Places,
    ) -> Result<Option<Self>, SettingsError> {
        let flag = flag.filter(|path| !path.as_os_str().is_empty()).map(|path| (path, "--config"));
        let named = flag.or_else(|| variable("MYNAH_CONFIG").map(|path| (path.into(), "MYNAH_CONFIG")));
        let (path, by) = match named {
            Some((path, by)) => (path, Some(by)),
            None => match default_path(places) {
                Some(path) => (path, None),
                None => return Ok(None),
            },
        };
        match (fs::read_to_string(&path), by) {
            (Ok(text), _) => Ok(Some(Self { path: path.into(), text })),
            (Err(error), None) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            (Err(error), Some(by)) if error.kind() == io::ErrorKind::NotFound => Err(SettingsError::Missing { path, by }),
            (Err(source), _) => Err(SettingsError::Unreadable { path, source }),
        }
    }

    /// What stands in it as TOML.
    pub(super) fn parse(&self) -> Result<DeTable<'_>, SettingsError> {
        match DeTable::parse(&self.text) {
            Ok(table) => Ok(table.into_inner()),
            Err(error) => {
                let before = error.span().and_then(|span| self.text.get(..span.start)).unwrap_or_default();
                let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
                let reason = error.message().to_owned();
                Err(SettingsError::Syntax { path: self.path.to_path_buf(), line: self.line(before.len()), column, reason })
            }
        }
    }

    /// The keys in it, and what is no key.
    pub(super) fn entries<'a>(&self, table: &'a DeTable<'a>) -> (Entries<'a>, Vec<Problem>) {
        let mut found = Found { file: self, entries: Entries::new(), problems: Vec::new() };
        found.walk("", table);
        // A table of keys has no order of its own.
        found.problems.sort_by_key(Problem::line);
        (found.entries, found.problems)
    }

    fn line(&self, byte: usize) -> usize {
        let before = self.text.as_bytes().get(..byte).unwrap_or_default();
        before.iter().filter(|&&byte| byte == b'\n').count() + 1
    }
}

/// Where the file is that nobody named.
pub(super) fn default_path(places: &Places) -> Option<PathBuf> {
    Some(places.config.as_ref()?.join("mynah").join("config.toml"))
}

struct Found<'a, 'f> {
    file: &'f File,
    entries: Entries<'a>,
    problems: Vec<Problem>,
}

impl<'a> Found<'a, '_> {
    fn walk(&mut self, above: &str, table: &'a DeTable<'a>) {
        for (key, value) in table.iter() {
            let name = if above.is_empty() { key.get_ref().to_string() } else { format!("{above}.{}", key.get_ref()) };
            let (path, line) = (Arc::clone(&self.file.path), self.file.line(key.span().start));
            let keys = KEYS.all();
            if (above.is_empty() && TABLES.contains(&name.as_str())) || TABLES.contains(&above) {
                match value.get_ref().as_table() {
                    // What stands in the table of one script is for the script.
                    Some(table) if above.is_empty() => self.walk(&name, table),
                    Some(_) => {}
                    None => self.problems.push(Problem::NoTable { path, line, name }),
                }
                continue;
            }
            if let Some(known) = keys.iter().find(|key| key.about().name == name) {
                self.entries.insert(known.about().name, (line, value.get_ref()));
            } else if keys.iter().any(|key| key.about().place().0 == name) {
                match value.get_ref().as_table() {
                    Some(table) => self.walk(&name, table),
                    None => self.problems.push(Problem::NoTable { path, line, name }),
                }
            } else {
                let similar = similar(&name);
                self.problems.push(Problem::Unknown { path, line, name, is_table: value.get_ref().is_table(), similar });
            }
        }
    }
}
