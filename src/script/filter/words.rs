//! Words in texts: whole words, as search compares them. Scripts that are written without blanks have no borders of words.

use memchr::memmem;

use crate::index::{Class, class};
use crate::script::fold::folded;

/// A word that is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    written: String,
    folded: String,
}

impl Word {
    pub(super) fn new(written: &str) -> Result<Self, String> {
        let folded = folded(written.trim());
        if folded.is_empty() {
            return Err(format!("{written:?} is no word"));
        }
        Ok(Self { written: written.to_owned(), folded })
    }

    /// As the script wrote it.
    pub(super) fn written(&self) -> &str {
        &self.written
    }

    /// As it is looked for.
    pub(super) fn folded(&self) -> &str {
        &self.folded
    }
}

/// Whether what stands from `start` to `end` is a whole word, or begins and ends with something that needs no borders.
pub(super) fn is_whole(text: &str, start: usize, end: usize) -> bool {
    let is_word = |c: Option<char>| c.is_some_and(|c| class(c) == Class::Word);
    let found = &text[start..end];
    let is_joined_before = is_word(text[..start].chars().next_back()) && is_word(found.chars().next());
    let is_joined_behind = is_word(found.chars().next_back()) && is_word(text[end..].chars().next());
    !is_joined_before && !is_joined_behind
}

/// The word that stands first in the folded text; of several that begin there the longest, and of equal ones the first.
pub(super) fn first<'a>(words: &'a [Word], text: &str) -> Option<&'a Word> {
    let place = |word: &Word| {
        let mut found = memmem::find_iter(text.as_bytes(), word.folded.as_bytes());
        found.find(|&start| is_whole(text, start, start + word.folded.len()))
    };
    let found = words.iter().filter_map(|word| Some((place(word)?, word)));
    found.min_by_key(|(start, word)| (*start, std::cmp::Reverse(word.folded.len()))).map(|(_, word)| word)
}
