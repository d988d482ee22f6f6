//! How RocksDB is set up: one memory budget for all column families, LZ4 above, Zstd with a dictionary at the bottom.

use rocksdb::{
    BlockBasedOptions, Cache, ColumnFamilyDescriptor, DBCompressionType, DBRecoveryMode, LruCacheOptions, Options, WriteBufferManager,
};

use super::Memory;
use super::layout::family;

/// Options of the whole database, and its block cache.
pub(super) fn database(memory: Memory) -> (Options, Cache) {
    // Few shards: one of a large cache's usual 64 would be smaller than the filter of a table, which then never stayed.
    let mut shards = LruCacheOptions::default();
    shards.set_capacity(memory.block_cache);
    shards.set_num_shard_bits(1);
    let cache = Cache::new_lru_cache_opts(&shards);
    let mut options = Options::default();
    options.create_if_missing(true);
    options.create_missing_column_families(true);
    options.set_write_buffer_manager(&WriteBufferManager::new_write_buffer_manager(memory.memtables, false));
    // A half-written record at the end of the log is a write that was never acknowledged; one before the end is damage.
    options.set_wal_recovery_mode(DBRecoveryMode::TolerateCorruptedTailRecords);
    options.set_max_total_wal_size(memory.memtables as u64);
    options.set_max_background_jobs(2);
    options.set_keep_log_file_num(2);
    options.set_max_log_file_size(1 << 20);
    options.set_bytes_per_sync(1 << 20);
    (options, cache)
}

/// All column families with their options.
pub(super) fn families(memory: Memory, cache: &Cache) -> Vec<ColumnFamilyDescriptor> {
    family::ALL
        .map(|name| {
            let options = match name {
                family::MESSAGES => messages(memory, cache),
                family::IDS => ids(memory, cache),
                family::SCRIPT_KV | family::SCRIPTS => looked_up(memory, cache),
                _ => plain(memory, cache),
            };
            ColumnFamilyDescriptor::new(name, options)
        })
        .into()
}

/// Messages: read by key and in order, compressed hard once they are at rest.
fn messages(memory: Memory, cache: &Cache) -> Options {
    let mut options = base(memory);
    options.set_block_based_table_factory(&table(cache, 8 << 10, None));
    options.set_bottommost_compression_type(DBCompressionType::Zstd);
    options.set_bottommost_compression_options(-14, 3, 0, 16 << 10, true);
    options.set_bottommost_zstd_max_train_bytes(1 << 20, true);
    options
}

/// Ids: random keys, asked for one at a time, mostly in vain while importing.
fn ids(memory: Memory, cache: &Cache) -> Options {
    let mut options = base(memory);
    options.set_block_based_table_factory(&table(cache, 4 << 10, Some(10.0)));
    options.set_memtable_whole_key_filtering(true);
    options.set_memtable_prefix_bloom_ratio(0.1);
    options
}

/// Rows that are asked for one at a time, often in vain.
fn looked_up(memory: Memory, cache: &Cache) -> Options {
    let mut options = base(memory);
    options.set_block_based_table_factory(&table(cache, 4 << 10, Some(10.0)));
    options
}

fn plain(memory: Memory, cache: &Cache) -> Options {
    let mut options = base(memory);
    options.set_block_based_table_factory(&table(cache, 4 << 10, None));
    options
}

fn base(memory: Memory) -> Options {
    let mut options = Options::default();
    options.set_write_buffer_size(memory.memtables / 2);
    options.set_max_write_buffer_number(3);
    options.set_compression_type(DBCompressionType::Lz4);
    options.set_level_compaction_dynamic_level_bytes(true);
    options
}

fn table(cache: &Cache, block_size: usize, bloom_bits: Option<f64>) -> BlockBasedOptions {
    let mut table = BlockBasedOptions::default();
    table.set_block_cache(cache);
    table.set_block_size(block_size);
    table.set_format_version(6);
    table.set_cache_index_and_filter_blocks(true);
    table.set_pin_l0_filter_and_index_blocks_in_cache(true);
    if let Some(bits) = bloom_bits {
        table.set_bloom_filter(bits, false);
    }
    table
}
