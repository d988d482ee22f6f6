//! The page with the list of conversations.

use maud::{Markup, html};

use super::super::heading::Heading;
use super::super::name;
use super::{CHATS, frame, links};
use crate::query::TimeZone;

/// A conversation in the list.
pub(super) struct Listed {
    name: String,
    topic: String,
    kind: String,
    stem: String,
    people: usize,
    pub(super) pages: usize,
    messages: u64,
    first: u64,
    last: u64,
}

impl Listed {
    pub(super) fn new(heading: &Heading, stem: &str) -> Self {
        Self {
            name: heading.name().to_owned(),
            topic: heading.topic().to_owned(),
            kind: heading.kind(),
            stem: stem.to_owned(),
            people: heading.about.as_ref().map_or(0, |about| about.members.len()),
            pages: 0,
            messages: 0,
            first: u64::MAX,
            last: 0,
        }
    }

    /// Another message, said at this second.
    pub(super) fn count(&mut self, time: u64) {
        self.messages += 1;
        self.first = self.first.min(time);
        self.last = self.last.max(time);
    }
}

/// The whole page.
pub(super) fn document(list: &[Listed], zone: &TimeZone) -> Markup {
    let messages: u64 = list.iter().map(|listed| listed.messages).sum();
    let head = html! {
        h1 { "Conversations" }
        p.facts { (list.len()) " conversations, " (messages) " messages" }
    };
    let body = html! {
        ul.chats {
            @for listed in list {
                li data-find {
                    a.name href={ (CHATS) "/" (name::link(&links::file(&listed.stem, 1))) } { bdi { (listed.name) } }
                    @if listed.pages > 1 {
                        " " a.last href={ (CHATS) "/" (name::link(&links::file(&listed.stem, listed.pages))) } { "newest" }
                    }
                    @if !listed.topic.is_empty() { p.topic dir="auto" { (listed.topic) } }
                    p.facts {
                        @if !listed.kind.is_empty() { span { (listed.kind) } }
                        @if listed.people > 0 { span { (listed.people) @if listed.people == 1 { " person" } @else { " people" } } }
                        span { (listed.messages) @if listed.messages == 1 { " message" } @else { " messages" } }
                        span { (frame::span((listed.first, listed.last), zone)) }
                    }
                }
            }
        }
    };
    frame::document("Conversations", &head, &body, &html! {})
}
