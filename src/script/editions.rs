//! Editions: what a version of a script is allowed and told, besides its source.

use std::sync::atomic::{AtomicU64, Ordering};

use super::bundle::Bundle;
use super::grant::Granted;
use super::host::{ScriptError, ScriptOptions};
use super::manifest::Manifest;
use super::stage::{Edition, VersionNo};

/// Makes editions.
pub(super) struct Editions {
    newest: AtomicU64,
}

impl Editions {
    pub(super) fn new(_: &ScriptOptions) -> Result<Self, ScriptError> {
        Ok(Self { newest: AtomicU64::new(0) })
    }

    pub(super) fn reload_grants(&self) -> Result<(), ScriptError> { Ok(()) }

    /// A version of a script, ready to be loaded.
    pub(super) fn make(&self, bundle: Bundle) -> Result<Edition, String> {
        let no = VersionNo(self.newest.fetch_add(1, Ordering::Relaxed) + 1);
        Ok(Edition { no, bundle, manifest: Manifest::default(), config: super::Data::Nil, granted: Granted })
    }
}
