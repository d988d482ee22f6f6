//! What a message holds: its text, what its blocks say beyond that, files, and cards of links and programs.

use serde_json::{Value, json};

use super::message::Beside;
use super::record::{File, Record};
use super::text::{Mentions, letters, link, readable};
use crate::formats::imported::{Attachment, FileKind, Part};
use crate::formats::lenient::text_of;
use crate::model::{Forwarded, Person};

/// What a message holds, and where it was said before.
pub(super) struct Content {
    pub(super) text: String,
    pub(super) parts: Vec<Part>,
    pub(super) mentions: Mentions,
    pub(super) forwarded: Option<Forwarded>,
}

/// Reads the content of a record; its text is not among the parts yet.
pub(super) fn content(record: &mut Record, beside: &Beside<'_>) -> Content {
    let mut reader = Reader { beside, mentions: Mentions::default(), parts: Vec::new(), forwarded: None };
    let mut text = reader.readable(&record.text);
    let blocks = std::mem::take(&mut record.blocks);
    let more = reader.beyond(&blocks, &text);
    if text.is_empty() {
        text = more;
    } else if !more.is_empty() {
        reader.parts.push(Part::Other { kind: "blocks", text: more, data: blocks.into() });
    }
    if let Some(comment) = record.comment.as_ref().filter(|_| text.is_empty()) {
        text = reader.readable(&comment.comment);
    }
    for file in std::mem::take(&mut record.files).into_iter().chain(record.file.take()) {
        reader.file(file);
    }
    for attachment in std::mem::take(&mut record.attachments) {
        reader.attachment(attachment, &text);
    }
    Content { text, parts: reader.parts, mentions: reader.mentions, forwarded: reader.forwarded }
}

struct Reader<'a> {
    beside: &'a Beside<'a>,
    mentions: Mentions,
    parts: Vec<Part>,
    forwarded: Option<Forwarded>,
}

impl Reader<'_> {
    fn readable(&mut self, text: &str) -> String {
        readable(text, self.beside.workspace, &mut self.mentions)
    }

    /// The lines of blocks that a text does not say already.
    fn beyond(&mut self, blocks: &[Value], text: &str) -> String {
        let said = letters(text);
        let mut lines = Vec::new();
        for block in blocks {
            let is_rich = block["type"] == "rich_text";
            let mut of_block = Vec::new();
            self.block(block, &mut of_block);
            // The text of rich text is made of it, with other signs between the words.
            let is_said = |line: &String| match is_rich {
                true => line.split(|letter: char| !letter.is_alphanumeric()).all(|word| said.contains(&letters(word))),
                false => said.contains(&letters(line)),
            };
            lines.extend(of_block.into_iter().filter(|line| !line.trim().is_empty() && (said.is_empty() || !is_said(line))));
        }
        lines.join("\n")
    }

    /// The texts of a block, a line each.
    fn block(&mut self, block: &Value, lines: &mut Vec<String>) {
        match block["type"].as_str().unwrap_or_default() {
            "rich_text" | "rich_text_list" => {
                let sign = if block["type"] == "rich_text_list" { "• " } else { "" };
                for element in items(&block["elements"]) {
                    let mut inner = Vec::new();
                    self.block(element, &mut inner);
                    lines.extend(inner.into_iter().map(|line| format!("{sign}{line}")));
                }
            }
            "rich_text_section" | "rich_text_preformatted" | "rich_text_quote" => {
                let mut line = String::new();
                for element in items(&block["elements"]) {
                    self.inline(element, &mut line);
                }
                lines.push(line.trim_end_matches('\n').to_owned());
            }
            "context" | "actions" => {
                let texts: Vec<String> = items(&block["elements"]).map(|element| self.text_object(element)).collect();
                lines.push(texts.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" "));
            }
            "table" => {
                for row in items(&block["rows"]) {
                    let mut cells = Vec::new();
                    for cell in items(row) {
                        self.block(cell, &mut cells);
                    }
                    lines.push(cells.join(" | "));
                }
            }
            _ => {
                for key in ["title", "label", "text", "description", "alt_text"] {
                    lines.push(self.text_object(&block[key]));
                }
                lines.extend(items(&block["fields"]).map(|field| self.text_object(field)).collect::<Vec<_>>());
            }
        }
    }

    /// A text, alone or as an object that says how it is written.
    fn text_object(&mut self, value: &Value) -> String {
        match value {
            Value::String(text) => self.readable(text),
            Value::Object(object) => match object.get("text").or_else(|| object.get("alt_text")) {
                Some(Value::String(text)) => self.readable(text),
                // A button has a text object for a text.
                Some(inner @ Value::Object(_)) => self.readable(inner["text"].as_str().unwrap_or_default()),
                _ => String::new(),
            },
            _ => String::new(),
        }
    }

    /// What stands inside of a line of rich text.
    fn inline(&mut self, element: &Value, line: &mut String) {
        let of = |key: &str| element[key].as_str().unwrap_or_default();
        let workspace = self.beside.workspace;
        match of("type") {
            "link" => link(of("url"), of("text"), line),
            "user" => {
                self.mentions.user(of("user_id"));
                line.push_str(&format!("@{}", workspace.somebody(of("user_id")).shown()));
            }
            "channel" => line.push_str(&format!("#{}", workspace.channel_name(of("channel_id")).unwrap_or(of("channel_id")))),
            "usergroup" => line.push_str(&format!("@{}", of("usergroup_id"))),
            "emoji" => {
                let tone = element["skin_tone"].as_u64().map(|tone| format!(":skin-tone-{tone}:")).unwrap_or_default();
                line.push_str(&format!(":{}:{tone}", of("name")));
            }
            "broadcast" => {
                self.mentions.all = true;
                line.push_str(&format!("@{}", of("range")));
            }
            "color" => line.push_str(of("value")),
            "date" => line.push_str(of("fallback")),
            _ => line.push_str(of("text")),
        }
    }

    fn file(&mut self, file: File) {
        let is_gone = matches!(file.mode.as_str(), "tombstone" | "hidden_by_limit" | "file_access");
        let name = if file.name.is_empty() { file.title } else { file.name };
        let kind = FileKind::of(&file.mimetype, &name);
        let path = self.beside.path_of(&file.id, &name).unwrap_or_default();
        let url = if file.url_private.is_empty() { file.permalink } else { file.url_private };
        let nonzero = |number: Option<u64>| number.filter(|number| *number > 0);
        let preview = if file.plain_text.is_empty() { file.preview } else { file.plain_text };
        self.parts.push(Part::File(Attachment {
            kind,
            name,
            mime: file.mimetype,
            size: file.size,
            url,
            path,
            place: if is_gone { file.mode } else { String::new() },
            width: nonzero(file.original_w),
            height: nonzero(file.original_h),
            seconds: file.duration_ms.map(|milliseconds| milliseconds.div_ceil(1000)),
            ..Attachment::default()
        }));
        if !preview.trim().is_empty() {
            self.parts.push(Part::Other { kind: "preview", text: preview, data: json!({"file": file.id}) });
        }
    }

    /// A card of a link or a program, or a message of another place.
    fn attachment(&mut self, attachment: Value, text: &str) {
        if attachment["is_share"] == true {
            return self.shared(attachment);
        }
        let card = self.card(&attachment, text);
        let files: Vec<File> = files(&attachment);
        if !card.is_empty() {
            self.parts.push(Part::Other { kind: "embed", text: card, data: attachment });
        }
        for file in files {
            self.file(file);
        }
    }

    /// What somebody said elsewhere and this message passes on.
    fn shared(&mut self, attachment: Value) {
        let of = |key: &str| text_of(&attachment[key]);
        let from = match of("author_id") {
            id if id.is_empty() => Person::new(&of("author_name"), ""),
            id => Person::new(&id, self.beside.workspace.name(&id).unwrap_or(&of("author_name"))),
        };
        let channel = of("channel_id");
        let conversation = self.beside.workspace.channel_name(&channel).map_or(of("channel_name"), str::to_owned);
        self.forwarded = Some(Forwarded {
            from: (!from.id.is_empty()).then_some(from),
            conversation: if conversation.is_empty() { channel } else { conversation },
            id: of("ts"),
            time: of("ts").split('.').next().and_then(|seconds| seconds.parse().ok()).unwrap_or(0),
        });
        let said = of(if of("text").is_empty() { "fallback" } else { "text" });
        let said = self.readable(&said);
        self.parts.push(Part::Text(said));
        for file in files(&attachment) {
            self.file(file);
        }
    }

    /// How a card reads: each of its texts on a line of its own, but for those that the message says.
    fn card(&mut self, attachment: &Value, text: &str) -> String {
        let mut lines = Vec::new();
        for key in ["pretext", "author_name", "title", "text"] {
            lines.push(self.readable(&text_of(&attachment[key])));
        }
        for field in items(&attachment["fields"]) {
            let (title, value) = (self.readable(&text_of(&field["title"])), self.readable(&text_of(&field["value"])));
            lines.push(if title.is_empty() || value.is_empty() { title + &value } else { format!("{title}: {value}") });
        }
        if let Value::Array(blocks) = &attachment["blocks"] {
            let said = lines.join("\n");
            lines.push(self.beyond(blocks, &said));
        }
        for key in ["footer", "title_link", "from_url", "image_url"] {
            lines.push(text_of(&attachment[key]));
        }
        let mut said = letters(text);
        lines.retain(|line| {
            let new = letters(line);
            let is_new = !new.is_empty() && !said.contains(&new);
            said.push_str(&new);
            is_new
        });
        if lines.is_empty() {
            // It stands for all of the rest, where there is none.
            let fallback = self.readable(&text_of(&attachment["fallback"]));
            lines.extend(Some(fallback).filter(|line| !letters(text).contains(&letters(line))));
        }
        lines.join("\n")
    }
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn files(attachment: &Value) -> Vec<File> {
    items(&attachment["files"]).filter_map(|file| serde_json::from_value(file.clone()).ok()).collect()
}
