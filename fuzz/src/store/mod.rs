//! The stored forms, without what stores them.

#[path = "../../../src/store/journal.rs"]
pub(crate) mod journal;
#[path = "../../../src/store/record.rs"]
pub(crate) mod record;

pub(crate) mod layout {
    /// As the store hashes ids.
    pub(crate) fn id_key(id: &str) -> [u8; 16] {
        xxhash_rust::xxh3::xxh3_128(id.as_bytes()).to_be_bytes()
    }
}
