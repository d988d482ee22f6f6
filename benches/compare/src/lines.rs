//! The lines of the table: what was asked for, what came out, and whether it was reached.

use serde::Serialize;

use crate::race::Latency;
use crate::results::{Act, Check, Results};
use crate::side::Side;

/// A measured thing with its unit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Value {
    /// Messages in a second.
    Rate(f64),
    /// Bytes on disk or in memory.
    Bytes(u64),
    /// Seconds.
    Seconds(f64),
    /// Half of the samples, and 99 of 100.
    Latency(Latency),
}

impl Value {
    /// The number that is compared; of a latency the median, in seconds.
    fn number(self) -> f64 {
        match self {
            Self::Rate(number) | Self::Seconds(number) => number,
            Self::Bytes(bytes) => bytes as f64,
            Self::Latency(latency) => latency.p50_us / 1e6,
        }
    }
}

/// What a line asks for.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Asked {
    /// At least so many times the peer's.
    AtLeast(f64),
    /// At most so many times the peer's.
    AtMost(f64),
    /// So many times faster than the peer.
    Faster(f64),
    /// Less than this, whatever the peer needs.
    Under(Value),
    /// Nothing; the line is there to be known.
    Nothing,
}

/// A line of the table.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Line {
    pub(crate) what: String,
    pub(crate) asked: Asked,
    /// Whom `peer` is of.
    pub(crate) peer_name: String,
    pub(crate) mynah: Option<Value>,
    pub(crate) peer: Option<Value>,
    /// Mynah's divided by the peer's; for [`Asked::Faster`] the other way round.
    pub(crate) ratio: Option<f64>,
    /// `None` where nothing was asked for, or a side was not measured.
    pub(crate) reached: Option<bool>,
}

impl Line {
    fn new(what: &str, asked: Asked, mynah: Option<Value>, peer_name: &str, peer: Option<Value>) -> Self {
        let ratio = mynah.zip(peer).map(|(mynah, peer)| match asked {
            Asked::Faster(_) => peer.number() / mynah.number(),
            _ => mynah.number() / peer.number(),
        });
        let reached = match asked {
            Asked::AtLeast(least) | Asked::Faster(least) => ratio.map(|ratio| ratio >= least),
            Asked::AtMost(most) => ratio.map(|ratio| ratio <= most),
            Asked::Under(limit) => mynah.map(|mynah| mynah.number() < limit.number()),
            Asked::Nothing => None,
        };
        Self { what: what.to_owned(), asked, peer_name: peer_name.to_owned(), mynah, peer, ratio, reached }
    }

    /// Speed alone is not enough: what was found must be right too.
    fn and(mut self, held: Option<bool>) -> Self {
        self.reached = self.reached.map(|reached| reached && held == Some(true));
        self
    }
}

/// All lines, in the order in which they are printed.
pub(crate) fn lines(results: &Results) -> Vec<Line> {
    let mut lines = import_lines(results);
    lines.extend(word_lines(results));
    lines.extend(keyword_lines(results));
    lines.extend(other_lines(results));
    lines
}

fn import_lines(results: &Results) -> Vec<Line> {
    let rate = |side| results.imports.get(&side).map(|import| Value::Rate(import.messages_per_second));
    let disk = |side| results.imports.get(&side).map(|import| Value::Bytes(import.disk_bytes));
    let against = |what: &str, value: &dyn Fn(Side) -> Option<Value>, asked, peer: Side| {
        Line::new(what, asked, value(Side::Mynah), peer.name(), value(peer))
    };
    let import = "import, durable and searchable";
    let size = "store + index on disk";
    vec![
        against(import, &rate, Asked::AtLeast(1.8), Side::Fts5),
        against(import, &rate, Asked::AtLeast(0.75), Side::Parts),
        against(import, &rate, Asked::Nothing, Side::Fts5Contentless),
        against(import, &rate, Asked::Nothing, Side::Trigram),
        against(size, &disk, Asked::AtMost(0.40), Side::Fts5),
        against(size, &disk, Asked::Nothing, Side::Fts5Contentless),
        against(size, &disk, Asked::Nothing, Side::Trigram),
        against(size, &disk, Asked::Nothing, Side::Parts),
    ]
}

/// One act, Mynah against a peer.
fn latency(results: &Results, what: &str, act: Act, asked: Asked, peer: Side) -> Line {
    let of = |side| results.latency(act, side).map(Value::Latency);
    Line::new(what, asked, of(Side::Mynah), peer.name(), of(peer))
}

/// One act of Mynah against another act of its own.
fn own(results: &Results, what: &str, act: Act, asked: Asked, other_name: &str, other: Act) -> Line {
    let of = |act| results.latency(act, Side::Mynah).map(Value::Latency);
    Line::new(what, asked, of(act), other_name, of(other))
}

/// Whether a check held every time for Mynah, if it was made.
fn held(results: &Results, check: Check) -> Option<bool> {
    results.checks.get(&check)?.get(&Side::Mynah).map(|held| held.always())
}

fn word_lines(results: &Results) -> Vec<Line> {
    let bands = [
        ("newest 20, rare word", Act::NewestRare),
        ("newest 20, word in 1 of 1,000", Act::NewestMedium),
        ("newest 20, word in over 1 %", Act::NewestCommon),
        ("newest 20, commonest word", Act::NewestCommonest),
        ("newest 20, phrase of two words", Act::NewestPhrase),
    ];
    let mut lines: Vec<Line> = bands.iter().map(|(what, act)| latency(results, what, *act, Asked::AtMost(1.0), Side::Fts5)).collect();
    for (what, act) in bands {
        let asked = if matches!(act, Act::NewestCommon | Act::NewestCommonest) { Asked::Faster(20.0) } else { Asked::Nothing };
        lines.push(latency(results, what, act, asked, Side::Fts5ByTime));
    }
    lines.push(own(results, "newest 20, commonest word", Act::NewestCommonest, Asked::AtMost(3.0), "own rare word", Act::NewestRare));
    lines.extend(bands.map(|(what, act)| latency(results, what, act, Asked::Nothing, Side::Parts)));
    lines.into_iter().map(|line| line.and(held(results, Check::Newest))).collect()
}

fn keyword_lines(results: &Results) -> Vec<Line> {
    let long = |what, act| latency(results, what, act, Asked::AtMost(1.0), Side::Trigram).and(held(results, Check::Contains));
    let short = |what, act| {
        let mynah = results.latency(act, Side::Mynah).map(Value::Latency);
        Line::new(what, Asked::Under(Value::Seconds(0.005)), mynah, "finds nothing", None).and(held(results, Check::ShortContains))
    };
    vec![
        long("contains, 3 to 8 characters", Act::ContainsThree),
        long("contains, 3 to 8 characters, CJK", Act::ContainsThreeCjk),
        short("contains, 2 characters", Act::ContainsTwo),
        short("contains, 2 characters, CJK", Act::ContainsTwoCjk),
        short("contains, 1 character", Act::ContainsOne),
        short("contains, 1 character, CJK", Act::ContainsOneCjk),
    ]
}

fn other_lines(results: &Results) -> Vec<Line> {
    let under = |seconds| Asked::Under(Value::Seconds(seconds));
    let held = |check| held(results, check);
    let count = |what, act| latency(results, what, act, under(200e-6), Side::Fts5).and(held(Check::WordCount));
    let memory = Asked::Under(Value::Bytes(400_000_000));
    let import_peak = |side| results.imports.get(&side)?.peak_bytes.map(Value::Bytes);
    let reindex_peak = |side| results.reindexed.get(&side)?.peak_bytes.map(Value::Bytes);
    let reindex_time = |side| results.reindexed.get(&side).map(|reindex| Value::Seconds(reindex.seconds));
    let edits = |side| results.edits.get(&side).copied().map(Value::Seconds);
    let deep = format!("page {} of a search", results.deep_page);
    let fts5 = Side::Fts5.name();
    vec![
        own(results, &deep, Act::DeepPage, Asked::AtMost(2.0), "own page 1", Act::FirstPage).and(held(Check::DeepPage)),
        latency(results, &deep, Act::DeepPage, Asked::Nothing, Side::Fts5),
        count("count of a rare word", Act::CountRare),
        count("count of a word in 1 of 1,000", Act::CountMedium),
        count("count of a word in over 1 %", Act::CountCommon),
        count("count of the commonest word", Act::CountCommonest),
        latency(results, "history page of 50", Act::History, Asked::AtMost(1.5), Side::Fts5).and(held(Check::History)),
        latency(results, "find by id", Act::Find, Asked::AtMost(1.5), Side::Fts5).and(held(Check::Find)),
        Line::new("1,000 edits, searchable", under(1.0), edits(Side::Mynah), fts5, edits(Side::Fts5)).and(held(Check::Edited)),
        latency(results, "search after one acknowledged message", Act::SearchAfterSave, under(0.050), Side::Fts5).and(held(Check::Saved)),
        Line::new("peak memory of the import", memory, import_peak(Side::Mynah), fts5, import_peak(Side::Fts5)),
        Line::new("peak memory of a reindex", memory, reindex_peak(Side::Mynah), fts5, reindex_peak(Side::Fts5)),
        Line::new("reindex", Asked::Nothing, reindex_time(Side::Mynah), fts5, reindex_time(Side::Fts5)),
        latency(results, "open, with a first search", Act::Open, under(0.300), Side::Fts5),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(asked: Asked, mynah: f64, peer: f64, expected: Option<bool>) {
        let line = Line::new("x", asked, Some(Value::Seconds(mynah)), "y", Some(Value::Seconds(peer)));
        assert_eq!(line.reached, expected);
    }

    #[test]
    fn a_line_is_reached_when_its_ratio_says_so() {
        check(Asked::AtLeast(1.8), 1.8, 1.0, Some(true));
        check(Asked::AtLeast(1.8), 1.7, 1.0, Some(false));
        check(Asked::AtMost(0.4), 0.5, 1.0, Some(false));
        check(Asked::Faster(20.0), 1.0, 30.0, Some(true));
        check(Asked::Faster(20.0), 1.0, 10.0, Some(false));
        check(Asked::Under(Value::Seconds(1.0)), 1.0, 9.0, Some(false));
        check(Asked::Nothing, 1.0, 1.0, None);
    }

    #[test]
    fn a_fast_answer_that_is_wrong_is_not_reached() {
        let line = || Line::new("x", Asked::AtMost(1.0), Some(Value::Seconds(1.0)), "y", Some(Value::Seconds(2.0)));
        assert_eq!(line().and(Some(true)).reached, Some(true));
        assert_eq!(line().and(Some(false)).reached, Some(false));
        assert_eq!(line().and(None).reached, Some(false));
    }

    #[test]
    fn a_side_that_was_not_measured_reaches_nothing() {
        assert!(lines(&Results::default()).iter().all(|line| line.reached.is_none() && line.ratio.is_none()));
    }
}
