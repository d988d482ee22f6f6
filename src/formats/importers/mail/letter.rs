//! A mail as a message: who, when, to what it answers, and what it says.

use std::sync::LazyLock;

use jiff::civil;
use jiff::tz::TimeZone;
use mail_parser::{DateTime, HeaderName, HeaderValue, Message, MessageParser, MessagePart};

use super::body::{self, Body};
use super::charset;
use crate::formats::imported::{Imported, Part, Record, Reply, clipped};
use crate::model::{Person, limits};

/// It knows how each header field is read; making that list takes longer than reading a mail.
static PARSER: LazyLock<MessageParser> = LazyLock::new(MessageParser::default);

/// Parts of a mail up to which it is taken apart. Digests have some hundreds.
const PARTS: usize = 1_000;

/// Bytes of a Message-ID; a longer one, which no program makes, is told by its hash.
const ID: u64 = 400;

/// Something about a mail that had to be inferred.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Note {
    /// Its text is not in the encoding that it names; it was read in this one.
    Encoding(&'static str),
    /// Its date has no zone.
    NoZone,
    /// Its time is that of its way here.
    Received,
    /// Its time is that of its arrival, by the mailbox.
    Arrived,
    /// It says no time at all.
    NoTime,
    /// Its text is longer than a message can be.
    LongText,
    /// It has more parts than are taken apart.
    ManyParts,
}

/// What a mailbox says of a mail besides the mail itself.
#[derive(Default)]
pub(super) struct Arrival {
    /// The address on the dividing line.
    sender: String,
    /// Unix seconds.
    time: Option<u64>,
}

impl Arrival {
    /// Of what stands behind `From ` on the dividing line.
    pub(super) fn of_envelope(line: &str, zone: &TimeZone) -> Self {
        let sender = line.split_whitespace().next().filter(|sender| sender.contains('@')).unwrap_or_default();
        Self { sender: sender.to_lowercase(), time: asctime(line, zone) }
    }

    /// Of the name of a file: in a Maildir it begins with the time.
    pub(super) fn of_file(name: &str) -> Self {
        let digits = &name[..name.bytes().take_while(u8::is_ascii_digit).count()];
        let has_more = name[digits.len()..].starts_with('.');
        Self { sender: String::new(), time: digits.parse().ok().filter(|_| has_more && (9..=10).contains(&digits.len())) }
    }
}

/// A mail that was read.
pub(super) struct Letter {
    pub(super) imported: Imported,
    pub(super) notes: Vec<Note>,
}

impl Letter {
    /// Reads a mail. Everything in it may be missing or broken: what is there is taken.
    pub(super) fn read(raw: &[u8], arrival: &Arrival, time_before: Option<u64>, zone: &TimeZone) -> Self {
        let mut notes = Vec::new();
        let end = header_end(raw);
        let (header, rest) = raw.split_at(end);
        // Names and subjects must be ASCII; where they are not, they are mostly UTF-8.
        let mended = match std::str::from_utf8(header) {
            Ok(_) => None,
            Err(_) => {
                let encoding = charset::guess(header);
                notes.push(Note::Encoding(encoding.name()));
                Some([encoding.decode_without_bom_handling(header).0.as_bytes(), rest].concat())
            }
        };
        let mail = mended.as_deref().unwrap_or(raw);
        let is_tangled = parts_of(mail) > PARTS;
        let message = if is_tangled { PARSER.parse_headers(mail) } else { PARSER.parse(mail) };
        let message = message.filter(|message| !message.parts.is_empty());
        let is_bare = message.is_none() || is_tangled;
        // Questions about a header are put to the first part.
        let message = message.unwrap_or_else(|| Message { parts: vec![MessagePart::default()], ..Message::default() });
        let body = match is_bare {
            true => {
                notes.extend(is_tangled.then_some(Note::ManyParts));
                Body { texts: vec![body::text_of_bytes(rest, &mut notes)], ..Body::default() }
            }
            false => body::read(&message, mail, &mut notes),
        };
        let mut parts: Vec<Part> = message.subject().map(|subject| Part::Text(body::named(subject))).into_iter().collect();
        let text = body.texts.into_iter().filter(|text| !text.trim().is_empty()).collect::<Vec<_>>().join("\n\n");
        parts.push(Part::Text(body::fitting(text, &mut notes)));
        parts.extend(body.others);
        let own = message.message_id().map(id).unwrap_or_default();
        let references = ids(message.references());
        let answered = ids(message.in_reply_to());
        let parent = references.iter().rev().chain(&answered).find(|id| **id != own).cloned();
        let root = references.iter().chain(&answered).find(|id| **id != own).cloned();
        let imported = Imported {
            sender: sender(&message).unwrap_or_else(|| Person::new(&arrival.sender, "")),
            time: time(&message, arrival, time_before, zone, &mut notes),
            parts,
            thread: root.map(|root| (root, body::named(message.thread_name().unwrap_or_default()))),
            reply: parent.map(|id| Reply { id, ..Reply::default() }),
            record: record(header, rest, mail.len() - rest.len(), &body.kept_beside),
            id: own,
            ..Imported::default()
        };
        Self { imported, notes }
    }
}

/// Where the header ends: behind its blank line.
fn header_end(raw: &[u8]) -> usize {
    let mut at = 0;
    while let Some(length) = memchr::memchr(b'\n', &raw[at..]) {
        let line = &raw[at..at + length];
        at += length + 1;
        if line.is_empty() || line == b"\r" {
            return at;
        }
    }
    raw.len()
}

/// The lines that may begin a part: nothing else lets parts nest.
fn parts_of(mail: &[u8]) -> usize {
    let starts = |at: &usize| mail[*at..].get(..12).is_some_and(|start| start.eq_ignore_ascii_case(b"content-type"));
    memchr::memchr_iter(b'\n', mail).map(|end| end + 1).filter(starts).count()
}

/// The mail as it is but for the files that are kept beside it, whose places in `mail` are given: header and all lines around them stay.
fn record(header: &[u8], rest: &[u8], start: usize, kept_beside: &[(usize, usize)]) -> Record {
    let mut record = header.to_vec();
    let mut from = 0;
    for &(begin, end) in kept_beside {
        let (begin, end) = (begin.saturating_sub(start).min(rest.len()), end.saturating_sub(start).min(rest.len()));
        if begin >= from && end > begin {
            record.extend_from_slice(&rest[from..begin]);
            from = end;
        }
    }
    record.extend_from_slice(&rest[from..]);
    Record::Bytes(record)
}

/// Who wrote it, or else who sent it.
pub(super) fn sender(message: &Message<'_>) -> Option<Person> {
    let first = [message.from(), message.sender(), message.reply_to()].into_iter().flatten().find_map(|addresses| addresses.first());
    let sender = first.and_then(|first| {
        let address = first.address().map(|address| address.trim().to_lowercase()).filter(|address| !address.is_empty());
        let name = body::named(first.name().unwrap_or_default());
        address.map(|address| Person::new(&address, &name)).or_else(|| (!name.is_empty()).then(|| Person::new(&name, "")))
    });
    sender.or_else(|| message.return_address().map(|address| Person::new(&address.to_lowercase(), "")))
}

/// When it was written: by its date, by its way here, by the mailbox, by the mail before it.
fn time(message: &Message<'_>, arrival: &Arrival, before: Option<u64>, zone: &TimeZone, notes: &mut Vec<Note>) -> u64 {
    let date = message.date().cloned();
    let has_zone = date.is_some();
    // A date without a zone is none for the parser; with any, it is.
    let date = date.or_else(|| DateTime::parse_rfc822(&format!("{} +0000", message.header_raw(HeaderName::Date)?.trim())));
    if let Some(date) = date.filter(is_date) {
        let time = if has_zone { u64::try_from(date.to_timestamp()).ok() } else { local(&date, zone) };
        if let Some(time) = time.filter(|time| limits::TIME.check_number(*time).is_ok()) {
            notes.extend((!has_zone).then_some(Note::NoZone));
            return time;
        }
    }
    let ways = message.headers_raw().filter(|(name, _)| name.eq_ignore_ascii_case("received"));
    let received = ways.filter_map(|(_, way)| DateTime::parse_rfc822(way.rsplit_once(';')?.1)).find(is_date);
    if let Some(time) = received.and_then(|date| u64::try_from(date.to_timestamp()).ok()) {
        notes.push(Note::Received);
        return time;
    }
    if let Some(time) = arrival.time {
        notes.push(Note::Arrived);
        return time;
    }
    notes.push(Note::NoTime);
    before.unwrap_or(0)
}

/// Whether it is a date at all; a second that is let in sometimes counts.
fn is_date(date: &DateTime) -> bool {
    DateTime { second: date.second.min(59), ..*date }.is_valid()
}

fn local(date: &DateTime, zone: &TimeZone) -> Option<u64> {
    let number = |value: u8| i8::try_from(value).ok();
    let date = civil::DateTime::new(
        i16::try_from(date.year).ok()?,
        number(date.month)?,
        number(date.day)?,
        number(date.hour)?,
        number(date.minute)?,
        number(date.second.min(59))?,
        0,
    );
    u64::try_from(zone.to_zoned(date.ok()?).ok()?.timestamp().as_second()).ok()
}

/// The time in a line such as `ann@example.org Thu Jul 16 03:42:38 1998 +0200`. Without an offset it is in the zone of whoever kept the mailbox.
fn asctime(line: &str, zone: &TimeZone) -> Option<u64> {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let words: Vec<&str> = line.split_whitespace().collect();
    let clock = words.iter().position(|word| word.contains(':') && word.bytes().all(|byte| byte.is_ascii_digit() || byte == b':'))?;
    let (before, behind) = (&words[..clock], &words[clock + 1..]);
    let month = before.iter().rev().find_map(|word| MONTHS.iter().position(|month| month.eq_ignore_ascii_case(word)))?;
    let day = before.iter().rev().find_map(|word| word.parse::<u8>().ok())?;
    let year = behind.iter().find(|word| word.len() == 4).and_then(|word| word.parse::<u16>().ok())?;
    let mut clock = words[clock].split(':').map(str::parse::<u8>);
    let offset =
        behind.iter().find(|word| word.len() == 5 && word.starts_with(['+', '-']) && word[1..].bytes().all(|byte| byte.is_ascii_digit()));
    let mut date = DateTime {
        year,
        month: u8::try_from(month + 1).ok()?,
        day,
        hour: clock.next()?.ok()?,
        minute: clock.next()?.ok()?,
        second: clock.next().and_then(Result::ok).unwrap_or(0),
        tz_before_gmt: false,
        tz_hour: 0,
        tz_minute: 0,
    };
    match offset {
        Some(offset) => {
            date.tz_before_gmt = offset.starts_with('-');
            date.tz_hour = offset[1..3].parse().ok()?;
            date.tz_minute = offset[3..].parse().ok()?;
            if is_date(&date) { u64::try_from(date.to_timestamp()).ok() } else { None }
        }
        None => local(&date, zone),
    }
}

/// The ids in a header field; words that are none are left out, since people and programs write anything there.
fn ids(value: &HeaderValue<'_>) -> Vec<String> {
    let ids = value.as_text_list().unwrap_or_default();
    ids.iter().map(|text| id(text)).filter(|id| id.contains('@') && !id.contains(char::is_whitespace)).collect()
}

fn id(text: &str) -> String {
    let id: String =
        text.trim().trim_start_matches('<').trim_end_matches('>').chars().filter(|character| !character.is_control()).collect();
    clipped(&id, ID)
}
