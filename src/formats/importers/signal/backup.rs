//! `main.jsonl` of the plaintext export: people, chats and messages of an account, a frame a line.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde_json::{Value, json};

use super::files::Files;
use super::frame::{Frame, Item, MessageAttachment, Pointer, Quote, ReactionFrame, Text, uuid};
use super::people::People;
use super::update;
use crate::formats::imported::{Attachment, Event, Imported, Part, Record, Reply, Tip};
use crate::formats::importers::{Export, ReadError};
use crate::formats::json;
use crate::formats::lines::Lines;
use crate::formats::out::{At, Chat, ChatName, Out};
use crate::formats::{Fault, FormatError};
use crate::model::{Edited, Reaction, Version};

/// Bytes of a text that is kept as a file.
const LONG_TEXT: u64 = 300_000;

/// Reads the file with the frames.
pub(super) fn read(export: &Export<'_>, path: &str, out: &mut Out<'_>) -> Result<(), ReadError> {
    let file = export.shown(path);
    let mut backup =
        Backup { export, people: People::new(export), files: Files::of(export, path), chats: FxHashMap::default(), by_size_is_told: false };
    let mut lines = Lines::new(export.tree.open(path)?);
    while let Some(line) = lines.next().map_err(|source| FormatError::Read { file: Arc::clone(&file), source })? {
        if !line.bytes.trim_ascii().is_empty() {
            backup.frame(At::new(&file, line.number), line.bytes, out)?;
        }
    }
    Ok(())
}

/// An export that is being read.
struct Backup<'a> {
    export: &'a Export<'a>,
    people: People,
    files: Files,
    /// By their numbers in the file.
    chats: FxHashMap<String, Chat>,
    by_size_is_told: bool,
}

impl Backup<'_> {
    fn frame(&mut self, at: At, bytes: &[u8], out: &mut Out<'_>) -> Result<(), ReadError> {
        let frame = std::str::from_utf8(bytes).map_err(|error| Fault::Encoding { column: error.valid_up_to() + 1 });
        let frame = frame.and_then(|text| Ok((text, json::parse::<Frame>(text)?)));
        let (text, frame) = match frame {
            Ok(frame) => frame,
            Err(fault) => return Ok(out.fault(at, fault)?),
        };
        if let Some(account) = &frame.account {
            self.people.account(account);
        } else if let Some(recipient) = frame.recipient {
            self.people.add(recipient);
        } else if let Some(chat) = frame.chat {
            let known = Chat { id: self.people.person(&chat.recipient_id).id, name: ChatName::Own };
            out.about(&known, self.people.about(&chat.recipient_id))?;
            self.chats.insert(chat.id, known);
        } else if let Some(item) = frame.chat_item {
            let Some(chat) = self.chats.get(&item.chat_id).cloned() else {
                return Ok(out.fault(at, Fault::Lacks { what: "chat" })?);
            };
            if item.date_sent == 0 {
                return Ok(out.fault(at, Fault::Lacks { what: "date" })?);
            }
            let imported = self.message(item, text, out)?;
            out.message(&chat, at, imported)?;
        }
        Ok(())
    }

    fn message(&mut self, item: Item, record: &str, out: &mut Out<'_>) -> Result<Imported, ReadError> {
        let is_self = item.outgoing.as_ref().is_some_and(|outgoing| *outgoing != Value::Bool(false)) || self.people.is_me(&item.author_id);
        let sender = if is_self { self.people.me().clone() } else { self.people.person(&item.author_id) };
        // An edited message is where it was first said.
        let first = item.revisions.first().map_or(item.date_sent, |first| first.date_sent);
        let first = if first == 0 { item.date_sent } else { first };
        let mut imported = Imported {
            id: id(first, &sender.id),
            time: first / 1_000,
            edited: edited(&item),
            is_pinned: item.pin_details.is_some(),
            is_deleted: item.remote_deleted_message.is_some() || item.admin_deleted_message.is_some(),
            record: Record::Json(record.trim().to_owned()),
            is_self: Some(is_self),
            ..Imported::default()
        };
        if let Some(update) = &item.update_message {
            let event = update::event(update, &sender, &self.people);
            imported.id = format!("{}:{}", imported.id, event.kind);
            imported.event = Some(event);
        }
        imported.sender = sender;
        self.content(item, &mut imported, out)?;
        let says_nothing = imported.parts.iter().all(|part| matches!(part, Part::Text(text) if text.is_empty()));
        if says_nothing && !imported.is_deleted && imported.event.is_none() {
            imported.event = Some(Event { kind: "empty".to_owned(), text: String::new(), tip: Tip::Other, users: Vec::new() });
        }
        Ok(imported)
    }

    fn content(&mut self, item: Item, imported: &mut Imported, out: &mut Out<'_>) -> Result<(), ReadError> {
        if let Some(standard) = item.standard_message {
            imported.reply = standard.quote.map(|quote| self.reply(&quote));
            let short = standard.text.unwrap_or_default();
            let long = standard.long_text.and_then(|pointer| self.long_text(&pointer));
            let text = self.text(&Text { body: long.or(short.body), ..short }, imported);
            imported.parts.push(Part::Text(text));
            self.attachments(standard.attachments, imported, out)?;
            imported.parts.extend(standard.link_preview.into_iter().map(preview));
            imported.reactions = self.reactions(standard.reactions);
        } else if let Some(message) = item.contact_message {
            imported.parts.push(contact(message.contact));
            imported.reactions = self.reactions(message.reactions);
        } else if let Some(message) = item.sticker_message {
            let emoji = message.sticker.emoji.unwrap_or_default();
            let found = message.sticker.data.map(|pointer| self.file(&pointer, out)).transpose()?;
            imported.parts.push(match found.filter(|file| !file.path.is_empty()) {
                Some(file) => Part::File(Attachment { name: emoji, ..file }),
                None => Part::Sticker(if emoji.is_empty() { "sticker".to_owned() } else { emoji }),
            });
            imported.reactions = self.reactions(message.reactions);
        } else if let Some(message) = item.view_once_message {
            let is_gone = message.attachment.is_none();
            self.attachments(message.attachment.into_iter().collect(), imported, out)?;
            if is_gone {
                imported.parts.push(Part::Other { kind: "view_once", text: "view-once media".to_owned(), data: Value::Null });
            }
            imported.reactions = self.reactions(message.reactions);
        } else if let Some(message) = item.direct_story_reply_message {
            let text = message.text_reply.and_then(|reply| reply.text).map(|text| self.text(&text, imported));
            imported.parts.push(Part::Text(text.or(message.emoji).unwrap_or_default()));
            imported.reactions = self.reactions(message.reactions);
        } else if let Some(poll) = item.poll {
            let options = poll.options.iter().map(|option| format!("{} ({})", option.option, option.votes.len()));
            let text = std::iter::once(poll.question.clone()).chain(options).collect::<Vec<_>>().join("\n");
            let options: Vec<Value> = poll.options.iter().map(|option| json!({"option": option.option, "votes": option.votes})).collect();
            let data =
                json!({"question": poll.question, "options": options, "allowMultiple": poll.allow_multiple, "hasEnded": poll.has_ended});
            imported.parts.push(Part::Other { kind: "poll", text, data });
            imported.reactions = self.reactions(poll.reactions);
        } else if let Some(payment) = item.payment_notification {
            let word = |key: &str| payment.get(key).and_then(Value::as_str).unwrap_or_default();
            let text = format!("payment of {} MOB\n{}", word("amountMob"), word("note"));
            imported.parts.push(Part::Other { kind: "payment", text: text.trim().to_owned(), data: payment });
        } else if let Some(badge) = item.gift_badge {
            imported.parts.push(Part::Other { kind: "gift", text: "gift badge".to_owned(), data: badge });
        }
        Ok(())
    }

    fn reply(&self, quote: &Quote) -> Reply {
        let sender = if self.people.is_me(&quote.author_id) { self.people.me().clone() } else { self.people.person(&quote.author_id) };
        let id = if quote.target_sent_timestamp > 0 { id(quote.target_sent_timestamp, &sender.id) } else { String::new() };
        let text = quote.text.as_ref().and_then(|text| text.body.clone()).unwrap_or_default();
        Reply { id, sender: sender.id, text, chat: None }
    }

    /// A text with the names of those whom it mentions, who stand in it as one character each.
    fn text(&self, text: &Text, imported: &mut Imported) -> String {
        let body = text.body.clone().unwrap_or_default();
        let mut mentions: Vec<_> =
            text.body_ranges.iter().filter_map(|range| Some((range.start, range.length, uuid(range.mention_aci.as_deref()?)))).collect();
        if mentions.is_empty() {
            return body;
        }
        mentions.sort_unstable();
        let mut named = String::with_capacity(body.len());
        let mut units = 0;
        let mut open = mentions.iter().peekable();
        let mut passed = 0;
        for letter in body.chars() {
            if let Some((_, length, user)) = open.next_if(|(start, ..)| *start == units) {
                named.push('@');
                named.push_str(&self.people.name(user));
                passed = units + length;
            }
            if units >= passed {
                named.push(letter);
            }
            units += letter.len_utf16() as u64;
        }
        imported.mentions.extend(mentions.into_iter().map(|(.., user)| user));
        named
    }

    /// The whole of a text of which the message has only the beginning.
    fn long_text(&self, pointer: &Pointer) -> Option<String> {
        let (file, is_by_size) = self.files.attachment(pointer, self.export);
        if is_by_size || file.path.is_empty() || self.export.tree.size(&file.path)? > LONG_TEXT {
            return None;
        }
        String::from_utf8(self.export.read_whole(&file.path, LONG_TEXT).ok()?).ok()
    }

    fn attachments(&mut self, attachments: Vec<MessageAttachment>, imported: &mut Imported, out: &mut Out<'_>) -> Result<(), ReadError> {
        for attachment in attachments {
            let file = self.file(&attachment.pointer, out)?;
            imported.parts.push(Part::File(file));
            imported.parts.extend(attachment.pointer.caption.filter(|caption| !caption.is_empty()).map(Part::Text));
        }
        Ok(())
    }

    fn file(&mut self, pointer: &Pointer, out: &mut Out<'_>) -> Result<Attachment, ReadError> {
        let (file, is_by_size) = self.files.attachment(pointer, self.export);
        if is_by_size && !std::mem::replace(&mut self.by_size_is_told, true) {
            out.inferred("files", "by their sizes", "no file has the name that the export gives it, and only one has its size")?;
        }
        Ok(file)
    }

    fn reactions(&self, frames: Vec<ReactionFrame>) -> Vec<Reaction> {
        let mut reactions: Vec<Reaction> = Vec::new();
        for frame in frames {
            let user = if self.people.is_me(&frame.author_id) { self.people.me().clone() } else { self.people.person(&frame.author_id) };
            match reactions.iter_mut().find(|reaction| reaction.emoji == frame.emoji) {
                Some(reaction) => {
                    reaction.count += 1;
                    reaction.users.push(user);
                }
                None => reactions.push(Reaction { emoji: frame.emoji, count: 1, users: vec![user] }),
            }
        }
        reactions
    }
}

/// What a message is known by: Signal itself tells messages apart by who said them at which millisecond.
fn id(milliseconds: u64, sender: &str) -> String {
    format!("{milliseconds}:{sender}")
}

/// The versions of a message before its last one.
fn edited(item: &Item) -> Option<Edited> {
    let text = |item: &Item| item.standard_message.as_ref()?.text.as_ref()?.body.clone();
    let version = |item: &Item| Version { time: item.date_sent / 1_000, text: text(item).unwrap_or_default() };
    let before: Vec<Version> = item.revisions.iter().map(version).collect();
    (!before.is_empty()).then(|| Edited { time: item.date_sent / 1_000, before, ..Edited::default() })
}

/// A page that a message shows.
fn preview(preview: Value) -> Part {
    let lines = ["title", "description", "url"].into_iter().filter_map(|key| preview.get(key)?.as_str()).filter(|line| !line.is_empty());
    Part::Other { kind: "embed", text: lines.collect::<Vec<_>>().join("\n"), data: preview }
}

/// A card with somebody's name and numbers.
fn contact(contact: Value) -> Part {
    // The export of some versions has a list of one.
    let card = contact.get(0).unwrap_or(&contact);
    let word = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned).filter(|word| !word.is_empty());
    let name = card.get("name").unwrap_or(&Value::Null);
    let name = ["prefix", "givenName", "middleName", "familyName", "suffix"]
        .into_iter()
        .filter_map(|key| word(name, key))
        .collect::<Vec<_>>()
        .join(" ");
    let listed = |key: &str| {
        card.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default().iter().filter_map(|entry| word(entry, "value"))
    };
    let lines = std::iter::once(name).chain(word(card, "organization")).chain(listed("number")).chain(listed("email"));
    Part::Other { kind: "contact", text: lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n"), data: contact }
}
