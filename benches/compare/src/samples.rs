//! What is asked for: words, phrases, keywords and places, drawn from the messages themselves, and what a plain scan of them finds.

use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::path::Path;

use anyhow::{Result, ensure};
use fastrand::Rng;

use crate::engine::{Query, SEARCH_PAGE, Spot};
use crate::messages;

/// The deepest page that is asked for.
const DEEPEST_PAGE: usize = 1_000;
/// Words that are paged through.
const PAGED_WORDS: usize = 5;

/// All messages, as far as samples are drawn from them.
pub(crate) struct Corpus {
    texts: Vec<Box<str>>,
    /// The conversation's position in `conversations`, and the time of every message.
    spots: Vec<(u32, u64)>,
    conversations: Vec<String>,
    /// Every word of ASCII letters with the number of messages that have it, the commonest first.
    words: Vec<(String, u64)>,
}

impl Corpus {
    /// Reads a plain file.
    pub(crate) fn read(file: &Path) -> Result<Self> {
        let mut corpus = Self { texts: Vec::new(), spots: Vec::new(), conversations: Vec::new(), words: Vec::new() };
        let mut numbers: HashMap<String, u32> = HashMap::new();
        let mut frequencies: HashMap<String, u64> = HashMap::new();
        let mut of_message: Vec<String> = Vec::new();
        messages::for_each_batch(file, 10_000, |batch| {
            for message in batch {
                let number = *numbers.entry(message.conversation).or_insert_with_key(|name| {
                    corpus.conversations.push(name.clone());
                    corpus.conversations.len() as u32 - 1
                });
                of_message.clear();
                of_message.extend(words(&message.text));
                of_message.sort_unstable();
                of_message.dedup();
                for word in &of_message {
                    match frequencies.get_mut(word) {
                        Some(frequency) => *frequency += 1,
                        None => drop(frequencies.insert(word.clone(), 1)),
                    }
                }
                corpus.spots.push((number, message.time));
                corpus.texts.push(message.text.into());
            }
            Ok(())
        })?;
        ensure!(!corpus.texts.is_empty(), "the file has no messages");
        corpus.words = frequencies.into_iter().collect();
        corpus.words.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
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

    /// How many messages contain each keyword, found by looking at every text.
    pub(crate) fn count_containing(&self, keywords: &[String]) -> Vec<u64> {
        let folded: Vec<String> = keywords.iter().map(|keyword| keyword.to_lowercase()).collect();
        let mut counts = vec![0; keywords.len()];
        for text in &self.texts {
            let text = text.to_lowercase();
            for (count, keyword) in counts.iter_mut().zip(&folded) {
                *count += u64::from(text.contains(keyword.as_str()));
            }
        }
        counts
    }

    fn random_text(&self, rng: &mut Rng) -> &str {
        &self.texts[rng.usize(..self.texts.len())]
    }
}

/// The words that every engine cuts alike: whole runs of letters and digits, here those of ASCII letters only.
fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|run| (2..=24).contains(&run.len()) && run.bytes().all(|byte| byte.is_ascii_alphabetic()))
        .map(str::to_ascii_lowercase)
}

/// The writing of a keyword.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Script {
    /// At least one Chinese, Japanese or Korean character.
    Cjk,
    /// None.
    Other,
}

impl Script {
    fn of(text: &str) -> Self {
        let cjk =
            |c: char| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{20000}'..='\u{3ffff}');
        if text.chars().any(cjk) { Self::Cjk } else { Self::Other }
    }
}

/// A word with the number of messages that a plain scan finds it in.
#[derive(Clone, Debug)]
pub(crate) struct Word {
    /// Lower-case letters.
    pub(crate) text: String,
    /// Messages that have it.
    pub(crate) messages: u64,
}

impl Word {
    /// The search for it.
    pub(crate) fn query(&self) -> Query {
        Query::Word(self.text.clone())
    }
}

/// Everything that is asked for in one run. A list is empty where the messages have nothing of its kind.
pub(crate) struct Samples {
    /// In about ten messages.
    pub(crate) rare: Vec<Word>,
    /// In about one of a thousand.
    pub(crate) medium: Vec<Word>,
    /// In more than one of a hundred.
    pub(crate) common: Vec<Word>,
    /// The one in most messages, again and again.
    pub(crate) commonest: Vec<Word>,
    /// Two words as they follow each other in a message.
    pub(crate) phrases: Vec<Query>,
    /// Words with enough hits to reach `deep_page`.
    pub(crate) paged: Vec<Query>,
    /// The last page that is asked for, counted from 1.
    pub(crate) deep_page: usize,
    /// Places in history.
    pub(crate) spots: Vec<Spot>,
    /// Places and texts of the messages that are edited.
    pub(crate) edited: Vec<(Spot, String)>,
}

impl Samples {
    /// Draws `count` samples of each kind, and `edits` messages to edit.
    pub(crate) fn draw(corpus: &Corpus, count: usize, edits: usize, rng: &mut Rng) -> Self {
        let all = corpus.len() as f64;
        let band = |range: RangeInclusive<f64>, rng: &mut Rng| {
            let of_band = corpus.words.iter().filter(|(_, messages)| range.contains(&(*messages as f64)));
            let words: Vec<Word> = of_band.map(|(text, messages)| Word { text: text.clone(), messages: *messages }).collect();
            draw(words, count, rng)
        };
        let top = corpus.words.first().map_or(0, |(_, messages)| *messages as usize);
        let deep_page = (top / SEARCH_PAGE).min(DEEPEST_PAGE);
        let enough = |(_, messages): &&(String, u64)| deep_page > 1 && *messages as usize >= deep_page * SEARCH_PAGE;
        let paged = corpus.words.iter().take_while(enough).take(PAGED_WORDS).map(|(text, _)| Query::Word(text.clone())).collect();
        let spot = |n: usize| {
            let (conversation, time) = corpus.spots[n];
            Spot { conversation: corpus.conversations[conversation as usize].clone(), time }
        };
        let mut draw_spots = |count: usize| rng.choose_multiple(0..corpus.len(), count);
        let spots = draw_spots(count).into_iter().map(spot).collect();
        let edited = draw_spots(edits).into_iter().map(|n| (spot(n), corpus.texts[n].to_string())).collect();
        Self {
            rare: band(5.0..=20.0, rng),
            medium: band(all / 2_000.0..=all / 500.0, rng),
            common: band(all / 100.0..=all, rng),
            commonest: band(top as f64..=top as f64, rng),
            phrases: phrases(corpus, count, rng),
            paged,
            deep_page,
            spots,
            edited,
        }
    }

    /// All words of all bands.
    pub(crate) fn words(&self) -> impl Iterator<Item = &Word> {
        [&self.rare, &self.medium, &self.common, &self.commonest].into_iter().flatten()
    }
}

/// `count` of `from` in random order, again from the beginning where there are fewer.
fn draw<T: Clone>(mut from: Vec<T>, count: usize, rng: &mut Rng) -> Vec<T> {
    rng.shuffle(&mut from);
    from.iter().cycle().take(if from.is_empty() { 0 } else { count }).cloned().collect()
}

fn phrases(corpus: &Corpus, count: usize, rng: &mut Rng) -> Vec<Query> {
    let mut phrases = Vec::new();
    for _ in 0..count * 20 {
        if phrases.len() == count {
            break;
        }
        let pairs: Vec<String> = corpus.random_text(rng).split(' ').collect::<Vec<_>>().windows(2).filter_map(pair).collect();
        if !pairs.is_empty() {
            phrases.push(Query::Phrase(pairs[rng.usize(..pairs.len())].clone()));
        }
    }
    phrases
}

fn pair(parts: &[&str]) -> Option<String> {
    let plain = |part: &&str| (2..=24).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphabetic());
    parts.iter().all(plain).then(|| parts.join(" ").to_ascii_lowercase())
}

/// Up to `count` keywords of so many characters, cut from random places. Blanks and punctuation are as likely as they are in the text,
/// but a keyword neither begins nor ends with a blank, since nobody can tell by looking whether that was meant.
pub(crate) fn keywords(corpus: &Corpus, lengths: RangeInclusive<usize>, script: Script, count: usize, rng: &mut Rng) -> Vec<String> {
    let mut keywords = Vec::new();
    for _ in 0..count * 200 {
        if keywords.len() == count {
            break;
        }
        let characters: Vec<char> = corpus.random_text(rng).chars().collect();
        let length = rng.usize(lengths.clone());
        if characters.len() < length {
            continue;
        }
        let start = rng.usize(..=characters.len() - length);
        let keyword: String = characters[start..start + length].iter().collect();
        if keyword.trim() == keyword && !keyword.chars().any(char::is_control) && Script::of(&keyword) == script {
            keywords.push(keyword);
        }
    }
    keywords
}

#[cfg(test)]
mod tests {
    use super::*;

    fn corpus(texts: &[&str]) -> Corpus {
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
        assert_eq!(corpus.words[0], ("deploy".to_owned(), 2));
        assert_eq!(corpus.count_containing(&["DEPLOY".to_owned()]), [3]);
    }

    #[test]
    fn keywords_have_the_length_and_the_script_asked_for() {
        let corpus = corpus(&["hello world", "今天天气很好", "mixed 文字 here"]);
        let mut rng = Rng::with_seed(1);
        for (script, lengths) in [(Script::Cjk, 2..=2), (Script::Other, 3..=8)] {
            let keywords = keywords(&corpus, lengths.clone(), script, 20, &mut rng);
            assert_eq!(keywords.len(), 20);
            assert!(keywords.iter().all(|keyword| lengths.contains(&keyword.chars().count()) && Script::of(keyword) == script));
        }
    }

    #[test]
    fn phrases_are_two_neighbours() {
        let corpus = corpus(&["please deploy it, now", "x"]);
        let mut rng = Rng::with_seed(1);
        for phrase in phrases(&corpus, 10, &mut rng) {
            assert!([Query::Phrase("please deploy".into())].contains(&phrase));
        }
    }
}
