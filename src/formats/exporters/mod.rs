//! Writers of messages: one a file, one table of all of them. What is written appears whole or not at all.

mod csv;
mod draft;
mod error;
mod heading;
mod html;
mod jsonl;
mod markdown;
mod mbox;
mod media;
mod messages;
mod name;
mod page;
mod prose;
mod run;
mod shown;
mod when;

use std::io::Write;
use std::path::PathBuf;

pub use error::ExportError;
pub use run::{Existing, ExportOrder, ExportReport, Target, export};

use crate::archive::Archive;
use crate::model::Message;
use crate::query::TimeZone;
use heading::Heading;

/// Every form that messages are written in.
pub static EXPORTERS: [ExportFormat; 6] = [messages::FORMAT, jsonl::FORMAT, markdown::FORMAT, csv::FORMAT, html::FORMAT, mbox::FORMAT];

/// A form that messages are written in.
#[derive(Debug)]
pub struct ExportFormat {
    /// Its word on the command line.
    pub name: &'static str,
    /// What it is, in a few words.
    pub about: &'static str,
    /// What an export of it is.
    pub shape: Shape,
    begin: for<'a> fn(Job<'a>) -> Result<Box<dyn Exporter + 'a>, ExportError>,
}

impl ExportFormat {
    /// The form of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        EXPORTERS.iter().find(|format| format.name == name)
    }
}

/// What an export is: one stream of bytes, or a folder of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// One file, or standard output.
    Stream,
    /// A folder.
    Folder,
    /// A stream of the messages alone, or a folder with their media files too.
    Either,
}

/// What an exporter works with.
struct Job<'a> {
    archive: &'a Archive,
    /// Times that people read are told in it.
    zone: TimeZone,
    /// Whether a table begins with a byte order mark.
    has_mark: bool,
    /// Whether messages were left out by a search, so that one that is named may not be part of the export.
    is_sifted: bool,
    output: Output<'a>,
}

/// Where an exporter writes to.
enum Output<'a> {
    Stream(Box<dyn Write + 'a>),
    /// A folder that is there and empty.
    Folder(PathBuf),
}

/// Media files of an export.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Files {
    /// Files that are part of it.
    copied: u64,
    /// How often one could not be: it is not in the archive, or damaged there.
    missing: u64,
}

/// Writes messages in one form.
trait Exporter {
    /// The messages that follow are of this conversation.
    fn begin(&mut self, conversation: Heading) -> Result<(), ExportError>;

    /// Writes a message of the conversation that was begun last; each is newer than the one before it.
    fn message(&mut self, message: &Message) -> Result<(), ExportError>;

    /// Writes what is still to be written. Nothing follows.
    fn finish(&mut self) -> Result<Files, ExportError>;
}

#[cfg(test)]
mod tests;
