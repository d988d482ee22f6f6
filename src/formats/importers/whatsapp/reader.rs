//! The second reading of a file: puts the lines of each message together and makes the message of them.

use std::sync::Arc;

use jiff::civil::DateTime;

use super::body;
use super::dates::{self, Calendar, Order};
use super::events;
use super::header::{self, Header};
use super::senders;
use super::survey::{Class, Survey};
use crate::formats::Fault;
use crate::formats::imported::{Imported, Record};
use crate::formats::out::{At, Chat, Out, Stopped};
use crate::model::{Edited, Person, limits};

const DAY: i64 = 24 * 60 * 60;

/// Messages that wait until it is known whether they are some.
const HELD: usize = 64;

/// What stays the same for a whole file.
pub(super) struct Reader<'a> {
    pub(super) survey: &'a Survey,
    /// The order of the dates by class, as the classes of the survey stand.
    pub(super) orders: Vec<Order>,
    pub(super) timezone: &'a jiff::tz::TimeZone,
    pub(super) chat: &'a Chat,
    pub(super) file: Arc<str>,
    /// Who speaks, by name.
    pub(super) members: Vec<String>,
    /// The path of a file beside the export, where it is there.
    pub(super) place: &'a dyn Fn(&str) -> Option<String>,
    pub(super) state: State,
}

/// What was read and not given yet.
#[derive(Default)]
pub(super) struct State {
    current: Option<Open>,
    /// Messages that may be lines of the current one: they begin as messages do, and their times are out of the way.
    held: Vec<Open>,
    /// Lines before the first message were told.
    told: bool,
}

/// A message whose end is not known yet.
struct Open {
    line: u64,
    /// Unix seconds.
    time: i64,
    /// All of its lines.
    record: String,
    /// Where in the record stands what follows the header.
    rest: usize,
}

impl Open {
    /// Adds a line, as long as there is a message that could hold it.
    fn add(&mut self, line: &str) {
        if self.record.len() as u64 <= limits::MESSAGE_SIZE.max {
            self.record.push('\n');
            self.record.push_str(line);
        }
    }
}

impl Reader<'_> {
    /// Takes the next line. Returns the calendar of its date, if it begins a message.
    pub(super) fn line(&mut self, number: u64, bytes: &[u8], out: &mut Out<'_>) -> Result<Option<Calendar>, Stopped> {
        let text = senders::decoded(bytes);
        let header = if header::may_begin(bytes) { header::read(&text) } else { None };
        let begun = header.and_then(|header| Some((self.survey.class(&header)?, header)));
        let begun = begun.and_then(|(class, header)| Some((self.time(class, &header)?, class, header)));
        let Some(((time, calendar), class, header)) = begun else { return self.follow(number, &text, out).map(|()| None) };
        let open = Open { line: number, time, record: text.as_ref().to_owned(), rest: text.len() - header.rest.len() };
        let is_known = self.is_known(class, header.rest);
        let last = self.state.current.as_ref().map(|current| current.time);
        let is_odd = !is_known && last.is_some_and(|last| (time - last).abs() > DAY);
        if is_odd && self.state.held.len() < HELD {
            self.state.held.push(open);
        } else {
            self.settle(Some(time), out)?;
            self.begin(open, out)?;
        }
        Ok(Some(calendar))
    }

    /// Gives what is still open at the end.
    pub(super) fn end(&mut self, out: &mut Out<'_>) -> Result<(), Stopped> {
        self.settle(None, out)?;
        match self.state.current.take() {
            Some(open) => self.give(open, out),
            None => Ok(()),
        }
    }

    /// A line that begins no message: it belongs to the one before.
    fn follow(&mut self, number: u64, text: &str, out: &mut Out<'_>) -> Result<(), Stopped> {
        match self.state.held.last_mut().or(self.state.current.as_mut()) {
            Some(open) => open.add(text),
            None if !self.state.told && !text.trim().is_empty() => {
                self.state.told = true;
                out.fault(At::new(&self.file, number), Fault::Lacks { what: "date and time before it" })?;
            }
            None => {}
        }
        Ok(())
    }

    /// Decides what the held messages are: texts of the one before where the next message goes on there, and they stand aside.
    fn settle(&mut self, next: Option<i64>, out: &mut Out<'_>) -> Result<(), Stopped> {
        for held in std::mem::take(&mut self.state.held) {
            let last = self.state.current.as_ref().map_or(held.time, |current| current.time);
            let is_before = held.time < last - DAY;
            let is_text = next.map_or(is_before, |next| next >= last - DAY && (is_before || held.time > next + DAY));
            match self.state.current.as_mut().filter(|_| is_text) {
                Some(current) => current.add(&held.record),
                None => self.begin(held, out)?,
            }
        }
        Ok(())
    }

    fn begin(&mut self, open: Open, out: &mut Out<'_>) -> Result<(), Stopped> {
        match self.state.current.replace(open) {
            Some(before) => self.give(before, out),
            None => Ok(()),
        }
    }

    /// Whether what follows a header is said by somebody who speaks elsewhere too, or is something that happens.
    fn is_known(&self, class: &Class, rest: &str) -> bool {
        let line = senders::split(rest);
        match &line.sender {
            Some(name) => class.knows(name),
            None => super::words::WORDS.event(line.text).is_some(),
        }
    }

    /// The Unix time of a header and the calendar of its date; `None` where its numbers are no date in the order of the file.
    fn time(&self, class: &Class, header: &Header<'_>) -> Option<(i64, Calendar)> {
        let at = self.survey.classes.iter().position(|known| std::ptr::eq(known, class))?;
        let (date, calendar) = dates::day(header, *self.orders.get(at)?).ok()?;
        let hour = class.hour(header);
        let (date, hour) = if hour == 24 { (date.tomorrow().ok()?, 0) } else { (date, hour) };
        let small = |value: u8| i8::try_from(value).ok();
        let second = header.second.unwrap_or(0).min(59);
        let time = DateTime::new(date.year(), date.month(), date.day(), small(hour)?, small(header.minute)?, small(second)?, 0).ok()?;
        Some((self.timezone.to_ambiguous_zoned(time).compatible().ok()?.timestamp().as_second(), calendar))
    }

    fn give(&self, open: Open, out: &mut Out<'_>) -> Result<(), Stopped> {
        let at = At::new(&self.file, open.line);
        let Ok(time) = u64::try_from(open.time) else { return out.fault(at, Fault::Unreadable { what: "date" }) };
        let rest = &open.record[open.rest..];
        let mut line = senders::split(rest);
        let known = |name: &str| self.survey.classes.iter().any(|class| class.knows(name));
        if line.sender.is_none()
            && let Some((name, text)) = senders::split_close(rest).filter(|(name, _)| known(name))
        {
            line = senders::Line { sender: Some(name), text };
        }
        let mut imported = Imported { time, ..Imported::default() };
        match line.sender {
            None => self.happen("", line.text, &mut imported),
            Some(name) => {
                let (name, text) = self.whole_name(&name, line.text);
                let body = body::read(text, self.place);
                imported.sender = Person::new(&name, &name);
                if body.is_event {
                    self.happen(&name, text, &mut imported);
                } else {
                    imported.parts = body.parts;
                    imported.mentions = body.mentions;
                    imported.is_deleted = body.is_deleted;
                    imported.edited = body.is_edited.then(Edited::default);
                }
            }
        }
        imported.record = Record::Text(open.record);
        out.message(self.chat, at, imported)
    }

    /// A name with a colon in it, whole.
    fn whole_name<'t>(&self, name: &str, text: &'t str) -> (String, &'t str) {
        let second = self.survey.classes.iter().find_map(|class| class.second(name));
        match second.and_then(|second| Some((second, text.strip_prefix(second)?.strip_prefix(": ")?))) {
            Some((second, text)) => (format!("{name}: {second}"), text),
            None => (name.to_owned(), text),
        }
    }

    fn happen(&self, name: &str, text: &str, imported: &mut Imported) {
        let happened = events::read(text, &self.members);
        // The program speaks under the name of the group, which did nothing.
        let is_somebody = self.members.binary_search_by(|member| member.as_str().cmp(name)).is_ok();
        let by = if happened.by.is_empty() && is_somebody { name } else { &happened.by };
        imported.sender = Person::new(by, by);
        imported.event = Some(happened.event);
    }
}
