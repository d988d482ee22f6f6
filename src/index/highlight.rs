//! Shows in a text what a search found in it.

use std::ops::Range;

use unicode_segmentation::GraphemeCursor;

use super::fold::{Folded, fold_char};
use super::lexer::{Lexeme, Lexer, Purpose};
use super::plan::terms_of;
use crate::query::Expr;

/// The stretches of `text` that `expr` matches, as byte ranges: in order, apart from each other, never cutting what a reader
/// sees as one character.
///
/// What a text must not have is not shown, nor are conditions on anything but text.
pub fn highlight(expr: &Expr, text: &str) -> Vec<Range<usize>> {
    Highlighter::new(expr).highlight(text)
}

/// What to look for, made ready once for many texts.
pub(super) struct Highlighter {
    words: Vec<Words>,
    keywords: Vec<Folded>,
}

struct Words {
    terms: Vec<(String, u32)>,
    prefix: bool,
}

/// A token of a text.
struct Token {
    term: String,
    position: u32,
    source: Range<usize>,
}

impl Highlighter {
    pub(super) fn new(expr: &Expr) -> Self {
        let mut highlighter = Self { words: Vec::new(), keywords: Vec::new() };
        highlighter.gather(expr);
        highlighter
    }

    pub(super) fn highlight(&self, text: &str) -> Vec<Range<usize>> {
        let mut ranges = Vec::new();
        if !self.words.is_empty() {
            let tokens = tokens_of(text);
            self.words.iter().for_each(|words| words.find(&tokens, &mut ranges));
        }
        if !self.keywords.is_empty() {
            let folded = FoldedText::new(text);
            for keyword in &self.keywords {
                ranges.extend(keyword.find_all(&folded.text).map(|start| folded.source(start..start + keyword.as_str().len())));
            }
        }
        for range in &mut ranges {
            *range = whole_graphemes(text, range.clone());
        }
        join(ranges)
    }

    fn gather(&mut self, expr: &Expr) {
        match expr {
            Expr::Word(text) | Expr::Phrase(text) => self.gather_words(text, false),
            Expr::Prefix(text) => self.gather_words(text, true),
            Expr::Contains(keyword) => self.gather_keyword(keyword),
            Expr::And(parts) | Expr::Or(parts) => parts.iter().for_each(|part| self.gather(part)),
            Expr::All | Expr::Not(_) | Expr::Filter(_) => {}
        }
    }

    fn gather_words(&mut self, text: &str, prefix: bool) {
        let terms = terms_of(text);
        // As in planning: what has no words is looked for as it stands.
        if terms.is_empty() { self.gather_keyword(text.trim()) } else { self.words.push(Words { terms, prefix }) }
    }

    fn gather_keyword(&mut self, keyword: &str) {
        if !keyword.is_empty() {
            self.keywords.push(Folded::new(keyword));
        }
    }
}

impl Words {
    fn find(&self, tokens: &[Token], ranges: &mut Vec<Range<usize>>) {
        let at = |position: u32| {
            let start = tokens.partition_point(|token| token.position < position);
            tokens[start..].iter().take_while(move |token| token.position == position)
        };
        for first in tokens.iter().filter(|token| self.fits(0, &token.term)) {
            let mut range = first.source.clone();
            let all = self.terms.iter().enumerate().skip(1).all(|(number, (_, offset))| {
                let found = at(first.position + offset).find(|token| self.fits(number, &token.term));
                range.end = found.map_or(range.end, |token| range.end.max(token.source.end));
                found.is_some()
            });
            if all {
                ranges.push(range);
            }
        }
    }

    fn fits(&self, number: usize, term: &str) -> bool {
        let (wanted, _) = &self.terms[number];
        if self.prefix && number + 1 == self.terms.len() { term.starts_with(wanted.as_str()) } else { term == wanted }
    }
}

fn tokens_of(text: &str) -> Vec<Token> {
    let mut lexer = Lexer::new(text, Purpose::Index);
    let mut lexeme = Lexeme::default();
    let mut tokens = Vec::new();
    while lexer.advance(&mut lexeme) {
        tokens.push(Token { term: lexeme.text.clone(), position: lexeme.position as u32, source: lexeme.source.clone() });
    }
    tokens
}

/// A folded text that knows where each of its characters comes from.
struct FoldedText {
    text: String,
    /// For each byte, the character of the source that it comes from.
    sources: Vec<Range<usize>>,
}

impl FoldedText {
    fn new(text: &str) -> Self {
        let mut folded = Self { text: String::with_capacity(text.len()), sources: Vec::with_capacity(text.len()) };
        for (start, c) in text.char_indices() {
            fold_char(c, &mut |f| folded.text.push(f));
            folded.sources.resize(folded.text.len(), start..start + c.len_utf8());
        }
        folded
    }

    fn source(&self, range: Range<usize>) -> Range<usize> {
        match (self.sources.get(range.start), self.sources.get(range.end.saturating_sub(1))) {
            (Some(first), Some(last)) => first.start..last.end,
            _ => 0..0,
        }
    }
}

/// The range with the characters that it cuts.
fn whole_graphemes(text: &str, range: Range<usize>) -> Range<usize> {
    let boundary = |at: usize| GraphemeCursor::new(at, text.len(), true).is_boundary(text, 0).unwrap_or(true);
    let before = || GraphemeCursor::new(range.start, text.len(), true).prev_boundary(text, 0).ok().flatten().unwrap_or(0);
    let after = || GraphemeCursor::new(range.end, text.len(), true).next_boundary(text, 0).ok().flatten().unwrap_or(text.len());
    let start = if boundary(range.start) { range.start } else { before() };
    let end = if boundary(range.end) { range.end } else { after() };
    start..end
}

/// Sorts ranges and makes one of those that overlap or touch.
fn join(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.retain(|range| !range.is_empty());
    ranges.sort_unstable_by_key(|range| (range.start, range.end));
    let mut joined: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match joined.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => joined.push(range),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_segmentation::UnicodeSegmentation;

    use super::*;

    #[track_caller]
    fn check(expr: Expr, text: &str, expected: &[&str]) {
        let found: Vec<&str> = highlight(&expr, text).into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, expected);
    }

    fn word(text: &str) -> Expr {
        Expr::Word(text.to_owned())
    }

    fn contains(text: &str) -> Expr {
        Expr::Contains(text.to_owned())
    }

    #[test]
    fn what_matches_is_shown_as_it_stands_in_the_text() {
        check(word("deploy"), "Deploy, redeploy DEPLOY!", &["Deploy", "DEPLOY"]);
        check(word("PLT-3699"), "see PLT-3699 and plt 3699", &["PLT-3699", "plt 3699"]);
        check(word("cafe"), "Café au lait", &["Café"]);
        check(word("msg"), "call getMsgList()", &["Msg"]);
        check(word("c++"), "C and C++", &["C++"]);
        check(word("->"), "a->b", &["->"]);
        check(word("你好"), "你好，你 好", &["你好"]);
        check(Expr::Prefix("pre".to_owned()), "prefix and Preamble, unpre", &["prefix", "Preamble"]);
        check(Expr::Phrase("new york".to_owned()), "New York, york new", &["New York"]);
        check(contains("LO"), "hello world, LO", &["lo", "LO"]);
        check(contains("ss"), "Straße", &["ß"]);
        check(contains("e"), "e\u{301}a", &["e\u{301}"]);
        check(contains("👩"), "x👩‍👩‍👧y", &["👩‍👩‍👧"]);
        check(Expr::and([word("a"), !word("b")]), "a b", &["a"]);
        check(Expr::or([word("a"), contains("b")]), "a ab", &["a", "b"]);
        check(Expr::All, "text", &[]);
    }

    proptest! {
        #[test]
        fn no_character_is_cut(text in "(\\PC|e\u{301}|👩‍👧|각){0,12}", keyword in "\\PC{1,2}", at in 0..12_usize) {
            let cut: String = text.chars().skip(at).take(2).collect();
            let boundaries: Vec<usize> = text.grapheme_indices(true).map(|(at, _)| at).chain([text.len()]).collect();
            for expr in [contains(&keyword), contains(&cut), word(&keyword), word(&cut)] {
                let ranges = highlight(&expr, &text);
                for range in &ranges {
                    prop_assert!(boundaries.contains(&range.start) && boundaries.contains(&range.end));
                }
                prop_assert!(ranges.windows(2).all(|pair| pair[0].end < pair[1].start));
            }
            if !cut.is_empty() {
                prop_assert!(!highlight(&contains(&cut), &text).is_empty());
            }
        }
    }
}
