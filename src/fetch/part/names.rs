//! The names of a target and of the files beside it.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use crate::fetch::FetchError;
use crate::media::MediaHasher;

/// The most bytes that file systems take as a name.
const NAME_BYTES: usize = 255;
const PART: &str = ".mynah-part";
const NOTE: &str = ".mynah-part.json";
const FRESH_NOTE: &str = ".mynah-part.new";

/// So many bytes may the name of a target have that the files beside it are named after.
pub(in crate::fetch) const ROOM_FOR_SUFFIXES: usize = NAME_BYTES - NOTE.len() - 1;

/// The paths of one target, the same at each call.
#[derive(Clone, Debug)]
pub(super) struct Names {
    pub(super) target: PathBuf,
    pub(super) folder: PathBuf,
    /// What is there of the file.
    pub(super) part: PathBuf,
    /// What is known of it.
    pub(super) note: PathBuf,
    /// A note before it takes the place of the one before.
    pub(super) fresh_note: PathBuf,
}

impl Names {
    pub(super) fn of(target: &Path) -> Result<Self, FetchError> {
        let Some(name) = target.file_name() else { return Err(FetchError::NoFile { path: target.to_owned() }) };
        let folder = match target.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
            _ => PathBuf::from("."),
        };
        let beside = |suffix: &str| {
            let mut hidden = OsString::from(".");
            if name.len() <= ROOM_FOR_SUFFIXES {
                hidden.push(name);
            } else {
                hidden.push(short(name));
            }
            hidden.push(suffix);
            folder.join(hidden)
        };
        let (part, note, fresh_note) = (beside(PART), beside(NOTE), beside(FRESH_NOTE));
        Ok(Self { target: target.to_owned(), folder, part, note, fresh_note })
    }
}

/// Another name for one that is too long to have something appended.
fn short(name: &OsStr) -> String {
    let mut hasher = MediaHasher::default();
    hasher.update(name.as_encoded_bytes());
    hasher.hash().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_beside_a_target_have_names_that_file_systems_take() {
        for length in [1, ROOM_FOR_SUFFIXES, ROOM_FOR_SUFFIXES + 1, NAME_BYTES] {
            let names = Names::of(&Path::new("folder").join("n".repeat(length))).unwrap();
            for path in [names.part, names.note, names.fresh_note] {
                assert_eq!(path.parent(), Some(Path::new("folder")));
                assert!(path.file_name().unwrap().len() <= NAME_BYTES, "{length}");
            }
        }
        assert_eq!(Names::of(Path::new("a.png")).unwrap().part, Path::new("./.a.png.mynah-part"));
        assert!(matches!(Names::of(Path::new("folder/..")), Err(FetchError::NoFile { .. })));
    }
}
