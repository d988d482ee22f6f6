//! `mynah export`: messages out of the archive, in the forms that programs and people read.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser as _};
use serde_json::json;

use super::context::{self, Context};
use super::failure::Failure;
use super::interrupt::Interrupt;
use super::{minus, output, progress, search, values};
use crate::archive::{Archive, ExportRequest};
use crate::formats::{EXPORTERS, Existing, ExportError, ExportFormat, ExportOrder, ExportReport, Shape, Target, export};
use crate::model::ConversationRef;
use crate::query::{Reading, TimeSpan, parse};

/// Write the messages into files: to keep, to read, to work with
///
/// Conversation by conversation, each from its oldest message to its newest. Deleted messages are left out. A file or folder
/// appears under its name when it is complete; what has the name already is not touched without --force.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  mynah export -o everything.jsonl
  mynah export -o everything/
  mynah export --format html -o chats
  mynah export --conversation group:ops --since 2024-01-01 | zstd > ops.jsonl.zst
  mynah export --format csv --query 'invoice from:alice' --bom -o invoices.csv")]
pub(super) struct Export {
    /// The form
    #[arg(long, value_name = "FORMAT", default_value = "messages", value_parser = format_parser())]
    format: &'static ExportFormat,

    /// Only what a search for this finds; `mynah search --help` says how to ask
    #[arg(long, value_name = "Q", allow_hyphen_values = true)]
    query: Option<String>,

    /// Only this conversation
    #[arg(long, value_name = "C", value_parser = values::conversation)]
    conversation: Option<ConversationRef>,

    /// Only messages of this time and later ones
    #[arg(long, value_name = "T", value_parser = values::time)]
    since: Option<TimeSpan>,

    /// Only messages of this time and earlier ones
    #[arg(long, value_name = "T", value_parser = values::time)]
    until: Option<TimeSpan>,

    /// Write to this file, or into this folder where it ends in / or is one [default: standard output]
    #[arg(short, long, value_name = "PATH")]
    output: Option<PathBuf>,

    /// Make a folder with the media files beside the messages
    #[arg(long, requires = "output")]
    media: bool,

    /// Replace a file, or a folder that an export has made
    #[arg(long, requires = "output")]
    force: bool,

    /// Begin a CSV file with a byte order mark, by which some spreadsheets know UTF-8
    #[arg(long)]
    bom: bool,
}

fn format_parser() -> impl clap::builder::TypedValueParser<Value = &'static ExportFormat> {
    let names = EXPORTERS.iter().map(|format| PossibleValue::new(format.name).help(format.about));
    PossibleValuesParser::new(names).try_map(|name| ExportFormat::named(&name).ok_or("no such format"))
}

impl Export {
    pub(super) fn run(self, context: &mut Context) -> Result<(), Failure> {
        let archive = context.open_reader()?;
        let Some(request) = self.request(&archive)? else { return Ok(()) };
        let order = ExportOrder {
            format: self.format,
            request,
            zone: context.zone.clone(),
            byte_order_mark: self.bom,
            existing: if self.force { Existing::Replace } else { Existing::Refuse },
        };
        let extent = archive.extent(&order.request)?;
        if let Some(coverage) = extent.coverage {
            search::note_coverage(&archive, coverage)?;
        }
        let interrupt = Interrupt::listen()?;
        let path = self.output.as_deref().filter(|path| path.as_os_str() != "-");
        // Two things that move on one screen are none.
        let bar = (path.is_some() || !context.out.is_terminal()).then(|| progress::bar(Some(extent.messages)));
        let mut told = |messages: u64| -> ControlFlow<()> {
            if let Some(bar) = &bar {
                bar.set_position(messages.min(extent.messages));
                bar.set_message(output::counted(messages, "message"));
            }
            interrupt.flow()
        };
        let target = match path {
            Some(path) => self.target(path),
            None => Target::Stream(context.out.raw()),
        };
        let exported = export(&archive, &order, target, &mut told);
        if let Some(bar) = &bar {
            bar.finish_and_clear();
        }
        let report = exported.map_err(|error| failure(error, path.is_some()))?;
        if report.missing_files > 0 {
            let files = output::counted(report.missing_files, "file");
            output::note(&format!("{files} of messages are not in the archive, or damaged there; `mynah check` names them"));
        }
        match path {
            None => Ok(()),
            Some(path) => Ok(context.out.result(&self.told(&report, path), written(&report, path))?),
        }
    }

    /// Which messages; `None` where the conversation is not there, which is remarked.
    fn request(&self, archive: &Archive) -> Result<Option<ExportRequest>, Failure> {
        let (since, until) = (self.since.map(|span| span.from), self.until.map(|span| span.until));
        let mut request = ExportRequest { since, until, ..ExportRequest::default() };
        if let Some(which) = &self.conversation {
            let Some(conversation) = context::to_read(archive, which)? else { return Ok(None) };
            request.conversation = Some(conversation);
        }
        if let Some(query) = &self.query {
            let parsed = parse(minus::unmarked(query), &Reading::local());
            parsed.notes.iter().for_each(|note| output::note(&note.to_string()));
            request.expr = Some(parsed.expr);
        }
        Ok(Some(request))
    }

    fn target<'t>(&self, path: &Path) -> Target<'t> {
        let is_folder = match self.format.shape {
            Shape::Folder => true,
            Shape::Stream => false,
            // Of many conversations there is no stream.
            Shape::Either if self.format.name == "markdown" && self.conversation.is_none() => true,
            Shape::Either => self.media || path.is_dir() || path.as_os_str().to_string_lossy().ends_with(['/', std::path::MAIN_SEPARATOR]),
        };
        let path = path.to_owned();
        if is_folder { Target::Folder(path) } else { Target::File(path) }
    }

    fn told(&self, report: &ExportReport, path: &Path) -> serde_json::Value {
        json!({
            "messages": report.messages,
            "conversations": report.conversations,
            "files": report.files,
            "missing_files": report.missing_files,
            "format": self.format.name,
            "file": path.to_string_lossy(),
        })
    }
}

fn written(report: &ExportReport, path: &Path) -> String {
    let files = if report.files > 0 { format!(" with {}", output::counted(report.files, "file")) } else { String::new() };
    format!("{}{files} written to {}", output::counted(report.messages, "message"), path.display())
}

/// The failure of an export, into a file or folder or to standard output.
fn failure(error: ExportError, has_place: bool) -> Failure {
    match error {
        ExportError::Stream(source) if !has_place => Failure::Output(source),
        ExportError::Archive(error) => error.into(),
        ExportError::Cancelled if has_place => Failure::Interrupted { state: "nothing was written" },
        ExportError::Cancelled => Failure::Interrupted { state: "what was written is not complete" },
        error => Failure::Export(error),
    }
}
