//! The guard that every exported function goes through: no panic leaves the library.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// What `body` returns, or `otherwise` when it panics. The log then names the function, and nothing that it was given.
pub(crate) fn guard<T>(function: &'static str, otherwise: T, body: impl FnOnce() -> T) -> T {
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(value) => value,
        Err(_) => {
            tracing::error!(function, "a fault in the library was caught");
            otherwise
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_the_code_that_was_agreed_on() {
        assert_eq!(guard("test", -4, || 0), 0);
        assert_eq!(guard("test", -4, || panic!("deliberate")), -4);
    }
}
