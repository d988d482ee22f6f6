//! The limit of the parts: RocksDB and Tantivy fed directly and side by side, with nothing of an archive around them.

use std::collections::HashMap;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use rocksdb::{BlockBasedOptions, Cache, DB, DBCompressionType, Options, WriteBatch};
use tantivy::query::{EnableScoring, PhraseQuery, TermQuery};
use tantivy::schema::{FAST, Field, IndexRecordOption, Schema, TEXT};
use tantivy::{DocSet, Index, IndexBuilder, IndexReader, IndexSettings, IndexSortByField, ReloadPolicy, TERMINATED, TantivyDocument, Term};

use crate::engine::{Page, Query, SEARCH_PAGE, Search};
use crate::messages::{self, Message};

/// Messages in one write of RocksDB.
const BATCH: usize = 10_000;
/// What Tantivy may hold in memory before it writes a segment.
const INDEX_MEMORY_BYTES: usize = 100_000_000;
/// What RocksDB may keep in memory of what it read; as much as SQLite may.
const BLOCK_CACHE_BYTES: usize = 64 << 20;

/// Where a message stands: conversation number, time, line number.
type Place = (u64, u64, u64);

/// The opened parts.
pub(crate) struct Parts {
    store: DB,
    reader: IndexReader,
    text: Field,
}

impl Parts {
    /// Writes all messages of a plain file, and returns how many they were and how long both parts took.
    ///
    /// The messages are read and parsed before the clock starts: this is a limit, not an archive. The clock stops when both parts
    /// are done: the log of RocksDB is on disk, the commit of Tantivy is. What they merge later is waited for, but not timed.
    pub(crate) fn import(folder: &Path, file: &Path) -> Result<(u64, Duration)> {
        let mut all = Vec::new();
        let mut conversations = HashMap::new();
        messages::for_each_batch(file, BATCH, Message::read, |batch| {
            for message in batch {
                let next = conversations.len() as u64 + 1;
                let conversation = *conversations.entry(message.conversation.clone()).or_insert(next);
                all.push((conversation, message));
            }
            Ok(())
        })?;
        let start = Instant::now();
        let (stored, indexed) = thread::scope(|scope| {
            let store = scope.spawn(|| write_store(folder, &all, start));
            let index = write_index(folder, &all, start);
            (store.join(), index)
        });
        let stored = stored.map_err(|_| anyhow!("the thread that writes the store panicked"))??;
        Ok((all.len() as u64, stored.max(indexed?)))
    }

    /// Opens what [`Parts::import`] wrote.
    pub(crate) fn open(folder: &Path) -> Result<Self> {
        let store = DB::open_for_read_only(&store_options(), folder.join("store"), false)?;
        let index = Index::open_in_dir(folder.join("index"))?;
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let text = index.schema().get_field("text")?;
        Ok(Self { store, reader, text })
    }

    fn tantivy_query(&self, query: &Query) -> Result<Box<dyn tantivy::query::Query>> {
        let term = |word: &str| Term::from_field_text(self.text, word);
        Ok(match query {
            Query::Word(word) => Box::new(TermQuery::new(term(word), IndexRecordOption::Basic)),
            Query::Phrase(words) => Box::new(PhraseQuery::new(words.split(' ').map(term).collect())),
            Query::Contains(_) => bail!("the parts alone have no search for the inside of words"),
        })
    }
}

fn store_options() -> Options {
    let mut options = Options::default();
    options.create_if_missing(true);
    options.set_compression_type(DBCompressionType::Lz4);
    options.increase_parallelism(2);
    let mut blocks = BlockBasedOptions::default();
    blocks.set_block_cache(&Cache::new_lru_cache(BLOCK_CACHE_BYTES));
    options.set_block_based_table_factory(&blocks);
    options
}

fn key((conversation, time, number): Place) -> [u8; 20] {
    let mut key = [0; 20];
    key[..4].copy_from_slice(&(conversation as u32).to_be_bytes());
    key[4..12].copy_from_slice(&time.to_be_bytes());
    key[12..].copy_from_slice(&number.to_be_bytes());
    key
}

fn write_store(folder: &Path, all: &[(u64, Message)], start: Instant) -> Result<Duration> {
    let store = DB::open(&store_options(), folder.join("store"))?;
    for messages in all.chunks(BATCH) {
        let mut batch = WriteBatch::default();
        for (conversation, message) in messages {
            batch.put(key((*conversation, message.time, message.number)), &message.json);
        }
        store.write(batch)?;
    }
    store.flush_wal(true)?;
    let taken = start.elapsed();
    // From here on only for the size on disk: tables instead of the log.
    store.flush()?;
    store.cancel_all_background_work(true);
    Ok(taken)
}

fn write_index(folder: &Path, all: &[(u64, Message)], start: Instant) -> Result<Duration> {
    let folder = folder.join("index");
    std::fs::create_dir_all(&folder)?;
    let mut schema = Schema::builder();
    let text = schema.add_text_field("text", TEXT);
    let [conversation, time, number] = ["conversation", "time", "number"].map(|name| schema.add_u64_field(name, FAST));
    let settings = IndexSettings {
        sort_by_field: Some(IndexSortByField { field: "time".into(), order: tantivy::index::Order::Desc }),
        ..IndexSettings::default()
    };
    let index = IndexBuilder::new().schema(schema.build()).settings(settings).create_in_dir(&folder)?;
    let mut writer = index.writer_with_num_threads(1, INDEX_MEMORY_BYTES)?;
    for (of, message) in all {
        let mut document = TantivyDocument::default();
        document.add_text(text, &message.text);
        document.add_u64(conversation, *of);
        document.add_u64(time, message.time);
        document.add_u64(number, message.number);
        writer.add_document(document)?;
    }
    writer.commit()?;
    let taken = start.elapsed();
    writer.wait_merging_threads()?;
    Ok(taken)
}

impl Search for Parts {
    /// Stops after the first hits of every segment, since segments are sorted by time; knows no further pages.
    fn newest(&mut self, query: &Query, _after: Option<&str>) -> Result<Page> {
        let searcher = self.reader.searcher();
        let weight = self.tantivy_query(query)?.weight(EnableScoring::disabled_from_searcher(&searcher))?;
        let mut newest: Vec<Place> = Vec::new();
        for segment in searcher.segment_readers() {
            let fast = segment.fast_fields();
            let [conversation, time, number] = [fast.u64("conversation")?, fast.u64("time")?, fast.u64("number")?];
            let mut hits = weight.scorer(segment, 1.0)?;
            for _ in 0..SEARCH_PAGE {
                let hit = hits.doc();
                if hit == TERMINATED {
                    break;
                }
                let [conversation, time, number] = [&conversation, &time, &number].map(|column| column.first(hit).unwrap_or_default());
                newest.push((conversation, time, number));
                hits.advance();
            }
        }
        newest.sort_unstable_by_key(|&(_, time, number)| std::cmp::Reverse((time, number)));
        newest.truncate(SEARCH_PAGE);
        let mut bodies = Vec::with_capacity(newest.len());
        for place in newest {
            bodies.push(String::from_utf8(self.store.get(key(place))?.context("a hit has no message")?)?);
        }
        Ok(Page { bodies, next: None })
    }

    fn count(&mut self, query: &Query) -> Result<u64> {
        let searcher = self.reader.searcher();
        let weight = self.tantivy_query(query)?.weight(EnableScoring::disabled_from_searcher(&searcher))?;
        let mut count = 0;
        for segment in searcher.segment_readers() {
            count += u64::from(weight.count(segment)?);
        }
        Ok(count)
    }
}
