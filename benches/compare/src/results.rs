//! What one run measured, before anything is said about it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::race::Latency;
use crate::side::Side;

/// Acts whose latency is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Act {
    NewestRare,
    NewestMedium,
    NewestCommon,
    NewestCommonest,
    NewestPhrase,
    ContainsOne,
    ContainsTwo,
    ContainsThree,
    ContainsOneCjk,
    ContainsTwoCjk,
    ContainsThreeCjk,
    FirstPage,
    DeepPage,
    CountRare,
    CountMedium,
    CountCommon,
    CountCommonest,
    History,
    Find,
    SearchAfterSave,
    Open,
}

/// Things that must come out alike on both sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Check {
    /// Words are in as many messages as a plain scan says.
    WordCount,
    /// The newest messages with a word or phrase are no older than those that FTS5 finds by time.
    Newest,
    /// Count and newest messages of keywords of one or two characters are those of a plain scan.
    ShortContains,
    /// The same for three characters and more.
    Contains,
    /// The deep page is full and in its place.
    DeepPage,
    /// Pages of history are those of SQLite.
    History,
    /// An id finds the message that it was taken from.
    Find,
    /// Every edited message is found by its new text.
    Edited,
    /// A message is found by the search after its acknowledgement.
    Saved,
}

/// How often a check held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Held {
    /// Times that it held.
    pub(crate) held: u64,
    /// Times that it was made.
    pub(crate) of: u64,
}

impl Held {
    /// Whether it held every time, and was made at all.
    pub(crate) fn always(self) -> bool {
        self.held == self.of && self.of > 0
    }
}

/// An import, searchable and on disk at its end.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Import {
    /// Messages in a second; the median where there were several rounds.
    pub(crate) messages_per_second: f64,
    /// All files of the archive after it was closed.
    pub(crate) disk_bytes: u64,
    /// The most resident memory.
    pub(crate) peak_bytes: Option<u64>,
}

/// Building the index anew.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Reindex {
    /// How long it took.
    pub(crate) seconds: f64,
    /// The most resident memory.
    pub(crate) peak_bytes: Option<u64>,
}

/// Everything that one run measured.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Results {
    /// Messages in the file.
    pub(crate) messages: u64,
    /// Processors that the run could use.
    pub(crate) cores: usize,
    /// The page that [`Act::DeepPage`] stands for.
    pub(crate) deep_page: usize,
    pub(crate) imports: BTreeMap<Side, Import>,
    pub(crate) latencies: BTreeMap<Act, BTreeMap<Side, Latency>>,
    /// Seconds for all edits, until they are searchable.
    pub(crate) edits: BTreeMap<Side, f64>,
    pub(crate) reindexed: BTreeMap<Side, Reindex>,
    pub(crate) checks: BTreeMap<Check, BTreeMap<Side, Held>>,
}

impl Results {
    /// The latency of an act on a side, if it was measured.
    pub(crate) fn latency(&self, act: Act, side: Side) -> Option<Latency> {
        self.latencies.get(&act)?.get(&side).copied()
    }

    /// Notes whether a check held.
    pub(crate) fn check(&mut self, check: Check, side: Side, held: bool) {
        let noted = self.checks.entry(check).or_default().entry(side).or_insert(Held { held: 0, of: 0 });
        noted.held += u64::from(held);
        noted.of += 1;
    }
}
