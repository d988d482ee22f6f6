//! Texts that come in from C, and texts that go out.

use std::borrow::Cow;
use std::ffi::{CStr, CString, c_char};

use crate::codes::TIM_ERR_PARAM;

/// The text at `pointer`, or `None` for NULL. Bytes that are no UTF-8 are replaced by U+FFFD.
///
/// # Safety
/// `pointer` is NULL or points to a text that ends with a NUL and stays as it is while the result is used.
pub(crate) unsafe fn given<'a>(pointer: *const c_char) -> Option<Cow<'a, str>> {
    if pointer.is_null() {
        return None;
    }
    // SAFETY: the caller promises that what is not NULL is such a text.
    Some(unsafe { CStr::from_ptr(pointer) }.to_string_lossy())
}

/// As [`given`], where a text is needed.
///
/// # Errors
/// [`TIM_ERR_PARAM`] for NULL and for "".
///
/// # Safety
/// As for [`given`].
pub(crate) unsafe fn needed<'a>(pointer: *const c_char) -> Result<Cow<'a, str>, i32> {
    // SAFETY: the caller's promise is handed on.
    unsafe { given(pointer) }.filter(|text| !text.is_empty()).ok_or(TIM_ERR_PARAM)
}

/// The text for C. A NUL inside would end it, so it is left out; JSON has none.
pub(crate) fn out(text: &str) -> CString {
    CString::new(text).unwrap_or_else(|_| CString::new(text.replace('\0', "")).unwrap_or_default())
}
