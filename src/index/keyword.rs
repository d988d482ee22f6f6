//! How a keyword is narrowed: cut into the runs of characters that the index has as terms.
//!
//! A text that contains the keyword has, in its mapped form, the keyword's mapped form. So it has each run inside the keyword
//! as a whole run, the first one as the end of a run, the last one as the beginning of one, an only one inside a run.

use super::classes::{Class, class};
use super::fold::{Folded, map_into};
use super::marks::LONGEST_RUN;
use super::vocabulary::Fit;

/// A keyword of a `contains` condition.
#[derive(Debug)]
pub(super) struct Keyword {
    /// What decides.
    pub(super) folded: Folded,
    /// What every text that contains the keyword has, unless a run of it is too long for a term.
    pub(super) pieces: Vec<Piece>,
    /// Mapping the keyword loses something, so only messages that lose something can contain it.
    pub(super) lossy: bool,
    /// A run of the keyword itself is too long for a term, so only messages with such a run can contain it.
    pub(super) long: bool,
    /// The terms alone decide, for messages that are neither lossy nor long.
    pub(super) decisive: bool,
    /// Tells the parts of a plan apart.
    pub(super) id: usize,
}

/// A term, or a piece of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) text: String,
    pub(super) fit: Fit,
    pub(super) place: PiecePlace,
}

/// Where a piece is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PiecePlace {
    /// Among the words, so far from the first one.
    Text(u32),
    /// Among the runs between words.
    Marks,
}

impl Keyword {
    pub(super) fn new(keyword: &str, id: usize) -> Self {
        let folded = Folded::new(keyword);
        let mut mapped = String::with_capacity(folded.as_str().len());
        map_into(folded.as_str(), &mut mapped);
        let runs = runs(&mapped);
        let long = runs.iter().any(|(class, run)| *class != Class::Single && run.chars().count() > LONGEST_RUN);
        let decisive = runs.len() == 1 || runs.iter().all(|(class, _)| *class == Class::Single);
        Self { lossy: mapped != folded.as_str(), pieces: pieces(&runs), long, decisive: decisive && !runs.is_empty(), folded, id }
    }
}

/// Maximal runs of one class; characters that are tokens of their own stand alone.
fn runs(mapped: &str) -> Vec<(Class, &str)> {
    let mut runs: Vec<(Class, &str)> = Vec::new();
    let mut start = 0;
    for (at, c) in mapped.char_indices() {
        let class = class(c);
        let end = at + c.len_utf8();
        match runs.last_mut() {
            Some((last, run)) if *last == class && class != Class::Single => *run = &mapped[start..end],
            _ => {
                start = at;
                runs.push((class, &mapped[at..end]));
            }
        }
    }
    runs
}

fn pieces(runs: &[(Class, &str)]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let (mut position, mut last, mut between) = (0, None, false);
    for (at, (class, run)) in runs.iter().enumerate() {
        let fit = match (at == 0, at + 1 == runs.len()) {
            _ if *class == Class::Single => Fit::Whole,
            (true, true) => Fit::Inside,
            (true, false) => Fit::Suffix,
            (false, true) => Fit::Prefix,
            (false, false) => Fit::Whole,
        };
        let place = match class {
            Class::Word | Class::Single => {
                // Positions count as the lexer counts them.
                if let Some(last) = last {
                    position += 1 + u32::from(between && (*class == Class::Single || last == Class::Single));
                }
                (last, between) = (Some(*class), false);
                PiecePlace::Text(position)
            }
            Class::Space | Class::Mark => {
                between = true;
                PiecePlace::Marks
            }
        };
        // Nearly every message has a lone blank, and of two beside each other only one is noted.
        if *run != " " || runs.len() == 1 {
            pieces.push(Piece { text: (*run).to_owned(), fit, place });
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(keyword: &str, expected: &[(&str, Fit, PiecePlace)], decisive: bool) {
        let keyword = Keyword::new(keyword, 0);
        let pieces: Vec<_> = keyword.pieces.iter().map(|piece| (&*piece.text, piece.fit, piece.place)).collect();
        assert_eq!(pieces, expected);
        assert_eq!(keyword.decisive, decisive);
    }

    #[test]
    fn a_keyword_is_cut_into_what_terms_have() {
        use Fit::{Inside, Prefix, Suffix, Whole};
        use PiecePlace::{Marks, Text};
        check("PLO", &[("plo", Inside, Text(0))], true);
        check("foo, bar", &[("foo", Suffix, Text(0)), (",", Whole, Marks), ("bar", Prefix, Text(1))], false);
        check("a b c", &[("a", Suffix, Text(0)), ("b", Whole, Text(1)), ("c", Prefix, Text(2))], false);
        check("你好", &[("你", Whole, Text(0)), ("好", Whole, Text(1))], true);
        check("你，好", &[("你", Whole, Text(0)), ("，", Whole, Marks), ("好", Whole, Text(2))], false);
        check("用vim", &[("用", Whole, Text(0)), ("vim", Prefix, Text(1))], false);
        check("->", &[("->", Inside, Marks)], true);
        check(" ", &[(" ", Inside, Marks)], true);
        check(" a", &[("a", Prefix, Text(0))], false);
        check("\u{301}", &[], false);
    }

    #[test]
    fn a_keyword_knows_what_terms_cannot_tell() {
        assert!(Keyword::new("é", 0).lossy && Keyword::new("\u{301}", 0).lossy);
        assert!(!Keyword::new("ẞ漢→", 0).lossy);
        assert!(Keyword::new(&"x".repeat(LONGEST_RUN + 1), 0).long);
        assert!(!Keyword::new(&"漢".repeat(LONGEST_RUN + 1), 0).long);
    }
}
