//! Opening and closing archives.

use std::ffi::{CStr, c_char};
use std::ptr::null_mut;

use engine::archive::ArchiveOptions;
use engine::{Archive, Durability};

use super::code::{Failure, mynah_code};
use super::memory::put;
use super::options::OpenOptions;
use super::run::{archive, needed, options, run};
use crate::guard::guard;

/// An archive: every message of one account, and what finds them. All functions may be called with it from several threads at once.
#[allow(non_camel_case_types, reason = "the name is the one in C")]
pub struct mynah_archive {
    pub(super) archive: Archive,
}

const VERSION: &CStr = match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
    Ok(version) => version,
    Err(_) => c"",
};

/// The version of the library. The text belongs to the library and lives as long as it is loaded.
#[unsafe(no_mangle)]
pub extern "C" fn mynah_version() -> *const c_char {
    VERSION.as_ptr()
}

/// Opens the archive in `folder` for reading and writing, and makes one where the folder is missing or empty. One process at a time can, with
/// one handle.
///
/// `options_json` is NULL or an object: `"account"` (text, the user whose archive it is; to be named once), `"memory_mib"` (256),
/// `"buffered"` (true: writes are on the disk after `mynah_sync`, and survive the end of the process before that), `"existing"` (true: makes
/// nothing), `"spare_changes"` (how many of the newest changes stay readable for `mynah_changes`).
///
/// `*archive` gets the handle, to be closed with `mynah_close`, or NULL.
///
/// # Safety
/// Texts are NULL or end with a NUL; the last two are NULL or can be written to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mynah_open(
    folder: *const c_char,
    options_json: *const c_char,
    archive: *mut *mut mynah_archive,
    error: *mut *mut c_char,
) -> mynah_code {
    // SAFETY: the caller's promises are handed on.
    unsafe {
        open("mynah_open", folder, options_json, archive, error, |folder, asked| {
            let options = ArchiveOptions::new().spare_changes(asked.spare_changes).memory_mib(asked.memory_mib.unwrap_or(256));
            let options = options.durability(if asked.buffered { Durability::Buffered } else { Durability::Synced });
            let options = match &asked.account {
                Some(account) => options.account(account),
                None => options,
            };
            Ok(if asked.existing { options.open_existing(folder)? } else { options.open(folder)? })
        })
    }
}

/// Opens the archive in `folder` for reading, while another process may write it; see `mynah_refresh`. Of the options `"memory_mib"` counts.
///
/// `*archive` gets the handle, to be closed with `mynah_close`, or NULL.
///
/// # Safety
/// As for `mynah_open`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mynah_open_reader(
    folder: *const c_char,
    options_json: *const c_char,
    archive: *mut *mut mynah_archive,
    error: *mut *mut c_char,
) -> mynah_code {
    // SAFETY: the caller's promises are handed on.
    unsafe {
        open("mynah_open_reader", folder, options_json, archive, error, |folder, asked| {
            Ok(ArchiveOptions::new().memory_mib(asked.memory_mib.unwrap_or(256)).open_reader(folder)?)
        })
    }
}

/// # Safety
/// As for [`mynah_open`].
unsafe fn open(
    function: &'static str,
    folder: *const c_char,
    options_json: *const c_char,
    out: *mut *mut mynah_archive,
    error: *mut *mut c_char,
    open: impl FnOnce(&str, &OpenOptions) -> Result<Archive, Failure>,
) -> mynah_code {
    // SAFETY: the caller's promises.
    unsafe {
        put(out, null_mut());
        run(function, error, || {
            if out.is_null() {
                return Err(Failure::argument("the place for the handle is NULL"));
            }
            let archive = open(needed(folder, "folder")?, &options(options_json)?)?;
            put(out, Box::into_raw(Box::new(mynah_archive { archive })));
            Ok(())
        })
    }
}

/// Closes an archive and writes what is buffered. NULL is passed over. No other call with the handle may be under way, and none may follow.
///
/// # Safety
/// `archive` is NULL, or was opened and not closed yet.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mynah_close(archive: *mut mynah_archive) {
    guard("mynah_close", (), || {
        if !archive.is_null() {
            // SAFETY: the caller promises that it came from `open`, and that nobody else uses it.
            drop(unsafe { Box::from_raw(archive) });
        }
    });
}

/// Takes in what the writing process has written since a reader was opened or refreshed. Does nothing in the writing process.
///
/// # Safety
/// `archive` is open; `error` is NULL or can be written to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mynah_refresh(archive: *const mynah_archive, error: *mut *mut c_char) -> mynah_code {
    // SAFETY: the caller's promises.
    unsafe { run("mynah_refresh", error, || self::archive(archive)?.refresh().map_err(Failure::from)) }
}
