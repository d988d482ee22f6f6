//! Media files of messages that are not written yet: nothing removes them until the message names them, or will not.

use std::fmt;
use std::io::Read;
use std::sync::{Arc, Mutex, Weak};

use rustc_hash::FxHashMap;

use super::{Archive, ArchiveError, Shared};
use crate::media::MediaHash;
use crate::store::lock;

/// The files that are kept, and by how many.
#[derive(Default)]
pub(super) struct Kept(Mutex<FxHashMap<MediaHash, usize>>);

impl Kept {
    /// Does `remove` unless the file is kept. Nobody comes to keep it meanwhile.
    pub(super) fn unless_kept<E>(&self, hash: MediaHash, remove: impl FnOnce() -> Result<(), E>) -> Result<(), E> {
        let kept = lock(&self.0);
        if kept.contains_key(&hash) { Ok(()) } else { remove() }
    }
}

/// A media file that is there for as long as this lives, whether a message names it or not.
///
/// Does not keep the archive open.
#[must_use = "the file may go once this is dropped"]
pub(crate) struct KeptMedia {
    shared: Weak<Shared>,
    hash: MediaHash,
}

impl KeptMedia {
    /// By what the file is known.
    pub(crate) fn hash(&self) -> MediaHash {
        self.hash
    }
}

impl fmt::Debug for KeptMedia {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("KeptMedia").field(&self.hash).finish()
    }
}

impl Drop for KeptMedia {
    fn drop(&mut self) {
        let Some(shared) = self.shared.upgrade() else { return };
        let mut kept = lock(&shared.kept.0);
        if let Some(count) = kept.get_mut(&self.hash) {
            *count -= 1;
            if *count == 0 {
                kept.remove(&self.hash);
            }
        }
    }
}

impl Archive {
    /// Copies a file into the media store, for a message that is about to name it in `mynah_media`. Hold what is returned until the message is
    /// written: a file that no message names goes with the next purge of another one that did, or with [`Archive::compact`].
    ///
    /// # Errors
    /// [`ArchiveError::Media`]: it is not kept.
    pub(crate) fn keep_media(&self, content: impl Read) -> Result<KeptMedia, ArchiveError> {
        let staged = self.shared.media.stage(content)?;
        let hash = staged.hash();
        // Kept before it has its name, so that who finds it there finds it kept.
        *lock(&self.shared.kept.0).entry(hash).or_default() += 1;
        let kept = KeptMedia { shared: Arc::downgrade(&self.shared), hash };
        staged.place()?;
        Ok(kept)
    }
}

#[cfg(test)]
mod tests {
    use crate::archive::Purge;
    use crate::archive::testing::{assert_clean, bob, fresh};
    use crate::model::Message;

    #[test]
    fn a_file_stays_for_the_message_that_is_about_to_name_it() {
        let (_folder, archive) = fresh();
        let other = archive.save(&bob(), Message::text("bob", 1, "picture")).unwrap().id_text();
        let hash = archive.attach(&other, &b"a picture"[..]).unwrap();
        let kept = archive.keep_media(&b"a picture"[..]).unwrap();
        let again = archive.keep_media(&b"a picture"[..]).unwrap();
        assert_eq!(kept.hash(), hash);
        archive.purge(&bob(), Purge::Ids(&[&other])).unwrap();
        drop(again);
        archive.compact().unwrap();
        assert!(archive.media(hash).is_ok());
        let mut message = Message::text("me", 2, "the same picture").in_conversation(&bob());
        message.rand = 7;
        message.body.set("mynah_media", Some(serde_json::json!([hash.to_string()]))).unwrap();
        archive.queue(vec![(message, 9)]).unwrap().remove(0).unwrap();
        drop(kept);
        archive.compact().unwrap();
        assert!(archive.media(hash).is_ok());
        assert_clean(&archive);
        archive.purge(&bob(), Purge::All).unwrap();
        assert!(archive.media(hash).is_err(), "nobody names it any more");
        drop(archive.keep_media(&b"never sent"[..]).unwrap());
        archive.compact().unwrap();
        assert!(archive.shared.media.list().unwrap().is_empty());
    }
}
