//! What is around the content of every page: head, search box, ways to other pages. Nothing outside of the folder is ever loaded.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest as _, Sha256};

use super::super::heading::Heading;
use super::super::{name, when};
use super::{INDEX, links};
use crate::query::TimeZone;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("find.js");

/// What a browser may do with a page: show it in our own style, run our own script, and show files of the folder. `file:` is what these are
/// without a server.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let files = "'self' file:";
    format!(
        "default-src 'none'; img-src {files}; media-src {files}; style-src {}; script-src {}; base-uri 'none'; form-action 'none'",
        source(STYLE),
        source(SCRIPT)
    )
});

/// An inline source by its hash.
fn source(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text.as_bytes())))
}

/// A page of a conversation.
pub(super) struct Chat<'a> {
    pub(super) heading: &'a Heading,
    pub(super) stem: &'a str,
    /// From 1.
    pub(super) number: usize,
    /// Whether another page follows.
    pub(super) has_later: bool,
    /// Its first and its last second.
    pub(super) span: (u64, u64),
    pub(super) zone: &'a TimeZone,
}

impl Chat<'_> {
    /// The whole page around these messages.
    pub(super) fn document(&self, body: &Markup) -> Markup {
        let name = self.heading.name();
        let link = |number| name::link(&links::file(self.stem, number));
        let ways = html! {
            nav {
                @if self.number > 1 { a rel="prev" href=(link(self.number - 1)) { "← Earlier" } } @else { span {} }
                a href={ "../" (INDEX) } { "All conversations" }
                @if self.has_later { a rel="next" href=(link(self.number + 1)) { "Later →" } } @else { span {} }
            }
        };
        let head = html! {
            (ways)
            h1 dir="auto" { (name) }
            @if !self.heading.topic().is_empty() { p.topic dir="auto" { (self.heading.topic()) } }
            p.facts {
                @if !self.heading.kind().is_empty() { span { (self.heading.kind()) } }
                span { (span(self.span, self.zone)) }
                @if self.number > 1 || self.has_later { span { "page " (self.number) } }
            }
        };
        document(name, &head, body, &ways)
    }
}

/// The days between two seconds.
pub(super) fn span((first, last): (u64, u64), zone: &TimeZone) -> String {
    let (first, last) = (when::short_day(first, zone), when::short_day(last, zone));
    if first == last { first } else { format!("{first} – {last}") }
}

/// A whole page.
pub(super) fn document(title: &str, head: &Markup, body: &Markup, foot: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(*POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                meta name="color-scheme" content="light dark";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header.top { (head) }
                search.find {
                    input #find type="search" placeholder="Find on this page" aria-label="Find on this page" autocomplete="off";
                    output #found for="find" {}
                }
                main { (body) }
                footer { (foot) }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    }
}
