//! One run: every import in a process of its own, then the acts of reading side by side, then those that change the archives.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use fastrand::Rng;

use crate::changing::{edit, search_after_save};
use crate::corpus::Corpus;
use crate::field::{ARCHIVES, Field};
use crate::race::Latency;
use crate::reading::{check_words, read_history, search_keywords, search_pages, search_words};
use crate::results::{Act, Import, Reindex, Results};
use crate::samples::Samples;
use crate::say;
use crate::side::Side;
use crate::step::{self, Step};

/// Messages that are edited in one go.
const EDITS: usize = 1_000;
/// Times that an archive is opened.
const OPENINGS: usize = 5;

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
    /// Those that import, in the order in which they take turns.
    pub(crate) sides: Vec<Side>,
    /// Seed of what is drawn.
    pub(crate) seed: u64,
}

/// Measures everything.
///
/// # Errors
/// A side failed, or the files could not be read or written; `results` has what was measured before.
pub(crate) fn run(settings: &Settings, results: &mut Results) -> Result<()> {
    results.cores = std::thread::available_parallelism()?.get();
    import_all(settings, results)?;
    read_all(settings, results)?;
    reindex_all(settings, results)
}

fn import_all(settings: &Settings, results: &mut Results) -> Result<()> {
    let mut taken: BTreeMap<Side, Vec<f64>> = BTreeMap::new();
    for round in 1..=settings.rounds {
        for &side in &settings.sides {
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
    let mut sides: Vec<Side> = settings.sides.iter().copied().filter(|side| !matches!(side, Side::Parts | Side::Fts5Contentless)).collect();
    sides.push(Side::Fts5ByTime);
    let mut field = Field::open(&settings.work, &sides)?;

    search_words(&mut field, &samples, results)?;
    search_keywords(&mut field, &corpus, settings.samples, &mut rng, results)?;
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
        for &side in settings.sides.iter().filter(|side| ARCHIVES.contains(side)) {
            let folder = settings.work.join(side.folder());
            let outcome = Step::Open { side, folder, word: word.to_owned() }.run_in_child()?;
            taken.entry(side).or_default().push(Duration::from_secs_f64(outcome.seconds));
        }
    }
    results.latencies.insert(Act::Open, taken.into_iter().filter_map(|(side, taken)| Some((side, Latency::of(taken)?))).collect());
    Ok(())
}

fn reindex_all(settings: &Settings, results: &mut Results) -> Result<()> {
    for &side in settings.sides.iter().filter(|side| ARCHIVES.contains(side)) {
        say(&format!("reindex: {}", side.name()));
        let outcome = Step::Reindex { side, folder: settings.work.join(side.folder()) }.run_in_child()?;
        results.reindexed.insert(side, Reindex { seconds: outcome.seconds, peak_bytes: outcome.peak_bytes });
    }
    Ok(())
}
