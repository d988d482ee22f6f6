//! Prints a typed query in the query language, so that it can be kept and read again.

use std::fmt;

use jiff::Timestamp;

use super::expr::{Expr, Filter};
use super::lex::{Lexer, Term, is_quote};
use super::note::FilterName;

/// The query as a text that [`parse`](super::parse()) reads as the same query.
///
/// Exactly the same for every query that parsing or the constructors and operators of [`Expr`] make, up to
/// [`MAX_DEPTH`](super::MAX_DEPTH) groups deep; one that finds the same for lists of one part and the like. Times are printed in UTC and
/// to the second, so the text means the same in every zone and on every day. What no text can say is a user, conversation, word or phrase
/// of nothing, a bare conversation id that begins with `c2c:` or `group:`, and a time past the year 9999.
impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => Ok(()),
            Self::And(parts) if parts.is_empty() => Ok(()),
            expr => f.write_str(&text(expr, Joined::Alone, false)),
        }
    }
}

/// What the text stands in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Joined {
    Alone,
    And,
    Or,
    Not,
}

fn text(expr: &Expr, joined: Joined, in_group: bool) -> String {
    match expr {
        Expr::All => filter(FilterName::Is, "any", in_group),
        Expr::And(parts) => match parts.as_slice() {
            [] => text(&Expr::All, joined, in_group),
            [part] => text(part, joined, in_group),
            parts => list(parts, " ", Joined::And, joined != Joined::Alone, in_group),
        },
        Expr::Or(parts) => match parts.as_slice() {
            [] => text(&!Expr::All, joined, in_group),
            [part] => text(part, joined, in_group),
            // `OR` binds closer than a blank. Among other terms the brackets are for people, and left out where they would nest deeper
            // than in the text that made this query.
            parts => {
                let leaves = !parts.iter().any(|part| matches!(part, Expr::And(_) | Expr::Or(_) | Expr::Not(_)));
                let brackets = match joined {
                    Joined::Alone => false,
                    Joined::And => leaves,
                    Joined::Or | Joined::Not => true,
                };
                list(parts, " OR ", Joined::Or, brackets, in_group)
            }
        },
        Expr::Not(inner) => {
            let inner = text(inner, Joined::Not, in_group);
            let sign = if Lexer::can_exclude(&inner, in_group) { "-" } else { "NOT " };
            format!("{sign}{inner}")
        }
        Expr::Word(word) if Lexer::is_read_as(word, &Term::Word(word), in_group) => word.clone(),
        Expr::Word(word) => filter(FilterName::Word, word, in_group),
        Expr::Phrase(phrase) => quoted(phrase),
        Expr::Prefix(beginning) => {
            let bare = format!("{beginning}*");
            let expected = Term::Prefix(beginning.as_str().into());
            if Lexer::is_read_as(&bare, &expected, in_group) { bare } else { format!("{}*", quoted(beginning)) }
        }
        Expr::Contains(text) => filter(FilterName::Contains, text, in_group),
        Expr::Filter(condition) => match condition {
            Filter::Conversation(conversation) => filter(FilterName::In, &conversation.to_string(), in_group),
            Filter::Sender(user) => filter(FilterName::Sender, user, in_group),
            Filter::SaidBy(who) => filter(FilterName::From, who, in_group),
            Filter::Thread(thread) => filter(FilterName::InThread, thread, in_group),
            Filter::Has(feature) => filter(FilterName::Has, feature.word(), in_group),
            Filter::Time { from: Some(from), until: Some(until) } if from == until => filter(FilterName::On, &time(*from), in_group),
            Filter::Time { from, until } => {
                let range = format!("{}..{}", from.map(time).unwrap_or_default(), until.map(time).unwrap_or_default());
                filter(FilterName::On, &range, in_group)
            }
            Filter::Type(kind) => filter(FilterName::Type, kind.word(), in_group),
            Filter::HasLink => filter(FilterName::Has, "link", in_group),
            Filter::Unread => filter(FilterName::Is, "unread", in_group),
            Filter::Recalled => filter(FilterName::Is, "recalled", in_group),
            Filter::FromSelf => filter(FilterName::Is, "self", in_group),
        },
    }
}

fn list(parts: &[Expr], between: &str, joined: Joined, brackets: bool, in_group: bool) -> String {
    let parts: Vec<String> = parts.iter().map(|part| text(part, joined, in_group || brackets)).collect();
    let list = parts.join(between);
    if brackets { format!("({list})") } else { list }
}

fn filter(name: FilterName, value: &str, in_group: bool) -> String {
    let bare = format!("{name}:{value}");
    let expected = Term::Filter { name, value: value.into(), quoted: false, closed: true };
    if !value.is_empty() && Lexer::is_read_as(&bare, &expected, in_group) { bare } else { format!("{name}:{}", quoted(value)) }
}

fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        quoted.push(c);
        if is_quote(c) {
            quoted.push(c);
        }
    }
    quoted.push('"');
    quoted
}

/// A second in UTC; the number alone where the calendar ends.
fn time(second: u64) -> String {
    match i64::try_from(second).ok().and_then(|second| Timestamp::from_second(second).ok()) {
        Some(moment) => moment.to_string(),
        None => second.to_string(),
    }
}

#[cfg(test)]
mod tests;
