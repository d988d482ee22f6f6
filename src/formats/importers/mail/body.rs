//! What a mail says, and the files in it.

use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;
use mail_parser::{Encoding, Message, MessagePart, MimeHeaders, PartType};
use serde_json::json;

use super::letter::{Note, sender};
use super::{charset, flowed};
use crate::formats::html;
use crate::formats::imported::{Attachment, FileKind, Part};

/// Bytes that the text of a mail takes in JSON, and as many that those of the mails in it take; what stands behind is in the record only.
const TEXT: usize = 700_000;
/// Bytes that a name or a subject takes in JSON.
const NAME: usize = 2_000;
/// Files of one mail that get an element of their own; those behind stay in the record.
const FILES: usize = 400;
/// Mails inside each other of which the text is read.
const NESTED: usize = 4;

/// What a mail holds.
#[derive(Default)]
pub(super) struct Body {
    /// Its texts, in their order.
    pub(super) texts: Vec<String>,
    /// Its files, and the mails that it forwards.
    pub(super) others: Vec<Part>,
    /// Where the files stand in the mail.
    pub(super) kept_beside: Vec<(usize, usize)>,
}

/// Takes a mail apart. `raw` is what it was parsed from.
pub(super) fn read(message: &Message<'_>, raw: &[u8], notes: &mut Vec<Note>) -> Body {
    let mut body = Body { texts: texts(message, notes), ..Body::default() };
    let mut room = TEXT;
    for part in message.attachments().take(FILES) {
        let bytes = match &part.body {
            // One that was packed for its way has been unpacked to bytes of its own.
            PartType::Message(inner) if part.encoding != Encoding::None => Some(inner.raw_message.to_vec()),
            PartType::Message(_) => raw.get(part.offset_body as usize..part.offset_end as usize).map(<[u8]>::to_vec),
            PartType::Multipart(_) => continue,
            // A part that is cut off is still what was said.
            PartType::Text(decoded) if part.is_encoding_problem && part.attachment_name().is_none() => {
                body.texts.push(plain(part, raw, decoded, notes));
                continue;
            }
            _ => Some(file_bytes(part, raw)),
        };
        let name = named(part.attachment_name().unwrap_or_default());
        let mime = part.content_type().map(|kind| match kind.subtype() {
            Some(subtype) => format!("{}/{subtype}", kind.ctype()).to_ascii_lowercase(),
            None => kind.ctype().to_ascii_lowercase(),
        });
        let mut attachment = Attachment { name, mime: mime.unwrap_or_default(), ..Attachment::default() };
        if let PartType::Message(inner) = &part.body
            && !inner.parts.is_empty()
        {
            body.others.push(forwarded(inner, &mut room, notes));
            if attachment.name.is_empty() {
                attachment.name = format!("{}.eml", named(inner.subject().unwrap_or("mail")).replace(['/', '\\'], "_"));
            }
            if attachment.mime.is_empty() {
                attachment.mime = "message/rfc822".to_owned();
            }
        }
        attachment.kind = FileKind::of(&attachment.mime, &attachment.name);
        attachment.bytes = bytes;
        body.others.push(Part::File(attachment));
        body.kept_beside.push((part.offset_body as usize, part.offset_end as usize));
    }
    body.kept_beside.sort_unstable();
    body
}

/// The texts that people read: the plain ones, or what the pages say where there are none.
fn texts(message: &Message<'_>, notes: &mut Vec<Note>) -> Vec<String> {
    // The places of parts are those in what this mail was parsed from.
    let raw = &*message.raw_message;
    let mut read = |part: &MessagePart<'_>| match &part.body {
        PartType::Text(decoded) => Some(plain(part, raw, decoded, notes)),
        PartType::Html(decoded) => Some(html::text(&in_its_encoding(part, raw, decoded, notes))),
        _ => None,
    };
    let texts: Vec<String> = message.text_bodies().filter_map(&mut read).collect();
    match texts.iter().all(|text| text.trim().is_empty()) {
        true => message.html_bodies().filter_map(read).collect(),
        false => texts,
    }
}

/// A mail in a mail.
fn forwarded(inner: &Message<'_>, room: &mut usize, notes: &mut Vec<Note>) -> Part {
    let from = sender(inner).unwrap_or_default();
    let subject = named(inner.subject().unwrap_or_default());
    let mut lines = vec![from.shown().to_owned(), subject.clone()];
    let mut open = vec![(inner, NESTED)];
    while let Some((mail, depth)) = open.pop() {
        lines.extend(texts(mail, notes));
        let deeper = mail.attachments().filter_map(|part| part.message());
        open.extend(deeper.filter(|_| depth > 0).map(|mail| (mail, depth - 1)));
    }
    lines.retain(|line| !line.trim().is_empty());
    let date = inner.date().map(|date| date.to_rfc3339());
    let text = cut(lines.join("\n"), *room, notes);
    *room -= text.len().min(*room);
    Part::Other { kind: "mail", text, data: json!({"from": from, "subject": subject, "date": date, "id": inner.message_id().map(named)}) }
}

fn plain(part: &MessagePart<'_>, raw: &[u8], decoded: &str, notes: &mut Vec<Note>) -> String {
    let text = in_its_encoding(part, raw, decoded, notes);
    let kind = part.content_type();
    let says = |name: &str, value: &str| kind.and_then(|kind| kind.attribute(name)).is_some_and(|said| said.eq_ignore_ascii_case(value));
    if says("format", "flowed") { flowed::unfold(&text, says("delsp", "yes")) } else { text }.trim_end_matches('\n').to_owned()
}

/// The text of a part with the line ends of a text, also where it names the wrong encoding.
fn in_its_encoding(part: &MessagePart<'_>, raw: &[u8], decoded: &str, notes: &mut Vec<Note>) -> String {
    if decoded.is_ascii() {
        return decoded.replace("\r\n", "\n");
    }
    let named = part.content_type().and_then(|kind| kind.attribute("charset"));
    let (text, guessed) = charset::text(&file_bytes(part, raw), named, Some(decoded));
    notes.extend(guessed.map(Note::Encoding));
    text.replace("\r\n", "\n")
}

/// The text of bytes of which nothing is known.
pub(super) fn text_of_bytes(bytes: &[u8], notes: &mut Vec<Note>) -> String {
    let (text, guessed) = charset::text(bytes, None, None);
    notes.extend(guessed.map(Note::Encoding));
    text.replace("\r\n", "\n").trim_end_matches('\n').to_owned()
}

/// The bytes of a part as they were before they were packed for their way.
fn file_bytes(part: &MessagePart<'_>, raw: &[u8]) -> Vec<u8> {
    match &part.body {
        PartType::Binary(bytes) | PartType::InlineBinary(bytes) => bytes.to_vec(),
        PartType::Text(text) | PartType::Html(text) => {
            let packed = raw.get(part.offset_body as usize..part.offset_end as usize).unwrap_or_default();
            let bytes = match part.encoding {
                Encoding::None => Some(packed.to_vec()),
                Encoding::QuotedPrintable => quoted_printable_decode(packed),
                Encoding::Base64 => base64_decode(packed),
            };
            bytes.unwrap_or_else(|| text.as_bytes().to_vec())
        }
        PartType::Message(_) | PartType::Multipart(_) => Vec::new(),
    }
}

/// A text that fits into a message.
pub(super) fn fitting(text: String, notes: &mut Vec<Note>) -> String {
    cut(text, TEXT, notes)
}

/// A name or subject of a length that people give.
pub(super) fn named(name: &str) -> String {
    let name = name.trim();
    name[..end_within(name, NAME)].to_owned()
}

fn cut(mut text: String, most: usize, notes: &mut Vec<Note>) -> String {
    let end = end_within(&text, most);
    if end < text.len() {
        text.truncate(end);
        notes.push(Note::LongText);
    }
    text
}

/// Where a text ends that takes so many bytes in JSON.
fn end_within(text: &str, most: usize) -> usize {
    if text.len() <= most / 6 {
        return text.len();
    }
    let mut taken = 0;
    let beyond = text.char_indices().find(|(_, letter)| {
        taken += match letter {
            '\n' | '\r' | '\t' | '"' | '\\' => 2,
            '\0'..='\x1f' => 6,
            other => other.len_utf8(),
        };
        taken > most
    });
    beyond.map_or(text.len(), |(at, _)| at)
}
