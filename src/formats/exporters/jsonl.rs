//! A flat JSON object a message, for people who work with data: every line has every key. `schemas/export-line.schema.json` describes them.

use std::io::Write;

use serde::Serialize;

use super::heading::Heading;
use super::shown::{Attached, Shown, State};
use super::when::utc;
use super::{ExportError, ExportFormat, Exporter, Files, Job, Output, Shape};
use crate::model::{Message, Reaction, Version};

pub(super) const FORMAT: ExportFormat = ExportFormat {
    name: "jsonl",
    about: "a flat JSON object a line, for programs that work with data",
    shape: Shape::Stream,
    begin: |job| Ok(Box::new(Lines::begin(job)?)),
};

struct Lines<'a> {
    stream: Box<dyn Write + 'a>,
    heading: Option<Heading>,
}

impl<'a> Lines<'a> {
    fn begin(job: Job<'a>) -> Result<Self, ExportError> {
        match job.output {
            Output::Stream(stream) => Ok(Self { stream, heading: None }),
            Output::Folder(_) => Err(ExportError::NeedsFile { format: FORMAT.name }),
        }
    }
}

/// What a line says.
#[derive(Serialize)]
struct Line<'a> {
    id: &'a str,
    conversation: String,
    conversation_name: &'a str,
    seq: u64,
    time: String,
    sender: &'a str,
    sender_name: &'a str,
    is_own: bool,
    kind: &'static str,
    text: String,
    event: Option<&'a str>,
    reply_to: Option<&'a str>,
    thread: Option<&'a str>,
    thread_name: Option<&'a str>,
    forwarded: bool,
    forwarded_from: Option<&'a str>,
    forwarded_conversation: Option<&'a str>,
    edited: bool,
    edited_time: Option<String>,
    edits: Vec<Edit<'a>>,
    pinned: bool,
    mentions: &'a [String],
    reactions: &'a [Reaction],
    files: Vec<FileLine<'a>>,
}

#[derive(Serialize)]
struct Edit<'a> {
    time: Option<String>,
    text: &'a str,
}

#[derive(Serialize)]
struct FileLine<'a> {
    kind: &'static str,
    name: Option<&'a str>,
    #[serde(rename = "type")]
    media_type: &'a str,
    size: Option<u64>,
    seconds: Option<u64>,
    hash: Option<String>,
    url: Option<&'a str>,
    place: Option<&'a str>,
}

/// What a message is: `message`, `event`, `deleted` or `unsent`.
pub(super) fn kind(shown: &Shown) -> &'static str {
    match (shown.state, &shown.event) {
        (State::Recalled, _) => "deleted",
        (_, Some(_)) => "event",
        (State::Unsent, None) => "unsent",
        (State::Said, None) => "message",
    }
}

fn given(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

fn line<'a>(shown: &'a Shown, heading: &'a Heading) -> Line<'a> {
    let forwarded = shown.forwarded.as_ref();
    let edited = shown.edited.as_ref();
    let edit = |version: &'a Version| Edit { time: (version.time > 0).then(|| utc(version.time)), text: &version.text };
    let file = |file: &'a Attached| FileLine {
        kind: file.kind.word(),
        name: given(&file.name),
        media_type: &file.media_type,
        size: Some(file.size).filter(|&size| size > 0),
        seconds: Some(file.seconds).filter(|&seconds| seconds > 0),
        hash: file.hash.map(|hash| hash.to_string()),
        url: given(&file.url),
        place: given(&file.place),
    };
    Line {
        id: &shown.id,
        conversation: heading.id.to_string(),
        conversation_name: heading.name(),
        seq: shown.place.seq,
        time: utc(shown.time),
        sender: &shown.sender,
        sender_name: &shown.name,
        is_own: shown.is_own,
        kind: kind(shown),
        text: shown.text(),
        event: shown.event.as_deref(),
        reply_to: shown.answers.as_ref().map(|answered| answered.id.as_str()),
        thread: shown.thread.as_ref().map(|thread| thread.id.as_str()),
        thread_name: shown.thread.as_ref().and_then(|thread| given(&thread.name)),
        forwarded: forwarded.is_some(),
        forwarded_from: forwarded.and_then(|forwarded| forwarded.from.as_ref()).map(|person| person.shown()),
        forwarded_conversation: forwarded.and_then(|forwarded| given(&forwarded.conversation)),
        edited: edited.is_some(),
        edited_time: edited.filter(|edited| edited.time > 0).map(|edited| utc(edited.time)),
        edits: edited.map(|edited| edited.before.iter().map(edit).collect()).unwrap_or_default(),
        pinned: shown.is_pinned,
        mentions: &shown.mentions,
        reactions: &shown.reactions,
        files: shown.files().map(file).collect(),
    }
}

impl Exporter for Lines<'_> {
    fn begin(&mut self, conversation: Heading) -> Result<(), ExportError> {
        self.heading = Some(conversation);
        Ok(())
    }

    fn message(&mut self, message: &Message) -> Result<(), ExportError> {
        let Some(heading) = &self.heading else { return Ok(()) };
        let shown = Shown::of(message, heading);
        serde_json::to_writer(&mut self.stream, &line(&shown, heading)).map_err(|error| ExportError::Stream(error.into()))?;
        self.stream.write_all(b"\n").map_err(ExportError::Stream)
    }

    fn finish(&mut self) -> Result<Files, ExportError> {
        self.stream.flush().map_err(ExportError::Stream)?;
        Ok(Files::default())
    }
}
