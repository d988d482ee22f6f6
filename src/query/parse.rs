//! The query language: what a person typed becomes a typed query. Nothing that can be typed is an error.

use std::ops::Range;

use super::calendar::Reading;
use super::expr::Expr;
use super::filter;
use super::lex::{Lexeme, Lexer, Operator, Term, is_blank, without_list_marks};
use super::note::{FilterName, Note, NoteKind};

/// A query as it was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed {
    /// What to find.
    pub expr: Expr,
    /// Where a text was perhaps not taken as it was meant, in the order of their places.
    pub notes: Vec<Note>,
}

/// Reads a query. Never fails: what is not part of the language is text to find.
///
/// | typed | finds messages |
/// |---|---|
/// | `deploy server` | with both words |
/// | `"out of memory"` | with these words one after the other; `""` inside is a quote |
/// | `pre*`, `"out of mem"*` | with a word that begins so |
/// | `-draft`, `NOT draft` | without it; works before everything |
/// | `red OR green`, <code>red \| green</code> | with one of them; binds closer than a blank: `a b OR c` is `a (b OR c)` |
/// | `(a b) OR c` | groups, up to [`MAX_DEPTH`](super::MAX_DEPTH) deep; `AND` between terms changes nothing |
/// | `from:alice`, `from:"two words"` | from this user id |
/// | `in:ops`, `in:group:ops`, `in:c2c:"a b"` | of this conversation |
/// | `before:T`, `after:T` | before T began, after T ended: `after:2024-03-01` begins on 2 March |
/// | `on:T`, `on:T..T`, `on:T..`, `on:..T` | within T, or from the first to the second, both included |
/// | `has:image`, `type:image`, `has:link` | with an element of this type, with a web address |
/// | `is:unread`, `is:recalled`, `is:self`, `is:any` | not read yet, taken back, from oneself, all |
/// | `contains:plo`, `word:"from:x"` | with this inside a word, with this as a word whatever it looks like |
///
/// T is what [`read_time`](super::read_time) reads; `before:3d` and `after:3d` go by the second, `on:3d` is that day.
/// Filter names are taken in any case. Full-width quotes, brackets, colons and blanks do what the narrow ones do.
///
/// A name with a value that can't be read is text, and a note says so. So is a lone operator. A comma or semicolon after a term is passed over,
/// other punctuation stays in its word for the index to judge; punctuation alone (`->`, `:)`) is a word of its own.
/// Quotes and groups that are not closed go to the end.
///
/// ```
/// use mynah::query::{Expr, Reading, parse};
///
/// let parsed = parse("deploy -draft from:alice", &Reading::utc(1_709_294_400));
/// assert_eq!(parsed.expr, Expr::word("deploy") & !Expr::word("draft") & Expr::said_by("alice"));
/// assert!(parsed.notes.is_empty());
/// ```
pub fn parse(query: &str, reading: &Reading) -> Parsed {
    let mut parser = Parser { query, reading, group: Group::new(0), outer: Vec::new(), notes: Vec::new(), too_deep: false };
    for (lexeme, at) in Lexer::new(query) {
        parser.take(lexeme, at);
    }
    parser.finish()
}

/// Terms of which all must hold. It nests on the heap, not on the stack.
struct Group {
    /// Where it begins, with the minus before it.
    start: usize,
    /// Each is a list of alternatives.
    terms: Vec<Vec<Expr>>,
    /// Operators since the last term, which wait for the next one.
    waiting: Vec<(Operator, Range<usize>)>,
    /// Whether all terms until now are operators that had nothing to work on.
    only_dangling: bool,
    /// A phrase of nothing stands in it. Without other terms the group asks for nothing either.
    unfinished: bool,
    /// Where a minus stands that waits for what follows directly.
    minus: Option<usize>,
    /// What stands before it to exclude it.
    excluded: Excluded,
}

#[derive(Clone, Copy, Default)]
struct Excluded {
    minus: bool,
    not: bool,
}

impl Group {
    fn new(start: usize) -> Self {
        Self {
            start,
            terms: Vec::new(),
            waiting: Vec::new(),
            only_dangling: true,
            unfinished: false,
            minus: None,
            excluded: Excluded::default(),
        }
    }

    /// Adds a term after the operators that waited for it.
    fn push(&mut self, expr: Expr) {
        let or = self.waiting.drain(..).any(|(operator, _)| operator == Operator::Or);
        match self.terms.last_mut() {
            Some(alternatives) if or => alternatives.push(expr),
            _ => self.terms.push(vec![expr]),
        }
        self.only_dangling = false;
    }

    /// Whether the `NOT`s that wait exclude the term which follows.
    fn not_waits(&self) -> bool {
        let nots = self.waiting.iter().filter(|(operator, _)| *operator == Operator::Not).count();
        nots % 2 == 1
    }

    fn into_expr(self) -> Expr {
        let expr = Expr::and(self.terms.into_iter().map(Expr::or));
        if self.excluded.minus != self.excluded.not { !expr } else { expr }
    }
}

struct Parser<'q> {
    query: &'q str,
    reading: &'q Reading,
    group: Group,
    outer: Vec<Group>,
    notes: Vec<Note>,
    too_deep: bool,
}

impl<'q> Parser<'q> {
    fn take(&mut self, lexeme: Lexeme<'q>, at: Range<usize>) {
        match lexeme {
            Lexeme::Open => self.open(at.start),
            Lexeme::Close => self.close(at.end),
            Lexeme::TooDeep => {
                if !self.too_deep {
                    self.note(NoteKind::TooDeep, at);
                }
                self.too_deep = true;
                self.group.minus = None;
            }
            Lexeme::Minus => self.group.minus = Some(at.start),
            Lexeme::Operator(operator) => self.operator(operator, at),
            Lexeme::Term(term) => self.term(term, at),
        }
    }

    fn note(&mut self, kind: NoteKind, at: Range<usize>) {
        self.notes.push(Note { kind, at });
    }

    fn open(&mut self, start: usize) {
        let minus = self.group.minus.take();
        let excluded = Excluded { minus: minus.is_some(), not: self.group.not_waits() };
        let inner = Group { excluded, ..Group::new(minus.unwrap_or(start)) };
        self.outer.push(std::mem::replace(&mut self.group, inner));
    }

    fn close(&mut self, end: usize) {
        self.flush_dangling();
        let Some(outer) = self.outer.pop() else { return };
        let group = std::mem::replace(&mut self.group, outer);
        if group.terms.is_empty() && group.unfinished {
            self.group.unfinished = true;
        } else if group.terms.is_empty() {
            self.plain(group.start..end, group.excluded.not);
        } else {
            self.group.push(group.into_expr());
        }
    }

    /// Takes a stretch of the query as words: brackets around nothing are text.
    fn plain(&mut self, at: Range<usize>, not: bool) {
        for (place, word) in self.query[at].split(is_blank).filter(|word| !word.is_empty()).enumerate() {
            let word = Expr::word(word);
            self.group.push(if not && place == 0 { !word } else { word });
        }
    }

    fn operator(&mut self, operator: Operator, at: Range<usize>) {
        let works = operator == Operator::Not || !self.group.only_dangling;
        // `NOT` before another operator has nothing to exclude.
        if operator != Operator::Not && self.group.waiting.iter().any(|(waiting, _)| *waiting == Operator::Not) {
            self.flush_dangling();
        }
        if works {
            self.group.waiting.push((operator, at));
        } else {
            self.dangling(at);
        }
    }

    /// Takes the operators that wait for a term, and will get none, as words.
    fn flush_dangling(&mut self) {
        for (_, at) in std::mem::take(&mut self.group.waiting) {
            self.dangling(at);
        }
    }

    fn dangling(&mut self, at: Range<usize>) {
        let only_dangling = self.group.only_dangling;
        self.group.push(Expr::word(&self.query[at.clone()]));
        self.group.only_dangling = only_dangling;
        self.note(NoteKind::Dangling, at);
    }

    fn term(&mut self, term: Term<'q>, at: Range<usize>) {
        let minus = self.group.minus.take().is_some();
        let expr = match term {
            Term::Word(word) => Expr::word(word),
            Term::Prefix(beginning) if beginning.chars().all(is_blank) => return,
            Term::Prefix(beginning) => Expr::prefix(beginning),
            Term::Phrase { text, closed } => {
                if !closed {
                    self.note(NoteKind::OpenQuote, at);
                }
                // Nothing between quotes is what stands there while a phrase is being typed: it asks for nothing yet.
                if text.chars().all(is_blank) {
                    self.group.unfinished = true;
                    return;
                }
                Expr::phrase(text)
            }
            Term::Filter { name, value, quoted, closed } => {
                if !closed {
                    self.note(NoteKind::OpenQuote, at.clone());
                }
                self.filter(name, &value, quoted, at)
            }
        };
        let not = self.group.not_waits();
        self.group.push(if minus != not { !expr } else { expr });
    }

    /// The condition of a filter, or its text where it has none.
    fn filter(&mut self, name: FilterName, value: &str, quoted: bool, at: Range<usize>) -> Expr {
        if let Some((expr, remark)) = filter::read(name, value, self.reading) {
            if let Some(kind) = remark {
                self.note(kind, at);
            }
            return expr;
        }
        let kind = if value.is_empty() { NoteKind::NoValue(name) } else { NoteKind::Unreadable(name) };
        self.note(kind, at.clone());
        if quoted { Expr::phrase(format!("{name}:{value}")) } else { Expr::word(without_list_marks(&self.query[at])) }
    }

    fn finish(mut self) -> Parsed {
        let end = self.query.len();
        self.flush_dangling();
        while !self.outer.is_empty() {
            if self.group.terms.is_empty() && !self.group.unfinished && self.outer_is_empty() {
                // Brackets in a row with nothing in them are one text, which begins with the outermost.
                self.group = self.outer.pop().unwrap_or(self.group);
                continue;
            }
            if !self.group.terms.is_empty() {
                self.note(NoteKind::OpenGroup, self.group.start..end);
            }
            self.close(end);
            self.flush_dangling();
        }
        self.notes.sort_by_key(|note| note.at.start);
        Parsed { expr: self.group.into_expr(), notes: self.notes }
    }

    /// Whether the group around this one is a group too, and has nothing else in it.
    fn outer_is_empty(&self) -> bool {
        self.outer.len() > 1 && self.outer.last().is_some_and(|outer| outer.terms.is_empty() && outer.waiting.is_empty())
    }
}

#[cfg(test)]
mod tests;
