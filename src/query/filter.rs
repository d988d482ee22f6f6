//! What stands after the colon of a filter, and the condition that it makes.

use super::calendar::{Reading, TimeSpan};
use super::expr::{Expr, Filter};
use super::note::{FilterName, NoteKind};
use super::time::Moment;
use crate::model::{ConversationRef, ElementType, Feature, limits};

/// The condition, and a remark where it can find nothing yet. `None` when the value can't be read.
pub(super) fn read(name: FilterName, value: &str, reading: &Reading) -> Option<(Expr, Option<NoteKind>)> {
    let silent = |expr: Expr| Some((expr, None));
    match name {
        FilterName::From => silent(Expr::said_by(non_empty(value)?)),
        FilterName::Sender => silent(Expr::sender(non_empty(value)?)),
        FilterName::In => silent(Expr::Filter(Filter::Conversation(conversation(value)?))),
        FilterName::InThread => silent(Expr::thread(non_empty(value)?)),
        FilterName::Before => silent(before(Moment::read(value, reading).ok()?.span)),
        FilterName::After => {
            let span = Moment::read(value, reading).ok()?.span;
            Some((after(span), (span.until >= reading.now_seconds()).then_some(NoteKind::Ahead)))
        }
        FilterName::On => silent(on(value, reading)?),
        FilterName::Has => silent(has(value)?),
        FilterName::Type => silent(Expr::has(element_type(value)?)),
        FilterName::Is => silent(is(value)?),
        FilterName::Contains => silent(Expr::contains(non_empty(value)?)),
        FilterName::Word => silent(Expr::word(non_empty(value)?)),
    }
}

fn non_empty(value: &str) -> Option<&str> {
    (!value.is_empty()).then_some(value)
}

fn conversation(value: &str) -> Option<ConversationRef> {
    let conversation = ConversationRef::parse(value);
    (!conversation.id.is_empty()).then_some(conversation)
}

fn before(span: TimeSpan) -> Expr {
    match span.from.checked_sub(1) {
        Some(until) => Expr::until(until),
        None => Expr::none(),
    }
}

fn after(span: TimeSpan) -> Expr {
    if span.until < limits::TIME.max { Expr::since(span.until + 1) } else { Expr::none() }
}

/// One time, or two with `..` between them; an end that is left out is open.
fn on(value: &str, reading: &Reading) -> Option<Expr> {
    let whole = |text: &str| Some(Moment::read(text, reading).ok()?.whole(reading));
    let Some((from, until)) = value.split_once("..") else {
        let span = whole(value)?;
        return Some(Expr::within(span.from..=span.until));
    };
    let from = if from.trim().is_empty() { None } else { Some(whole(from)?.from) };
    let until = if until.trim().is_empty() { None } else { Some(whole(until)?.until) };
    Some(Expr::Filter(Filter::Time { from, until }))
}

/// The condition that `has:` makes of this value.
pub(crate) fn has(value: &str) -> Option<Expr> {
    let word = value.to_ascii_lowercase();
    if word == "link" {
        return Some(Expr::has_link());
    }
    match Feature::from_word(&word) {
        Some(feature) => Some(Expr::has_feature(feature)),
        None => Some(Expr::has(element_type(&word)?)),
    }
}

fn element_type(value: &str) -> Option<ElementType> {
    let word = value.to_ascii_lowercase();
    ElementType::from_word(&word).or(match word.as_str() {
        "picture" | "photo" => Some(ElementType::Image),
        "voice" | "audio" => Some(ElementType::Sound),
        "sticker" => Some(ElementType::Face),
        "merge" => Some(ElementType::Merge),
        _ => None,
    })
}

fn is(value: &str) -> Option<Expr> {
    match value.to_ascii_lowercase().as_str() {
        "unread" => Some(Expr::unread()),
        "recalled" => Some(Expr::recalled()),
        "self" => Some(Expr::from_self()),
        "any" => Some(Expr::All),
        _ => None,
    }
}
