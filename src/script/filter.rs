//! Which events a handler wants: conditions that are data, looked at before any script is entered.

mod condition;
mod explain;
mod matcher;
mod seen;
mod words;

use std::sync::Arc;

use regex::{Regex, RegexBuilder};

pub(super) use condition::Place;
pub(super) use matcher::{MatchContext, Matcher};

use self::condition::Mime;
use self::seen::Seen;
use self::words::Word;
use super::event::{Event, EventKind, What};
use super::fold::nearest;
use super::handler::FilterSpec;
use super::op::Misuse;
use super::veil::veil;
use crate::model::{ElementType, TypeSet};

veil!(Hit);

/// The most items of one condition.
const MAX_ITEMS: usize = 10_000;
/// The most bytes of a compiled pattern.
const PATTERN_BYTES: usize = 1 << 20;

/// What a filter matched.
#[derive(serde::Serialize, serde::Deserialize, Clone, Default, PartialEq, Eq)]
pub(super) struct Hit {
    /// The word that stands first in the text, as the script wrote it; of several that begin there, the longest.
    pub(super) word: Option<String>,
    /// The whole match of the pattern, and its groups.
    pub(super) captures: Vec<Option<String>>,
}

/// Conditions, ready to be looked at. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Filter(Arc<Conditions>);

#[derive(Debug, Default)]
struct Conditions {
    words: Option<Vec<Word>>,
    regex: Option<Regex>,
    files: Option<Vec<Mime>>,
    types: Option<TypeSet>,
    chat: Option<Vec<Place>>,
    from: Option<Vec<String>>,
    mentions_me: Option<bool>,
    bots: bool,
    timer: Option<String>,
    progress: bool,
}

impl Filter {
    /// Prepares the conditions of a specification. What is neither a condition of one event nor of what it is about (cooldown, stale) is left to the
    /// caller.
    ///
    /// # Errors
    /// [`Misuse`] that names the condition that is wrong.
    pub(super) fn compile(spec: &FilterSpec) -> Result<Self, Misuse> {
        Ok(Self(Arc::new(Conditions {
            words: items("words", spec.words.as_deref(), Word::new)?,
            regex: spec.regex.as_deref().map(pattern).transpose()?,
            files: items("files", spec.files.as_deref(), Mime::parse)?,
            types: items("types", spec.types.as_deref(), element_type)?.map(|types| types.into_iter().collect()),
            chat: items("chat", spec.chat.as_deref(), Place::parse)?,
            from: items("from", spec.from.as_deref(), person)?,
            mentions_me: spec.mentions_me,
            bots: spec.bots,
            timer: spec.timer.clone(),
            progress: spec.progress,
        })))
    }

    /// Whether it takes files of this MIME type.
    pub(super) fn takes_file(&self, mime: &str) -> bool {
        self.0.files.as_ref().is_none_or(|files| files.iter().any(|one| one.takes(mime)))
    }

    /// What the filter matches in the event; `None` if one of its conditions does not hold. `account`: the user id that mentions are of.
    pub(super) fn holds(&self, event: &Event, account: &str) -> Option<Hit> {
        self.0.hit(&Seen::new(event, account))
    }
}

impl Conditions {
    fn hit(&self, seen: &Seen<'_>) -> Option<Hit> {
        if !self.hold_cheaply(seen) {
            return None;
        }
        match &self.words {
            Some(words) => self.hold_dearly(seen, Some(words::first(words, seen.folded()?)?)),
            None => self.hold_dearly(seen, None),
        }
    }

    /// All that needs no text.
    fn hold_cheaply(&self, seen: &Seen<'_>) -> bool {
        let event = seen.event;
        let is_held = |is: Option<bool>| is.unwrap_or(true);
        is_held(self.chat.as_ref().map(|places| event.place().is_some_and(|chat| places.iter().any(|place| place.takes(chat)))))
            && is_held(self.types.map(|types| event.message().is_some_and(|message| message.body.types().intersects(types))))
            && is_held(self.from.as_ref().map(|from| seen.by().is_some_and(|by| from.iter().any(|one| one == by))))
            && is_held(self.timer.as_ref().map(|name| matches!(&event.what, What::Timer(fired) if fired.name == *name)))
            && (self.progress || !matches!(&event.what, What::Download(news) if news.path.is_none()))
            && (self.bots || !seen.is_of_a_bot())
    }

    /// The rest but the words, of which `word` has been found.
    fn hold_dearly(&self, seen: &Seen<'_>, word: Option<&Word>) -> Option<Hit> {
        if self.mentions_me.is_some_and(|wanted| seen.mentions_me() != Some(wanted)) {
            return None;
        }
        if let Some(wanted) = &self.files
            && !seen.files().iter().any(|mime| wanted.iter().any(|one| one.takes(mime)))
        {
            return None;
        }
        let captures = match &self.regex {
            Some(regex) => {
                let text = seen.text()?;
                // Most texts do not match, and are told so faster than where.
                if !regex.is_match(text) {
                    return None;
                }
                let captures = regex.captures(text)?;
                captures.iter().map(|group| group.map(|group| group.as_str().to_owned())).collect()
            }
            None => Vec::new(),
        };
        Some(Hit { word: word.map(|word| word.written().to_owned()), captures })
    }
}

/// Whether a handler of this event can have these conditions.
///
/// # Errors
/// [`Misuse`] with the condition that events of this kind never meet.
pub(super) fn check_kind(kind: EventKind, spec: &FilterSpec) -> Result<(), Misuse> {
    use EventKind::{Delete, Download, Edit, Join, Leave, Read, Recall, Receive, Sent, Start, Stop, Timer};
    let is_message = matches!(kind, Receive | Sent | Edit | Delete | Recall | Join | Leave);
    let is_download = kind == Download;
    let given = [
        ("words", spec.words.is_some(), is_message),
        ("regex", spec.regex.is_some(), is_message),
        ("types", spec.types.is_some(), is_message),
        ("mentions", spec.mentions_me.is_some(), is_message),
        ("bots", spec.bots, is_message),
        ("files", spec.files.is_some(), is_message || is_download),
        ("chat", spec.chat.is_some(), is_message || is_download || kind == Read),
        ("from", spec.from.is_some(), is_message || kind == Read),
        ("timer", spec.timer.is_some(), kind == Timer),
        ("progress", spec.progress, is_download),
        ("cooldown", spec.cooldown.is_some(), !matches!(kind, Start | Stop)),
        ("stale", spec.stale.is_some(), !matches!(kind, Start | Stop)),
    ];
    match given.into_iter().find(|&(_, is_given, is_possible)| is_given && !is_possible) {
        Some((key, ..)) => Err(Misuse(format!("bot.on: the filter {key} says nothing about {:?}", kind.word()))),
        None => Ok(()),
    }
}

fn items<T>(key: &str, given: Option<&[String]>, read: impl Fn(&str) -> Result<T, String>) -> Result<Option<Vec<T>>, Misuse> {
    let Some(given) = given else { return Ok(None) };
    let wrong = |why: String| Misuse(format!("filter {key}: {why}"));
    if given.is_empty() {
        return Err(wrong("an empty list takes nothing; leave it out to take everything".to_owned()));
    }
    if given.len() > MAX_ITEMS {
        return Err(wrong(format!("{} items, the limit is {MAX_ITEMS}", given.len())));
    }
    given.iter().map(|item| read(item).map_err(&wrong)).collect::<Result<_, _>>().map(Some)
}

fn pattern(text: &str) -> Result<Regex, Misuse> {
    let built = RegexBuilder::new(text).size_limit(PATTERN_BYTES).dfa_size_limit(PATTERN_BYTES).build();
    built.map_err(|error| Misuse(format!("filter regex: {error}")))
}

fn element_type(word: &str) -> Result<ElementType, String> {
    ElementType::from_word(word).ok_or_else(|| {
        let words = ElementType::ALL.iter().map(|kind| kind.word());
        let meant = nearest(word, words.clone()).map_or(String::new(), |meant| format!("; did you mean {meant:?}?"));
        format!("{word:?} is no type of an element: there are {}{meant}", words.collect::<Vec<_>>().join(", "))
    })
}

fn person(id: &str) -> Result<String, String> {
    let id = id.strip_prefix('@').unwrap_or(id);
    if id.is_empty() { Err("a user id is empty".to_owned()) } else { Ok(id.to_owned()) }
}

#[cfg(test)]
mod tests;
