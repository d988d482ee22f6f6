//! The sides of the comparison: what they are called, and how each one is imported and opened.

use std::path::Path;
use std::time::Duration;

use anyhow::{Result, bail};
use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use crate::engine::Archive;
use crate::mynah::Mynah;
use crate::parts::Parts;
use crate::sqlite::{Content, Order, Sqlite, Tokenizer};

/// One side of the comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub(crate) enum Side {
    /// This project.
    Mynah,
    /// SQLite with FTS5 over words, hits in the order of arrival.
    Fts5,
    /// The same archive, hits in the order of time.
    Fts5ByTime,
    /// SQLite with FTS5 over words that keeps no copy of the text.
    Fts5Contentless,
    /// SQLite with FTS5 over trigrams.
    Trigram,
    /// RocksDB and Tantivy, fed directly.
    Parts,
}

impl Side {
    /// The peers that import a file, in the order in which they take turns.
    pub(crate) const PEERS: &'static [Self] = &[Self::Fts5, Self::Fts5Contentless, Self::Trigram, Self::Parts];

    /// What the table calls it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Mynah => "Mynah",
            Self::Fts5 => "FTS5",
            Self::Fts5ByTime => "FTS5 by time",
            Self::Fts5Contentless => "FTS5 contentless",
            Self::Trigram => "FTS5 trigram",
            Self::Parts => "parts",
        }
    }

    /// What the command line calls it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Mynah => "mynah",
            Self::Fts5 => "fts5",
            Self::Fts5ByTime => "fts5_by_time",
            Self::Fts5Contentless => "fts5_contentless",
            Self::Trigram => "trigram",
            Self::Parts => "parts",
        }
    }

    /// The folder in the work folder that holds its archive.
    pub(crate) fn folder(self) -> &'static str {
        match self {
            // Two orders of one archive.
            Self::Fts5ByTime => Self::Fts5.word(),
            other => other.word(),
        }
    }

    /// Imports a plain file into a new archive, and returns how many messages it had and how long it took.
    pub(crate) fn import(self, folder: &Path, file: &Path) -> Result<(u64, Duration)> {
        match self {
            Self::Mynah => Mynah::import(folder, file),
            Self::Fts5 | Self::Fts5ByTime => Sqlite::import(folder, Tokenizer::Unicode61, Content::Own, file),
            Self::Fts5Contentless => Sqlite::import(folder, Tokenizer::Unicode61, Content::Less, file),
            Self::Trigram => Sqlite::import(folder, Tokenizer::Trigram, Content::Own, file),
            Self::Parts => Parts::import(folder, file),
        }
    }

    /// Opens what [`Side::import`] made.
    ///
    /// # Errors
    /// Among others for [`Side::Parts`], which are no archive and are opened as what they are.
    pub(crate) fn open(self, folder: &Path) -> Result<Box<dyn Archive>> {
        Ok(match self {
            Self::Mynah => Box::new(Mynah::open(folder)?),
            Self::Fts5 | Self::Fts5Contentless | Self::Trigram => Box::new(Sqlite::open(folder, Order::RowId)?),
            Self::Fts5ByTime => Box::new(Sqlite::open(folder, Order::Time)?),
            Self::Parts => bail!("the parts alone are no archive"),
        })
    }
}
