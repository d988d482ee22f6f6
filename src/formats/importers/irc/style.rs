//! The styles in which programs write logs of IRC, and which of them a file is in. One style is one file below here and one line in the table.

mod bouncer;
mod client;
mod eggdrop;
mod indieweb;
mod marked;
mod raw;
mod weechat;

use std::borrow::Cow;

use super::mark;
use super::stamp::{Stamp, stamp};

/// A line that was read.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line<'a> {
    pub(super) stamp: Stamp,
    pub(super) said: Said<'a>,
    /// Whether the line is of a form that this style has and others do not read otherwise.
    pub(super) is_sure: bool,
    /// The channel, where the line itself names it.
    pub(super) channel: Option<Cow<'a, str>>,
}

/// What a line tells. Nicks stand without their modes.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Said<'a> {
    Text {
        nick: Cow<'a, str>,
        text: Cow<'a, str>,
    },
    /// What `/me` says, without the nick.
    Action {
        nick: Cow<'a, str>,
        text: Cow<'a, str>,
    },
    Notice {
        nick: Cow<'a, str>,
        text: Cow<'a, str>,
    },
    /// The sentence that people see.
    Event(Cow<'a, str>),
}

/// Reads the lines of one style.
pub(super) trait Style: Sync {
    /// What the line tells; `None` for one that is not of this style.
    fn read<'a>(&self, line: &'a str) -> Option<Line<'a>>;
}

/// Every style. Of two that read a file equally well, the first one does.
static TABLE: &[&dyn Style] = &[
    &marked::Marked,
    &client::Client,
    &weechat::WeeChat,
    &eggdrop::Eggdrop,
    &bouncer::Bouncer { has_identity: false },
    &bouncer::Bouncer { has_identity: true },
    &raw::Raw,
    &indieweb::IndieWeb,
];

/// The style of a text, by how many of its lines each one understands; `None` where no style understands most of them.
///
/// `is_told`: a person said that it is a log of IRC, so a single line is enough.
pub(super) fn style_of(head: &str, is_told: bool) -> Option<&'static dyn Style> {
    let lines: Vec<&str> = head.lines().filter(|line| !line.trim().is_empty() && mark::mark(line).is_none()).take(400).collect();
    let understood = |style: &dyn Style| lines.iter().filter(|line| style.read(line).is_some_and(|line| line.is_sure)).count();
    let (mut best, mut most) = (None, 0);
    for style in TABLE {
        let count = understood(*style);
        if count > most {
            (best, most) = (Some(*style), count);
        }
    }
    best.filter(|_| is_told || most * 5 >= lines.len() * 3)
}

/// The time at the beginning and what stands behind it, without the blanks between.
fn stamped(line: &str) -> Option<(Stamp, &str)> {
    stamp(line).map(|(stamp, rest)| (stamp, rest.trim_start()))
}

/// `<@nick> text`: the nick without its mode, and the text as it is.
fn angle(rest: &str) -> Option<(&str, &str)> {
    let (nick, text) = rest.strip_prefix('<')?.split_once('>')?;
    let nick = plain_nick(nick);
    let is_nick = !nick.is_empty() && !nick.contains([' ', '\t']);
    let text = text.strip_prefix([' ', '\t']).unwrap_or(text);
    is_nick.then_some((nick, text))
}

/// `-nick- text` and `-nick:#channel- text`, with the nick's address in brackets or not.
fn notice(rest: &str) -> Option<(&str, &str)> {
    let rest = rest.strip_prefix('-')?;
    let (from, text) = rest.split_once("- ")?;
    let nick = from.split([' ', ':', '/', '(']).next()?;
    let is_from = !nick.is_empty() && !from.starts_with(['-', '!', ' ']) && from.split(' ').count() <= 2;
    is_from.then_some((plain_nick(nick), text))
}

/// A nick without the signs of its modes.
fn plain_nick(nick: &str) -> &str {
    nick.trim_start_matches(['@', '+', '%', '~', '&', '!', ' '])
}

/// The first word, which is a nick, and the text behind it.
fn nick_and_text(rest: &str) -> Option<(&str, &str)> {
    let rest = rest.trim_start();
    let (nick, text) = rest.split_once(' ').unwrap_or((rest, ""));
    let nick = plain_nick(nick);
    (!nick.is_empty()).then_some((nick, text))
}

impl<'a> Said<'a> {
    fn text((nick, text): (&'a str, &'a str)) -> Self {
        Self::Text { nick: nick.into(), text: text.into() }
    }

    fn action((nick, text): (&'a str, &'a str)) -> Self {
        Self::Action { nick: nick.into(), text: text.into() }
    }

    fn notice((nick, text): (&'a str, &'a str)) -> Self {
        Self::Notice { nick: nick.into(), text: text.into() }
    }

    fn event(sentence: &'a str) -> Self {
        Self::Event(sentence.into())
    }

    fn at(self, stamp: Stamp, is_sure: bool) -> Line<'a> {
        Line { stamp, said: self, is_sure, channel: None }
    }
}
