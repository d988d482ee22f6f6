//! Says in plain words how a query was understood.

use jiff::tz::TimeZone;

use super::calendar::{TimeSpan, time_text};
use super::expr::{Expr, Filter, Interval};
use super::parse::Parsed;
use crate::model::{ConversationKind, ElementType, Feature};

/// The query as one sentence without a dot, with times in `zone`.
///
/// Terms come first, then what is not wanted, then the other conditions, each in the order of the query.
///
/// ```
/// use mynah::query::{Reading, explain, parse};
///
/// let reading = Reading::utc(1_709_294_400);
/// let parsed = parse("deploy pre* -draft from:alice before:2024-03-01", &reading);
/// assert_eq!(
///     explain(&parsed.expr, &reading.zone),
///     "messages with the word \"deploy\" and a word beginning with \"pre\", without the word \"draft\", from alice, before 2024-03-01 00:00"
/// );
/// ```
pub fn explain(expr: &Expr, zone: &TimeZone) -> String {
    if finds_nothing(expr) {
        return "no messages".to_owned();
    }
    match condition(expr, Wanted::Yes, zone) {
        condition if condition.is_empty() => "all messages".to_owned(),
        condition => format!("messages {condition}"),
    }
}

impl Parsed {
    /// How the query was understood, see [`explain`]; every note follows on a line of its own, as `note: …`.
    pub fn explain(&self, zone: &TimeZone) -> String {
        let mut lines = explain(&self.expr, zone);
        for note in &self.notes {
            lines.push_str("\nnote: ");
            lines.push_str(&note.to_string());
        }
        lines
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Yes,
    No,
}

fn finds_nothing(expr: &Expr) -> bool {
    match expr {
        Expr::Or(parts) => parts.iter().all(finds_nothing),
        Expr::And(parts) => parts.iter().any(finds_nothing),
        Expr::Not(inner) => matches!(**inner, Expr::All) || matches!(&**inner, Expr::And(parts) if parts.is_empty()),
        _ => false,
    }
}

/// What follows the word "messages"; empty for all of them.
fn condition(expr: &Expr, wanted: Wanted, zone: &TimeZone) -> String {
    match (expr, wanted) {
        (Expr::All, Wanted::Yes) => String::new(),
        (Expr::All, Wanted::No) => "of no kind".to_owned(),
        (Expr::Not(inner), Wanted::Yes) => condition(inner, Wanted::No, zone),
        (Expr::Not(inner), Wanted::No) => condition(inner, Wanted::Yes, zone),
        (Expr::And(parts), Wanted::Yes) => all_of(parts, zone),
        (Expr::Or(parts), Wanted::Yes) => any_of(parts, zone),
        (Expr::And(_) | Expr::Or(_), Wanted::No) => format!("not ({})", condition(expr, Wanted::Yes, zone)),
        (Expr::Filter(filter), _) => filter_condition(filter, wanted, zone),
        (text, Wanted::Yes) => format!("with {}", words(text)),
        (text, Wanted::No) => format!("without {}", words(text)),
    }
}

fn all_of(parts: &[Expr], zone: &TimeZone) -> String {
    let texts: Vec<String> = parts.iter().filter(|part| is_text(part)).map(words).collect();
    let mut conditions = Vec::new();
    if !texts.is_empty() {
        conditions.push(format!("with {}", texts.join(" and ")));
    }
    let excluded = |part: &&Expr| matches!(part, Expr::Not(_));
    let others = parts.iter().filter(|part| !is_text(part) && !excluded(part));
    conditions.extend(parts.iter().filter(excluded).chain(others).map(|part| condition(part, Wanted::Yes, zone)));
    conditions.retain(|condition| !condition.is_empty());
    conditions.join(", ")
}

fn any_of(parts: &[Expr], zone: &TimeZone) -> String {
    match parts {
        [] => "of no kind".to_owned(),
        [part] => condition(part, Wanted::Yes, zone),
        parts if parts.iter().all(is_text) => format!("with either {}", parts.iter().map(words).collect::<Vec<_>>().join(" or ")),
        parts => {
            let alternatives = parts.iter().map(|part| match (part, condition(part, Wanted::Yes, zone)) {
                (_, condition) if condition.is_empty() => "of any kind".to_owned(),
                (Expr::And(_) | Expr::Or(_), condition) => format!("({condition})"),
                (_, condition) => condition,
            });
            format!("either {}", alternatives.collect::<Vec<_>>().join(" or "))
        }
    }
}

fn is_text(expr: &Expr) -> bool {
    matches!(expr, Expr::Word(_) | Expr::Phrase(_) | Expr::Prefix(_) | Expr::Contains(_))
}

/// What stands in the message's texts, for an expression about texts.
fn words(expr: &Expr) -> String {
    match expr {
        Expr::Word(word) => format!("the word {}", shown(word)),
        Expr::Phrase(phrase) => format!("the phrase {}", shown(phrase)),
        Expr::Prefix(beginning) if beginning.contains(char::is_whitespace) => format!("a phrase beginning with {}", shown(beginning)),
        Expr::Prefix(beginning) => format!("a word beginning with {}", shown(beginning)),
        Expr::Contains(text) => format!("{} anywhere in a text", shown(text)),
        _ => String::new(),
    }
}

fn filter_condition(filter: &Filter, wanted: Wanted, zone: &TimeZone) -> String {
    let (not, with) = match wanted {
        Wanted::Yes => ("", "with"),
        Wanted::No => ("not ", "without"),
    };
    match filter {
        Filter::Conversation(conversation) => match conversation.kind {
            Some(ConversationKind::C2c) => format!("{not}in the talk with {}", name(&conversation.id)),
            Some(ConversationKind::Group) => format!("{not}in the group {}", name(&conversation.id)),
            None => format!("{not}in {}", name(&conversation.id)),
        },
        Filter::Sender(user) => format!("{not}from the user {}", name(user)),
        Filter::SaidBy(who) => format!("{not}from {}", name(who)),
        Filter::Thread(thread) => format!("{not}in the thread {}", name(thread)),
        Filter::Has(feature) => format!("that {}", feature_condition(*feature, wanted)),
        Filter::Time { from, until } => format!("{not}{}", time_condition(*from, *until, zone)),
        Filter::Type(kind) => format!("{with} {}", element(*kind)),
        Filter::HasLink => format!("{with} a link"),
        Filter::Unread => format!("that are {not}unread"),
        Filter::Recalled => format!("that were {not}recalled"),
        Filter::FromSelf => format!("{not}from yourself"),
    }
}

fn feature_condition(feature: Feature, wanted: Wanted) -> &'static str {
    match (feature, wanted) {
        (Feature::Reaction, Wanted::Yes) => "have a reaction",
        (Feature::Reaction, Wanted::No) => "have no reaction",
        (Feature::Reply, Wanted::Yes) => "answer another one",
        (Feature::Reply, Wanted::No) => "answer no other one",
        (Feature::Thread, Wanted::Yes) => "belong to a thread",
        (Feature::Thread, Wanted::No) => "belong to no thread",
        (Feature::Edit, Wanted::Yes) => "were edited",
        (Feature::Edit, Wanted::No) => "were not edited",
        (Feature::Forward, Wanted::Yes) => "were forwarded",
        (Feature::Forward, Wanted::No) => "were not forwarded",
    }
}

fn time_condition(from: Option<u64>, until: Option<u64>, zone: &TimeZone) -> String {
    match (from, until) {
        (None, None) => "at any time".to_owned(),
        (Some(from), None) => format!("since {}", minute_text(from, zone)),
        (None, Some(until)) => before_text(until, zone),
        (Some(from), Some(until)) => {
            let whole = |interval: Interval| interval.around(from, zone) == TimeSpan { from, until };
            let start = time_text(from, zone);
            match () {
                () if from == until => format!("at {start}"),
                () if whole(Interval::Day) => format!("on {}", start.split(' ').next().unwrap_or(&start)),
                () if whole(Interval::Month) => format!("in {}", start.rsplitn(2, '-').last().unwrap_or(&start)),
                () if whole(Interval::Year) => format!("in {}", start.split('-').next().unwrap_or(&start)),
                () => format!("since {} and {}", minute_text(from, zone), before_text(until, zone)),
            }
        }
    }
}

/// The end of a stretch of time: as the minute before which it ends, where there is one.
fn before_text(until: u64, zone: &TimeZone) -> String {
    let next = time_text(until.saturating_add(1), zone);
    match next.strip_suffix(":00") {
        Some(minute) => format!("before {minute}"),
        None => format!("until {}", time_text(until, zone)),
    }
}

/// A time without its seconds where they are none.
fn minute_text(second: u64, zone: &TimeZone) -> String {
    let text = time_text(second, zone);
    text.strip_suffix(":00").map(str::to_owned).unwrap_or(text)
}

fn element(kind: ElementType) -> &'static str {
    match kind {
        ElementType::Text => "a text",
        ElementType::Image => "an image",
        ElementType::Sound => "a sound",
        ElementType::Custom => "custom data",
        ElementType::File => "a file",
        ElementType::GroupTips => "a group notice",
        ElementType::Face => "a sticker",
        ElementType::Location => "a location",
        ElementType::GroupReport => "a group report",
        ElementType::Video => "a video",
        ElementType::FriendChange => "a change of friends",
        ElementType::ProfileChange => "a change of a profile",
        ElementType::Merge => "merged messages",
    }
}

/// A text of the query between quotes, with nothing in it that would steer a terminal.
fn shown(text: &str) -> String {
    format!("\"{}\"", harmless(text))
}

/// A name as it is, or between quotes where it would run into the sentence.
fn name(text: &str) -> String {
    if text.is_empty() || text.contains([' ', ',', '"']) || text.contains(char::is_whitespace) { shown(text) } else { harmless(text) }
}

fn harmless(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

#[cfg(test)]
mod tests;
