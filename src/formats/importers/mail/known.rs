//! The mails of a mailbox that were read already, so that two with the same Message-ID both stay if they say different things.

use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_64;

/// Mails of one generation: two of them are remembered, some 20 bytes a mail.
const GENERATION: usize = 500_000;

/// What each Message-ID stood for, of the last half million mails at least.
#[derive(Default)]
pub(super) struct Known {
    /// Hashes of ids with those of contents.
    young: FxHashMap<u64, u64>,
    old: FxHashMap<u64, u64>,
}

impl Known {
    /// The id of a mail, which is another one where its Message-ID stood for something else before. An empty id stays empty.
    pub(super) fn distinct(&mut self, id: String, content: impl FnOnce() -> u64) -> String {
        if id.is_empty() {
            return id;
        }
        let (key, content) = (xxh3_64(id.as_bytes()), content());
        match self.young.get(&key).or_else(|| self.old.get(&key)) {
            Some(&first) if first != content => format!("{id}~{content:016x}"),
            Some(_) => id,
            None => {
                if self.young.len() == GENERATION {
                    self.old = std::mem::take(&mut self.young);
                }
                self.young.insert(key, content);
                id
            }
        }
    }
}
