//! Editions: a version of a script with what its manifest says, what the operator has set for it, and what it may do.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::RwLock;
use std::sync::atomic::{AtomicU64, Ordering};

use super::bundle::Bundle;
use super::grant::{Decision, Grant, Granted, Grants};
use super::host::{ScriptError, ScriptOptions};
use super::manifest::Manifest;
use super::stage::{Edition, VersionNo};
use super::when;

/// Makes editions.
pub(super) struct Editions {
    newest: AtomicU64,
    /// The file with grants, if there is one.
    file: Option<PathBuf>,
    /// Those of the configuration, which go before those of the file.
    configured: Grants,
    grants: RwLock<Grants>,
    settings: BTreeMap<String, toml::Table>,
    trusts_all: bool,
}

impl Editions {
    pub(super) fn new(options: &ScriptOptions) -> Result<Self, ScriptError> {
        let configured = options.granted.clone();
        let grants = read_grants(options.grants.as_deref())?.with(configured.clone());
        Ok(Self {
            newest: AtomicU64::new(0),
            file: options.grants.clone(),
            configured,
            grants: RwLock::new(grants),
            settings: options.settings.clone(),
            trusts_all: options.trusts_all,
        })
    }

    /// Reads the file with grants again.
    ///
    /// # Errors
    /// [`ScriptError::Settings`]: the grants before stay.
    pub(super) fn reload_grants(&self) -> Result<(), ScriptError> {
        let grants = read_grants(self.file.as_deref())?.with(self.configured.clone());
        *self.grants.write().unwrap_or_else(std::sync::PoisonError::into_inner) = grants;
        Ok(())
    }

    /// A version of a script, ready to be loaded.
    ///
    /// # Errors
    /// What is wrong with its manifest or its settings.
    pub(super) fn make(&self, bundle: Bundle) -> Result<Edition, String> {
        self.make_with(bundle, None)
    }

    /// A version that was at work before, for the dialogs that began with it. What was granted to it then it may still do, unless the operator has
    /// decided otherwise about this very version, or grants its script nothing any more.
    ///
    /// # Errors
    /// As for [`Editions::make`].
    pub(super) fn make_again(&self, bundle: Bundle, granted: Option<&str>) -> Result<Edition, String> {
        self.make_with(bundle, granted.and_then(Grant::from_text))
    }

    fn make_with(&self, bundle: Bundle, then: Option<Grant>) -> Result<Edition, String> {
        let place = |error| format!("{}, {error}", bundle.entry);
        let manifest = Manifest::read(bundle.source(), &bundle.name).map_err(|error| place(error.to_string()))?;
        if manifest.name != *bundle.name {
            return Err(place(format!("the manifest says that it is called {}; a script is called as its file is", manifest.name)));
        }
        let none = toml::Table::new();
        let set = self.settings.get(&*bundle.name).unwrap_or(&none);
        let config = manifest.values(set).map_err(|misuse| misuse.to_string())?;
        let hash = bundle.hash().to_string();
        let mut grants = self.grants.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        if self.trusts_all {
            grants.grant(&manifest.name, Grant::all_of(&manifest, &hash));
        } else if let (Some(then), Some(now)) = (then, grants.of(&manifest.name))
            && !now.holds_for(&hash)
        {
            grants.grant(&manifest.name, Grant { hash: Some(hash.clone()), any_version: false, ..then });
        }
        let granted = Granted::new(&manifest, &hash, &grants, manifest.chats_set(set));
        let no = VersionNo(self.newest.fetch_add(1, Ordering::Relaxed) + 1);
        let zone = manifest.zone.as_deref().and_then(|zone| when::zone(zone).ok()).unwrap_or_else(when::local_zone);
        Ok(Edition { no, bundle, hash: hash.into(), manifest, zone, config, granted })
    }
}

impl Edition {
    /// What the operator has still to decide, in a sentence.
    pub(super) fn pending(&self) -> Option<String> {
        let name = &self.bundle.name;
        match self.granted.decision() {
            Decision::Pending => Some(format!("what it asks for is not granted; see \"mynah grant {name}\"")),
            Decision::Changed => Some(format!("it has changed since it was granted what it asks for; see \"mynah grant {name}\"")),
            Decision::NotNeeded | Decision::Granted => None,
        }
    }
}

fn read_grants(file: Option<&Path>) -> Result<Grants, ScriptError> {
    let Some(file) = file else { return Ok(Grants::default()) };
    let wrong = |why: String| ScriptError::Settings(format!("{}: {why}", file.display()));
    match std::fs::read_to_string(file) {
        Ok(text) => Grants::read(&text).map_err(|error| wrong(error.to_string())),
        // Nothing was granted yet.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Grants::default()),
        Err(error) => Err(wrong(error.to_string())),
    }
}
