//! What is given to C and taken back.

use std::ffi::{CString, c_char};

use crate::guard::guard;
use crate::text;

/// Frees a text that this library gave. NULL is passed over. Texts are freed with this and nothing else, each once, from any thread.
///
/// # Safety
/// `text` is NULL, or was given by a function of this header and not freed yet.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mynah_free(text: *mut c_char) {
    guard("mynah_free", (), || {
        if !text.is_null() {
            // SAFETY: the caller promises that it came from `give`, which made it with `into_raw`.
            drop(unsafe { CString::from_raw(text) });
        }
    });
}

/// Gives a text away: to be freed with [`mynah_free`]. Where `out` is NULL, nobody wants it.
///
/// # Safety
/// `out` is NULL or can be written to.
pub(super) unsafe fn give(out: *mut *mut c_char, given: &str) {
    if !out.is_null() {
        // SAFETY: the caller's promise.
        unsafe { out.write(text::out(given).into_raw()) };
    }
}

/// Writes a value. Where `out` is NULL, nobody wants it.
///
/// # Safety
/// `out` is NULL or can be written to.
pub(super) unsafe fn put<T>(out: *mut T, value: T) {
    if !out.is_null() {
        // SAFETY: the caller's promise.
        unsafe { out.write(value) };
    }
}
