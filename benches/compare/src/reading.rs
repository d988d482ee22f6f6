//! The acts that leave archives as they are: searches for words and keywords, pages, history, and whether their answers were right.

use std::collections::BTreeMap;
use std::hint::black_box;

use anyhow::{Context, Result};
use fastrand::Rng;

use crate::corpus::{Corpus, Word};
use crate::engine::{Query, Search};
use crate::field::{ARCHIVES, Field};
use crate::judge;
use crate::messages::Message;
use crate::race::race;
use crate::results::{Act, Check, Results};
use crate::samples::{Samples, Script, keywords};
use crate::say;
use crate::side::Side;

/// Samples of an act whose answers are looked at.
const CHECKED: usize = 50;

pub(crate) fn search_words(field: &mut Field, samples: &Samples, results: &mut Results) -> Result<()> {
    let words = |words: &[Word]| words.iter().map(Word::query).collect::<Vec<_>>();
    let newest = [
        (Act::NewestRare, words(&samples.rare)),
        (Act::NewestMedium, words(&samples.medium)),
        (Act::NewestCommon, words(&samples.common)),
        (Act::NewestCommonest, words(&samples.commonest)),
        (Act::NewestPhrase, samples.phrases.clone()),
    ];
    for (act, queries) in newest {
        say(&format!("{act:?}"));
        let mut runners = field.searching(&[Side::Mynah, Side::Fts5, Side::Fts5ByTime, Side::Parts]);
        results.latencies.insert(act, race(&mut runners, &queries, search)?);
        check_newest(field, &queries, results)?;
    }
    let counts = [
        (Act::CountRare, &samples.rare),
        (Act::CountMedium, &samples.medium),
        (Act::CountCommon, &samples.common),
        (Act::CountCommonest, &samples.commonest),
    ];
    for (act, of_band) in counts {
        say(&format!("{act:?}"));
        let mut runners = field.searching(&[Side::Mynah, Side::Fts5, Side::Parts]);
        let latencies = race(&mut runners, &words(of_band), |_, runner, query| {
            black_box(runner.count(query)?);
            Ok(())
        })?;
        results.latencies.insert(act, latencies);
    }
    Ok(())
}

fn search(_: Side, runner: &mut (dyn Search + '_), query: &Query) -> Result<()> {
    black_box(runner.newest(query, None)?.bodies);
    Ok(())
}

fn check_newest(field: &mut Field, queries: &[Query], results: &mut Results) -> Result<()> {
    let mut checked: Vec<&Query> = queries.iter().take(CHECKED).collect();
    checked.dedup();
    let mut runners = field.searching(&[Side::Mynah, Side::Fts5ByTime, Side::Parts]);
    for query in checked {
        let mut pages = BTreeMap::new();
        for (side, runner) in &mut runners {
            pages.insert(*side, runner.newest(query, None)?.bodies);
        }
        let by_time = pages.remove(&Side::Fts5ByTime).unwrap_or_default();
        for (side, page) in pages {
            results.check(Check::Newest, side, judge::is_newest(&page, query, &by_time)?);
        }
    }
    Ok(())
}

pub(crate) fn search_keywords(field: &mut Field, corpus: &Corpus, count: usize, rng: &mut Rng, results: &mut Results) -> Result<()> {
    let classes = [
        (Act::ContainsOne, 1..=1, Script::Other),
        (Act::ContainsTwo, 2..=2, Script::Other),
        (Act::ContainsThree, 3..=8, Script::Other),
        (Act::ContainsOneCjk, 1..=1, Script::Cjk),
        (Act::ContainsTwoCjk, 2..=2, Script::Cjk),
        (Act::ContainsThreeCjk, 3..=8, Script::Cjk),
    ];
    for (act, lengths, script) in classes {
        say(&format!("{act:?}"));
        // Trigrams know nothing shorter than three characters: there is no peer for that.
        let (check, sides): (_, &[Side]) = match *lengths.end() {
            ..3 => (Check::ShortContains, &[Side::Mynah]),
            _ => (Check::Contains, &[Side::Mynah, Side::Trigram]),
        };
        let keywords = keywords(corpus, lengths, script, count, rng);
        let queries: Vec<Query> = keywords.iter().cloned().map(Query::Contains).collect();
        let mut runners = field.searching(sides);
        results.latencies.insert(act, race(&mut runners, &queries, search)?);

        let checked = &keywords[..keywords.len().min(CHECKED)];
        for (scan, query) in corpus.scan(checked).iter().zip(&queries) {
            for (side, runner) in &mut runners {
                let page = runner.newest(query, None)?.bodies;
                results.check(check, *side, judge::is_exact(&page, runner.count(query)?, query, scan)?);
            }
        }
    }
    Ok(())
}

pub(crate) fn search_pages(field: &mut Field, samples: &Samples, count: usize, results: &mut Results) -> Result<()> {
    say("pages");
    let mut runners = field.searching(&ARCHIVES);
    let mut first = Vec::new();
    let mut deep = Vec::new();
    for query in &samples.paged {
        let mut cursors = BTreeMap::new();
        for (side, runner) in &mut runners {
            let cursor = cursor_of_page(*runner, query, samples.deep_page)?;
            let (first, deep) = (runner.newest(query, None)?.bodies, runner.newest(query, Some(&cursor))?.bodies);
            results.check(Check::DeepPage, *side, judge::is_later_page(&deep, query, &first)?);
            cursors.insert(*side, cursor);
        }
        first.push((query, BTreeMap::new()));
        deep.push((query, cursors));
    }
    for (act, pages) in [(Act::FirstPage, &first), (Act::DeepPage, &deep)] {
        let repeated: Vec<_> = pages.iter().cycle().take(if pages.is_empty() { 0 } else { count }).collect();
        let latencies = race(&mut runners, &repeated, |side, runner, (query, cursors)| {
            let after: Option<&str> = cursors.get(&side).map(String::as_str);
            black_box(runner.newest(query, after)?.bodies);
            Ok(())
        })?;
        results.latencies.insert(act, latencies);
    }
    Ok(())
}

/// Walks to where a page begins, page by page, as a reader does.
fn cursor_of_page(runner: &mut (dyn Search + '_), query: &Query, page: usize) -> Result<String> {
    let mut after = None;
    for n in 1..page {
        after = Some(runner.newest(query, after.as_deref())?.next.with_context(|| format!("no page after page {n} of {page}"))?);
    }
    after.context("the first page has no cursor")
}

pub(crate) fn read_history(field: &mut Field, samples: &Samples, results: &mut Results) -> Result<()> {
    say("history and find");
    let mut runners = field.archiving(&ARCHIVES);
    let latencies = race(&mut runners, &samples.spots, |_, archive, spot| {
        black_box(archive.history(spot)?);
        Ok(())
    })?;
    results.latencies.insert(Act::History, latencies);

    let mut ids = Vec::new();
    for spot in &samples.spots {
        let mut of_spot = BTreeMap::new();
        let mut pages = BTreeMap::new();
        for (side, archive) in &mut runners {
            let id = archive.id_at(spot)?.context("a place of the file has no message")?;
            let found = archive.find(&id)?.context("an id has no message")?;
            results.check(Check::Find, *side, Message::read(0, &found)?.time == spot.time);
            of_spot.insert(*side, id);
            pages.insert(*side, archive.history(spot)?);
        }
        ids.push(of_spot);
        if let Some((ours, theirs)) = pages.get(&Side::Mynah).zip(pages.get(&Side::Fts5)) {
            results.check(Check::History, Side::Mynah, judge::is_same_history(ours, theirs)?);
        }
    }
    let latencies = race(&mut runners, &ids, |side, archive, ids| {
        black_box(archive.find(&ids[&side])?.context("an id has no message")?);
        Ok(())
    })?;
    results.latencies.insert(Act::Find, latencies);
    Ok(())
}

pub(crate) fn check_words(field: &mut Field, samples: &Samples, results: &mut Results) -> Result<()> {
    say("check counts");
    let mut runners = field.searching(&[Side::Mynah, Side::Fts5, Side::Parts]);
    for word in samples.words() {
        for (side, runner) in &mut runners {
            results.check(Check::WordCount, *side, word.is_count(runner.count(&word.query())?));
        }
    }
    Ok(())
}
