//! The settings of the program: which keys there are, who sets them, and what is in force. Prints nothing.

mod error;
mod file;
mod flags;
mod keys;
mod kinds;
mod layers;
mod scripts;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use xxhash_rust::xxh3::xxh3_64;

pub(super) use error::SettingsError;
pub(super) use flags::Flags;
pub(super) use keys::{About, AnyKey, KEYS, SendLimits, Settings, Shown, TransportKind};
pub(super) use layers::Source;

use file::File;
use layers::{Layers, Places};
use scripts::OfScripts;

impl Settings {
    /// What the flags, the variables of the process and the file say; `file` is the one of `--config`.
    ///
    /// # Errors
    /// [`SettingsError`], which names all keys that are unknown or have values that cannot be taken.
    pub(super) fn of_process(file: Option<PathBuf>, flags: &Flags) -> Result<Self, SettingsError> {
        let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        Self::load(file, flags, &variable, &Places::of_user())
    }

    /// The defaults, whatever else is said.
    pub(super) fn defaults() -> Self {
        let (flags, places) = (Flags::default(), Places::of_user());
        Self::read(&mut Layers { flags: &flags, variable: &|_| None, file: None, places: &places, problems: Vec::new() })
    }

    fn load(
        file: Option<PathBuf>,
        flags: &Flags,
        variable: &dyn Fn(&str) -> Option<OsString>,
        places: &Places,
    ) -> Result<Self, SettingsError> {
        let file = File::find(file, variable, places)?;
        let parsed = file.as_ref().map(File::parse).transpose()?;
        let mut layers = Layers { flags, variable, file: None, places, problems: Vec::new() };
        if let (Some(file), Some(table)) = (&file, &parsed) {
            let (entries, problems) = file.entries(table);
            layers.file = Some((&file.path, entries));
            layers.problems = problems;
        }
        let mut settings = Self::read(&mut layers);
        if let Some(file) = &file {
            settings.of_scripts = OfScripts::of_file(file);
        }
        let mut problems = layers.problems;
        if problems.is_empty() {
            return Ok(settings);
        }
        problems.sort_by_key(error::Problem::line);
        Err(SettingsError::Wrong { problems })
    }
}

/// The file that is read where no other is named.
pub(super) fn default_file() -> Option<PathBuf> {
    file::default_path(&Places::of_user())
}

/// Where what can be got again is kept for the archive in `folder`: each has a place of its own, because one process at a time can use it.
pub(super) fn cache_folder(folder: &Path) -> Option<PathBuf> {
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let name = format!("{:016x}", xxh3_64(folder.as_os_str().as_encoded_bytes()));
    Some(Places::of_user().cache?.join("mynah").join(name))
}
