//! One export: which messages, in which form, to where, with a word on the progress now and then.

use std::io::{BufWriter, Write};
use std::ops::ControlFlow;
use std::path::PathBuf;

use super::draft::Draft;
use super::heading::Heading;
use super::{ExportError, ExportFormat, Exporter, Files, Job, Output, Shape};
use crate::archive::{Archive, ExportRequest};
use crate::query::TimeZone;

/// Messages between two words on the progress.
const STEP: u64 = 256;

/// What to export, and how.
#[derive(Clone, Debug)]
pub struct ExportOrder {
    /// The form.
    pub format: &'static ExportFormat,
    /// Which messages.
    pub request: ExportRequest,
    /// The zone of times that people read; programs are given UTC.
    pub zone: TimeZone,
    /// Whether a CSV file begins with a byte order mark, by which some spreadsheets know UTF-8.
    pub byte_order_mark: bool,
    /// What becomes of an export that has the name already.
    pub existing: Existing,
}

/// What becomes of what has the name of an export already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Existing {
    /// It stays, and nothing is exported. An empty folder is taken.
    #[default]
    Refuse,
    /// A file is replaced, and a folder that an export has made; no other folder is.
    Replace,
}

/// Where an export goes.
pub enum Target<'a> {
    /// Into a stream, as it comes.
    Stream(&'a mut dyn Write),
    /// Into a file, which appears when it is whole.
    File(PathBuf),
    /// Into a folder, which appears when it is whole.
    Folder(PathBuf),
}

/// What was exported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExportReport {
    /// Messages.
    pub messages: u64,
    /// Conversations with messages.
    pub conversations: u64,
    /// Media files that were copied.
    pub files: u64,
    /// How often a message names a media file that the archive does not have, or has damaged.
    pub missing_files: u64,
}

/// Exports messages: conversation by conversation in the order in which they came to be, each from its oldest message to its newest.
///
/// `progress` hears the number of messages that are written, and may end the export. A file or folder appears under its name when it is
/// whole and on the disk. Memory does not grow with the number of messages.
///
/// ```
/// # let folder = tempfile::tempdir()?;
/// # let archive = mynah::Archive::open(folder.path().join("archive"))?;
/// use std::ops::ControlFlow;
/// use mynah::archive::ExportRequest;
/// use mynah::formats::{Existing, ExportFormat, ExportOrder, Target, export};
/// use mynah::model::{ConversationId, Message};
/// use mynah::query::TimeZone;
///
/// archive.import(&ConversationId::group("ops")?, vec![Message::text("alice", 1_700_000_000, "=1+1")])?;
/// let format = ExportFormat::named("csv").unwrap();
/// let request = ExportRequest::default();
/// let order = ExportOrder { format, request, zone: TimeZone::UTC, byte_order_mark: false, existing: Existing::Refuse };
/// let mut table = Vec::new();
/// let report = export(&archive, &order, Target::Stream(&mut table), &mut |_| ControlFlow::Continue(()))?;
/// assert_eq!(report.messages, 1);
/// assert!(String::from_utf8(table)?.contains(",alice,2023-11-14T22:13:20Z,'=1+1,"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`ExportError`]. A file or folder is not there then, and what had its name before still is; a stream may have got a part.
pub fn export(
    archive: &Archive,
    order: &ExportOrder,
    target: Target<'_>,
    progress: &mut dyn FnMut(u64) -> ControlFlow<()>,
) -> Result<ExportReport, ExportError> {
    let format = order.format;
    match (&target, format.shape) {
        (Target::Stream(_) | Target::File(_), Shape::Folder) => return Err(ExportError::NeedsFolder { format: format.name }),
        (Target::Folder(_), Shape::Stream) => return Err(ExportError::NeedsFile { format: format.name }),
        _ => {}
    }
    match target {
        Target::Stream(stream) => {
            let mut run = Run::begin(archive, order, Output::Stream(Box::new(stream)), progress)?;
            run.go()
        }
        Target::File(place) => {
            let (draft, file) = Draft::of_file(&place, order.existing)?;
            let report = {
                let stream = BufWriter::with_capacity(256 << 10, &file);
                let mut run = Run::begin(archive, order, Output::Stream(Box::new(stream)), progress)?;
                run.go().map_err(|error| of_file(error, &place))?
            };
            file.sync_all().map_err(ExportError::file("write", &place))?;
            draft.finish_file()?;
            Ok(report)
        }
        Target::Folder(place) => {
            let draft = Draft::of_folder(&place, order.existing)?;
            let report = Run::begin(archive, order, Output::Folder(draft.path().to_owned()), progress)?.go()?;
            draft.finish_folder(format.name, report.messages)?;
            Ok(report)
        }
    }
}

/// The error of a stream, where it is a file.
fn of_file(error: ExportError, place: &std::path::Path) -> ExportError {
    match error {
        ExportError::Stream(source) => ExportError::File { act: "write", path: place.to_owned(), source },
        error => error,
    }
}

/// An export under way.
struct Run<'a, 'b> {
    archive: &'a Archive,
    request: &'b ExportRequest,
    exporter: Box<dyn Exporter + 'a>,
    progress: &'b mut dyn FnMut(u64) -> ControlFlow<()>,
    report: ExportReport,
}

impl<'a, 'b> Run<'a, 'b> {
    fn begin(
        archive: &'a Archive,
        order: &'b ExportOrder,
        output: Output<'a>,
        progress: &'b mut dyn FnMut(u64) -> ControlFlow<()>,
    ) -> Result<Self, ExportError> {
        let is_sifted = order.request.expr.is_some();
        let job = Job { archive, zone: order.zone.clone(), has_mark: order.byte_order_mark, is_sifted, output };
        let exporter = (order.format.begin)(job)?;
        Ok(Self { archive, request: &order.request, exporter, progress, report: ExportReport::default() })
    }

    fn go(&mut self) -> Result<ExportReport, ExportError> {
        for id in self.archive.extent(self.request)?.conversations {
            let request = ExportRequest { conversation: Some(id.clone()), ..self.request.clone() };
            let (mut is_begun, before) = (false, self.report.messages);
            self.archive.export(&request, |message| {
                if !is_begun {
                    is_begun = true;
                    self.exporter.begin(Heading::new(id.clone(), self.archive.about(&id)))?;
                }
                self.exporter.message(message)?;
                self.report.messages += 1;
                match self.report.messages.is_multiple_of(STEP) && (self.progress)(self.report.messages).is_break() {
                    true => Err(ExportError::Cancelled),
                    false => Ok(()),
                }
            })?;
            self.report.conversations += u64::from(self.report.messages > before);
        }
        if (self.progress)(self.report.messages).is_break() {
            return Err(ExportError::Cancelled);
        }
        let Files { copied, missing } = self.exporter.finish()?;
        self.report.files = copied;
        self.report.missing_files = missing;
        Ok(self.report)
    }
}
