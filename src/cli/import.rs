//! `mynah import`: what people have of other programs, into the archive.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use indicatif::ProgressBar;
use serde::Serialize;

use super::context::Context;
use super::failure::Failure;
use super::{output, progress};
use crate::archive::Refusal;
use crate::formats::{self, Reading, Report, Step};
use crate::model::ConversationId;
use crate::query::TimeZone;

/// Things that cannot be taken are told one by one up to this many.
const TOLD: u64 = 20;
/// And things that were inferred up to this many.
const INFERRED: usize = 5;

/// Add messages of other programs, or of another archive
///
/// A file, a folder, a zip or tar archive, or - for standard input; also packed with gzip, bzip2, xz or zstd. Of which format each file is, it
/// says itself (--formats lists them all). What is in the archive already is not added again: exports may overlap, and of a message that has
/// changed the version that says more stays. What cannot be taken is told by file and line; it is failure only when nothing could be taken.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  mynah import slack-export.zip
  mynah import ~/Downloads/'WhatsApp Chat - Anna.zip' --timezone Europe/Berlin --me 'Bob'
  mynah import result.json ~/Mail --report report.json
  mynah import --conversation c2c:bob bob.json
  xz -dc big.jsonl.xz | mynah import -")]
pub(super) struct Import {
    /// Files, folders, archives, or - for standard input
    #[arg(required_unless_present = "formats", value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// The format of all files, where they do not say it themselves
    #[arg(long, value_name = "NAME", value_parser = format_name)]
    format: Option<String>,

    /// List the formats that are read
    #[arg(long, exclusive = true)]
    formats: bool,

    /// The conversation of messages that name none, and of exports whose file name would have to say it
    #[arg(long, value_name = "C")]
    conversation: Option<ConversationId>,

    /// The time zone of times that name none [default: UTC]
    #[arg(long, value_name = "ZONE", value_parser = zone)]
    timezone: Option<TimeZone>,

    /// Whose messages are the account's own: a sender's id or name in what is imported
    #[arg(long, value_name = "NAME")]
    me: Option<String>,

    /// Write to this file, as JSON, what became of everything: what was inferred, what could not be taken and why
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,

    /// Take all messages or none: end at the first that cannot be taken
    ///
    /// Files are read through once before anything is written. Standard input and pipes can't be read twice: of them, and where a
    /// message's id or place belongs to another one, the batches of about 10,000 before the refused one are kept.
    #[arg(long)]
    strict: bool,
}

fn format_name(text: &str) -> Result<String, String> {
    let known: Vec<&str> = formats::formats().map(|(name, _)| name).collect();
    if known.iter().any(|name| name.eq_ignore_ascii_case(text)) {
        Ok(text.to_owned())
    } else {
        Err(format!("the formats are {}", known.join(", ")))
    }
}

fn zone(text: &str) -> Result<TimeZone, String> {
    TimeZone::get(text).map_err(|_| "a zone is a name such as Europe/Berlin, Asia/Tokyo or UTC".to_owned())
}

impl Import {
    pub(super) fn run(self, context: &mut Context) -> Result<(), Failure> {
        if self.formats {
            return list(context);
        }
        let began = Instant::now();
        let archive = context.open_to_import()?;
        let import = formats::Import {
            reading: Reading {
                timezone_is_told: self.timezone.is_some(),
                timezone: self.timezone.unwrap_or(TimeZone::UTC),
                conversation: self.conversation,
                me: self.me,
            },
            format: self.format,
            is_strict: self.strict,
        };
        let mut watch = Watch::new(began);
        let report = formats::import(&archive, &self.paths, &import, &mut |step| watch.see(step));
        watch.bar.finish_and_clear();
        watch.tell_rest(report.as_ref().map_or(0, |report| report.refused));
        let report = report?;
        if !report.is_searchable {
            output::note("the messages are kept, but the index could not be written; `mynah reindex` completes it");
        }
        tell_inferences(&report);
        if report.passed_over_total > 0 && self.report.is_none() {
            let files = output::counted(report.passed_over_total, "file");
            output::note(&format!("{files} of other kinds passed over; --report FILE names them"));
        }
        let seconds = began.elapsed().as_secs_f64();
        if let Some(path) = &self.report {
            write_report(path, &report)?;
        }
        tell(&report, seconds, context)?;
        let taken = report.new + report.known + report.updated;
        match (report.unread, report.refused) {
            (0, 0) => Ok(()),
            (0, _) if taken > 0 => Ok(()),
            (0, _) => Err(Failure::NothingTaken),
            (unread, _) => Err(Failure::Unread { unread, files: report.files }),
        }
    }
}

/// The result: how many, how much, how fast.
fn tell(report: &Report, seconds: f64, context: &mut Context) -> Result<(), Failure> {
    #[derive(Serialize)]
    struct Summary {
        new: u64,
        known: u64,
        updated: u64,
        refused: u64,
        attachments: u64,
        bytes: u64,
        seconds: f64,
    }
    let Report { new, known, updated, refused, bytes, .. } = *report;
    let attachments = report.sources.iter().map(|source| source.attachments).sum();
    let mut text = format!("{} new, {} known", output::count(new), output::count(known));
    if updated > 0 {
        text += &format!(", {} updated", output::count(updated));
    }
    text += &format!(", {} refused", output::count(refused));
    if attachments > 0 {
        text += &format!(", {} kept", output::counted(attachments, "file"));
    }
    let rate = output::count(rate(new + known + updated, seconds));
    text += &format!(": {} in {seconds:.1} s ({rate} messages/s)", output::bytes(bytes));
    Ok(context.out.result(&Summary { new, known, updated, refused, attachments, bytes, seconds }, text)?)
}

/// What was inferred, as far as a person wants to read it.
fn tell_inferences(report: &Report) {
    let inferences: Vec<String> = report.inferences().collect();
    inferences.iter().take(INFERRED).for_each(|text| output::note(text));
    if inferences.len() > INFERRED {
        output::note(&format!("and {} more things were inferred; --report FILE names them", inferences.len() - INFERRED));
    }
}

/// The formats, one a line.
fn list(context: &mut Context) -> Result<(), Failure> {
    #[derive(Serialize)]
    struct Format {
        format: &'static str,
        title: &'static str,
    }
    for (format, title) in formats::formats() {
        context.out.result(&Format { format, title }, format_args!("{format:12}{title}"))?;
    }
    Ok(())
}

fn write_report(path: &Path, report: &Report) -> Result<(), Failure> {
    let failed = |source| Failure::File { act: "write", path: path.to_owned(), source };
    let text = serde_json::to_string_pretty(report).map_err(|error| failed(error.into()))?;
    fs::write(path, text + "\n").map_err(failed)
}

fn rate(messages: u64, seconds: f64) -> u64 {
    (messages as f64 / seconds.max(1e-9)) as u64
}

/// Shows how far it is, and tells what could not be taken.
struct Watch {
    bar: ProgressBar,
    began: Instant,
    faults: u64,
    hints: Vec<&'static str>,
}

impl Watch {
    fn new(began: Instant) -> Self {
        Self { bar: progress::bar(None), began, faults: 0, hints: Vec::new() }
    }

    fn see(&mut self, step: Step<'_>) {
        match step {
            Step::Begins { size, is_checking } => {
                self.bar.finish_and_clear();
                self.bar = progress::bar(size.filter(|&size| size > 0));
                if is_checking {
                    self.bar.set_message("checking");
                }
            }
            Step::Read { bytes, messages } => {
                self.bar.inc(bytes);
                let rate = rate(messages, self.began.elapsed().as_secs_f64());
                self.bar.set_message(format!("{} messages, {}/s", output::count(messages), output::count(rate)));
            }
            Step::Fault(at, reason) => self.tell(&at.file, at.line, reason),
            Step::Refused(at, reason) => {
                self.tell(&at.file, at.line, reason);
                self.hint(reason);
            }
            Step::Unread(error) => self.bar.suspend(|| output::error(&error.to_string())),
            Step::Indexing => self.bar.set_message("indexing"),
        }
    }

    fn tell(&mut self, file: &str, line: u64, reason: &dyn std::error::Error) {
        self.faults += 1;
        if self.faults <= TOLD {
            let place = if line == 0 { file.to_owned() } else { format!("{file}:{line}") };
            self.bar.suspend(|| output::error(&format!("{place}: {reason}")));
        }
    }

    fn hint(&mut self, refusal: &Refusal) {
        let hint = match refusal {
            Refusal::NoConversation => "--conversation C names a conversation for messages that name none",
            Refusal::NoSender => "--account USER names the user whose archive this is, and who said what names no sender",
            _ => return,
        };
        if !self.hints.contains(&hint) {
            self.hints.push(hint);
        }
    }

    /// Tells how many more of `refused` there are, and what helps.
    fn tell_rest(&self, refused: u64) {
        if refused > TOLD {
            output::note(&format!("and {} more", output::count(refused - TOLD)));
        }
        self.hints.iter().for_each(|hint| output::note(hint));
    }
}
