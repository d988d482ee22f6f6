//! Looking after an archive: numbers, checks, backups, compaction.

use std::ffi::c_char;

use engine::Archive;

use super::code::{Failure, mynah_code};
use super::memory::give;
use super::opening::mynah_archive;
use super::run::{archive, needed, run};

/// Numbers about the archive. `*stats` gets an object, sizes in bytes, to be freed with `mynah_free`.
///
/// # Safety
/// `archive` is open; the last two are NULL or can be written to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mynah_stats(archive: *const mynah_archive, stats: *mut *mut c_char, error: *mut *mut c_char) -> mynah_code {
    // SAFETY: the caller's promises.
    unsafe {
        run("mynah_stats", error, || {
            give(stats, &json(&self::archive(archive)?.stats()?)?);
            Ok(())
        })
    }
}

/// Reads everything and says what is wrong. `*report` gets an object whose `"findings"` are empty when all is well, to be freed with
/// `mynah_free`. Takes as long as reading the archive; call it while nobody writes.
///
/// # Safety
/// As for `mynah_stats`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mynah_check(archive: *const mynah_archive, report: *mut *mut c_char, error: *mut *mut c_char) -> mynah_code {
    // SAFETY: the caller's promises.
    unsafe {
        run("mynah_check", error, || {
            give(report, &json(&self::archive(archive)?.check()?)?);
            Ok(())
        })
    }
}

/// Makes everything durable that was written so far: needed only where the archive was opened with `"buffered"`.
///
/// # Safety
/// `archive` is open; `error` is NULL or can be written to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mynah_sync(archive: *const mynah_archive, error: *mut *mut c_char) -> mynah_code {
    // SAFETY: the caller's promises.
    unsafe { run("mynah_sync", error, || self::archive(archive)?.sync().map_err(Failure::from)) }
}

/// Rewrites log and index, so that nothing of what was purged is left on the disk.
///
/// # Safety
/// As for `mynah_sync`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mynah_compact(archive: *const mynah_archive, error: *mut *mut c_char) -> mynah_code {
    // SAFETY: the caller's promises.
    unsafe { run("mynah_compact", error, || self::archive(archive)?.compact().map_err(Failure::from)) }
}

/// Builds a new index from the log and waits until it is there. The old one serves meanwhile.
///
/// # Safety
/// As for `mynah_sync`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mynah_reindex(archive: *const mynah_archive, error: *mut *mut c_char) -> mynah_code {
    // SAFETY: the caller's promises.
    unsafe {
        run("mynah_reindex", error, || {
            let archive = self::archive(archive)?;
            archive.reindex();
            match archive.wait_until_reindexed() {
                true => Ok(()),
                false => Err(Failure { code: mynah_code::MYNAH_INDEX, text: "the index could not be built".to_owned() }),
            }
        })
    }
}

/// Adds a backup of this moment to those in `folder`; what is there already is not copied again. Writers go on meanwhile.
///
/// # Safety
/// `archive` is open; `folder` is NULL or ends with a NUL; `error` is NULL or can be written to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mynah_backup(archive: *const mynah_archive, folder: *const c_char, error: *mut *mut c_char) -> mynah_code {
    // SAFETY: the caller's promises.
    unsafe { run("mynah_backup", error, || self::archive(archive)?.backup(needed(folder, "folder")?).map_err(Failure::from)) }
}

/// Makes an archive in the new or empty `folder` from the newest backup in `backup`, and checks it whole.
///
/// # Safety
/// Texts are NULL or end with a NUL; `error` is NULL or can be written to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mynah_restore(backup: *const c_char, folder: *const c_char, error: *mut *mut c_char) -> mynah_code {
    // SAFETY: the caller's promises.
    unsafe { run("mynah_restore", error, || Archive::restore(needed(backup, "backup")?, needed(folder, "folder")?).map_err(Failure::from)) }
}

fn json(value: &impl serde::Serialize) -> Result<String, Failure> {
    serde_json::to_string(value).map_err(|error| Failure { code: mynah_code::MYNAH_FAULT, text: error.to_string() })
}
