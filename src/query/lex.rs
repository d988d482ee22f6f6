//! Cuts a query into brackets, operators and terms. Knows what a term looks like, not what it means.

use std::borrow::Cow;
use std::ops::Range;

use super::note::FilterName;

/// How deep brackets may nest. Deeper ones are passed over, so that no query can exhaust a stack.
pub const MAX_DEPTH: usize = 64;

/// One piece of a query.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Lexeme<'q> {
    /// A group begins.
    Open,
    /// The innermost group ends. There always is one.
    Close,
    /// A bracket too deep to count.
    TooDeep,
    /// What follows directly is excluded.
    Minus,
    /// A word that joins terms, when it stands between them.
    Operator(Operator),
    /// Something to find.
    Term(Term<'q>),
}

/// A word that joins terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    And,
    Or,
    Not,
}

/// Something to find.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Term<'q> {
    Word(&'q str),
    Prefix(Cow<'q, str>),
    /// `closed` is false when the text ended before the quote did.
    Phrase {
        text: String,
        closed: bool,
    },
    /// `value` is empty when nothing stands after the colon; it is quoted when blanks may be in it.
    Filter {
        name: FilterName,
        value: Cow<'q, str>,
        quoted: bool,
        closed: bool,
    },
}

/// The pieces of a query with their places, in order. Every call goes on by at least one character.
pub(super) struct Lexer<'q> {
    query: &'q str,
    at: usize,
    /// Groups that are open.
    depth: usize,
    /// Brackets that are open beyond [`MAX_DEPTH`].
    beyond: usize,
    /// A minus stands directly before: what comes is no operator and no other minus.
    excluded: bool,
}

impl<'q> Lexer<'q> {
    pub(super) fn new(query: &'q str) -> Self {
        Self { query, at: 0, depth: 0, beyond: 0, excluded: false }
    }

    /// Whether `text` is `expected` and nothing else, between other terms or as the last one of a group.
    pub(super) fn is_read_as(text: &str, expected: &Term<'_>, in_group: bool) -> bool {
        let mut query = text.to_owned();
        if in_group {
            query.push(')');
        }
        let mut lexer = Lexer { depth: usize::from(in_group), ..Lexer::new(&query) };
        let whole = matches!(lexer.next(), Some((Lexeme::Term(term), at)) if term == *expected && at == (0..text.len()));
        whole && (!in_group || matches!(lexer.next(), Some((Lexeme::Close, _)))) && lexer.next().is_none()
    }

    /// Whether a minus directly before `text` excludes it.
    pub(super) fn can_exclude(text: &str, in_group: bool) -> bool {
        Lexer { depth: usize::from(in_group), ..Lexer::new(text) }.is_minus(text)
    }

    fn rest(&self) -> &'q str {
        &self.query[self.at..]
    }

    fn lexeme(&mut self, length: usize, lexeme: Lexeme<'q>) -> (Lexeme<'q>, Range<usize>) {
        let start = self.at;
        self.at += length;
        (lexeme, start..self.at)
    }

    /// The bytes up to the end of what stands together: a blank, a bracket that closes a group, or a quote that can only open.
    fn chunk(&self, rest: &'q str) -> &'q str {
        let mut inner = 0_usize;
        for (place, c) in rest.char_indices() {
            match c {
                _ if is_blank(c) => return &rest[..place],
                _ if is_opening_bracket(c) => inner += 1,
                _ if is_closing_bracket(c) && inner > 0 => inner -= 1,
                _ if is_closing_bracket(c) && self.depth > 0 => return &rest[..place],
                '“' | '„' | '‟' if place > 0 => return &rest[..place],
                _ => {}
            }
        }
        rest
    }

    fn open(&mut self, length: usize) -> (Lexeme<'q>, Range<usize>) {
        if self.depth == MAX_DEPTH {
            self.beyond += 1;
            return self.lexeme(length, Lexeme::TooDeep);
        }
        self.depth += 1;
        self.lexeme(length, Lexeme::Open)
    }

    fn close(&mut self, length: usize) -> (Lexeme<'q>, Range<usize>) {
        if self.beyond > 0 {
            self.beyond -= 1;
            return self.lexeme(length, Lexeme::TooDeep);
        }
        self.depth -= 1;
        self.lexeme(length, Lexeme::Close)
    }

    /// A minus that excludes: something to find stands directly after it. `-`, `->`, `--flag` and `-:` are text.
    fn is_minus(&self, after: &'q str) -> bool {
        match after.chars().next() {
            None => false,
            Some(c) if is_blank(c) || is_minus(c) || matches!(c, '>' | '<' | '=') => false,
            Some(c) if is_quote(c) || is_opening_bracket(c) => true,
            Some(_) => self.chunk(after).contains(is_substance),
        }
    }

    fn phrase(&mut self) -> (Lexeme<'q>, Range<usize>) {
        let rest = self.rest();
        let Quoted { text, length, closed } = quoted(rest);
        let after = &rest[length..];
        if closed && let Some(star) = after.chars().next().filter(|&c| matches!(c, '*' | '＊')) {
            let end = length + star.len_utf8();
            if let Some(marks) = self.silent_marks(&rest[end..]) {
                return self.lexeme(end + marks, Lexeme::Term(Term::Prefix(Cow::Owned(text))));
            }
        }
        let marks = self.silent_marks(after).unwrap_or(0);
        self.lexeme(length + marks, Lexeme::Term(Term::Phrase { text, closed }))
    }

    /// The bytes of punctuation that hangs on a closed quote and says nothing: the comma of `"one", "two"`. `None` when more hangs on it.
    fn silent_marks(&self, after: &str) -> Option<usize> {
        for (place, c) in after.char_indices() {
            if is_blank(c) || (is_closing_bracket(c) && self.depth > 0) {
                return Some(place);
            }
            if is_substance(c) || is_quote(c) || is_opening_bracket(c) {
                return None;
            }
        }
        Some(after.len())
    }

    fn word(&mut self) -> (Lexeme<'q>, Range<usize>) {
        let rest = self.rest();
        if let Some((name, colon_end)) = filter_name(rest) {
            return self.filter(name, colon_end);
        }
        let chunk = self.chunk(rest);
        if !self.excluded {
            let operator = match chunk {
                "AND" => Some(Operator::And),
                "OR" | "|" | "||" | "｜" => Some(Operator::Or),
                "NOT" => Some(Operator::Not),
                _ => None,
            };
            if let Some(operator) = operator {
                return self.lexeme(chunk.len(), Lexeme::Operator(operator));
            }
        }
        let word = without_list_marks(chunk);
        let term = match word.strip_suffix(['*', '＊']) {
            Some(beginning) if beginning.contains(is_substance) && !beginning.ends_with(['*', '＊']) => {
                Term::Prefix(Cow::Borrowed(beginning))
            }
            _ => Term::Word(word),
        };
        self.lexeme(chunk.len(), Lexeme::Term(term))
    }

    /// A filter whose value begins at `start` of the rest: bare, quoted, or quoted after `c2c:` or `group:`.
    fn filter(&mut self, name: FilterName, start: usize) -> (Lexeme<'q>, Range<usize>) {
        let rest = self.rest();
        let value = &rest[start..];
        let kind = ["c2c:", "group:"].into_iter().find(|kind| name == FilterName::In && value.starts_with(kind)).unwrap_or("");
        if value[kind.len()..].starts_with(is_quote) {
            let Quoted { text, length, closed } = quoted(&value[kind.len()..]);
            let end = start + kind.len() + length;
            let end = end + self.silent_marks(&rest[end..]).unwrap_or(0);
            let value = Cow::Owned(format!("{kind}{text}"));
            return self.lexeme(end, Lexeme::Term(Term::Filter { name, value, quoted: true, closed }));
        }
        let chunk = self.chunk(value);
        let value = Cow::Borrowed(without_list_marks(chunk));
        self.lexeme(start + chunk.len(), Lexeme::Term(Term::Filter { name, value, quoted: false, closed: true }))
    }
}

impl<'q> Iterator for Lexer<'q> {
    type Item = (Lexeme<'q>, Range<usize>);

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.rest().trim_start_matches(is_blank);
        self.at = self.query.len() - rest.len();
        let first = rest.chars().next()?;
        let length = first.len_utf8();
        let lexeme = match first {
            _ if is_opening_bracket(first) => self.open(length),
            _ if is_closing_bracket(first) && self.depth > 0 => self.close(length),
            _ if is_quote(first) => self.phrase(),
            _ if is_minus(first) && !self.excluded && self.is_minus(&rest[length..]) => self.lexeme(length, Lexeme::Minus),
            _ => self.word(),
        };
        self.excluded = lexeme.0 == Lexeme::Minus;
        Some(lexeme)
    }
}

/// Parts terms from each other: white space of any script, control characters, and the marks of no width that pasting brings along.
pub(super) fn is_blank(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '\u{200b}' | '\u{feff}')
}

pub(super) fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '‟' | '＂')
}

fn is_opening_bracket(c: char) -> bool {
    matches!(c, '(' | '（')
}

fn is_closing_bracket(c: char) -> bool {
    matches!(c, ')' | '）')
}

fn is_minus(c: char) -> bool {
    matches!(c, '-' | '－' | '−')
}

/// What a word is made of: letters, digits, and symbols beyond the punctuation of text, such as emoji.
fn is_substance(c: char) -> bool {
    c.is_alphanumeric()
        || !(c.is_ascii()
            || matches!(c, '\u{2000}'..='\u{206f}' | '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ffef}' | '¡' | '¿' | '·' | '«' | '»'))
}

/// Without the commas and semicolons that part the items of a list, where something is left.
pub(super) fn without_list_marks(chunk: &str) -> &str {
    let word = chunk.trim_end_matches([',', ';', '，', '；', '、']);
    if word.contains(is_substance) { word } else { chunk }
}

/// A filter's name and the place after its colon.
fn filter_name(text: &str) -> Option<(FilterName, usize)> {
    let length = text.bytes().take_while(|byte| byte.is_ascii_alphabetic() || *byte == b'-').count();
    let colon = text[length..].chars().next().filter(|&c| matches!(c, ':' | '：'))?;
    Some((FilterName::from_word(&text[..length])?, length + colon.len_utf8()))
}

struct Quoted {
    text: String,
    length: usize,
    closed: bool,
}

/// Reads from a quote to the next one of any kind. The same quote twice inside stands for itself.
fn quoted(rest: &str) -> Quoted {
    let mut text = String::new();
    let mut chars = rest.char_indices().skip(1).peekable();
    while let Some((place, c)) = chars.next() {
        if is_quote(c) && chars.next_if(|&(_, next)| next == c).is_none() {
            return Quoted { text, length: place + c.len_utf8(), closed: true };
        }
        text.push(c);
    }
    Quoted { text, length: rest.len(), closed: false }
}
