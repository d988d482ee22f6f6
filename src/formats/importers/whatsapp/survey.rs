//! The first reading of a file: in which shape its headers are, what order its dates have, who speaks, in which language.
//!
//! Memory grows with the people who speak, not with what they say.

use std::io::Read;

use rustc_hash::FxHashMap;

use super::dates::Order;
use super::evidence::{Decision, Evidence};
use super::halves::Half;
use super::header::{self, Form, Header, Kind, Said};
use super::senders::{self, Line};
use super::words::WORDS;
use crate::formats::lines::Lines;

/// Kinds of headers of one file that are told apart.
const KINDS: usize = 8;
/// Names that are counted; more than any group has members.
const NAMES: usize = 100_000;

/// What a file tells about itself as a whole.
#[derive(Default)]
pub(super) struct Survey {
    /// The most frequent one first, after [`Survey::of`].
    pub(super) classes: Vec<Class>,
    /// How often each language was heard.
    languages: FxHashMap<&'static str, u64>,
    /// Under whose name the program itself speaks: the group, or the other side.
    pub(super) owner: Option<String>,
    /// The last name that the group was given.
    pub(super) subject: Option<String>,
    /// Somebody came, left, or made a group of it.
    pub(super) is_group: bool,
    /// The first line that is no UTF-8.
    pub(super) not_utf8: Option<u64>,
}

/// Headers of one kind.
pub(super) struct Class {
    pub(super) kind: Kind,
    pub(super) count: u64,
    forms: Vec<(Form, u64)>,
    pub(super) evidence: Evidence,
    pub(super) names: FxHashMap<String, Name>,
    /// Words beside times that no table knows, at most two, with how often the one stood before the other on the same day.
    unknown: Vec<String>,
    unknown_order: [u64; 2],
    last_unknown: Option<([header::Number; 3], usize)>,
    is_upper: bool,
}

/// How somebody speaks.
#[derive(Default)]
pub(super) struct Name {
    pub(super) count: u64,
    /// Messages that the program wrote.
    own: u64,
    /// What stands before a second colon, as long as it is always the same.
    second: Option<String>,
}

impl Survey {
    /// Reads all of a file.
    ///
    /// What cannot be read is for the second reading to tell.
    pub(super) fn of(reader: impl Read) -> Self {
        let mut survey = Self::default();
        let mut lines = Lines::new(reader);
        while let Ok(Some(line)) = lines.next() {
            survey.add(line.number, line.bytes);
        }
        survey.classes.sort_by_key(|class| std::cmp::Reverse(class.count));
        for class in &mut survey.classes {
            class.join_names();
        }
        survey
    }

    fn add(&mut self, number: u64, bytes: &[u8]) {
        let is_candidate = header::may_begin(bytes);
        if !is_candidate && bytes.is_ascii() {
            return;
        }
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => std::borrow::Cow::Borrowed(text),
            Err(_) => {
                self.not_utf8.get_or_insert(number);
                senders::decoded(bytes)
            }
        };
        let Some(header) = header::read(&text).filter(|_| is_candidate) else { return };
        let at = match self.classes.iter().position(|class| class.kind == header.kind) {
            Some(at) => at,
            None if self.classes.len() < KINDS => {
                self.classes.push(Class::new(header.kind));
                self.classes.len() - 1
            }
            None => return,
        };
        self.classes[at].add(number, &header);
        let line = senders::split(header.rest);
        self.hear(&line);
        if let Some(name) = line.sender {
            self.classes[at].name(&name, line.text);
        }
    }

    /// Takes from a line what it tells about the chat and its language.
    fn hear(&mut self, line: &Line<'_>) {
        let is_own = line.sender.is_none() || line.text.starts_with('\u{200e}');
        let (first, _) = line.text.split_once('\n').unwrap_or((line.text, ""));
        if let Some((_, language)) = WORDS.any(super::body::SAID, first) {
            *self.languages.entry(language).or_default() += 1;
        } else if let Some((_, _, language)) = super::body::attached(first) {
            *self.languages.entry(language).or_default() += 1;
        } else if is_own || super::events::is_notice(line.text) {
            let whole = if line.sender.is_none() { line.text } else { first };
            let Some((kind, language)) = WORDS.event(whole) else { return };
            *self.languages.entry(language).or_default() += 1;
            self.is_group |= matches!(kind, "created" | "added" | "joined" | "left" | "removed" | "subject" | "icon");
            if matches!(kind, "created" | "subject") {
                self.subject = super::events::quoted(whole).map(str::to_owned).or(self.subject.take());
            }
            if self.owner.is_none() {
                self.owner = line.sender.as_deref().map(str::to_owned);
            }
        }
    }

    /// The language that was heard most, with how often.
    pub(super) fn language(&self) -> Option<(&'static str, u64)> {
        self.languages
            .iter()
            .map(|(language, count)| (*language, *count))
            .max_by_key(|(language, count)| (*count, std::cmp::Reverse(*language)))
    }

    /// The class of a header, when headers of its kind and form begin messages here: the most frequent kind, and others that are as good as one.
    pub(super) fn class(&self, header: &Header<'_>) -> Option<&Class> {
        let (at, class) = self.classes.iter().enumerate().find(|(_, class)| class.kind == header.kind)?;
        let all: u64 = self.classes.iter().map(|class| class.count).sum();
        let is_frequent = at == 0 || (class.count >= 20 && class.count * 5 >= all);
        (is_frequent && class.has(header.form)).then_some(class)
    }
}

impl Class {
    fn new(kind: Kind) -> Self {
        Self {
            kind,
            count: 0,
            forms: Vec::new(),
            evidence: Evidence::default(),
            names: FxHashMap::default(),
            unknown: Vec::new(),
            unknown_order: [0; 2],
            last_unknown: None,
            is_upper: false,
        }
    }

    fn add(&mut self, line: u64, header: &Header<'_>) {
        self.count += 1;
        match self.forms.iter_mut().find(|(form, _)| *form == header.form) {
            Some((_, count)) => *count += 1,
            None => self.forms.push((header.form, 1)),
        }
        self.evidence.add(line, header);
        if let Said::Word(word) = header.half {
            let at = self.unknown.iter().position(|known| known == word);
            let at = at.or_else(|| {
                (self.unknown.len() < 2).then(|| {
                    self.unknown.push(word.to_owned());
                    self.unknown.len() - 1
                })
            });
            if let Some(at) = at {
                if let Some((date, before)) = self.last_unknown
                    && date == header.date
                    && before != at
                {
                    self.unknown_order[before] += 1;
                }
                self.last_unknown = Some((header.date, at));
            }
        }
        self.is_upper |= header.has_upper_half;
    }

    /// Whether messages begin with headers of this form: in a long file, one that is rare is a quotation.
    fn has(&self, form: Form) -> bool {
        let count = self.forms.iter().find(|(known, _)| *known == form).map_or(0, |(_, count)| *count);
        count > 0 && (self.count < 20 || count * 20 >= self.count)
    }

    fn name(&mut self, name: &str, text: &str) {
        if !self.names.contains_key(name) {
            if self.names.len() >= NAMES {
                return;
            }
            let second = text.split_once(": ").map(|(second, _)| second).filter(|second| second.len() <= 40 && !second.contains('\n'));
            self.names.insert(name.to_owned(), Name { second: second.map(str::to_owned), ..Name::default() });
        }
        let Some(known) = self.names.get_mut(name) else { return };
        known.count += 1;
        known.own += u64::from(text.starts_with('\u{200e}') || super::events::is_notice(text));
        let is_same =
            known.second.as_ref().is_none_or(|second| text.strip_prefix(second.as_str()).is_some_and(|rest| rest.starts_with(": ")));
        if !is_same {
            known.second = None;
        }
    }

    /// Finds out which names have a colon in them: whose every message would begin with the same word and a colon.
    fn join_names(&mut self) {
        for known in self.names.values_mut() {
            if known.count < 3 {
                known.second = None;
            }
        }
    }

    /// What a name goes on with behind its colon, where it has one.
    pub(super) fn second(&self, name: &str) -> Option<&str> {
        self.names.get(name)?.second.as_deref()
    }

    /// Who speaks here, without those under whose names only the program does.
    pub(super) fn members(&self) -> Vec<String> {
        let speaks = |known: &Name| known.count > known.own;
        let full = |name: &String, known: &Name| known.second.as_ref().map_or_else(|| name.clone(), |second| format!("{name}: {second}"));
        let mut members: Vec<String> =
            self.names.iter().filter(|(_, known)| speaks(known)).map(|(name, known)| full(name, known)).collect();
        members.sort_unstable();
        members
    }

    /// Whether somebody of this name has said something more than once.
    pub(super) fn knows(&self, name: &str) -> bool {
        self.names.get(name).is_some_and(|known| known.count > 1)
    }

    /// The hour of 24 of a header.
    pub(super) fn hour(&self, header: &Header<'_>) -> u8 {
        match header.half {
            Said::Nothing => header.hour,
            Said::Half(half) => half.hour(header.hour),
            Said::Word(word) => match self.learned() {
                Some([am, _]) if am == word => Half::Am.hour(header.hour),
                Some([_, pm]) if pm == word => Half::Pm.hour(header.hour),
                _ => header.hour,
            },
        }
    }

    /// Two words that no table knows and that are the halves of the day by their order.
    pub(super) fn learned(&self) -> Option<[&str; 2]> {
        let [first, second] = self.unknown.as_slice() else { return None };
        match self.unknown_order {
            [before, behind] if before > behind => Some([first, second]),
            [before, behind] if before < behind => Some([second, first]),
            _ => None,
        }
    }

    /// A word beside times that is not understood.
    pub(super) fn not_understood(&self) -> Option<&str> {
        if self.learned().is_some() { None } else { self.unknown.first().map(String::as_str) }
    }

    /// The order of the dates.
    pub(super) fn decide(&self, language: Option<&str>) -> Decision {
        let evidence = &self.evidence;
        let is_american =
            self.is_upper && self.kind.separator == '/' && evidence.is_bare && !evidence.is_padded && !evidence.has_long_years;
        let usual = if is_american && language.is_none_or(|language| matches!(language, "English" | "Filipino")) {
            (Order::MonthDayYear, "1/2/34 with AM and PM is how phones of the United States write it")
        } else if evidence.begins_with_year() {
            (Order::YearMonthDay, "where the year is first, the month is second")
        } else {
            (Order::DayMonthYear, "most of the world writes the day first")
        };
        evidence.decide(usual)
    }
}
