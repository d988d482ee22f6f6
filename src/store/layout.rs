//! Every file and folder name, every key layout and the format version. Nothing else in the project names one.
//!
//! | column family | key | value |
//! |---|---|---|
//! | `messages` | conversation u32, time u64, seq u64, rand u32 | [`super::Record`] |
//! | `ids` | 128-bit hash of the message id | message key |
//! | `sequences` (groups) | conversation u32, seq u64, time u64, rand u32 | empty |
//! | `conversations` | conversation u32 | JSON of [`super::ConversationRecord`] |
//! | `abouts` | conversation u32 | JSON of [`crate::model::About`] |
//! | `journal` | number of the first change u64 | [`super::Entry`] |
//! | `cursors` | reader's name | number of the last change that it has passed u64 |
//! | `media` | content hash, message key | empty |
//! | `outbox` | number in the order of sending u64 | [`super::outbox`]: message key, deadline |
//! | `early` | 128-bit hash of conversation and message id | [`super::early`]: a recall or edit of a message that is not there yet |
//! | `script_kv` | [`super::ScriptKey`]: script, shelf, owner, key | what a script keeps |
//! | `timers` | [`super::ScriptKey`]: script, id | a timer |
//! | `scripts` | [`super::ScriptKey`]: kind, what its rows are told apart by | everything else that the host of scripts keeps |
//! | `meta` | name | text |
//!
//! All numbers in keys are big-endian, so that bytes order as numbers do.
//!
//! Format 1 has neither `outbox` nor `early`, no change kind above 10 in its journal, and no record with more than one byte of flags.
//! Formats 1 and 2 have neither `script_kv` nor `timers` nor `scripts`. Formats 1 to 3 have no `abouts`.

use std::fs;
use std::path::{Path, PathBuf};

use xxhash_rust::xxh3::xxh3_128;

use super::StoreError;
use super::lock::WriterLock;
use crate::model::{ConversationNo, MessageKey, Place};

/// The format that this version writes, and the newest that it reads.
pub(crate) const FORMAT: u32 = 4;

const FORMAT_FILE: &str = "FORMAT";
const FORMAT_WORD: &str = "mynah store, format ";
const LOCK_FILE: &str = "LOCK";
const CLOSED_FILE: &str = "CLOSED";
#[cfg(feature = "script")]
const CONTROL_FILE: &str = "CONTROL";

/// Names of column families.
pub(super) mod family {
    pub(in crate::store) const MESSAGES: &str = "messages";
    pub(in crate::store) const IDS: &str = "ids";
    pub(in crate::store) const SEQUENCES: &str = "sequences";
    pub(in crate::store) const CONVERSATIONS: &str = "conversations";
    pub(in crate::store) const ABOUTS: &str = "abouts";
    pub(in crate::store) const JOURNAL: &str = "journal";
    pub(in crate::store) const CURSORS: &str = "cursors";
    pub(in crate::store) const MEDIA: &str = "media";
    pub(in crate::store) const OUTBOX: &str = "outbox";
    pub(in crate::store) const EARLY: &str = "early";
    pub(in crate::store) const SCRIPT_KV: &str = "script_kv";
    pub(in crate::store) const TIMERS: &str = "timers";
    pub(in crate::store) const SCRIPTS: &str = "scripts";
    pub(in crate::store) const META: &str = "meta";

    pub(in crate::store) const ALL: [&str; 14] =
        [MESSAGES, IDS, SEQUENCES, CONVERSATIONS, ABOUTS, JOURNAL, CURSORS, MEDIA, OUTBOX, EARLY, SCRIPT_KV, TIMERS, SCRIPTS, META];

    /// Those that came with a later format than the first, and with which.
    pub(in crate::store) const LATER: [(&str, u32); 6] = [(OUTBOX, 2), (EARLY, 2), (SCRIPT_KV, 3), (TIMERS, 3), (SCRIPTS, 3), (ABOUTS, 4)];
}

/// The account whose archive this is, in `meta`.
pub(super) const META_ACCOUNT: &[u8] = b"account";

/// Where the parts of one archive lie.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    root: PathBuf,
}

impl Layout {
    pub(crate) fn new(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    /// The archive's folder.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// RocksDB's folder.
    pub(crate) fn store(&self) -> PathBuf {
        self.root.join("store")
    }

    /// The index's folder: derived, may be deleted.
    pub(crate) fn index(&self) -> PathBuf {
        self.root.join("index")
    }

    /// The folder of media files.
    pub(crate) fn media(&self) -> PathBuf {
        self.root.join("media")
    }

    /// The note of a clean close, which is there while nobody writes. It lies in RocksDB's folder, which leaves strange names alone, so that
    /// a copy of that folder has the note that belongs to it.
    pub(super) fn closed_file(&self) -> PathBuf {
        self.store().join(CLOSED_FILE)
    }

    /// The socket by which other processes reach the host of scripts that runs here, while one does.
    #[cfg(feature = "script")]
    pub(crate) fn control(&self) -> PathBuf {
        self.root.join(CONTROL_FILE)
    }

    /// A folder for the notes of one reading process, outside the archive, which may be on a read-only disk.
    pub(super) fn reader_notes(&self) -> PathBuf {
        use std::sync::atomic::{AtomicU32, Ordering};
        static OPENED: AtomicU32 = AtomicU32::new(0);
        let number = OPENED.fetch_add(1, Ordering::Relaxed);
        std::env::temp_dir().join(format!("mynah-reader-{}-{number}", std::process::id()))
    }

    /// Makes the folder a store where it is new, takes the writer's lock, and returns the store's format with it. One of an older format
    /// is to be marked ([`Layout::write_format`]) once it has everything of the current one, and before anything is written to it.
    pub(super) fn prepare(&self) -> Result<(WriterLock, u32), StoreError> {
        fs::create_dir_all(&self.root).map_err(|source| StoreError::io("create", &self.root, source))?;
        let is_new = !self.root.join(FORMAT_FILE).exists();
        if is_new && self.holds_other_things()? {
            return Err(StoreError::Foreign { folder: self.root.clone() });
        }
        let lock = WriterLock::take(&self.root.join(LOCK_FILE), &self.root)?;
        if is_new {
            self.write_format(FORMAT)?;
        }
        Ok((lock, self.check_format()?))
    }

    /// Checks that a store of `format` has every column family that it should have: RocksDB takes a list of files that lost its end for a
    /// whole one, and would make those that are missing anew, without what they held.
    pub(super) fn check_families(&self, format: u32, there: &[String]) -> Result<(), StoreError> {
        match missing_family(format, there) {
            // A store whose making was interrupted has some of them only, and no rows yet.
            Some(name) if self.holds_rows()? => {
                Err(StoreError::Damaged { folder: self.store(), what: format!("its list of files lacks the column family {name}") })
            }
            _ => Ok(()),
        }
    }

    /// Whether something was written to the store.
    fn holds_rows(&self) -> Result<bool, StoreError> {
        let folder = self.store();
        let entries = fs::read_dir(&folder).map_err(|source| StoreError::io("read", &folder, source))?;
        Ok(entries.flatten().any(|entry| match entry.path().extension() {
            Some(extension) if extension == "sst" => true,
            Some(extension) if extension == "log" => entry.metadata().is_ok_and(|log| log.len() > 0),
            _ => false,
        }))
    }

    /// Whether RocksDB has its list of files.
    pub(super) fn has_files(&self) -> bool {
        self.store().join("CURRENT").exists()
    }

    /// Checks that the store has its list of files, or has no files yet: RocksDB would take one without for a new one, and remove what
    /// the list does not name.
    pub(super) fn check_whole(&self) -> Result<(), StoreError> {
        let folder = self.store();
        if self.has_files() {
            return Ok(());
        }
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(source) if source.kind() == std::io::ErrorKind::NotFound => return self.check_untouched(),
            Err(source) => return Err(StoreError::io("read", &folder, source)),
        };
        let holds_rows = |path: &Path| path.extension().is_some_and(|extension| extension == "sst" || extension == "log");
        if entries.flatten().any(|entry| holds_rows(&entry.path())) {
            return Err(StoreError::Damaged { folder, what: "the file CURRENT is missing".to_owned() });
        }
        Ok(())
    }

    /// Checks that there is nothing that only a store can have made.
    fn check_untouched(&self) -> Result<(), StoreError> {
        let is_used = [self.index(), self.media()].iter().any(|part| part.exists());
        if is_used {
            return Err(StoreError::Damaged { folder: self.store(), what: "the folder is missing".to_owned() });
        }
        Ok(())
    }

    /// Checks that a new store can be made here: the folder is missing or empty.
    pub(super) fn check_free(&self) -> Result<(), StoreError> {
        let is_taken = self.root.exists() && (self.root.join(FORMAT_FILE).exists() || self.holds_other_things()?);
        if is_taken { Err(StoreError::NotEmpty { folder: self.root.clone() }) } else { Ok(()) }
    }

    /// Marks the folder as a store of a format.
    pub(super) fn write_format(&self, format: u32) -> Result<(), StoreError> {
        let path = self.root.join(FORMAT_FILE);
        let fresh = self.root.join("FORMAT.new");
        let write = || -> std::io::Result<()> {
            fs::write(&fresh, format!("{FORMAT_WORD}{format}\n"))?;
            fs::File::open(&fresh)?.sync_all()?;
            fs::rename(&fresh, &path)?;
            fs::File::open(&self.root)?.sync_all()
        };
        write().map_err(|source| StoreError::io("write", &path, source))
    }

    /// Takes away the beginnings of a store that could not be made.
    pub(super) fn remove_new_store(&self) {
        // What cannot be removed is named by whoever opens the folder next.
        let _ = fs::remove_file(self.root.join(FORMAT_FILE));
        let _ = fs::remove_dir_all(self.store());
        let _ = fs::remove_file(self.root.join(LOCK_FILE));
    }

    fn holds_other_things(&self) -> Result<bool, StoreError> {
        let entries = fs::read_dir(&self.root).map_err(|source| StoreError::io("read", &self.root, source))?;
        let ours = [LOCK_FILE, "FORMAT.new"];
        Ok(entries.flatten().any(|entry| !ours.iter().any(|name| entry.file_name() == **name)))
    }

    /// Checks that the folder is a store of a format that this version reads, and returns that format.
    pub(crate) fn check_format(&self) -> Result<u32, StoreError> {
        let path = self.root.join(FORMAT_FILE);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(source) if matches!(source.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory) => {
                let is_empty = fs::read_dir(&self.root).map_or(true, |mut entries| entries.next().is_none());
                let folder = self.root.clone();
                return Err(if is_empty { StoreError::Missing { folder } } else { StoreError::Foreign { folder } });
            }
            Err(source) => return Err(StoreError::io("read", &path, source)),
        };
        let found = text.trim().strip_prefix(FORMAT_WORD.trim_end()).and_then(|number| number.trim().parse().ok());
        match found {
            Some(found) if found <= FORMAT => Ok(found),
            Some(found) => Err(StoreError::Newer { folder: self.root.clone(), found, supported: FORMAT }),
            None => Err(StoreError::Damaged { folder: path, what: "it names no format".to_owned() }),
        }
    }
}

/// The newest format that has no other column families than those that are there.
pub(super) fn format_of(there: &[String]) -> u32 {
    (1..=FORMAT).rev().find(|&format| missing_family(format, there).is_none()).unwrap_or(1)
}

/// A column family of a format that is not there.
fn missing_family(format: u32, there: &[String]) -> Option<&'static str> {
    let is_due = |name: &str| family::LATER.iter().all(|&(later, since)| later != name || since <= format);
    family::ALL.into_iter().find(|name| is_due(name) && !there.iter().any(|family| family == name))
}

/// The key in `ids`.
pub(crate) fn id_key(id: &str) -> [u8; 16] {
    xxh3_128(id.as_bytes()).to_be_bytes()
}

/// The key in `early`, of a message whose hashed id ([`id_key`]) this is. An id counts within its conversation only, so that what is said
/// of a message in one conversation never concerns one in another.
#[cfg(feature = "session")]
pub(crate) fn early_key(conversation: &crate::model::ConversationId, id: [u8; 16]) -> [u8; 16] {
    let mut hash = xxhash_rust::xxh3::Xxh3::new();
    hash.update(&id);
    hash.update(&[conversation.kind().number()]);
    hash.update(conversation.id().as_bytes());
    hash.digest128().to_be_bytes()
}

/// The key in `sequences`.
pub(super) fn sequence_key(key: MessageKey) -> [u8; 24] {
    let mut bytes = [0; 24];
    bytes[..4].copy_from_slice(&key.conversation.0.to_be_bytes());
    bytes[4..12].copy_from_slice(&key.place.seq.to_be_bytes());
    bytes[12..20].copy_from_slice(&key.place.time.to_be_bytes());
    bytes[20..].copy_from_slice(&key.place.rand.to_be_bytes());
    bytes
}

/// Reads what [`sequence_key`] wrote.
pub(super) fn from_sequence_key(bytes: &[u8]) -> Option<MessageKey> {
    // The same fields as in a message key, with seq and time exchanged.
    let exchanged = MessageKey::from_bytes(bytes)?;
    let place = Place { time: exchanged.place.seq, seq: exchanged.place.time, rand: exchanged.place.rand };
    Some(MessageKey { conversation: exchanged.conversation, place })
}

/// The key in `media`: one row for each use of a file.
pub(super) fn media_key(hash: &[u8; 32], key: MessageKey) -> [u8; 56] {
    let mut bytes = [0; 56];
    bytes[..32].copy_from_slice(hash);
    bytes[32..].copy_from_slice(&key.to_bytes());
    bytes
}

/// The first key of a conversation in `messages` and `sequences`, and the first one behind it.
pub(super) fn conversation_bounds(conversation: ConversationNo) -> ([u8; 4], [u8; 4]) {
    (conversation.0.to_be_bytes(), conversation.0.saturating_add(1).to_be_bytes())
}
