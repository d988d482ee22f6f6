//! The formats that are read, one a line of the table: each tells which files are its own, and reads them.

mod discord;
mod irc;
mod mail;
mod matrix;
mod messenger;
mod signal;
mod slack;
mod telegram;
mod tim;
#[cfg(test)]
mod trial;
mod whatsapp;
mod zulip;

use std::io::Read as _;
use std::sync::Arc;

use super::FormatError;
use super::out::{Out, ReadError};
use super::tree::{self, Tree};
use crate::model::ConversationId;
use jiff::tz::TimeZone;

/// Bytes at the beginning of a file that tell its format.
pub(super) const HEAD: usize = 16 << 10;

/// Every importer. Of two that would take a file, the first one does: those that are sure come before those that are not.
pub(super) static TABLE: &[&dyn Importer] = &[
    &slack::Slack,
    &zulip::Zulip,
    &tim::Tim,
    &discord::Discord,
    &telegram::Telegram,
    &messenger::INSTAGRAM,
    &messenger::MESSENGER,
    &matrix::Matrix,
    &signal::Signal,
    &whatsapp::WhatsApp,
    &mail::Mail,
    &irc::Irc,
];

/// Reads one format.
pub(super) trait Importer: Sync {
    /// Its name in `--format`, in ids and in reports.
    fn name(&self) -> &'static str;

    /// What it reads, for people.
    fn title(&self) -> &'static str;

    /// Whether this file is of the format. Several files that are read as one have the same unit.
    fn sniff(&self, file: &Candidate<'_>) -> Option<Unit>;

    /// Whether this file lies beside messages of the format as what one of them brought, so that nobody reads it as an export.
    fn is_attachment(&self, _file: &Candidate<'_>) -> bool {
        false
    }

    /// Whether it gives every message an id of its own. The archive makes ids for those of one file at a time where it does not.
    fn gives_ids(&self) -> bool {
        true
    }

    /// Reads one unit to its end. A record that cannot be read is told and passed over; an error ends this unit only.
    fn read(&self, export: &Export<'_>, out: &mut Out<'_>) -> Result<(), ReadError>;
}

/// A file that may be of a format.
pub(super) struct Candidate<'a> {
    pub(super) tree: &'a Tree,
    pub(super) path: &'a str,
    /// Its first bytes, unpacked: [`HEAD`] of them, or all.
    pub(super) head: &'a [u8],
    /// A person said that it is of this format.
    pub(super) is_told: bool,
}

impl Candidate<'_> {
    /// The name without folders.
    pub(super) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// The folder that it lies in, without a `/` at the end; empty for the root.
    pub(super) fn folder(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// The beginning as text, as far as it is UTF-8.
    pub(super) fn text(&self) -> &str {
        let head = self.head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(self.head);
        std::str::from_utf8(head).unwrap_or_else(|error| std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default())
    }

    /// It alone is one unit.
    pub(super) fn alone(&self) -> Unit {
        Unit(self.path.to_owned())
    }
}

/// By what files that belong together are known: the name of one, or of the folder that they lie in.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Unit(pub(super) String);

/// What a person has said about everything that is read.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The zone of times that name none.
    pub timezone: TimeZone,
    /// Whether a person named the zone; otherwise it is the default.
    pub timezone_is_told: bool,
    /// The conversation of what names none.
    pub conversation: Option<ConversationId>,
    /// The sender who is the account itself, by id or name.
    pub me: Option<String>,
}

impl Default for Reading {
    /// UTC, and nothing else is known.
    fn default() -> Self {
        Self { timezone: TimeZone::UTC, timezone_is_told: false, conversation: None, me: None }
    }
}

/// One unit to be read.
pub(super) struct Export<'a> {
    pub(super) tree: &'a Tree,
    /// The name of the unit.
    pub(super) unit: &'a str,
    /// Its files, by path.
    pub(super) files: &'a [String],
    pub(super) reading: &'a Reading,
}

impl Export<'_> {
    /// What a file is called in what is said about it.
    pub(super) fn shown(&self, path: &str) -> Arc<str> {
        self.tree.shown(path)
    }

    /// The name in the tree of what a file of the export names from the folder that it lies in; `None` where it leads elsewhere.
    pub(super) fn beside(&self, path: &str, named: &str) -> Option<String> {
        let named = tree::clean(named)?;
        Some(path.rsplit_once('/').map_or_else(|| named.clone(), |(folder, _)| format!("{folder}/{named}")))
    }

    /// A small file, whole: a list of users, say. Larger ones than `most` bytes are an error.
    ///
    /// # Errors
    /// As for [`Tree::open`], and [`FormatError::TooLarge`].
    pub(super) fn read_whole(&self, path: &str, most: u64) -> Result<Vec<u8>, FormatError> {
        let mut bytes = Vec::new();
        let source = self.tree.open(path)?;
        source.take(most + 1).read_to_end(&mut bytes).map_err(|source| FormatError::Read { file: self.tree.shown(path), source })?;
        if bytes.len() as u64 > most {
            return Err(FormatError::TooLarge { file: self.tree.shown(path), most });
        }
        Ok(bytes)
    }

    /// Says in the report which zone times without one are read in.
    pub(super) fn tell_timezone(&self, out: &mut Out<'_>) -> Result<(), ReadError> {
        let zone = self.reading.timezone.iana_name().unwrap_or("a fixed offset");
        let why = if self.reading.timezone_is_told { "as told; the source names none" } else { "the default; the source names none" };
        Ok(out.inferred("timezone", zone, why)?)
    }
}
