//! All filters of all scripts together: one look at an event finds everybody who wants it.

use std::cmp::Reverse;

use aho_corasick::{AhoCorasick, MatchKind};
use rustc_hash::{FxHashMap, FxHashSet};

use super::seen::Seen;
use super::words::{self, Word};
use super::{Filter, Hit};
use crate::script::event::{Event, EventKind};

/// What filters compare events with.
#[derive(Clone, Copy, Debug)]
pub(in crate::script) struct MatchContext<'a> {
    /// The user id that mentions are of.
    pub(in crate::script) account: &'a str,
}

/// Filters, each with a key. A filter with words costs nothing where none of its words is in the text: one automaton looks for the words of all.
pub(in crate::script) struct Matcher<K> {
    entries: Vec<Entry<K>>,
    kinds: FxHashMap<EventKind, Kind>,
    /// `None`: there are no words.
    automaton: Option<AhoCorasick>,
    /// By the number of the word in the automaton: the entries that look for it, and its position among their words.
    wanted: Vec<Vec<(usize, usize)>>,
}

struct Entry<K> {
    key: K,
    kind: EventKind,
    filter: Filter,
}

/// Who wants events of a kind.
#[derive(Default)]
struct Kind {
    /// Positions of entries without words, which are looked at one by one; rising.
    plain: Vec<usize>,
    has_words: bool,
}

/// Where a word stands: the lowest is the one that is told.
type Rank = (usize, Reverse<usize>, usize);

impl<K> Default for Matcher<K> {
    fn default() -> Self {
        Self { entries: Vec::new(), kinds: FxHashMap::default(), automaton: None, wanted: Vec::new() }
    }
}

impl<K: Clone> Matcher<K> {
    /// A matcher of these filters, each for one kind of events.
    pub(in crate::script) fn new<'a>(filters: impl Iterator<Item = (K, EventKind, &'a Filter)>) -> Self {
        let entries: Vec<Entry<K>> = filters.map(|(key, kind, filter)| Entry { key, kind, filter: filter.clone() }).collect();
        let mut numbers: FxHashMap<&str, usize> = FxHashMap::default();
        let mut patterns: Vec<&str> = Vec::new();
        let mut wanted: Vec<Vec<(usize, usize)>> = Vec::new();
        for (at, entry) in entries.iter().enumerate() {
            for (place, word) in entry.filter.0.words.iter().flatten().enumerate() {
                let number = *numbers.entry(word.folded()).or_insert_with(|| {
                    patterns.push(word.folded());
                    wanted.push(Vec::new());
                    patterns.len() - 1
                });
                wanted[number].push((at, place));
            }
        }
        // Without an automaton, which cannot count so many words, each filter looks for its own.
        let automaton = AhoCorasick::builder().match_kind(MatchKind::Standard).build(&patterns).ok().filter(|_| !patterns.is_empty());
        let mut kinds: FxHashMap<EventKind, Kind> = FxHashMap::default();
        for (at, entry) in entries.iter().enumerate() {
            let kind = kinds.entry(entry.kind).or_default();
            if entry.filter.0.words.is_some() && automaton.is_some() {
                kind.has_words = true;
            } else {
                kind.plain.push(at);
            }
        }
        Self { entries, kinds, automaton, wanted }
    }

    /// The keys of all filters that take the event, in the order in which they were given, with what they matched.
    pub(in crate::script) fn matches(&self, event: &Event, context: &MatchContext<'_>) -> Vec<(K, Hit)> {
        let Some(kind) = self.kinds.get(&event.kind) else { return Vec::new() };
        let seen = Seen::new(event, context.account);
        let one_by_one = kind.plain.iter().filter_map(|&at| Some((at, self.entries[at].filter.0.hit(&seen)?)));
        let mut taken: Vec<(usize, Hit)> = one_by_one.collect();
        if kind.has_words
            && let Some(automaton) = &self.automaton
            && let Some(text) = seen.folded()
        {
            for (at, word) in self.found(automaton, event.kind, text) {
                let conditions = &self.entries[at].filter.0;
                if conditions.hold_cheaply(&seen) {
                    taken.extend(conditions.hold_dearly(&seen, Some(word)).map(|hit| (at, hit)));
                }
            }
            taken.sort_unstable_by_key(|(at, _)| *at);
        }
        taken.into_iter().map(|(at, hit)| (self.entries[at].key.clone(), hit)).collect()
    }

    /// The entries of this kind that have a word in the text, with the first one.
    fn found(&self, automaton: &AhoCorasick, kind: EventKind, text: &str) -> impl Iterator<Item = (usize, &Word)> {
        let mut first: FxHashMap<usize, (Rank, &Word)> = FxHashMap::default();
        // The first place of a word is the one that counts, however often it is there.
        let mut is_found: FxHashSet<usize> = FxHashSet::default();
        for found in automaton.find_overlapping_iter(text) {
            let number = found.pattern().as_usize();
            if is_found.contains(&number) || !words::is_whole(text, found.start(), found.end()) {
                continue;
            }
            is_found.insert(number);
            for &(at, place) in &self.wanted[number] {
                let entry = &self.entries[at];
                let Some(word) = entry.filter.0.words.as_ref().and_then(|words| words.get(place)).filter(|_| entry.kind == kind) else {
                    continue;
                };
                let rank = (found.start(), Reverse(found.end() - found.start()), place);
                let best = first.entry(at).or_insert((rank, word));
                if rank < best.0 {
                    *best = (rank, word);
                }
            }
        }
        first.into_iter().map(|(at, (_, word))| (at, word))
    }
}
