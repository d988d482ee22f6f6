//! All commands of all scripts by their first words, so that a message is only read as the few that it could be.

use rustc_hash::FxHashMap;

use super::read::{Hearing, behind_opening};
use crate::script::fold::folded;
use crate::script::handler::CommandSpec;
use crate::script::when::Zone;

/// Commands by the first word of their names, each with the prefix that its script asks for.
pub(in crate::script) struct CommandIndex<K> {
    /// Positions in `keys`, rising.
    by_word: FxHashMap<String, Vec<usize>>,
    keys: Vec<K>,
    /// Each once; none for those without.
    prefixes: Vec<Option<String>>,
}

impl<K: Copy> CommandIndex<K> {
    /// An index of these, with the prefix that stands in front of each.
    pub(in crate::script) fn new<'a>(commands: impl IntoIterator<Item = (K, &'a CommandSpec, Option<&'a str>)>) -> Self {
        let mut index = Self { by_word: FxHashMap::default(), keys: Vec::new(), prefixes: Vec::new() };
        for (key, spec, prefix) in commands {
            let prefix = prefix.map(str::to_owned);
            let no = index.prefixes.iter().position(|known| *known == prefix).unwrap_or_else(|| {
                index.prefixes.push(prefix);
                index.prefixes.len() - 1
            });
            let first = spec.name.split(' ').next().unwrap_or_default();
            index.by_word.entry(entry(no, &folded(first))).or_default().push(index.keys.len());
            index.keys.push(key);
        }
        index
    }

    /// Those that this message could be, in the order in which they were given.
    pub(in crate::script) fn candidates(&self, text: &str, account: &str) -> Vec<K> {
        let zone = Zone::UTC;
        let mut found = Vec::new();
        for (no, prefix) in self.prefixes.iter().enumerate() {
            let hearing = Hearing { account, prefix: prefix.as_deref(), now: 0, zone: &zone };
            if let Some((rest, _)) = behind_opening(text, &hearing) {
                let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
                // No name is as long as that; a text without blanks may be.
                if end <= 1_024 {
                    found.extend(self.by_word.get(&entry(no, &folded(&rest[..end]))).into_iter().flatten().copied());
                }
            }
        }
        found.sort_unstable();
        found.into_iter().map(|at| self.keys[at]).collect()
    }
}

fn entry(prefix: usize, word: &str) -> String {
    format!("{prefix} {word}")
}
