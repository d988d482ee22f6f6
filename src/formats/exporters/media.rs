//! The media files of an export: copied out of the archive under names that people can read, each held against its hash on the way.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use super::{ExportError, Files, name};
use crate::archive::{Archive, ArchiveError};
use crate::media::{MediaHash, MediaHasher};

/// Copies media files into a folder of an export.
pub(super) struct Media<'a> {
    archive: &'a Archive,
    folder: PathBuf,
    files: Files,
}

impl<'a> Media<'a> {
    /// Files go into `folder`, which is made when there is one.
    pub(super) fn new(archive: &'a Archive, folder: PathBuf) -> Self {
        Self { archive, folder, files: Files::default() }
    }

    /// What became of the files so far.
    pub(super) fn files(&self) -> Files {
        self.files
    }

    /// Copies a file that people know as `called`. Returns its name in the folder, or `None` where the archive does not have it whole.
    pub(super) fn place(&mut self, hash: MediaHash, called: &str) -> Result<Option<String>, ExportError> {
        let name = name::of_media(hash, called);
        let is_there = self.copy(hash, &self.folder.join(&name))?;
        Ok(is_there.then_some(name))
    }

    /// Copies a file to where the media store of an archive has it: `ab/cdef…`, the digits of its hash.
    pub(super) fn place_by_hash(&mut self, hash: MediaHash) -> Result<(), ExportError> {
        let digits = hash.to_string();
        let (folder, name) = digits.split_at(2);
        self.copy(hash, &self.folder.join(folder).join(name)).map(drop)
    }

    fn copy(&mut self, hash: MediaHash, target: &Path) -> Result<bool, ExportError> {
        if target.exists() {
            return Ok(true);
        }
        let source = match self.archive.media(hash) {
            Ok(source) => source,
            Err(ArchiveError::Media(crate::MediaError::Missing { .. })) => {
                self.files.missing += 1;
                return Ok(false);
            }
            Err(error) => return Err(error.into()),
        };
        let folder = target.parent().unwrap_or(&self.folder);
        fs::create_dir_all(folder).map_err(ExportError::file("create", folder))?;
        // Under its name it is whole, so that whatever has the name need not be looked at again.
        let part = target.with_extension("part");
        if copy_hashed(source, &part)? != hash {
            fs::remove_file(&part).map_err(ExportError::file("remove", &part))?;
            self.files.missing += 1;
            return Ok(false);
        }
        fs::rename(&part, target).map_err(ExportError::file("write", target))?;
        self.files.copied += 1;
        Ok(true)
    }
}

/// Copies a file and returns the hash of what was copied. No link: who changes a file of an export must not change the archive.
fn copy_hashed(mut source: File, target: &Path) -> Result<MediaHash, ExportError> {
    let mut file = File::create(target).map_err(ExportError::file("create", target))?;
    let mut hasher = MediaHasher::default();
    let mut buffer = vec![0; 256 << 10];
    loop {
        match source.read(&mut buffer).map_err(ExportError::file("read the media file for", target))? {
            0 => break,
            count => {
                hasher.update(&buffer[..count]);
                file.write_all(&buffer[..count]).map_err(ExportError::file("write", target))?;
            }
        }
    }
    file.sync_all().map_err(ExportError::file("write", target))?;
    Ok(hasher.hash())
}
