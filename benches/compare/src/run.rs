//! One run: every import in a process of its own, then the acts of reading side by side, then those that change the archives.

use std::collections::BTreeMap;
use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use fastrand::Rng;

use crate::engine::{Archive, Edit, Query, Search};
use crate::messages::Message;
use crate::parts::Parts;
use crate::race::{Latency, Runner, race};
use crate::results::{Act, Check, Import, Reindex, Results};
use crate::samples::{Corpus, Samples, Script, Word, keywords};
use crate::side::Side;
use crate::step::{self, Step};

/// Messages that are edited in one go.
const EDITS: usize = 1_000;
/// Messages that are saved one by one, each followed by a search.
const SAVES: usize = 50;
/// Times that an archive is opened.
const OPENINGS: usize = 5;
/// Keywords that are counted on all sides and by a plain scan.
const CHECKED_KEYWORDS: usize = 50;

/// What the run is asked to do.
pub(crate) struct Settings {
    /// A plain file of messages.
    pub(crate) file: PathBuf,
    /// Where the archives go, a folder for each side.
    pub(crate) work: PathBuf,
    /// Samples of each act.
    pub(crate) samples: usize,
    /// How often each side imports.
    pub(crate) rounds: usize,
    /// Seed of what is drawn.
    pub(crate) seed: u64,
}

/// The archives of all sides, open at the same time.
struct Field {
    archives: BTreeMap<Side, Box<dyn Archive>>,
    parts: Parts,
}

impl Field {
    fn open(work: &Path, sides: &[Side]) -> Result<Self> {
        let mut archives = BTreeMap::new();
        for &side in sides {
            archives.insert(side, side.open(&work.join(side.folder()))?);
        }
        Ok(Self { archives, parts: Parts::open(&work.join(Side::Parts.folder()))? })
    }

    /// Those of `sides` that search, the parts among them.
    fn searching(&mut self, sides: &[Side]) -> Vec<Runner<'_, dyn Search>> {
        let mut runners: Vec<Runner<'_, dyn Search>> = Vec::new();
        for (&side, archive) in self.archives.iter_mut().filter(|(side, _)| sides.contains(side)) {
            runners.push((side, archive.as_mut()));
        }
        if sides.contains(&Side::Parts) {
            runners.push((Side::Parts, &mut self.parts));
        }
        runners
    }

    /// Those of `sides` that are archives.
    fn archiving(&mut self, sides: &[Side]) -> Vec<Runner<'_, dyn Archive>> {
        let chosen = self.archives.iter_mut().filter(|(side, _)| sides.contains(side));
        chosen.map(|(&side, archive)| (side, archive.as_mut())).collect()
    }
}

/// Archives whose every act is compared; the others only lend a yardstick to some.
const ARCHIVES: [Side; 2] = [Side::Mynah, Side::Fts5];

/// Measures everything.
///
/// # Errors
/// A side failed, or the files could not be read or written.
pub(crate) fn run(settings: &Settings) -> Result<Results> {
    let mut results = Results { cores: std::thread::available_parallelism()?.get(), ..Results::default() };
    import_all(settings, &mut results)?;
    read_all(settings, &mut results)?;
    reindex_all(settings, &mut results)?;
    Ok(results)
}

fn import_all(settings: &Settings, results: &mut Results) -> Result<()> {
    let mut taken: BTreeMap<Side, Vec<f64>> = BTreeMap::new();
    for round in 1..=settings.rounds {
        for &side in Side::IMPORTED {
            say(&format!("import, round {round} of {}: {}", settings.rounds, side.name()));
            let folder = settings.work.join(side.folder());
            if folder.exists() {
                fs::remove_dir_all(&folder)?;
            }
            fs::create_dir_all(&folder)?;
            let outcome = Step::Import { side, folder: folder.clone(), file: settings.file.clone() }.run_in_child()?;
            step::settle(&folder)?;
            let rates = taken.entry(side).or_default();
            rates.push(outcome.messages as f64 / outcome.seconds);
            rates.sort_unstable_by(f64::total_cmp);
            let peak_bytes = outcome.peak_bytes.max(results.imports.get(&side).and_then(|import| import.peak_bytes));
            let import = Import { messages_per_second: rates[rates.len() / 2], disk_bytes: step::disk_bytes(&folder)?, peak_bytes };
            results.imports.insert(side, import);
            results.messages = outcome.messages;
        }
    }
    Ok(())
}

fn read_all(settings: &Settings, results: &mut Results) -> Result<()> {
    say("draw samples");
    let mut rng = Rng::with_seed(settings.seed);
    let corpus = Corpus::read(&settings.file)?;
    let samples = Samples::draw(&corpus, settings.samples, EDITS.min(corpus.len()), &mut rng);
    results.deep_page = samples.deep_page;

    if let Some(word) = samples.rare.first() {
        open_all(settings, &word.text, results)?;
    }
    let mut sides: Vec<Side> = Side::IMPORTED.iter().copied().filter(|side| !matches!(side, Side::Parts | Side::Fts5Contentless)).collect();
    sides.push(Side::Fts5ByTime);
    let mut field = Field::open(&settings.work, &sides)?;

    search_words(&mut field, &samples, results)?;
    search_keywords(&mut field, &corpus, settings, &mut rng, results)?;
    search_pages(&mut field, &samples, settings.samples, results)?;
    read_history(&mut field, &samples, results)?;
    check_words(&mut field, &samples, results)?;
    edit(&mut field, &samples, results)?;
    search_after_save(&mut field, &corpus, results)
}

fn open_all(settings: &Settings, word: &str, results: &mut Results) -> Result<()> {
    say("open");
    let mut taken: BTreeMap<Side, Vec<Duration>> = BTreeMap::new();
    for _ in 0..OPENINGS {
        for &side in Side::IMPORTED.iter().filter(|side| ARCHIVES.contains(side)) {
            let folder = settings.work.join(side.folder());
            let outcome = Step::Open { side, folder, word: word.to_owned() }.run_in_child()?;
            taken.entry(side).or_default().push(Duration::from_secs_f64(outcome.seconds));
        }
    }
    results.latencies.insert(Act::Open, taken.into_iter().filter_map(|(side, taken)| Some((side, Latency::of(taken)?))).collect());
    Ok(())
}

fn search_words(field: &mut Field, samples: &Samples, results: &mut Results) -> Result<()> {
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

fn search_keywords(field: &mut Field, corpus: &Corpus, settings: &Settings, rng: &mut Rng, results: &mut Results) -> Result<()> {
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
            ..3 => (Check::ShortContainsCount, &[Side::Mynah]),
            _ => (Check::ContainsCount, &[Side::Mynah, Side::Trigram]),
        };
        let keywords = keywords(corpus, lengths, script, settings.samples, rng);
        let queries: Vec<Query> = keywords.iter().cloned().map(Query::Contains).collect();
        let mut runners = field.searching(sides);
        results.latencies.insert(act, race(&mut runners, &queries, search)?);

        let checked = &keywords[..keywords.len().min(CHECKED_KEYWORDS)];
        for (n, expected) in corpus.count_containing(checked).into_iter().enumerate() {
            for (side, runner) in &mut runners {
                results.check(check, *side, runner.count(&queries[n])? == expected);
            }
        }
    }
    Ok(())
}

fn search_pages(field: &mut Field, samples: &Samples, count: usize, results: &mut Results) -> Result<()> {
    say("pages");
    let mut runners = field.searching(&ARCHIVES);
    let mut first = Vec::new();
    let mut deep = Vec::new();
    for query in &samples.paged {
        let mut cursors = BTreeMap::new();
        for (side, runner) in &mut runners {
            cursors.insert(*side, cursor_of_page(*runner, query, samples.deep_page)?);
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

fn read_history(field: &mut Field, samples: &Samples, results: &mut Results) -> Result<()> {
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
        for (side, archive) in &mut runners {
            of_spot.insert(*side, archive.id_at(spot)?.context("a place of the file has no message")?);
        }
        ids.push(of_spot);
    }
    let latencies = race(&mut runners, &ids, |side, archive, ids| {
        black_box(archive.find(&ids[&side])?.context("an id has no message")?);
        Ok(())
    })?;
    results.latencies.insert(Act::Find, latencies);
    Ok(())
}

fn check_words(field: &mut Field, samples: &Samples, results: &mut Results) -> Result<()> {
    say("check counts");
    let mut runners = field.searching(&[Side::Mynah, Side::Fts5, Side::Parts]);
    for word in samples.words() {
        for (side, runner) in &mut runners {
            results.check(Check::WordCount, *side, runner.count(&word.query())? == word.messages);
        }
    }
    Ok(())
}

fn edit(field: &mut Field, samples: &Samples, results: &mut Results) -> Result<()> {
    say("edit");
    // Made of letters alone, so that every tokenizer keeps it whole.
    let mark = "zzeditedzz";
    for (side, archive) in field.archiving(&ARCHIVES) {
        let mut edits: BTreeMap<String, String> = BTreeMap::new();
        for (spot, text) in &samples.edited {
            let id = archive.id_at(spot)?.context("a place of the file has no message")?;
            edits.insert(id, format!("{text} {mark}"));
        }
        let edits: Vec<Edit> = edits.into_iter().map(|(id, text)| Edit { id, text }).collect();
        let start = Instant::now();
        archive.edit(&edits)?;
        let found = archive.count(&Query::Word(mark.into()))?;
        results.edits.insert(side, start.elapsed().as_secs_f64());
        results.check(Check::Edited, side, found == edits.len() as u64);
    }
    Ok(())
}

fn search_after_save(field: &mut Field, corpus: &Corpus, results: &mut Results) -> Result<()> {
    say("save and search");
    let mut taken: BTreeMap<Side, Vec<Duration>> = BTreeMap::new();
    let time = corpus.last_time() + 1;
    for n in 0..SAVES {
        let word = format!("zzsaved{}zz", letters(n));
        let line = serde_json::json!({
            "message_conv_id": "compare", "message_conv_type": 2, "message_sender": "compare",
            "message_client_time": time, "message_server_time": time,
            "message_elem_array": [{ "elem_type": 0, "text_elem_content": format!("a message with {word} in it") }],
        });
        let message = Message::read((corpus.len() + n + 1) as u64, &line.to_string())?;
        for (side, archive) in field.archiving(&ARCHIVES) {
            archive.save(&message)?;
            let start = Instant::now();
            let found = archive.newest(&Query::Word(word.clone()), None)?.bodies.len();
            taken.entry(side).or_default().push(start.elapsed());
            results.check(Check::Saved, side, found == 1);
        }
    }
    let latencies = taken.into_iter().filter_map(|(side, taken)| Some((side, Latency::of(taken)?))).collect();
    results.latencies.insert(Act::SearchAfterSave, latencies);
    Ok(())
}

/// A number written in letters.
fn letters(number: usize) -> String {
    number.to_string().bytes().map(|digit| char::from(digit - b'0' + b'a')).collect()
}

fn reindex_all(settings: &Settings, results: &mut Results) -> Result<()> {
    for &side in Side::IMPORTED.iter().filter(|side| ARCHIVES.contains(side)) {
        say(&format!("reindex: {}", side.name()));
        let outcome = Step::Reindex { side, folder: settings.work.join(side.folder()) }.run_in_child()?;
        results.reindexed.insert(side, Reindex { seconds: outcome.seconds, peak_bytes: outcome.peak_bytes });
    }
    Ok(())
}

fn say(what: &str) {
    eprintln!("compare: {what}");
}
