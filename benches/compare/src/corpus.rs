//! All messages of a run, as far as samples are drawn from them, and what a plain scan of them finds.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Result, ensure};
use fastrand::Rng;
use icu_casemap::CaseMapper;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::engine::{Query, SEARCH_PAGE, Spot};
use crate::messages::{self, Message};

/// All messages, as far as samples are drawn from them.
pub(crate) struct Corpus {
    texts: Vec<Box<str>>,
    /// The conversation's position in `conversations`, and the time of every message.
    spots: Vec<(u32, u64)>,
    conversations: Vec<String>,
    /// Every word of ASCII letters, the commonest first.
    words: Vec<Word>,
}

impl Corpus {
    /// Reads a plain file.
    pub(crate) fn read(file: &Path) -> Result<Self> {
        let mut corpus = Self { texts: Vec::new(), spots: Vec::new(), conversations: Vec::new(), words: Vec::new() };
        let mut numbers: HashMap<String, u32> = HashMap::new();
        let mut frequencies: HashMap<String, (u64, u64)> = HashMap::new();
        let mut of_message: Vec<(String, Found)> = Vec::new();
        messages::for_each_batch(file, 10_000, Message::read, |batch| {
            for message in batch {
                let number = *numbers.entry(message.conversation).or_insert_with_key(|name| {
                    corpus.conversations.push(name.clone());
                    corpus.conversations.len() as u32 - 1
                });
                for_each_word(&message.text, |word, found| of_message.push((word, found)));
                of_message.sort_unstable();
                of_message.dedup_by(|later, earlier| later.0 == earlier.0);
                for (word, found) in of_message.drain(..) {
                    let (whole, part) = frequencies.entry(word).or_default();
                    match found {
                        Found::Whole => *whole += 1,
                        Found::Part => *part += 1,
                    }
                }
                corpus.spots.push((number, message.time));
                corpus.texts.push(message.text.into());
            }
            Ok(())
        })?;
        ensure!(!corpus.texts.is_empty(), "the file has no messages");
        let words = frequencies.into_iter().filter(|(_, (whole, _))| *whole > 0);
        corpus.words = words.map(|(text, (whole, part))| Word { text, messages: whole, at_most: whole + part }).collect();
        corpus.words.sort_unstable_by(|a, b| b.messages.cmp(&a.messages).then_with(|| a.text.cmp(&b.text)));
        Ok(corpus)
    }

    /// How many messages there are.
    pub(crate) fn len(&self) -> usize {
        self.texts.len()
    }

    /// The time of the newest message.
    pub(crate) fn last_time(&self) -> u64 {
        self.spots.iter().map(|(_, time)| *time).max().unwrap_or_default()
    }

    /// What every keyword is found in, by looking at every text.
    pub(crate) fn scan(&self, keywords: &[String]) -> Vec<Scan> {
        let folded: Vec<String> = keywords.iter().map(|keyword| fold(keyword)).collect();
        let mut scans = vec![Scan::default(); keywords.len()];
        let mut newest_first: Vec<usize> = (0..self.len()).collect();
        newest_first.sort_unstable_by_key(|&n| std::cmp::Reverse(self.spots[n].1));
        for n in newest_first {
            let text = fold(&self.texts[n]);
            for (scan, keyword) in scans.iter_mut().zip(&folded) {
                if text.contains(keyword.as_str()) {
                    scan.messages += 1;
                    if scan.newest.len() < SEARCH_PAGE {
                        scan.newest.push(self.spots[n].1);
                    }
                }
            }
        }
        scans
    }

    /// All words of ASCII letters, the commonest first.
    pub(crate) fn words(&self) -> &[Word] {
        &self.words
    }

    /// The text of the message on a line, counted from 0.
    pub(crate) fn text(&self, n: usize) -> &str {
        &self.texts[n]
    }

    /// Where that message stands.
    pub(crate) fn spot(&self, n: usize) -> Spot {
        let (conversation, time) = self.spots[n];
        Spot { conversation: self.conversations[conversation as usize].clone(), time }
    }

    /// The text of any message.
    pub(crate) fn random_text(&self, rng: &mut Rng) -> &str {
        &self.texts[rng.usize(..self.texts.len())]
    }
}

/// A text without its case, by the full folding of Unicode: `ß` becomes `ss`, which lower case alone does not do.
pub(crate) fn fold(text: &str) -> String {
    if text.is_ascii() { text.to_ascii_lowercase() } else { CaseMapper::new().fold_string(text).into_owned() }
}

/// What a plain scan finds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Scan {
    /// How many messages have it.
    pub(crate) messages: u64,
    /// The times of the first page, newest first.
    pub(crate) newest: Vec<u64>,
}

/// How a word stands in a text. A whole word comes first, so that it hides parts of the same message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Found {
    /// As a run of letters: every engine finds it.
    Whole,
    /// With accents, next to digits or another script, or as a part of `camelCase`: some engines find it, and rightly.
    Part,
}

/// Calls `each` with every word of ASCII letters, in lower case.
fn for_each_word(text: &str, mut each: impl FnMut(String, Found)) {
    for run in text.split(|c: char| !c.is_alphanumeric()).filter(|run| !run.is_empty()) {
        let tail_is_lower = || run.bytes().skip(1).all(|byte| byte.is_ascii_lowercase());
        if is_word(run) {
            each(run.to_ascii_lowercase(), Found::Whole);
        }
        if !run.as_bytes()[0].is_ascii_alphabetic() || !tail_is_lower() {
            for part in parts(run).into_iter().filter(|part| is_word(part)) {
                each(part.to_ascii_lowercase(), Found::Part);
            }
        }
    }
}

fn is_word(run: &str) -> bool {
    (2..=24).contains(&run.len()) && run.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// Cuts a run wherever an engine may: without its accents at every change of the kind of character, and before a capital letter that begins
/// a word.
fn parts(run: &str) -> Vec<String> {
    let characters: Vec<char> = run.nfkd().filter(|c| !is_combining_mark(*c)).collect();
    let mut parts = vec![String::new()];
    for (n, &c) in characters.iter().enumerate() {
        let before = n.checked_sub(1).map(|before| characters[before]);
        let lower_follows = characters.get(n + 1).is_some_and(char::is_ascii_lowercase);
        let cut = before.is_some_and(|before| {
            before.is_ascii_alphabetic() != c.is_ascii_alphabetic()
                || c.is_ascii_uppercase() && (before.is_ascii_lowercase() || lower_follows)
        });
        if cut {
            parts.push(String::new());
        }
        if let Some(part) = parts.last_mut() {
            part.push(c);
        }
    }
    parts
}

/// A word with the number of messages that a plain scan finds it in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    /// Lower-case letters.
    pub(crate) text: String,
    /// Messages that have it as a whole run of letters: the least that an engine must find.
    pub(crate) messages: u64,
    /// Those and the messages that have it with accents or as a part of a run: the most that an engine may find.
    at_most: u64,
}

impl Word {
    /// Whether a count agrees with the plain scan.
    pub(crate) fn is_count(&self, count: u64) -> bool {
        (self.messages..=self.at_most).contains(&count)
    }

    /// The search for it.
    pub(crate) fn query(&self) -> Query {
        Query::Word(self.text.clone())
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A corpus of one conversation.
    pub(crate) fn corpus(texts: &[&str]) -> Corpus {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("m.jsonl");
        let line = |text: &&str| {
            let elements = serde_json::json!([{ "elem_type": 0, "text_elem_content": text }]);
            format!(r#"{{"message_conv_id":"p","message_conv_type":1,"message_server_time":9,"message_elem_array":{elements}}}"#) + "\n"
        };
        std::fs::write(&file, texts.iter().map(line).collect::<String>()).unwrap();
        Corpus::read(&file).unwrap()
    }

    #[test]
    fn a_word_is_counted_once_a_message() {
        let corpus = corpus(&["Deploy, deploy!", "deploy now", "redeploy"]);
        assert_eq!(corpus.words[0], Word { text: "deploy".into(), messages: 2, at_most: 2 });
        assert_eq!(corpus.scan(&["DEPLOY".to_owned()]), [Scan { messages: 3, newest: vec![9, 9, 9] }]);
    }

    #[test]
    fn a_scan_ignores_case_as_unicode_folds_it() {
        let corpus = corpus(&["Straße", "STRASSE", "ΟΔΟΣ"]);
        let found = |keyword: &str| corpus.scan(&[keyword.to_owned()])[0].messages;
        assert_eq!((found("ss"), found("δοσ"), found("ς")), (2, 1, 1));
    }

    #[test]
    fn a_word_that_only_some_engines_find_makes_a_range() {
        let corpus = corpus(&["deploy", "deploy autoDeploy", "XMLDeployer deploy9", "déploy", "deploy了", "deployment"]);
        let word = corpus.words.iter().find(|word| word.text == "deploy").unwrap();
        assert_eq!((word.messages, word.at_most), (2, 5));
        assert!(word.is_count(2) && word.is_count(5) && !word.is_count(1) && !word.is_count(6));
    }
}
