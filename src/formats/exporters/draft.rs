//! What is being written and has not its name yet: a file or a folder beside its place, which it takes when it is whole.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde_json::json;

use super::{Existing, ExportError};

/// The hidden file that makes a folder known as an export: only such a folder is ever replaced.
const MARK: &str = ".mynah-export";

/// A file or folder on its way. Dropped before it is finished, it goes away again.
pub(super) struct Draft {
    place: PathBuf,
    path: PathBuf,
    is_folder: bool,
}

impl Draft {
    /// Begins an empty file.
    pub(super) fn of_file(place: &Path, existing: Existing) -> Result<(Self, File), ExportError> {
        match fs::symlink_metadata(place) {
            Err(_) => {}
            Ok(_) if existing == Existing::Refuse => return Err(ExportError::Exists { path: place.to_owned() }),
            Ok(facts) if facts.is_file() => {}
            Ok(_) => return Err(ExportError::NotOurs { path: place.to_owned() }),
        }
        let draft = Self::beside(place, false)?;
        let file = File::create(&draft.path).map_err(ExportError::file("create", place))?;
        Ok((draft, file))
    }

    /// Begins an empty folder.
    pub(super) fn of_folder(place: &Path, existing: Existing) -> Result<Self, ExportError> {
        let is_taken = match fs::read_dir(place) {
            Ok(mut entries) => entries.next().is_some(),
            Err(_) => fs::symlink_metadata(place).is_ok(),
        };
        if is_taken && existing == Existing::Refuse {
            return Err(ExportError::Exists { path: place.to_owned() });
        }
        if is_taken && !place.join(MARK).is_file() {
            return Err(ExportError::NotOurs { path: place.to_owned() });
        }
        let draft = Self::beside(place, true)?;
        fs::create_dir(&draft.path).map_err(ExportError::file("create", place))?;
        Ok(draft)
    }

    fn beside(place: &Path, is_folder: bool) -> Result<Self, ExportError> {
        // `folder/` is the folder, and `..` has no name that could be taken.
        let Some(name) = place.file_name() else {
            return Err(ExportError::Exists { path: place.to_owned() });
        };
        let part = format!(".{}.{}.part", name.to_string_lossy(), std::process::id());
        Ok(Self { place: place.to_owned(), path: place.with_file_name(part), is_folder })
    }

    /// Where it is until it has its name.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Gives a file its name. Everything in it is to be on the disk.
    pub(super) fn finish_file(self) -> Result<(), ExportError> {
        self.rename().map_err(ExportError::file("write", &self.place))
    }

    /// Marks a folder as an export of `messages` messages in this form, and gives it its name. Everything in it is to be on the disk.
    pub(super) fn finish_folder(self, format: &str, messages: u64) -> Result<(), ExportError> {
        let failed = |source| ExportError::File { act: "write", path: self.place.clone(), source };
        let mark = json!({"format": format, "messages": messages, "version": env!("CARGO_PKG_VERSION")});
        write_whole(&self.path.join(MARK), format!("{mark}\n").as_bytes())?;
        sync_folder(&self.path).map_err(failed)?;
        let before = self.path.with_extension("before");
        let is_replacing = self.place.join(MARK).is_file();
        if is_replacing {
            fs::rename(&self.place, &before).map_err(failed)?;
        }
        if let Err(source) = self.rename() {
            if is_replacing {
                // What was there gets its name back; where that fails too, the first failure tells more.
                let _ = fs::rename(&before, &self.place);
            }
            return Err(failed(source));
        }
        if is_replacing {
            fs::remove_dir_all(&before).map_err(ExportError::file("remove", &before))?;
        }
        Ok(())
    }

    fn rename(&self) -> io::Result<()> {
        fs::rename(&self.path, &self.place)?;
        sync_folder(self.place.parent().unwrap_or(Path::new("")))
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // One that has its name is no longer there; one that cannot be removed is named so that it tells itself.
        let _ = if self.is_folder { fs::remove_dir_all(&self.path) } else { fs::remove_file(&self.path) };
    }
}

/// Writes a file of a folder under way.
pub(super) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), ExportError> {
    let write = || {
        let mut file = File::create(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    write().map_err(ExportError::file("write", path))
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    File::open(folder)?.sync_all()
}
