//! Whether answers are right: pages of hits held against a plain scan of the messages, or against a side that is known to be right.

use anyhow::Result;

use crate::corpus::{Scan, fold};
use crate::engine::{Query, SEARCH_PAGE};
use crate::messages::Message;

/// A page as far as it is judged.
struct Seen {
    /// Newest first, if the page is right.
    times: Vec<u64>,
    /// Without their case.
    texts: Vec<String>,
}

impl Seen {
    /// Keeps the messages in which the words follow each other with nothing but a blank between them. Engines differ in what may stand there
    /// besides: an emoji is a word to some and nothing to others.
    fn keep_literal(&mut self, query: &Query) {
        let (Query::Word(words) | Query::Phrase(words) | Query::Contains(words)) = query;
        let kept =
            std::mem::take(&mut self.texts).into_iter().zip(std::mem::take(&mut self.times)).filter(|(text, _)| text.contains(words));
        (self.texts, self.times) = kept.unzip();
    }
}

fn see(bodies: &[String]) -> Result<Seen> {
    let mut seen = Seen { times: Vec::new(), texts: Vec::new() };
    for body in bodies {
        let message = Message::read(0, body)?;
        seen.times.push(message.time);
        seen.texts.push(fold(&message.text));
    }
    Ok(seen)
}

/// Whether a page is newest first and every message has what was searched for.
fn is_well_formed(page: &Seen, query: &Query) -> bool {
    let has = |text: &String| match query {
        Query::Contains(keyword) => text.contains(&fold(keyword)),
        // With accents a word may stand there in another spelling.
        Query::Word(words) | Query::Phrase(words) => !text.is_ascii() || words.split(' ').all(|word| text.contains(word)),
    };
    page.times.is_sorted_by(|newer, older| newer >= older) && page.texts.iter().all(has)
}

/// Whether the first page for a word or phrase is at least as good as the page of a side that sorts by time: nothing that the other one found
/// is left out for something older. More may be found, since engines cut names like `camelCase` differently.
pub(crate) fn is_newest(page: &[String], query: &Query, other: &[String]) -> Result<bool> {
    let (page, mut other) = (see(page)?, see(other)?);
    other.keep_literal(query);
    let reaches = page.times.len() >= other.times.len() && page.times.iter().zip(&other.times).all(|(ours, theirs)| ours >= theirs);
    Ok(reaches && is_well_formed(&page, query))
}

/// Whether count and first page for a keyword are exactly those that a plain scan finds.
pub(crate) fn is_exact(page: &[String], count: u64, query: &Query, scan: &Scan) -> Result<bool> {
    let page = see(page)?;
    Ok(count == scan.messages && page.times == scan.newest && is_well_formed(&page, query))
}

/// Whether a later page is full, and has nothing that is newer than the first page's oldest message.
pub(crate) fn is_later_page(page: &[String], query: &Query, first: &[String]) -> Result<bool> {
    let (page, first) = (see(page)?, see(first)?);
    let follows = page.times.first() <= first.times.last();
    Ok(page.times.len() == SEARCH_PAGE && follows && is_well_formed(&page, query))
}

/// Whether two pages of history are of the same times.
pub(crate) fn is_same_history(page: &[String], other: &[String]) -> Result<bool> {
    Ok(!page.is_empty() && see(page)?.times == see(other)?.times)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(messages: &[(u64, &str)]) -> Vec<String> {
        let body = |(time, text): &(u64, &str)| {
            serde_json::json!({
                "message_conv_id": "p", "message_conv_type": 1, "message_server_time": time,
                "message_elem_array": [{ "elem_type": 0, "text_elem_content": text }],
            })
        };
        messages.iter().map(|message| body(message).to_string()).collect()
    }

    #[test]
    fn an_empty_page_is_not_right_where_another_side_found_something() {
        let word = Query::Word("a".into());
        let other = page(&[(9, "a"), (8, "a b")]);
        assert!(is_newest(&other, &word, &other).unwrap());
        assert!(is_newest(&page(&[(9, "a"), (9, "a too"), (8, "a b")]), &word, &other).unwrap());
        assert!(!is_newest(&page(&[]), &word, &other).unwrap());
        assert!(!is_newest(&page(&[(9, "a"), (7, "a b")]), &word, &other).unwrap());
        assert!(!is_newest(&page(&[(8, "a"), (9, "a")]), &word, &other).unwrap());
        assert!(!is_newest(&page(&[(9, "x"), (8, "a")]), &word, &other).unwrap());

        let phrase = Query::Phrase("a b".into());
        let other = page(&[(9, "a 👍 b"), (8, "a b")]);
        assert!(is_newest(&page(&[(8, "a b")]), &phrase, &other).unwrap());
        assert!(!is_newest(&page(&[]), &phrase, &other).unwrap());
    }

    #[test]
    fn a_keyword_is_exact_when_count_and_page_are() {
        let keyword = Query::Contains("ell".into());
        let scan = Scan { messages: 2, newest: vec![9, 8] };
        let right = page(&[(9, "Hello"), (8, "YELL")]);
        assert!(is_exact(&right, 2, &keyword, &scan).unwrap());
        assert!(!is_exact(&right, 3, &keyword, &scan).unwrap());
        assert!(!is_exact(&right[..1], 2, &keyword, &scan).unwrap());
    }
}
