//! How a message looks to a person: a line of who and when, and what was said, indented.

use std::io;
use std::ops::Range;

use super::aside;
use super::output::{Output, harmless};
use crate::archive::{Archive, Hit};
use crate::model::{ConversationId, Message};
use crate::query::{TimeZone, time_text};

/// Whether the conversation is part of the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Heading {
    /// With the name that people see, where it has one.
    WithConversation(Option<String>),
    WithoutConversation,
}

impl Heading {
    /// With the conversation of this message.
    pub(super) fn of(archive: &Archive, message: &Message) -> Self {
        Self::WithConversation(message.conversation.as_ref().and_then(|conversation| archive.shown_name(conversation)))
    }
}

/// Prints a message.
pub(super) fn message(out: &mut Output, message: &Message, heading: &Heading, zone: &TimeZone) -> io::Result<()> {
    head(out, message, heading, zone)?;
    text(out, &summary(message))?;
    foot(out, message)
}

/// Prints a message that was found, with what was found in it.
pub(super) fn hit(out: &mut Output, hit: &Hit, heading: &Heading, zone: &TimeZone) -> io::Result<()> {
    let Hit { message, snippet, highlights, .. } = hit;
    head(out, message, heading, zone)?;
    if snippet.is_empty() {
        text(out, &summary(message))?
    } else {
        text(out, &highlighted(snippet, highlights, out))?
    }
    foot(out, message)
}

fn head(out: &mut Output, message: &Message, heading: &Heading, zone: &TimeZone) -> io::Result<()> {
    let (name, faint) = (out.styles.name, out.styles.faint);
    let mut line = format!("{faint}{}{faint:#}", time_text(message.server_time, zone));
    if let (Heading::WithConversation(shown), Some(conversation)) = (heading, &message.conversation) {
        line.push_str(&format!("  {name}{}{name:#}", place(conversation, shown.as_deref())));
    }
    line.push_str(&format!("  {name}{}{name:#}  {faint}{}{faint:#}", one_line(&message.sender_name()), one_line(&message.id_text())));
    out.line(line)?;
    aside::above(message).iter().try_for_each(|line| out.line(format_args!("    {faint}{line}{faint:#}")))
}

fn foot(out: &mut Output, message: &Message) -> io::Result<()> {
    let faint = out.styles.faint;
    match aside::below(message) {
        below if below.is_empty() => Ok(()),
        below => out.line(format_args!("    {faint}{below}{faint:#}")),
    }
}

/// A conversation, and the name that people see in brackets, where it has one.
pub(super) fn place(conversation: &ConversationId, shown: Option<&str>) -> String {
    let id = one_line(&conversation.to_string());
    shown.map_or_else(|| id.clone(), |shown| format!("{id} ({})", one_line(shown)))
}

fn text(out: &mut Output, text: &str) -> io::Result<()> {
    text.lines().try_for_each(|line| out.line(format_args!("    {line}")))
}

/// Text of another on one line, which can't steer a terminal.
pub(super) fn one_line(text: &str) -> String {
    harmless(text).replace('\n', " ")
}

/// The snippet with what was found in it set off.
fn highlighted(snippet: &str, highlights: &[Range<usize>], out: &Output) -> String {
    let found = out.styles.found;
    let mut text = String::with_capacity(snippet.len() + highlights.len() * 16);
    let mut shown = 0;
    for range in highlights {
        let (Some(before), Some(inside)) = (snippet.get(shown..range.start), snippet.get(range.clone())) else { break };
        text.push_str(&harmless(before));
        text.push_str(&format!("{found}{}{found:#}", harmless(inside)));
        shown = range.end;
    }
    text.push_str(&harmless(&snippet[shown..]));
    text
}

/// What was said, as a terminal can take it; see [`Message::summary`].
pub(super) fn summary(message: &Message) -> String {
    harmless(&message.summary())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_cannot_steer_the_terminal() {
        let message = Message::text("a\u{1b}[2J", 1, "red \u{1b}[31m\nbell \u{7}");
        assert_eq!(summary(&message), "red \u{fffd}[31m\nbell \u{fffd}");
        assert_eq!(one_line(&message.sender), "a\u{fffd}[2J");
    }
}
