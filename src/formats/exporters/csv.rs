//! A table for spreadsheets: RFC 4180 in UTF-8, one row a message, and no cell that a spreadsheet takes for a formula.

use std::borrow::Cow;
use std::io::Write;

use csv::{Terminator, Writer, WriterBuilder};

use super::heading::Heading;
use super::jsonl::kind;
use super::shown::Shown;
use super::when::utc;
use super::{ExportError, ExportFormat, Exporter, Files, Job, Output, Shape};
use crate::model::Message;

pub(super) const FORMAT: ExportFormat = ExportFormat {
    name: "csv",
    about: "a table for spreadsheets, one row a message",
    shape: Shape::Stream,
    begin: |job| Ok(Box::new(Table::begin(job)?)),
};

/// The columns.
const COLUMNS: [&str; 14] = [
    "id",
    "conversation",
    "conversation_name",
    "sender",
    "sender_name",
    "time",
    "text",
    "kind",
    "reply_to",
    "thread",
    "forwarded_from",
    "edited",
    "reactions",
    "files",
];

/// By this some spreadsheets know that a file is UTF-8.
const MARK: &[u8] = b"\xef\xbb\xbf";

struct Table<'a> {
    rows: Writer<Box<dyn Write + 'a>>,
    heading: Option<Heading>,
}

impl<'a> Table<'a> {
    fn begin(job: Job<'a>) -> Result<Self, ExportError> {
        let Output::Stream(mut stream) = job.output else { return Err(ExportError::NeedsFile { format: FORMAT.name }) };
        if job.has_mark {
            stream.write_all(MARK).map_err(ExportError::Stream)?;
        }
        let mut rows = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(stream);
        rows.write_record(COLUMNS).map_err(failed)?;
        Ok(Self { rows, heading: None })
    }
}

fn failed(error: csv::Error) -> ExportError {
    ExportError::Stream(error.into())
}

/// A cell that no spreadsheet takes for a formula: one that begins as a formula does, with any number of `'` before it, gets one `'` in front.
/// So taking one `'` away from such cells gives back what was written.
pub(super) fn harmless(text: &str) -> Cow<'_, str> {
    let begins_formula = |letter| matches!(letter, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠');
    match text.trim_start_matches('\'').starts_with(begins_formula) {
        true => Cow::Owned(format!("'{text}")),
        false => Cow::Borrowed(text),
    }
}

fn row(shown: &Shown, heading: &Heading) -> [String; COLUMNS.len()] {
    let forwarded = shown.forwarded.as_ref();
    let from = forwarded.map(|forwarded| match (&forwarded.from, forwarded.conversation.as_str()) {
        (Some(person), _) => person.shown().to_owned(),
        (None, "") => "unknown".to_owned(),
        (None, conversation) => conversation.to_owned(),
    });
    let edited = shown.edited.as_ref().map(|edited| if edited.time > 0 { utc(edited.time) } else { "yes".to_owned() });
    let reactions = shown.reactions.iter().map(|reaction| format!("{} {}", reaction.emoji, reaction.count));
    let files = shown.files().map(|file| file.called().to_owned());
    [
        shown.id.clone(),
        heading.id.to_string(),
        heading.name().to_owned(),
        shown.sender.clone(),
        shown.name.clone(),
        utc(shown.time),
        shown.text(),
        kind(shown).to_owned(),
        shown.answers.as_ref().map(|answered| answered.id.clone()).unwrap_or_default(),
        shown.thread.as_ref().map(|thread| thread.id.clone()).unwrap_or_default(),
        from.unwrap_or_default(),
        edited.unwrap_or_default(),
        reactions.collect::<Vec<_>>().join(", "),
        files.collect::<Vec<_>>().join("; "),
    ]
}

impl Exporter for Table<'_> {
    fn begin(&mut self, conversation: Heading) -> Result<(), ExportError> {
        self.heading = Some(conversation);
        Ok(())
    }

    fn message(&mut self, message: &Message) -> Result<(), ExportError> {
        let Some(heading) = &self.heading else { return Ok(()) };
        let cells = row(&Shown::of(message, heading), heading);
        self.rows.write_record(cells.iter().map(|cell| harmless(cell).into_owned())).map_err(failed)
    }

    fn finish(&mut self) -> Result<Files, ExportError> {
        self.rows.flush().map_err(ExportError::Stream)?;
        Ok(Files::default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(harmless(text), expected);
    }

    #[test]
    fn no_cell_begins_as_a_formula_does() {
        check("hello = 1", "hello = 1");
        check("=HYPERLINK(\"http://a\")", "'=HYPERLINK(\"http://a\")");
        check("+49 30", "'+49 30");
        check("-1", "'-1");
        check("@SUM(A1)", "'@SUM(A1)");
        check("\t=1", "'\t=1");
        check("＝1", "'＝1");
        check("'=1", "''=1");
        check("'tis", "'tis");
        check("", "");
    }
}
