//! Times the archive's own paths on messages made up from a seed; ends in about a minute. `benches/compare` measures against others.
#![allow(clippy::unwrap_used, reason = "a measurement that cannot go on fails by it")]
#![allow(missing_docs, reason = "criterion's macros make functions without any")]

use std::hint::black_box;
use std::time::Duration;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use mynah::archive::{ArchiveOptions, HistoryRequest, ImportOptions, SearchRequest};
use mynah::model::{ConversationId, Message};
use mynah::query::Expr;
use mynah::{Archive, Durability};

const SEED: u64 = 7;
const MESSAGES: u64 = 10_000;
/// 1 March 2024; the messages follow a minute apart.
const FIRST_TIME: u64 = 1_709_251_200;
/// In every message.
const COMMON: &str = "deploy";
/// In one of a thousand messages.
const RARE: &str = "quokka";

/// Numbers that look random and are the same in every run (SplitMix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % sides as u64) as usize
    }
}

fn word(dice: &mut Dice) -> String {
    const SYLLABLES: [&str; 16] = ["an", "ber", "con", "da", "er", "fa", "hor", "in", "ka", "lo", "men", "on", "ri", "ser", "ta", "ver"];
    (0..=dice.roll(3)).map(|_| SYLLABLES[dice.roll(SYLLABLES.len())]).collect()
}

fn messages() -> Vec<Message> {
    let mut dice = Dice(SEED);
    let message = |position: u64| {
        let mut words: Vec<String> = (0..4 + dice.roll(12)).map(|_| word(&mut dice)).collect();
        words.push(COMMON.to_owned());
        if position.is_multiple_of(1_000) {
            words.push(RARE.to_owned());
        }
        Message::text(&format!("user{}", dice.roll(50)), FIRST_TIME + 60 * position, &words.join(" "))
    };
    (0..MESSAGES).map(message).collect()
}

fn ops() -> ConversationId {
    ConversationId::group("ops").unwrap()
}

fn import(archive: &Archive, messages: Vec<Message>) {
    let mut importer = archive.importer(ImportOptions { conversation: Some(ops()), strict: true, ..ImportOptions::default() });
    messages.into_iter().for_each(|message| importer.add(message).unwrap());
    importer.finish().unwrap();
    assert!(archive.wait_until_indexed());
}

fn reading_json(criterion: &mut Criterion) {
    let json = messages()[0].to_json();
    let mut group = criterion.benchmark_group("message");
    group.throughput(Throughput::Bytes(json.len() as u64));
    group.bench_function("from_json", |bencher| bencher.iter(|| Message::from_json(black_box(&json)).unwrap()));
}

fn importing(criterion: &mut Criterion) {
    let messages = messages();
    let mut group = criterion.benchmark_group("import");
    group.sample_size(10).throughput(Throughput::Elements(MESSAGES));
    group.bench_function("10,000 until searchable", |bencher| {
        let fresh = || {
            let folder = tempfile::tempdir().unwrap();
            let archive = Archive::open(folder.path().join("archive")).unwrap();
            (archive, folder, messages.clone())
        };
        // What is returned is dropped, and so closed, outside the clock.
        let run = |(archive, folder, messages)| {
            import(&archive, messages);
            (archive, folder)
        };
        bencher.iter_batched(fresh, run, BatchSize::PerIteration);
    });
}

fn using(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let archive = ArchiveOptions::new().durability(Durability::Buffered).open(folder.path().join("archive")).unwrap();
    import(&archive, messages());
    let ops = ops();

    let page = HistoryRequest { limit: 50, ..HistoryRequest::default() };
    criterion.bench_function("history/page of 50", |bencher| bencher.iter(|| archive.history(&ops, &page).unwrap()));

    let id = archive.history(&ops, &page).unwrap().messages[25].id_text();
    criterion.bench_function("find/by id", |bencher| bencher.iter(|| archive.find(&[black_box(&id)]).unwrap()));

    let mut search = |name: &str, request: SearchRequest| {
        criterion.bench_function(name, |bencher| bencher.iter(|| archive.search(black_box(&request)).unwrap()));
    };
    search("search/rare word, newest 20", SearchRequest::new(Expr::word(RARE)));
    search("search/common word, newest 20", SearchRequest::new(Expr::word(COMMON)));
    search("search/contains 3 characters, newest 20", SearchRequest::new(Expr::contains("plo")));
    search("search/exact count", SearchRequest { limit: 0, count: true, ..SearchRequest::new(Expr::word(COMMON)) });

    let mut saved = 0;
    criterion.bench_function("save/one, buffered, and find it by a search", |bencher| {
        bencher.iter(|| {
            saved += 1;
            let word = format!("saved{saved}");
            archive.save(&ops, Message::text("alice", FIRST_TIME + 60 * MESSAGES + saved, &word)).unwrap();
            let found = archive.search(&SearchRequest::new(Expr::word(word))).unwrap();
            assert_eq!(found.hits.len(), 1);
        });
    });
}

criterion_group! {
    name = archive;
    config = Criterion::default().warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(3));
    targets = reading_json, importing, using
}
criterion_main!(archive);
