//! A message of another program, in the words of chat programs, and how it becomes one of the message API.

mod attachment;

use serde_json::{Map, Value, json};
use xxhash_rust::xxh3::xxh3_64;

pub(super) use attachment::{Attachment, FileKind};

use super::Fault;
use crate::model::{AT_ALL, Edited, Forwarded, Happening, Message, Person, Reaction, limits};

/// Bytes of an original record that stand in the message itself; a longer one becomes a file beside it.
const RECORD: usize = 64 << 10;

/// What a message of another program says. Every field but sender and time may be left as it is by default.
#[derive(Default)]
pub(super) struct Imported {
    /// The id that the source gives it. Empty: it is known by its conversation, time, sender and text.
    pub(super) id: String,
    /// Who said it. With an empty id: the program itself.
    pub(super) sender: Person,
    /// Unix seconds.
    pub(super) time: u64,
    /// What it holds, in its order.
    pub(super) parts: Vec<Part>,
    pub(super) reply: Option<Reply>,
    /// The thread that it belongs to, by the source's own id, and its title.
    pub(super) thread: Option<(String, String)>,
    pub(super) reactions: Vec<Reaction>,
    pub(super) edited: Option<Edited>,
    pub(super) forwarded: Option<Forwarded>,
    /// User ids.
    pub(super) mentions: Vec<String>,
    pub(super) mentions_all: bool,
    pub(super) event: Option<Event>,
    /// The source says that it was deleted or taken back.
    pub(super) is_deleted: bool,
    pub(super) is_pinned: bool,
    /// Whether the account itself said it, where the source knows.
    pub(super) is_self: Option<bool>,
    pub(super) record: Record,
}

/// A part of what a message holds.
pub(super) enum Part {
    Text(String),
    File(Attachment),
    Place {
        /// What is there.
        desc: String,
        /// Degrees, north positive.
        latitude: f64,
        /// Degrees, east positive.
        longitude: f64,
    },
    /// A sticker of which there is no file: its emoji or name.
    Sticker(String),
    /// A poll, an embed, a contact: whatever has no element of its own.
    Other {
        /// What it is: `poll`, `embed`, `contact`.
        kind: &'static str,
        /// How it reads. Search finds it.
        text: String,
        /// As the source has it.
        data: Value,
    },
}

/// The message that one answers.
#[derive(Default)]
pub(super) struct Reply {
    /// The source's id of it; empty where only its text is known.
    pub(super) id: String,
    /// The conversation of it by the source's id, where it is another one.
    pub(super) chat: Option<String>,
    /// User id of who said it, where the source says so.
    pub(super) sender: String,
    /// Its beginning, where the source quotes it.
    pub(super) text: String,
}

/// Something that happened.
pub(super) struct Event {
    /// In the source's own word.
    pub(super) kind: String,
    /// The sentence that people see.
    pub(super) text: String,
    /// What the message API calls it.
    pub(super) tip: Tip,
    /// Whom it happened to, by their user ids.
    pub(super) users: Vec<String>,
}

/// What happened, by the numbers of `group_tips_elem_tip_type`.
#[derive(Clone, Copy)]
#[repr(u8)]
pub(super) enum Tip {
    Other = 0,
    Joined = 1,
    Left = 2,
    Removed = 3,
    GroupChanged = 6,
    MemberChanged = 7,
}

/// The record that a message was read from.
#[derive(Default)]
pub(super) enum Record {
    /// The source has none that is worth keeping.
    #[default]
    None,
    /// Valid JSON, as it stands there.
    Json(String),
    /// Lines, or what was to be JSON and is none.
    Text(String),
    /// Something else, such as a mail.
    Bytes(Vec<u8>),
}

/// A message that is ready but for the hashes of the files beside it.
pub(super) struct Draft {
    pub(super) id: String,
    /// The files that belong to it.
    pub(super) files: Vec<BesideFile>,
    /// Everything but where it comes from.
    head: Map<String, Value>,
    /// Where it comes from, as JSON that is still open: what is in the record stays as it was written.
    source: String,
}

impl Draft {
    /// Bytes of memory that it takes, about.
    pub(super) fn size(&self) -> usize {
        let files = self.files.iter().map(|file| match &file.content {
            Content::Bytes(bytes) => bytes.len(),
            Content::Path(path) => path.len(),
        });
        1_000 + self.source.len() + files.sum::<usize>()
    }

    /// The message, with the hashes of its files, in their order; `None` for one that could not be kept.
    ///
    /// # Errors
    /// [`Fault`] when it is larger than a message can be.
    pub(super) fn finish(mut self, hashes: &[Option<String>]) -> Result<Message, Fault> {
        let mut media: Vec<&String> = Vec::new();
        for (file, hash) in self.files.iter().zip(hashes) {
            let Some(hash) = hash else { continue };
            if !media.contains(&hash) {
                media.push(hash);
            }
            match file.element {
                Some(at) => self.head["message_elem_array"][at]["mynah_file_hash"] = hash.as_str().into(),
                None => self.source.push_str(&format!(",\"record_hash\":\"{hash}\"")),
            }
        }
        if !media.is_empty() {
            self.head.insert("mynah_media".to_owned(), json!(media));
        }
        let mut json = Value::Object(self.head).to_string();
        json.pop();
        json.push_str(&self.source);
        json.push_str("}}");
        Ok(Message::from_json(&json)?)
    }
}

/// A file that belongs to a message and has still to be put into the media store.
pub(super) struct BesideFile {
    /// The element that is to say its hash; `None` for the record.
    pub(super) element: Option<usize>,
    pub(super) content: Content,
}

pub(super) enum Content {
    /// A file of the tree.
    Path(String),
    /// The file itself.
    Bytes(Vec<u8>),
}

impl Imported {
    /// The message of the API but for the hashes of its files. `occurrence` tells how many like it came before, for those without an id.
    ///
    /// # Errors
    /// [`Fault`] when it is larger than a message can be.
    pub(super) fn into_draft(
        self,
        format: &str,
        ids: &Ids<'_>,
        occurrence: impl FnOnce(u64) -> u64,
        has_file: impl Fn(&str) -> Option<u64>,
    ) -> Result<Draft, Fault> {
        limits::TIME.check_number(self.time)?;
        let sender = clipped(if self.sender.id.is_empty() { format } else { &self.sender.id }, limits::USER_ID.max);
        let id = if self.id.is_empty() { self.id_of_content(ids, &sender, occurrence) } else { ids.message(None, &self.id) };
        let mut files = Vec::new();
        let mut elements = Vec::new();
        if let Some(event) = &self.event {
            let users: Vec<&str> = event.users.iter().map(String::as_str).collect();
            elements.push(json!({
                "elem_type": 5,
                "group_tips_elem_tip_type": event.tip as u8,
                "group_tips_elem_op_user": self.sender.id,
                "group_tips_elem_user_array": users,
                "group_tips_elem_time": self.time,
            }));
        }
        for part in self.parts {
            let element = match part {
                Part::Text(text) if text.is_empty() => continue,
                Part::Text(text) => json!({"elem_type": 0, "text_elem_content": text}),
                Part::File(attachment) => {
                    if let Some(content) = attachment.content(&has_file) {
                        files.push(BesideFile { element: Some(elements.len()), content });
                    }
                    attachment.element(&has_file)
                }
                Part::Place { desc, latitude, longitude } => json!({
                    "elem_type": 7,
                    "location_elem_desc": desc,
                    "location_elem_longitude": longitude,
                    "location_elem_latitude": latitude,
                }),
                Part::Sticker(name) => json!({"elem_type": 6, "face_elem_index": 0, "face_elem_buf": name}),
                Part::Other { kind, text, data } => json!({
                    "elem_type": 3,
                    "custom_elem_desc": text,
                    "custom_elem_data": data.to_string(),
                    "custom_elem_ext": kind,
                }),
            };
            elements.push(element);
        }
        let mut map = Map::new();
        map.insert("message_elem_array".to_owned(), elements.into());
        let mut set = |key: &str, value: Value| drop(map.insert(key.to_owned(), value));
        set("message_conv_id", ids.conversation().into());
        set("message_conv_type", 2.into());
        set("message_msg_id", id.as_str().into());
        set("message_sender", sender.clone().into());
        set("message_client_time", self.time.into());
        set("message_server_time", self.time.into());
        if !self.sender.name.is_empty() {
            set("message_sender_profile", json!({"user_profile_identifier": sender, "user_profile_nick_name": self.sender.name}));
        }
        if let Some(is_self) = self.is_self {
            set("message_is_from_self", is_self.into());
        }
        if self.is_deleted {
            set("message_status", 6.into());
        }
        if let Some(reply) = self.reply {
            set("message_cloud_custom_str", reply.custom_data(ids).into());
        }
        if !self.mentions.is_empty() || self.mentions_all {
            let all = self.mentions_all.then_some(AT_ALL);
            set("message_group_at_user_array", all.into_iter().chain(self.mentions.iter().map(String::as_str)).collect());
        }
        if let Some((id, name)) = self.thread {
            set(
                "mynah_thread",
                if name.is_empty() { json!({"id": ids.message(None, &id)}) } else { json!({"id": ids.message(None, &id), "name": name}) },
            );
        }
        if !self.reactions.is_empty() {
            set("mynah_reactions", json!(self.reactions));
        }
        if let Some(edited) = self.edited {
            set("mynah_edited", json!(edited));
        }
        if let Some(forwarded) = self.forwarded {
            set("message_is_forward_message", true.into());
            set("mynah_forwarded", json!(forwarded));
        }
        if self.is_pinned {
            set("mynah_pinned", true.into());
        }
        if let Some(Event { kind, text, .. }) = self.event {
            set("mynah_event", json!(Happening { kind, text }));
        }
        let mut source = format!(",\"mynah_source\":{{\"format\":{}", Value::from(format));
        if !self.id.is_empty() {
            source.push_str(",\"id\":");
            source.push_str(&Value::from(self.id).to_string());
        }
        match self.record.within(RECORD) {
            Kept::Here(record) => {
                source.push_str(",\"record\":");
                source.push_str(&record);
            }
            Kept::Beside(bytes) => files.push(BesideFile { element: None, content: Content::Bytes(bytes) }),
            Kept::Nowhere => {}
        }
        Ok(Draft { id, files, head: map, source })
    }

    /// An id made of what the message says, so that it is the same whenever it is read again, also from an export that overlaps.
    fn id_of_content(&self, ids: &Ids<'_>, sender: &str, occurrence: impl FnOnce(u64) -> u64) -> String {
        let mut content = Vec::new();
        let mut add = |text: &str| {
            content.extend_from_slice(&(text.len() as u64).to_le_bytes());
            content.extend_from_slice(text.as_bytes());
        };
        add(ids.chat);
        add(sender);
        for part in &self.parts {
            match part {
                Part::Text(text) | Part::Sticker(text) | Part::Other { text, .. } => add(text),
                Part::Place { desc, latitude, longitude } => add(&format!("{desc} {latitude} {longitude}")),
                Part::File(attachment) => add(&attachment.name),
            }
        }
        if let Some(event) = &self.event {
            add(&event.kind);
            add(&event.text);
        }
        content.extend_from_slice(&self.time.to_le_bytes());
        let hash = xxh3_64(&content);
        match occurrence(hash) {
            0 => ids.message(None, &format!("{}-{hash:016x}", self.time)),
            number => ids.message(None, &format!("{}-{hash:016x}-{number}", self.time)),
        }
    }
}

/// Makes ids of messages and conversations out of those of a source.
pub(super) struct Ids<'a> {
    /// The name of the format.
    pub(super) format: &'a str,
    /// The source's id of the conversation.
    pub(super) chat: &'a str,
    /// The conversation that a person has named, in the place of `format:chat`.
    pub(super) named: Option<&'a str>,
}

impl Ids<'_> {
    /// The id of the group.
    pub(super) fn conversation(&self) -> String {
        self.named.map_or_else(|| clipped(&format!("{}:{}", self.format, self.chat), limits::CONVERSATION_ID.max), str::to_owned)
    }

    /// The id of a message, also of one in another conversation of the source.
    pub(super) fn message(&self, chat: Option<&str>, id: &str) -> String {
        let chat = match (chat, self.named) {
            (Some(chat), _) => clipped(chat, limits::CONVERSATION_ID.max),
            (None, Some(named)) => named.to_owned(),
            (None, None) => clipped(self.chat, limits::CONVERSATION_ID.max),
        };
        let message = format!("{}:{chat}:{id}", self.format);
        clipped(&message, limits::MESSAGE_ID.max)
    }
}

/// A text of at most so many bytes; a longer one is cut and gets a hash of all of it, so that two do not become one.
pub(super) fn clipped(text: &str, most: u64) -> String {
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    if text.len() <= most {
        return text.to_owned();
    }
    let end = text.floor_char_boundary(most - 17);
    format!("{}~{:016x}", &text[..end], xxh3_64(text.as_bytes()))
}

impl Reply {
    fn custom_data(&self, ids: &Ids<'_>) -> String {
        let mut reply = Map::new();
        let mut set = |key: &str, value: Value| drop(reply.insert(key.to_owned(), value));
        if !self.id.is_empty() {
            set("messageID", ids.message(self.chat.as_deref(), &self.id).into());
        }
        set("messageAbstract", self.text.chars().take(100).collect::<String>().into());
        set("messageSender", self.sender.as_str().into());
        set("version", 1.into());
        json!({ "messageReply": reply }).to_string()
    }
}

/// Where an original record is kept.
enum Kept {
    /// As JSON.
    Here(String),
    Beside(Vec<u8>),
    Nowhere,
}

impl Record {
    fn within(self, most: usize) -> Kept {
        match self {
            Self::None => Kept::Nowhere,
            Self::Json(json) if json.len() <= most => Kept::Here(json),
            Self::Text(text) if text.len() <= most => Kept::Here(Value::from(text).to_string()),
            Self::Bytes(bytes) if bytes.len() <= most => match String::from_utf8(bytes) {
                Ok(text) => Kept::Here(Value::from(text).to_string()),
                Err(error) => Kept::Beside(error.into_bytes()),
            },
            Self::Json(text) | Self::Text(text) => Kept::Beside(text.into_bytes()),
            Self::Bytes(bytes) => Kept::Beside(bytes),
        }
    }
}

#[cfg(test)]
mod tests;
