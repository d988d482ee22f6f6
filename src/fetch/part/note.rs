//! What is remembered of a part: of which file it is, and which of its bytes are known to be right.

use std::fs;
use std::io;

use serde::{Deserialize, Serialize};

use super::names::Names;
use crate::fetch::validator::Validator;

/// Of which file the bytes are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::fetch) struct Origin {
    /// The hash of the source's name: an address may hold secrets.
    pub(in crate::fetch) source: String,
    /// What the server said about the version of the file.
    #[serde(default)]
    pub(in crate::fetch) validator: Validator,
    /// Bytes of the whole file, where that is known.
    pub(in crate::fetch) total: Option<u64>,
    /// Whether more bytes of the same file can be asked for later.
    pub(in crate::fetch) can_be_gone_on_with: bool,
}

/// The file beside a part. The hash makes it safe to go on after a crash of any kind: bytes that never reached the disk don't have it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Note {
    #[serde(flatten)]
    pub(super) origin: Origin,
    /// So many bytes are described.
    pub(super) bytes: u64,
    /// Their hash.
    pub(super) hash: String,
}

impl Note {
    /// The note about the part of this target, if there is a whole one.
    pub(super) fn read(names: &Names) -> Option<Self> {
        serde_json::from_slice(&fs::read(&names.note).ok()?).ok()
    }

    /// Puts it in the place of the one before; a crash leaves one of both.
    pub(super) fn write(&self, names: &Names) -> io::Result<()> {
        fs::write(&names.fresh_note, serde_json::to_vec(self)?)?;
        fs::rename(&names.fresh_note, &names.note)
    }

    pub(super) fn remove(names: &Names) {
        // One that stays describes bytes that are not there, and is passed over.
        let _ = fs::remove_file(&names.note);
        let _ = fs::remove_file(&names.fresh_note);
    }
}
