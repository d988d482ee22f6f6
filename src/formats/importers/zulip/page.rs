//! Messages as pages: what people read of them, whom they call and which message they answer.

use super::text::{Mentions, near};
use crate::formats::html;
use crate::formats::imported::Reply;

/// What people read of a page. Formulas stand in it twice, and only what was typed is kept of them.
pub(super) fn text(page: &str) -> String {
    html::text(&without_previews(&typed_formulas(page)))
}

/// Whom a page calls: `<span class="user-mention" data-user-id="1">`, without those that are silent.
pub(super) fn mentions(page: &str) -> Mentions {
    let mut mentions = Mentions::default();
    for (at, _) in page.match_indices("data-user-id=\"") {
        let tag = &page[page[..at].rfind('<').unwrap_or(at)..];
        let tag = &tag[..tag.find('>').unwrap_or(tag.len())];
        let id = page[at + 14..].split('"').next().unwrap_or_default();
        if tag.contains("user-mention") && !tag.contains("silent") {
            match id {
                "*" => mentions.all = true,
                id => mentions.user(id),
            }
        }
    }
    mentions
}

/// The message that a page answers: it begins with `<a href="…/near/1">said</a>:`.
pub(super) fn answer(page: &str) -> Option<Reply> {
    let head = &page[..page.find("<blockquote>")?];
    let address = &head[..head.rfind("\">said</a>")? + 1];
    let address = &address[address.rfind("href=\"")? + 6..];
    let address = address.split('"').next().unwrap_or_default();
    let rest = &page[head.len() + "<blockquote>".len()..];
    let quoted = text(&rest[..rest.find("</blockquote>")?]);
    let sender = head.split("data-user-id=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
    Some(Reply { id: near(address)?.to_owned(), sender: sender.to_owned(), text: quoted, ..Reply::default() })
}

/// The page with `$$formula$$` in the place of each formula that was set.
fn typed_formulas(page: &str) -> String {
    const OPEN: &str = "<span class=\"katex\">";
    let mut out = String::with_capacity(page.len());
    let mut rest = page;
    while let Some(at) = rest.find(OPEN) {
        out.push_str(&rest[..at]);
        let formula = &rest[at..at + span_end(&rest[at..])];
        match between(formula, "application/x-tex\">", "</annotation>") {
            Some(typed) => out.push_str(&format!("$${typed}$$")),
            None => out.push_str(formula),
        }
        rest = &rest[at + formula.len()..];
    }
    out.push_str(rest);
    out
}

/// The page without the pictures of what it links to.
fn without_previews(page: &str) -> String {
    const OPEN: &str = "<div class=\"message_inline_image\">";
    let mut out = String::with_capacity(page.len());
    let mut rest = page;
    while let Some(at) = rest.find(OPEN) {
        out.push_str(&rest[..at]);
        let behind = &rest[at + OPEN.len()..];
        rest = behind.find("</div>").map_or(behind, |end| &behind[end + 6..]);
    }
    out.push_str(rest);
    out
}

fn between<'a>(text: &'a str, open: &str, close: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(open)?;
    Some(rest.split_once(close)?.0)
}

/// The length of the span that a page begins with, or of all of it where that does not end.
fn span_end(page: &str) -> usize {
    let mut depth = 0_usize;
    for (at, _) in page.match_indices('<') {
        if page[at..].starts_with("<span") {
            depth += 1;
        } else if page[at..].starts_with("</span>") {
            depth -= 1;
            if depth == 0 {
                return at + "</span>".len();
            }
        }
    }
    page.len()
}
