//! Taking messages in. The same messages again change nothing.

use std::ffi::c_char;
use std::io::Read;
use std::path::Path;
use std::ptr::null_mut;

use engine::Archive;
use engine::archive::ImportOptions;
use engine::formats::{self, Import, ImportError, Reading, Said, TimReader};
use engine::model::{ConversationId, Message};
use serde_json::{Value, json};

use super::code::{Failure, mynah_code};
use super::memory::{give, put};
use super::opening::mynah_archive;
use super::run::{archive, conversation, needed, run};

/// Refused messages that a report names.
const NAMED: usize = 100;

/// Adds messages: a JSON array of them, or one a line. All that can be taken are there when this returns.
///
/// `conversation` (`c2c:USER` or `group:ID`) is that of messages that name none, or NULL. `length` is the number of bytes of `messages`, which
/// needs no NUL. `*report` gets an object with `"new"`, `"known"`, `"refused"` and `"reasons"` (array of objects with `"line"` and `"reason"`,
/// the first 100), to be freed with `mynah_free`.
///
/// # Safety
/// `archive` is open; `messages` has `length` bytes; texts are NULL or end with a NUL; the last two are NULL or can be written to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mynah_import(
    archive: *const mynah_archive,
    conversation: *const c_char,
    messages: *const c_char,
    length: usize,
    report: *mut *mut c_char,
    error: *mut *mut c_char,
) -> mynah_code {
    // SAFETY: the caller's promises.
    unsafe {
        put(report, null_mut());
        run("mynah_import", error, || {
            let (archive, conversation) = (self::archive(archive)?, optional_conversation(conversation)?);
            if messages.is_null() {
                return Err(Failure::argument("messages is NULL"));
            }
            let bytes = std::slice::from_raw_parts(messages.cast::<u8>(), length);
            give(report, &import(archive, conversation, TimReader::new("messages", bytes))?.to_string());
            Ok(())
        })
    }
}

/// Takes in everything that is at `path`, as `mynah import` does: a file, a folder, a zip or tar archive, of messages or of an export of another
/// chat program. What is there already is not added again.
///
/// `conversation` is as for `mynah_import`. `*report` gets the same object, whose `"reasons"` have a `"file"` too, with `"updated"` (messages that
/// were there in a version that says less) and `"unread"` (files that were not read to their end), to be freed with `mynah_free`.
///
/// # Safety
/// `archive` is open; texts are NULL or end with a NUL; the last two are NULL or can be written to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mynah_import_file(
    archive: *const mynah_archive,
    conversation: *const c_char,
    path: *const c_char,
    report: *mut *mut c_char,
    error: *mut *mut c_char,
) -> mynah_code {
    // SAFETY: the caller's promises.
    unsafe {
        put(report, null_mut());
        run("mynah_import_file", error, || {
            let (archive, conversation) = (self::archive(archive)?, optional_conversation(conversation)?);
            let path = Path::new(needed(path, "path")?);
            if path.as_os_str() == "-" {
                return Err(Failure::argument("path is -; name a file"));
            }
            let reading = Reading { conversation, ..Reading::default() };
            let import = Import { reading, ..Import::default() };
            let taken = formats::import(archive, &[path.to_owned()], &import, &mut |_| {})?;
            give(report, &Report::from(&taken).to_string());
            Ok(())
        })
    }
}

/// Adds one message to a conversation. `*message` gets it as it is kept, to be freed with `mynah_free`; one that is known already as it was.
///
/// # Safety
/// As for `mynah_import_file`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mynah_save(
    archive: *const mynah_archive,
    conversation: *const c_char,
    message_json: *const c_char,
    message: *mut *mut c_char,
    error: *mut *mut c_char,
) -> mynah_code {
    // SAFETY: the caller's promises.
    unsafe {
        put(message, null_mut());
        run("mynah_save", error, || {
            let (archive, conversation) = (self::archive(archive)?, self::conversation(conversation)?);
            let given = Message::from_json(needed(message_json, "message_json")?).map_err(|error| Failure::argument(error.to_string()))?;
            give(message, &archive.save(&conversation, given)?.to_json());
            Ok(())
        })
    }
}

/// # Safety
/// As for [`conversation`].
unsafe fn optional_conversation(name: *const c_char) -> Result<Option<ConversationId>, Failure> {
    // SAFETY: the caller's promise is handed on.
    if name.is_null() { Ok(None) } else { unsafe { conversation(name) }.map(Some) }
}

/// What became of messages.
#[derive(Default)]
struct Report {
    new: u64,
    known: u64,
    refused: u64,
    reasons: Vec<Value>,
    /// Messages that were updated, and files that were not read to their end.
    of_files: Option<(u64, u64)>,
}

impl Report {
    fn refuse(&mut self, line: Option<u64>, reason: &str) {
        self.refused += 1;
        if self.reasons.len() < NAMED {
            self.reasons.push(json!({ "line": line, "reason": reason }));
        }
    }
}

impl From<&formats::Report> for Report {
    fn from(taken: &formats::Report) -> Self {
        let told = taken.faults.iter().chain(taken.sources.iter().flat_map(|source| &source.faults));
        let reasons = told.take(NAMED).map(|told| json!({ "file": told.file, "line": told.line, "reason": told.reason }));
        let formats::Report { new, known, updated, refused, unread, .. } = *taken;
        Self { new, known, refused, reasons: reasons.collect(), of_files: Some((updated, unread)) }
    }
}

impl std::fmt::Display for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { new, known, refused, reasons, of_files } = self;
        let mut report = json!({ "new": new, "known": known, "refused": refused, "reasons": reasons });
        if let Some((updated, unread)) = of_files {
            report["updated"] = (*updated).into();
            report["unread"] = (*unread).into();
        }
        report.fmt(f)
    }
}

/// On which lines messages began, by position: where one does not begin on the line behind the one before.
#[derive(Default)]
struct Lines {
    count: u64,
    jumps: Vec<(u64, u64)>,
}

impl Lines {
    fn push(&mut self, line: u64) {
        if self.line(self.count) != Some(line) {
            self.jumps.push((self.count, line));
        }
        self.count += 1;
    }

    fn line(&self, position: u64) -> Option<u64> {
        let behind = self.jumps.partition_point(|&(start, _)| start <= position);
        let &(start, line) = self.jumps.get(behind.checked_sub(1)?)?;
        Some(line + (position - start))
    }
}

fn import<R: Read>(archive: &Archive, conversation: Option<ConversationId>, reader: TimReader<R>) -> Result<Report, Failure> {
    let mut report = Report::default();
    let mut importer = archive.importer(ImportOptions { conversation, ..ImportOptions::default() });
    let mut lines = Lines::default();
    for entry in reader {
        let entry = entry?;
        match entry.said {
            Ok(Said::Message(message)) => {
                lines.push(entry.line);
                importer.add(*message)?;
            }
            Ok(Said::About(conversation, about)) => archive.describe(&conversation, *about)?,
            Err(fault) => report.refuse(Some(entry.line), &fault.to_string()),
        }
    }
    let imported = importer.finish()?;
    report.new = imported.new;
    report.known = imported.known;
    for refused in &imported.refused {
        report.refuse(lines.line(refused.position), &refused.reason.to_string());
    }
    report.refused += imported.refused_total - imported.refused.len() as u64;
    Ok(report)
}

impl From<ImportError> for Failure {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Archive(error) => error.into(),
            ImportError::Format(error) => error.into(),
            other => Self { code: mynah_code::MYNAH_STORAGE, text: other.to_string() },
        }
    }
}

impl From<engine::formats::FormatError> for Failure {
    fn from(error: engine::formats::FormatError) -> Self {
        use engine::formats::FormatError;
        let code = match &error {
            FormatError::Open { .. } => mynah_code::MYNAH_UNKNOWN,
            FormatError::Read { .. } => mynah_code::MYNAH_STORAGE,
            _ => mynah_code::MYNAH_ARGUMENT,
        };
        Self { code, text: error.to_string() }
    }
}
