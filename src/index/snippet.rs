//! The part of a message that shows best why it was found.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::highlight::Highlighter;
use crate::query::Expr;

/// A piece of a text with what matches in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snippet {
    /// The piece; an ellipsis stands where something was left out.
    pub text: String,
    /// What matches, as byte ranges of `text`: in order, apart from each other, whole characters.
    pub highlights: Vec<Range<usize>>,
}

const ELLIPSIS: &str = "…";
/// How far the cut may move to fall between words, in characters.
const WORD_REACH: usize = 12;

/// The best piece of `texts`, of at most `max_chars` characters as a reader counts them, ellipses not counted.
///
/// It is taken from the text with the most matches and holds as many of them as it can. Where nothing matches it is the
/// beginning of the first text.
pub fn snippet(expr: &Expr, texts: &[&str], max_chars: usize) -> Snippet {
    let highlighter = Highlighter::new(expr);
    let mut best: (&str, Vec<Range<usize>>) = ("", Vec::new());
    for &text in texts {
        let found = highlighter.highlight(text);
        if found.len() > best.1.len() || best.0.is_empty() {
            best = (text, found);
        }
    }
    cut(best.0, &best.1, max_chars)
}

fn cut(text: &str, found: &[Range<usize>], max_chars: usize) -> Snippet {
    // Where each character starts, and the end.
    let edges: Vec<usize> = text.grapheme_indices(true).map(|(at, _)| at).chain([text.len()]).collect();
    let chars = edges.len() - 1;
    if chars <= max_chars {
        return Snippet { text: text.to_owned(), highlights: found.to_vec() };
    }
    if max_chars == 0 {
        return Snippet::default();
    }
    let window = window(&edges, found, max_chars);
    let window = between_words(text, &edges, window, found);
    let (start, end) = (edges[window.start], edges[window.end]);
    let mut snippet = Snippet::default();
    if start > 0 {
        snippet.text.push_str(ELLIPSIS);
    }
    let shift = |at: usize| at.clamp(start, end) - start + if start > 0 { ELLIPSIS.len() } else { 0 };
    snippet.highlights = found.iter().map(|range| shift(range.start)..shift(range.end)).filter(|range| !range.is_empty()).collect();
    snippet.text.push_str(&text[start..end]);
    if end < text.len() {
        snippet.text.push_str(ELLIPSIS);
    }
    snippet
}

/// The stretch of `max_chars` characters with the most matches, the matches in its middle.
fn window(edges: &[usize], found: &[Range<usize>], max_chars: usize) -> Range<usize> {
    let chars = edges.len() - 1;
    let number = |at: usize| edges.partition_point(|&edge| edge < at);
    let found: Vec<Range<usize>> = found.iter().map(|range| number(range.start)..number(range.end)).collect();
    let mut best: Option<(usize, Range<usize>)> = None;
    let mut last = 0;
    for (first, range) in found.iter().enumerate() {
        last = last.max(first);
        while found.get(last + 1).is_some_and(|next| next.end - range.start <= max_chars) {
            last += 1;
        }
        let matches = last - first + 1;
        if best.as_ref().is_none_or(|(most, _)| matches > *most) {
            best = Some((matches, range.start..found[last].end));
        }
    }
    let (_, core) = best.unwrap_or_default();
    let slack = max_chars.saturating_sub(core.len());
    let start = core.start.saturating_sub(slack / 2).min(chars - max_chars);
    start..start + max_chars
}

/// Moves the ends of the window inwards to the nearest blank, if there is one near that cuts no match.
fn between_words(text: &str, edges: &[usize], window: Range<usize>, found: &[Range<usize>]) -> Range<usize> {
    let is_blank = |char: usize| text[edges[char]..edges[char + 1]].chars().all(char::is_whitespace);
    let (first, last) = (edges[window.start], edges[window.end]);
    let in_window = || found.iter().filter(|range| range.end > first && range.start < last);
    let first_match = in_window().map(|range| range.start).min();
    let last_match = in_window().map(|range| range.end).max();
    let mut moved = window.clone();
    if window.start > 0 {
        let mut starts = (window.start..window.end).take(WORD_REACH).take_while(|&char| first_match.is_none_or(|at| edges[char] < at));
        moved.start = starts.find(|&char| is_blank(char)).map_or(window.start, |char| char + 1);
    }
    if window.end + 1 < edges.len() {
        let mut ends =
            (moved.start + 1..window.end).rev().take(WORD_REACH).take_while(|&char| last_match.is_none_or(|at| edges[char] >= at));
        moved.end = ends.find(|&char| is_blank(char)).unwrap_or(window.end);
    }
    if moved.is_empty() { window } else { moved }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(keyword: &str, texts: &[&str], max_chars: usize, expected: &str) {
        let snippet = snippet(&Expr::Contains(keyword.to_owned()), texts, max_chars);
        let mut marked = snippet.text.clone();
        for range in snippet.highlights.iter().rev() {
            marked.insert(range.end, ']');
            marked.insert(range.start, '[');
        }
        assert_eq!(marked, expected);
    }

    #[test]
    fn a_snippet_shows_the_matches_with_what_stands_around_them() {
        check("fox", &["the quick brown fox jumps over the lazy dog"], 100, "the quick brown [fox] jumps over the lazy dog");
        check("fox", &["the quick brown fox jumps over the lazy dog"], 20, "…brown [fox] jumps…");
        check("fox", &["no match", "a fox"], 20, "a [fox]");
        check("x", &["x aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa x x x"], 7, "…[x] [x] [x]");
        check("none", &["", "the beginning of a long text"], 15, "the beginning…");
        check("好", &["一二三四五六七八好九十"], 5, "…七八[好]九十");
        check("long", &["a longer match than the room"], 2, "…[lo]…");
        check("e", &["abce\u{301}de"], 0, "");
        check("a", &[], 10, "");
    }

    proptest! {
        #[test]
        fn a_snippet_is_a_piece_of_a_text_and_no_longer_than_asked(text in "(\\PC|e\u{301}| |a){0,60}", max_chars in 0..30_usize, keyword in "[a-c]| ") {
            let snippet = snippet(&Expr::Contains(keyword), &[&text], max_chars);
            let piece = snippet.text.trim_start_matches('…').trim_end_matches('…');
            prop_assert!(text.contains(piece));
            prop_assert!(piece.graphemes(true).count() <= max_chars.max(text.graphemes(true).count().min(max_chars)) + 2);
            for range in snippet.highlights {
                prop_assert!(snippet.text.get(range).is_some());
            }
        }
    }
}
