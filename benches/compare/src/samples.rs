//! What is asked for: words, phrases, keywords and places, drawn from the messages themselves.

use std::ops::RangeInclusive;

use fastrand::Rng;

use crate::corpus::{Corpus, Word};
use crate::engine::{Query, SEARCH_PAGE, Spot};

/// The deepest page that is asked for.
const DEEPEST_PAGE: usize = 1_000;
/// Words that are paged through.
const PAGED_WORDS: usize = 5;

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
            let of_band = corpus.words().iter().filter(|word| range.contains(&(word.messages as f64)));
            draw(of_band.cloned().collect(), count, rng)
        };
        let top = corpus.words().first().map_or(0, |word| word.messages as usize);
        let deep_page = (top / SEARCH_PAGE).min(DEEPEST_PAGE);
        let enough = |word: &&Word| deep_page > 1 && word.messages as usize >= deep_page * SEARCH_PAGE;
        let paged = corpus.words().iter().take_while(enough).take(PAGED_WORDS).map(Word::query).collect();
        let mut draw_spots = |count: usize| rng.choose_multiple(0..corpus.len(), count);
        let spots = draw_spots(count).into_iter().map(|n| corpus.spot(n)).collect();
        let edited = draw_spots(edits).into_iter().map(|n| (corpus.spot(n), corpus.text(n).to_owned())).collect();
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
    use crate::corpus::tests::corpus;

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
