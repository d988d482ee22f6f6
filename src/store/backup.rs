//! Backups, compaction, sizes and checks of the files: what is done to the store as a whole.

use std::fs;
use std::path::Path;

use rocksdb::backup::{BackupEngine, BackupEngineOptions, RestoreOptions};
use rocksdb::{BottommostLevelCompaction, CompactOptions, DB, Env, Options, WaitForCompactOptions};

use super::layout::{family, format_of};
use super::{Layout, Store, StoreError};

/// Sizes of the store, in bytes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sizes {
    /// Bytes of the files on disk.
    pub(crate) disk: u64,
    /// Bytes of memory: block cache, memtables, table readers.
    pub(crate) memory: u64,
}

impl Store {
    /// Writes all memtables to tables, so that the log on disk is short and opening is fast.
    ///
    /// # Errors
    /// [`StoreError`]: nothing is lost, what was in memory is in the log.
    pub(crate) fn flush(&self) -> Result<(), StoreError> {
        for name in family::ALL {
            self.db.flush_cf(self.family(name)?).map_err(|source| self.named(source))?;
        }
        Ok(())
    }

    /// Rewrites every table, so that what was removed is gone from the disk.
    ///
    /// # Errors
    /// [`StoreError`]: some tables are rewritten, nothing is lost.
    pub(crate) fn compact(&self) -> Result<(), StoreError> {
        self.flush()?;
        let mut options = CompactOptions::default();
        options.set_bottommost_level_compaction(BottommostLevelCompaction::Force);
        for name in family::ALL {
            self.db.compact_range_cf_opt(self.family(name)?, None::<&[u8]>, None::<&[u8]>, &options);
        }
        self.db.wait_for_compact(&WaitForCompactOptions::default()).map_err(|source| self.named(source))
    }

    /// Reads every block of every table and compares the checksums.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] names the file.
    pub(crate) fn verify_files(&self) -> Result<(), StoreError> {
        let files = self.db.live_files().map_err(|source| self.named(source))?;
        for file in files {
            let path = self.layout.store().join(file.name.trim_start_matches('/'));
            let size = std::fs::metadata(&path).map_err(|source| StoreError::io("read", &path, source))?.len();
            if size != file.size as u64 {
                return Err(StoreError::Damaged { folder: path, what: format!("{size} bytes, {} were written", file.size) });
            }
        }
        for name in family::ALL {
            let mut options = rocksdb::ReadOptions::default();
            options.fill_cache(false);
            options.set_verify_checksums(true);
            // One that only reads a store of an older format lacks some.
            let Some(family) = self.db.cf_handle(name) else { continue };
            let mut rows = self.db.raw_iterator_cf_opt(family, options);
            rows.seek_to_first();
            while rows.valid() {
                rows.next();
            }
            rows.status().map_err(|source| self.named(source))?;
        }
        Ok(())
    }

    /// How large the store is.
    pub(crate) fn sizes(&self) -> Sizes {
        let property = |name: &str| -> u64 {
            let values = family::ALL.iter().filter_map(|family| self.db.cf_handle(family));
            values.filter_map(|family| self.db.property_int_value_cf(family, name).ok().flatten()).sum()
        };
        let memory =
            self.cache.get_usage() as u64 + property("rocksdb.cur-size-all-mem-tables") + property("rocksdb.estimate-table-readers-mem");
        Sizes { disk: folder_size(&self.layout.store()), memory }
    }

    /// Adds a backup of this moment to the backups in `folder`; tables that are there already are not copied again.
    ///
    /// Then the sizes of its files are compared with those noted; checksums are compared by [`Store::restore`] only.
    ///
    /// # Errors
    /// [`StoreError`]: the backups that were in `folder` before are still good.
    pub(crate) fn backup(&self, folder: &Path) -> Result<(), StoreError> {
        fs::create_dir_all(folder).map_err(|source| StoreError::io("create", folder, source))?;
        let mut engine = engine(folder)?;
        engine.create_new_backup_flush(&self.db, true).map_err(|source| StoreError::opening(folder.to_owned(), source))?;
        let newest = engine.get_backup_info().last().map(|backup| backup.backup_id);
        newest.map_or(Ok(()), |newest| engine.verify_backup(newest).map_err(|source| StoreError::opening(folder.to_owned(), source)))
    }

    /// Writes the newest backup of `folder` to a new store in `target`.
    ///
    /// The sizes of its files are compared before, their checksums while copying.
    ///
    /// # Errors
    /// [`StoreError::Missing`] where there is no backup, [`StoreError::NotEmpty`] where `target` is not empty,
    /// [`StoreError::Damaged`] for a damaged backup: `target` holds no store.
    pub(crate) fn restore(folder: &Path, target: &Layout) -> Result<(), StoreError> {
        let damaged = |source| StoreError::opening(folder.to_owned(), source);
        // Opening a missing one would make its folders.
        if !folder.is_dir() {
            return Err(StoreError::Missing { folder: folder.to_owned() });
        }
        let mut engine = engine(folder)?;
        let newest = engine.get_backup_info().last().map(|backup| backup.backup_id);
        let newest = newest.ok_or_else(|| StoreError::Missing { folder: folder.to_owned() })?;
        engine.verify_backup(newest).map_err(damaged)?;
        target.check_free()?;
        let (lock, _) = target.prepare()?;
        let store = target.store();
        // `verify_backup` compared sizes only; checksums are compared here.
        let restored = engine.restore_from_backup(&store, &store, &RestoreOptions::default(), newest).map_err(damaged);
        // The backup may be one of an older format.
        let restored = restored.and_then(|()| {
            let there = DB::list_cf(&Options::default(), &store).map_err(damaged)?;
            target.write_format(format_of(&there))
        });
        drop(lock);
        // Its threads may still be copying when one of them has failed.
        drop(engine);
        if restored.is_err() {
            target.remove_new_store();
        }
        restored
    }
}

fn engine(folder: &Path) -> Result<BackupEngine, StoreError> {
    let opening = |source| StoreError::opening(folder.to_owned(), source);
    let mut options = BackupEngineOptions::new(folder).map_err(opening)?;
    options.set_sync(true);
    let env = Env::new().map_err(opening)?;
    BackupEngine::open(&options, &env).map_err(opening)
}

/// Bytes of all files below a folder; what cannot be read counts nothing.
pub(crate) fn folder_size(folder: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    let size = |entry: std::fs::DirEntry| match entry.metadata() {
        Ok(metadata) if metadata.is_dir() => folder_size(&entry.path()),
        Ok(metadata) => metadata.len(),
        Err(_) => 0,
    };
    entries.flatten().map(size).sum()
}
