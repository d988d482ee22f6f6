//! Cuts a text into the tokens of the index: words, and characters that stand for themselves.

use std::ops::Range;

use super::classes::{ASCII, Class, class};
use super::fold::map_char;
use super::marks::LONGEST_RUN;

/// Whether a text is cut to be found or to be looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Every word, and beside it its parts and what it is with its marks (`C++`, `#name`).
    Index,
    /// Every word once, in the form that says most.
    Query,
}

/// A token. Its text and place are valid until the next one is asked for.
#[derive(Debug, Default)]
pub(super) struct Lexeme {
    /// The term.
    pub(super) text: String,
    /// Words count up by one. Where punctuation or blanks stand beside a character that is its own token, by two: then
    /// neighbours in position are neighbours in the text.
    pub(super) position: usize,
    /// Bytes of the source.
    pub(super) source: Range<usize>,
}

/// Cuts one text.
pub(super) struct Lexer<'a> {
    text: &'a str,
    purpose: Purpose,
    /// The next byte to read.
    at: usize,
    /// What the last character read stands for, reversed, and where it came from.
    mapped: Vec<char>,
    source: Range<usize>,
    next_position: usize,
    /// The class of the token before, and whether something lies between it and the next one.
    last: Option<Class>,
    between: bool,
    /// Parts of the source that are to come as tokens at the position of the last word.
    extras: Vec<Range<usize>>,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str, purpose: Purpose) -> Self {
        Self { text, purpose, at: 0, mapped: Vec::new(), source: 0..0, next_position: 0, last: None, between: false, extras: Vec::new() }
    }

    /// Reads the next token into `lexeme`; `false` at the end.
    pub(super) fn advance(&mut self, lexeme: &mut Lexeme) -> bool {
        if let Some(extra) = self.extras.pop() {
            self.fill(lexeme, extra);
            return true;
        }
        let bytes = self.text.as_bytes();
        loop {
            if self.mapped.is_empty() {
                while let Some(&byte) = bytes.get(self.at).filter(|byte| byte.is_ascii() && ASCII[usize::from(**byte)] != Class::Word) {
                    let _ = byte;
                    self.between = true;
                    self.at += 1;
                }
                if self.ascii_word(lexeme) {
                    return true;
                }
            }
            let Some(c) = self.peek() else { return false };
            match class(c) {
                Class::Word => {
                    self.word(lexeme);
                    return true;
                }
                Class::Single => {
                    lexeme.text.clear();
                    lexeme.text.push(c);
                    lexeme.source = self.source.clone();
                    self.mapped.pop();
                    self.place(lexeme, Class::Single);
                    return true;
                }
                Class::Space | Class::Mark => {
                    self.between = true;
                    self.mapped.pop();
                }
            }
        }
    }

    /// A word of ASCII letters and digits that nothing but ASCII follows.
    fn ascii_word(&mut self, lexeme: &mut Lexeme) -> bool {
        let bytes = &self.text.as_bytes()[self.at..];
        let length = bytes.iter().take_while(|byte| byte.is_ascii() && ASCII[usize::from(**byte)] == Class::Word).count();
        if length == 0 || length > LONGEST_RUN || bytes.get(length).is_some_and(|byte| !byte.is_ascii()) {
            return false;
        }
        let source = self.at..self.at + length;
        self.at = source.end;
        lexeme.text.clear();
        lexeme.text.push_str(&self.text[source.clone()]);
        lexeme.text.make_ascii_lowercase();
        lexeme.source = source;
        self.place(lexeme, Class::Word);
        self.adorn(lexeme);
        true
    }

    /// Any word, or the first [`LONGEST_RUN`] characters of it.
    fn word(&mut self, lexeme: &mut Lexeme) {
        lexeme.text.clear();
        lexeme.source = self.source.clone();
        let mut length = 0;
        while let Some(c) = self.peek().filter(|&c| length < LONGEST_RUN && class(c) == Class::Word) {
            lexeme.text.push(c);
            lexeme.source.end = self.source.end;
            self.mapped.pop();
            length += 1;
        }
        self.place(lexeme, Class::Word);
        // What a character hides cannot be cut from the source.
        if self.mapped.is_empty() || self.source.start == lexeme.source.end {
            self.adorn(lexeme);
        }
    }

    fn place(&mut self, lexeme: &mut Lexeme, class: Class) {
        let apart = self.between && (class == Class::Single || self.last == Some(Class::Single));
        lexeme.position = self.next_position + usize::from(apart && self.last.is_some());
        self.next_position = lexeme.position + 1;
        self.last = Some(class);
        self.between = false;
    }

    /// Finds what else the word in `lexeme` is: its parts, and itself with the marks that touch it.
    fn adorn(&mut self, lexeme: &mut Lexeme) {
        let (before, word, after) = (&self.text[..lexeme.source.start], &self.text[lexeme.source.clone()], &self.text[lexeme.source.end..]);
        let tail = match after.as_bytes() {
            [b'+', b'+', ..] => 2,
            [b'+' | b'#', ..] => 1,
            _ => 0,
        };
        let is_name = before.ends_with(['#', '@'])
            && !before[..before.len() - 1].chars().next_back().is_some_and(|c| matches!(class(c), Class::Word | Class::Single));
        let Range { start, end } = lexeme.source;
        match self.purpose {
            Purpose::Query => {
                if tail > 0 {
                    self.respell(lexeme, start..end + tail);
                } else if is_name {
                    self.respell(lexeme, start - 1..end);
                }
            }
            Purpose::Index => {
                if tail > 0 {
                    self.extras.push(start..end + tail);
                }
                if is_name {
                    self.extras.push(start - 1..end);
                }
                if word.bytes().skip(1).any(|byte| byte.is_ascii_uppercase() || byte >= 0x80) {
                    camel_parts(word, &mut |part| self.extras.push(start + part.start..start + part.end));
                }
            }
        }
    }

    /// Makes `lexeme` the token of another stretch of the source, at the position it has.
    fn respell(&self, lexeme: &mut Lexeme, source: Range<usize>) {
        lexeme.text.clear();
        self.text[source.clone()].chars().for_each(|c| map_char(c, &mut |mapped| lexeme.text.push(mapped)));
        lexeme.source = source;
    }

    fn fill(&self, lexeme: &mut Lexeme, source: Range<usize>) {
        self.respell(lexeme, source);
        lexeme.position = self.next_position - 1;
    }

    /// The next mapped character; its source is in `self.source`.
    fn peek(&mut self) -> Option<char> {
        while self.mapped.is_empty() {
            let c = self.text[self.at..].chars().next()?;
            self.source = self.at..self.at + c.len_utf8();
            self.at = self.source.end;
            map_char(c, &mut |mapped| self.mapped.push(mapped));
            self.mapped.reverse();
        }
        self.mapped.last().copied()
    }
}

/// The parts of `getMsgList` or `HTMLParser`; nothing when there is only one.
fn camel_parts(word: &str, sink: &mut impl FnMut(Range<usize>)) {
    let (mut start, mut before, mut parts) = (0, ' ', 0);
    let mut chars = word.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next_is_lower = chars.peek().is_some_and(|(_, next)| next.is_lowercase());
        if at > start && c.is_uppercase() && (before.is_lowercase() || (before.is_uppercase() && next_is_lower)) {
            sink(start..at);
            parts += 1;
            start = at;
        }
        before = c;
    }
    if parts > 0 {
        sink(start..word.len());
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lex(text: &str, purpose: Purpose) -> Vec<(String, usize, Range<usize>)> {
        let mut lexer = Lexer::new(text, purpose);
        let mut lexeme = Lexeme::default();
        let mut tokens = Vec::new();
        while lexer.advance(&mut lexeme) {
            tokens.push((lexeme.text.clone(), lexeme.position, lexeme.source.clone()));
        }
        tokens
    }

    #[track_caller]
    fn check(text: &str, expected: &[(&str, usize)]) {
        let tokens = lex(text, Purpose::Index);
        let mut tokens: Vec<_> = tokens.iter().map(|(text, position, _)| (&**text, *position)).collect();
        tokens.sort_by_key(|(text, position)| (*position, *text));
        let mut expected = expected.to_vec();
        expected.sort_by_key(|(text, position)| (*position, *text));
        assert_eq!(tokens, expected, "{text}");
    }

    #[track_caller]
    fn check_query(text: &str, expected: &[(&str, usize)]) {
        let tokens = lex(text, Purpose::Query);
        assert_eq!(tokens.iter().map(|(text, position, _)| (&**text, *position)).collect::<Vec<_>>(), expected, "{text}");
    }

    #[test]
    fn words_are_cut_in_many_scripts() {
        check("Hello, World!", &[("hello", 0), ("world", 1)]);
        check("Das heiße Café", &[("das", 0), ("heisse", 1), ("cafe", 2)]);
        check("Привет МИР", &[("привет", 0), ("мир", 1)]);
        check("你好世界", &[("你", 0), ("好", 1), ("世", 2), ("界", 3)]);
        check("한글 검색", &[("한", 0), ("글", 1), ("검", 3), ("색", 4)]);
        check("用vim编辑", &[("用", 0), ("vim", 1), ("编", 2), ("辑", 3)]);
        check("नमस्ते दुनिया", &[("नमस्ते", 0), ("दुनिया", 1)]);
        check("ok👍🏽!", &[("ok", 0), ("👍", 1), ("🏽", 2)]);
        check("e\u{301}te\u{301}", &[("ete", 0)]);
        check(" -- ", &[]);
        check("", &[]);
    }

    #[test]
    fn neighbours_in_position_are_neighbours_in_text_beside_single_characters() {
        check("你 好，世", &[("你", 0), ("好", 2), ("世", 4)]);
        check("你 ok 好", &[("你", 0), ("ok", 2), ("好", 4)]);
        check("a, b", &[("a", 0), ("b", 1)]);
    }

    #[test]
    fn identifiers_are_found_whole_and_in_parts() {
        check("PLT-3699", &[("plt", 0), ("3699", 1)]);
        check("foo@example.org", &[("foo", 0), ("example", 1), ("org", 2)]);
        check("getMsgList", &[("getmsglist", 0), ("get", 0), ("msg", 0), ("list", 0)]);
        check("HTMLParser2", &[("htmlparser2", 0), ("html", 0), ("parser2", 0)]);
        check("HELLO Hello", &[("hello", 0), ("hello", 1)]);
        check("C++ c# a+b", &[("c", 0), ("c++", 0), ("c", 1), ("c#", 1), ("a", 2), ("a+", 2), ("b", 3)]);
        check("#ops @bob x#y", &[("ops", 0), ("#ops", 0), ("bob", 1), ("@bob", 1), ("x", 2), ("x#", 2), ("y", 3)]);
        check("élanVital", &[("elanvital", 0), ("elan", 0), ("vital", 0)]);
    }

    #[test]
    fn a_query_says_the_most_it_can() {
        check_query("C++", &[("c++", 0)]);
        check_query("#ops", &[("#ops", 0)]);
        check_query("getMsgList", &[("getmsglist", 0)]);
        check_query("x#y", &[("x#", 0), ("y", 1)]);
        check_query("你好", &[("你", 0), ("好", 1)]);
    }

    #[test]
    fn a_long_run_is_cut() {
        let tokens = lex(&"x".repeat(2 * LONGEST_RUN + 22), Purpose::Index);
        assert_eq!(
            tokens.iter().map(|(text, position, _)| (text.len(), *position)).collect::<Vec<_>>(),
            [(LONGEST_RUN, 0), (LONGEST_RUN, 1), (22, 2)]
        );
    }

    proptest! {
        #[test]
        fn whatever_is_indexed_is_found_by_its_own_query(text in "[a-cA-C#@+ é½你好。ｶ]{0,16}") {
            let indexed = lex(&text, Purpose::Index);
            for (term, position, source) in lex(&text, Purpose::Query) {
                prop_assert!(indexed.iter().any(|token| token.0 == term && token.1 == position), "{} at {}", term, position);
                prop_assert!(text.get(source).is_some());
            }
        }

        #[test]
        fn ascii_is_cut_as_any_other_text_is(text in "[a-cA-C0-1#@+. _-]{0,40}") {
            // A character that maps to nothing sends every word down the general path.
            let slow: String = text.chars().flat_map(|c| [c, if c.is_ascii_alphanumeric() { '\u{301}' } else { '\0' }]).filter(|c| *c != '\0').collect();
            let terms = |text: &str| lex(text, Purpose::Query).into_iter().map(|(text, position, _)| (text, position)).collect::<Vec<_>>();
            let plain = |text: &str| terms(&text.replace(['#', '@', '+'], "-"));
            prop_assert_eq!(plain(&text), plain(&slow));
        }

        #[test]
        fn any_text_is_cut_without_harm(text in "\\PC{0,40}") {
            let mut last = 0;
            for (term, position, source) in lex(&text, Purpose::Index) {
                prop_assert!(!term.is_empty());
                prop_assert!(text.get(source).is_some());
                prop_assert!(position >= last);
                last = position;
            }
        }
    }
}
