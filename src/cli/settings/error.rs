//! What is wrong with a configuration. No text holds a value: it may be a secret under a mistyped name.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::layers::Source;

/// Why there are no settings.
#[derive(Debug, thiserror::Error)]
pub(in crate::cli) enum SettingsError {
    #[error("there is no file {}, which {by} names", path.display())]
    Missing { path: PathBuf, by: &'static str },
    #[error("could not read {}: {source}", path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("{}:{line}:{column}: not TOML: {reason}", path.display())]
    Syntax { path: PathBuf, line: usize, column: usize, reason: String },
    /// All that is wrong, not the first of it.
    #[error("{}", lines(.problems))]
    Wrong { problems: Vec<Problem> },
}

/// One thing that is wrong.
#[derive(Debug, thiserror::Error)]
pub(in crate::cli) enum Problem {
    #[error("{}:{line}: there is no {} {name}{}", path.display(), if *is_table { "table" } else { "key" }, meant(*similar))]
    Unknown { path: Arc<Path>, line: usize, name: String, is_table: bool, similar: Option<&'static str> },
    #[error("{}:{line}: {name} has to be a table, written [{name}]", path.display())]
    NoTable { path: Arc<Path>, line: usize, name: String },
    #[error("{} has to be {expected}", subject(said_by, key))]
    Unfit { said_by: Source, key: &'static str, expected: String },
}

impl Problem {
    /// The line of the file that it is about.
    pub(super) fn line(&self) -> usize {
        match self {
            Self::Unknown { line, .. } | Self::NoTable { line, .. } | Self::Unfit { said_by: Source::File { line, .. }, .. } => *line,
            Self::Unfit { .. } => usize::MAX,
        }
    }
}

fn meant(similar: Option<&str>) -> String {
    similar.map(|similar| format!("; did you mean {similar}?")).unwrap_or_default()
}

fn subject(said_by: &Source, key: &str) -> String {
    match said_by {
        Source::File { path, line } => format!("{}:{line}: {key}", path.display()),
        Source::Variable(name) | Source::Flag(name) => name.clone(),
        Source::Default => key.to_owned(),
    }
}

fn lines(problems: &[Problem]) -> impl fmt::Display {
    let lines: Vec<_> = problems.iter().map(Problem::to_string).collect();
    lines.join("\n")
}
