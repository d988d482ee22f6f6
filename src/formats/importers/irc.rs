//! Logs of IRC: of bouncers, clients and bots, in one file or one a day. All days of a channel are one conversation.
//!
//! Logs have no ids: a line is known by channel, time, nick and text, and by how often it was there before. What `/me` says is kept as people see
//! it, `* ann waves`. Nicks are the ids of people; who changes the nick is told by an event, and is another person from then on.

mod clock;
mod happening;
mod mark;
mod place;
mod stamp;
mod style;
mod text;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Candidate, Export, HEAD, Importer, ReadError, Unit};
use crate::formats::imported::{Event, Imported, Part, Record, Tip};
use crate::formats::lines::Lines;
use crate::formats::out::{At, Chat, ChatName, Out};
use crate::formats::{Fault, FormatError};
use crate::model::{About, Person};
use clock::Clock;
use happening::{happening, is_channel};
use mark::{Mark, mark};
use place::{Place, place, series};
use style::{Line, Said, Style, style_of};
use text::{Decoder, without_codes};

pub(in crate::formats) struct Irc;

/// People of a channel that are remembered; a channel of years has more, and they stand in its messages.
const MEMBERS: usize = 10_000;
/// Channels of one log that are told apart.
const CHANNELS: usize = 1_000;

impl Importer for Irc {
    fn name(&self) -> &'static str {
        "irc"
    }

    fn title(&self) -> &'static str {
        "logs of IRC: WeeChat, irssi, ZNC, energymech, Limnoria, HexChat, mIRC, eggdrop, dircproxy, psyBNC"
    }

    fn sniff(&self, file: &Candidate<'_>) -> Option<Unit> {
        let head = whole_lines(file.head);
        let is_log = file.is_told || style_of(&head, false).is_some();
        is_log.then(|| Unit(series(file.path)))
    }

    fn read(&self, export: &Export<'_>, out: &mut Out<'_>) -> Result<(), ReadError> {
        let mut files: Vec<(Place, &str)> = export.files.iter().map(|path| (place_of(export, path), path.as_str())).collect();
        files.sort_by(|(one, one_path), (other, other_path)| (one.day, one_path).cmp(&(other.day, other_path)));
        let Some((first, _)) = files.first() else { return Ok(()) };
        let chat = Chat { id: first.chat.clone(), name: first.name };
        if chat.name == ChatName::Guessed {
            out.inferred("conversation", &chat.id, "the name of the file or folder; none names a channel")?;
        }
        let mut log = Log { chat, channels: BTreeMap::new(), clock: Clock::new(&export.reading.timezone), decoder: Decoder::default() };
        for (place, path) in &files {
            log.clock.begin_file(place.day);
            match log.read_file(export, path, out) {
                // The other days are as good as they were.
                Err(ReadError::Format(error)) => out.unread(error)?,
                ended => ended?,
            }
        }
        log.tell(export, out)
    }
}

/// One log, with all its files.
struct Log<'a> {
    chat: Chat,
    channels: BTreeMap<String, Channel>,
    clock: Clock<'a>,
    decoder: Decoder,
}

/// What became known about a channel.
struct Channel {
    chat: Chat,
    members: BTreeSet<String>,
    topic: String,
}

impl Channel {
    fn about(&self) -> About {
        let name = self.chat.id.rsplit('/').next().unwrap_or_default();
        let kind = if is_channel(name) { "channel" } else { "" };
        let members = self.members.iter().map(|nick| Person::new(nick, "")).collect();
        About { name: name.to_owned(), topic: self.topic.clone(), kind: kind.to_owned(), members, ..About::default() }
    }

    fn is_met(&mut self, nick: &str) {
        if self.members.len() < MEMBERS && !nick.is_empty() && !self.members.contains(nick) {
            self.members.insert(nick.to_owned());
        }
    }
}

impl Log<'_> {
    fn read_file(&mut self, export: &Export<'_>, path: &str, out: &mut Out<'_>) -> Result<(), ReadError> {
        let file = export.shown(path);
        let head = export.tree.head(path, HEAD)?;
        let Some(style) = style_of(&whole_lines(&head), true) else {
            if head.iter().any(|byte| !byte.is_ascii_whitespace()) {
                out.fault(At::new(&file, 0), Fault::Unreadable { what: "style" })?;
            }
            return Ok(());
        };
        let mut lines = Lines::new(export.tree.open(path)?);
        loop {
            let line = match lines.next() {
                Ok(Some(line)) => line,
                Ok(None) => return Ok(()),
                Err(source) => return Err(FormatError::Read { file: Arc::clone(&file), source }.into()),
            };
            let text = self.decoder.decode(line.bytes);
            let text = without_codes(&text);
            if text.trim().is_empty() {
                continue;
            }
            self.read_line(style, &text, line.bytes, At::new(&file, line.number), out)?;
        }
    }

    fn read_line(&mut self, style: &dyn Style, text: &str, bytes: &[u8], at: At, out: &mut Out<'_>) -> Result<(), ReadError> {
        if let Some(mark) = mark(text) {
            if let Mark::Day(day) = mark {
                self.clock.begin_day(day);
            }
            return Ok(());
        }
        let Some(Line { stamp, said, channel, .. }) = style.read(text) else {
            return Ok(out.fault(at, Fault::Unreadable { what: "line" })?);
        };
        let Some(time) = self.clock.moment(stamp) else {
            return Ok(out.fault(at, Fault::Unreadable { what: "date" })?);
        };
        let channel = self.channel(channel, out)?;
        let (sender, parts, event) = made(said, channel);
        channel.is_met(&sender.id);
        let record = Record::Bytes(bytes.to_vec());
        let imported = Imported { sender, time, parts, event, record, ..Imported::default() };
        Ok(out.message(&channel.chat, at, imported)?)
    }

    /// The conversation of a line: its own channel where the path names none.
    fn channel(&mut self, named: Option<Cow<'_, str>>, out: &mut Out<'_>) -> Result<&mut Channel, ReadError> {
        let is_own = self.chat.name == ChatName::Guessed
            && (self.channels.len() < CHANNELS || named.as_deref().is_some_and(|name| self.channels.contains_key(name)));
        let chat = match named.filter(|_| is_own) {
            Some(name) => Chat { id: name.into_owned(), name: ChatName::Own },
            None => self.chat.clone(),
        };
        match self.channels.entry(chat.id.clone()) {
            std::collections::btree_map::Entry::Occupied(known) => Ok(known.into_mut()),
            std::collections::btree_map::Entry::Vacant(new) => {
                let channel = Channel { chat, members: BTreeSet::new(), topic: String::new() };
                out.about(&channel.chat, channel.about())?;
                Ok(new.insert(channel))
            }
        }
    }

    /// Tells what became known on the way.
    fn tell(&self, export: &Export<'_>, out: &mut Out<'_>) -> Result<(), ReadError> {
        for channel in self.channels.values() {
            out.about(&channel.chat, channel.about())?;
        }
        if self.clock.lacks_zone {
            export.tell_timezone(out)?;
        }
        if self.clock.lacks_day {
            out.inferred(
                "date",
                "1970-01-01 and the days behind it",
                "neither the lines nor the name of the file say the day; times and order are right",
            )?;
        }
        if self.clock.lacks_year {
            out.inferred("date", "1972 and the years behind it", "neither the lines nor the name of the file say the year")?;
        }
        for (encoding, count) in &self.decoder.others {
            out.inferred("encoding", *encoding, format!("{count} lines are not UTF-8 and look like it"))?;
        }
        Ok(())
    }
}

/// The sender, the parts and the event of a line.
fn made(said: Said<'_>, channel: &mut Channel) -> (Person, Vec<Part>, Option<Event>) {
    match said {
        Said::Text { nick, text } | Said::Notice { nick, text } => (Person::new(&nick, ""), vec![Part::Text(text.into_owned())], None),
        Said::Action { nick, text } => (Person::new(&nick, ""), vec![Part::Text(format!("* {nick} {text}"))], None),
        Said::Event(sentence) => {
            let Some(happened) = happening(&sentence) else {
                let event = Event { kind: "other".to_owned(), text: sentence.into_owned(), tip: Tip::Other, users: Vec::new() };
                return (Person::default(), Vec::new(), Some(event));
            };
            if let Some(topic) = happened.topic {
                topic.clone_into(&mut channel.topic);
            }
            let users: Vec<String> = happened.users.iter().map(|&user| user.to_owned()).collect();
            let event = Event {
                kind: happened.kind.name().to_owned(),
                text: sentence.to_string(),
                tip: happened.kind.tip(!users.is_empty()),
                users,
            };
            (Person::new(happened.who, ""), Vec::new(), Some(event))
        }
    }
}

/// What the whole path of a file says.
fn place_of(export: &Export<'_>, path: &str) -> Place {
    match export.tree.is_one_file() {
        true => place(export.tree.name()),
        false => place(&format!("{}/{path}", export.tree.name())),
    }
}

/// The beginning of a file as text, without codes, up to its last whole line.
fn whole_lines(head: &[u8]) -> String {
    let end = if head.len() < HEAD { head.len() } else { memchr::memrchr(b'\n', head).unwrap_or(head.len()) };
    without_codes(&String::from_utf8_lossy(&head[..end])).into_owned()
}

#[cfg(test)]
mod tests;
