//! The file in which the operator's grants are kept: what scripts ask for, whether it was granted to their very content, and writing it down.

use std::path::{Path, PathBuf};

use super::bundle::Bundle;
pub use super::grant::{Decision, Request as Asked};
use super::grant::{Grant, Granted, Grants, requests};
use super::host::ScriptError;
use super::manifest::Manifest;

/// Grants as they are kept in a file, with those of the configuration over them.
pub struct GrantsFile {
    path: PathBuf,
    kept: Grants,
    configured: Grants,
}

impl GrantsFile {
    /// Reads the file; one that is not there grants nothing. `configured`: the tables of `[grants]` of the configuration.
    ///
    /// # Errors
    /// [`ScriptError::Settings`]: what is wrong with it.
    pub fn read(path: &Path, configured: Option<&toml::Value>) -> Result<Self, ScriptError> {
        let wrong = |why: String| ScriptError::Settings(format!("{}: {why}", path.display()));
        let kept = match std::fs::read_to_string(path) {
            Ok(text) => Grants::read(&text).map_err(|error| wrong(error.to_string()))?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Grants::default(),
            Err(error) => return Err(wrong(error.to_string())),
        };
        let configured = configured.map(Grants::from_value).transpose().map_err(|error| ScriptError::Settings(error.to_string()))?;
        Ok(Self { path: path.to_owned(), kept, configured: configured.unwrap_or_default() })
    }

    /// What a script asks for, in the order of its manifest's keys, and whether that was granted to this content.
    ///
    /// # Errors
    /// [`ScriptError::Unfit`] when its manifest cannot be read.
    pub fn asked(&self, bundle: &Bundle) -> Result<(Vec<Asked>, Decision), ScriptError> {
        let manifest = manifest(bundle)?;
        let grants = self.kept.clone().with(self.configured.clone());
        let granted = Granted::new(&manifest, &bundle.hash().to_string(), &grants, Vec::new());
        Ok((requests(&manifest), granted.decision()))
    }

    /// Whether the configuration says what this script may do: then it goes before the file.
    pub fn is_configured(&self, script: &str) -> bool {
        self.configured.of(script).is_some()
    }

    /// Grants a script all that it asks for, as long as it stays what it is.
    ///
    /// # Errors
    /// [`ScriptError::Unfit`] when its manifest cannot be read, [`ScriptError::Settings`] when the file cannot be written, which is as before then.
    pub fn grant(&mut self, bundle: &Bundle) -> Result<(), ScriptError> {
        let manifest = manifest(bundle)?;
        self.kept.grant(bundle.name(), Grant::all_of(&manifest, &bundle.hash().to_string()));
        self.write()
    }

    /// Takes back what was granted to a script. Returns whether there was something.
    ///
    /// # Errors
    /// [`ScriptError::Settings`] when the file cannot be written, which is as before then.
    pub fn revoke(&mut self, script: &str) -> Result<bool, ScriptError> {
        Ok(self.kept.revoke(script) && self.write().map(|()| true)?)
    }

    /// Puts a new file in the place of the one before, so that nobody reads half of it.
    fn write(&self) -> Result<(), ScriptError> {
        let wrong = |error: std::io::Error| ScriptError::Settings(format!("{} cannot be written: {error}", self.path.display()));
        if let Some(folder) = self.path.parent() {
            std::fs::create_dir_all(folder).map_err(wrong)?;
        }
        let mut name = self.path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}.new", std::process::id()));
        let new = self.path.with_file_name(name);
        std::fs::write(&new, self.kept.to_toml()).and_then(|()| std::fs::rename(&new, &self.path)).map_err(wrong)
    }
}

fn manifest(bundle: &Bundle) -> Result<Manifest, ScriptError> {
    let unfit = |error: super::manifest::ManifestError| ScriptError::Unfit { script: bundle.name().to_owned(), why: error.to_string() };
    Manifest::read(bundle.source(), bundle.name()).map_err(unfit)
}
