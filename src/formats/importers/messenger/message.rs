//! One record of a chat as a message.

use serde_json::Value;

use super::mend::mended;
use super::record::{File, Name, Reacted, Record};
use crate::formats::imported::{Attachment, Event, FileKind, Imported, Part, Reply, Tip};
use crate::formats::importers::Export;
use crate::formats::lenient::text_of;
use crate::model::{Person, Reaction};

/// Where a record stands, and what is found out while reading.
pub(super) struct Place<'a> {
    pub(super) export: &'a Export<'a>,
    /// The file that it is in.
    pub(super) file: &'a str,
    /// Its texts are UTF-8 as they should be, as those of encrypted chats.
    pub(super) is_sound: bool,
    /// Texts that had to be mended.
    pub(super) mended: u64,
}

impl Place<'_> {
    /// A text as it was meant.
    pub(super) fn meant(&mut self, text: &str) -> String {
        let meant = if self.is_sound { text.into() } else { mended(text) };
        self.mended += u64::from(matches!(meant, std::borrow::Cow::Owned(_)));
        meant.into_owned()
    }

    fn person(&mut self, name: &str) -> Person {
        Person::new(&self.meant(name), "")
    }

    /// The message of a record, but for its time and what is kept of the record.
    pub(super) fn imported(&mut self, record: Record) -> Imported {
        let mut imported = Imported { sender: self.person(&record.sender_name), is_deleted: record.is_unsent, ..Imported::default() };
        let content = self.meant(&record.content);
        imported.event = self.event(&record, &content);
        if imported.event.is_none() {
            imported.parts.push(Part::Text(content.clone()));
        }
        let images = record.photos.iter().chain(&record.gifs).map(|file| (file, Some(FileKind::Image)));
        let sounds = record.audio_files.iter().map(|file| (file, Some(FileKind::Sound)));
        let videos = record.videos.iter().map(|file| (file, Some(FileKind::Video)));
        let others = record.files.iter().chain(&record.media).map(|file| (file, None));
        for (file, kind) in images.chain(videos).chain(sounds).chain(others) {
            let part = self.file(file, kind);
            imported.parts.push(part);
        }
        if let Some(sticker) = record.sticker.filter(|sticker| !sticker.uri.is_empty()) {
            let part = self.file(&sticker, Some(FileKind::Image));
            imported.parts.push(part);
        }
        if record.share.is_object() {
            let mut of = |key: &str| self.meant(&text_of(&record.share[key]));
            let lines =
                [of("share_text"), of("original_content_owner"), of("profile_share_username"), of("profile_share_name"), of("link")];
            // A link is mostly in the text of the message too.
            let lines: Vec<_> = lines.into_iter().filter(|line| !line.is_empty() && !content.contains(line.as_str())).collect();
            if !lines.is_empty() {
                imported.parts.push(Part::Other { kind: "share", text: lines.join("\n"), data: record.share });
            }
        }
        if !record.poll.is_null() {
            imported.parts.push(Part::Other { kind: "poll", text: self.poll(&record.poll), data: record.poll });
        }
        imported.reactions = self.reactions(&record.reactions);
        imported.reply = record.quoted.map(|quoted| {
            let (sender, text) = (self.meant(&quoted.creator.0), self.meant(&quoted.text));
            Reply { sender, text, ..Reply::default() }
        });
        imported
    }

    /// What happened, where the record tells no more. Other notices cannot be told from what people write.
    fn event(&mut self, record: &Record, content: &str) -> Option<Event> {
        let users: Vec<String> = record.users.iter().map(|Name(name)| self.meant(name)).collect();
        let (tip, text) = match record.kind.as_str() {
            "Subscribe" => (Tip::Joined, String::new()),
            "Unsubscribe" if users.first().is_some_and(|name| *name != self.meant(&record.sender_name)) => (Tip::Removed, String::new()),
            "Unsubscribe" => (Tip::Left, String::new()),
            "Call" => (Tip::Other, call(record)),
            _ if record.call_duration.is_some() || record.missed => (Tip::Other, call(record)),
            _ if !users.is_empty() => (Tip::MemberChanged, String::new()),
            _ => return None,
        };
        let kind = match (record.kind.as_str(), tip) {
            ("" | "Generic", Tip::MemberChanged) => "members".to_owned(),
            ("" | "Generic", _) => "call".to_owned(),
            (kind, _) => kind.to_lowercase(),
        };
        Some(Event { kind, text: if content.is_empty() { text } else { content.to_owned() }, tip, users })
    }

    fn file(&mut self, file: &File, kind: Option<FileKind>) -> Part {
        let uri = self.meant(&file.uri);
        let kind = kind.unwrap_or_else(|| FileKind::of("", &uri));
        if uri.contains("://") {
            return Part::File(Attachment { kind, url: uri, ..Attachment::default() });
        }
        let path = self.found(&uri);
        // A sentence stands in the place of a file that could not be had.
        let is_path = uri.contains('/') || path.is_some();
        let name = if is_path { uri.rsplit('/').next().unwrap_or_default().to_owned() } else { String::new() };
        let place = if path.is_none() { uri } else { String::new() };
        Part::File(Attachment { kind, name, path: path.unwrap_or_default(), place, ..Attachment::default() })
    }

    /// Where a file lies. The source names it from the folder in which all was unpacked, which may be any folder above the messages,
    /// or not be there when only the folder of the chat was kept.
    fn found(&self, uri: &str) -> Option<String> {
        let tree = self.export.tree;
        let has = |path: &String| tree.size(path).is_some();
        let mut folder = self.file;
        while let Some((above, _)) = folder.rsplit_once('/') {
            if let Some(path) = self.export.beside(&format!("{above}/x"), uri).filter(has) {
                return Some(path);
            }
            folder = above;
        }
        let mut rest = uri;
        loop {
            if let Some(path) = self.export.beside("", rest).filter(has).or_else(|| self.export.beside(self.file, rest).filter(has)) {
                return Some(path);
            }
            rest = rest.split_once('/').map(|(_, rest)| rest).filter(|rest| rest.contains('/'))?;
        }
    }

    fn poll(&mut self, poll: &Value) -> String {
        let question = text_of(&poll["question"]);
        let mut lines = vec![self.meant(if question.is_empty() { poll["title"].as_str().unwrap_or_default() } else { &question })];
        for option in poll["options"].as_array().into_iter().flatten() {
            let text = ["option", "text", "name"].into_iter().map(|key| text_of(&option[key])).find(|text| !text.is_empty());
            let votes = option["votes"].as_array().map_or(0, Vec::len);
            lines.push(format!("- {} ({votes})", self.meant(&text.unwrap_or_default())));
        }
        lines.retain(|line| !line.is_empty());
        lines.join("\n")
    }

    /// Equal ones together.
    fn reactions(&mut self, all: &[Reacted]) -> Vec<Reaction> {
        let mut reactions: Vec<Reaction> = Vec::new();
        for reacted in all {
            let (emoji, user) = (self.meant(&reacted.reaction), self.person(&reacted.actor));
            match reactions.iter_mut().find(|reaction| reaction.emoji == emoji) {
                Some(reaction) => {
                    reaction.count += 1;
                    reaction.users.push(user);
                }
                None => reactions.push(Reaction { emoji, count: 1, users: vec![user] }),
            }
        }
        reactions
    }
}

fn call(record: &Record) -> String {
    match record.call_duration {
        _ if record.missed => "Missed call".to_owned(),
        None | Some(0) => "Call".to_owned(),
        Some(seconds) => format!("Call ({seconds} seconds)"),
    }
}
