//! Who says what is in force: flags before variables before the file before the defaults.

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use etcetera::BaseStrategy as _;

use super::error::Problem;
use super::file::Entries;
use super::flags::Flags;
use super::keys::Key;
use super::kinds::{Base, Kind};

/// What is in force for a key.
pub(in crate::cli) struct Setting<T> {
    pub(in crate::cli) value: T,
    pub(in crate::cli) source: Source,
}

/// Who said it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Source {
    Default,
    File { path: Arc<Path>, line: usize },
    Variable(String),
    Flag(String),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { path, line } => write!(f, "file {}:{line}", path.display()),
            Self::Variable(name) => write!(f, "variable {name}"),
            Self::Flag(name) => write!(f, "flag {name}"),
        }
    }
}

/// The user's folders, as far as there are any.
pub(in crate::cli) struct Places {
    pub(super) home: Option<PathBuf>,
    pub(super) data: Option<PathBuf>,
    pub(super) config: Option<PathBuf>,
    pub(super) cache: Option<PathBuf>,
}

impl Places {
    /// Those of the user who runs the program.
    pub(super) fn of_user() -> Self {
        let strategy = etcetera::choose_base_strategy().ok();
        Self {
            home: etcetera::home_dir().ok(),
            data: strategy.as_ref().map(|strategy| strategy.data_dir()),
            config: strategy.as_ref().map(|strategy| strategy.config_dir()),
            cache: strategy.as_ref().map(|strategy| strategy.cache_dir()),
        }
    }

    /// A folder in the user's data folder.
    pub(super) fn data(&self, name: &str) -> Option<PathBuf> {
        Some(self.data.as_ref()?.join(name))
    }
}

/// All that is said, and what of it cannot be taken.
pub(super) struct Layers<'a> {
    pub(super) flags: &'a Flags,
    pub(super) variable: &'a dyn Fn(&str) -> Option<OsString>,
    pub(super) file: Option<(&'a Arc<Path>, Entries<'a>)>,
    pub(super) places: &'a Places,
    pub(super) problems: Vec<Problem>,
}

impl Layers<'_> {
    /// What is in force for this key. What cannot be read is a problem also where something before it counts.
    pub(super) fn setting<K: Kind>(&mut self, key: &Key<K>) -> Setting<K::Value> {
        let mut said = Vec::new();
        if let Some((path, entries)) = &self.file
            && let Some((line, value)) = entries.get(key.about.name)
        {
            let base = Base { folder: path.parent().unwrap_or(Path::new("")), home: self.places.home.as_deref() };
            said.push((Source::File { path: Arc::clone(path), line: *line }, key.kind.read_toml(value, &base)));
        }
        let variable = key.about.variable();
        if let Some(text) = (self.variable)(&variable) {
            said.push((Source::Variable(variable), key.kind.read_text(&text)));
        }
        if let Some(text) = self.flags.get(key.about.name) {
            said.push((Source::Flag(format!("--{}", key.about.name)), key.kind.read_text(text)));
        }
        let mut setting = Setting { value: key.default.find(self.places), source: Source::Default };
        for (source, value) in said {
            match value {
                Some(value) => setting = Setting { value, source },
                None => self.problems.push(Problem::Unfit { said_by: source, key: key.about.name, expected: key.kind.expected() }),
            }
        }
        setting
    }
}
