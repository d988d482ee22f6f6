//! What is known about conversations besides their messages: taken over from a source, and asked for.

use std::sync::Arc;

use super::conversations::number_unlisted;
use super::{Archive, ArchiveError};
use crate::model::{About, ConversationId};
use crate::store::{ChangeKind, Durability};

impl Archive {
    /// Takes over what a source says about a conversation: what it does not say stays as it was, members come together.
    ///
    /// A conversation that is new stays out of the list until a message comes. Nothing is written, and nobody is told, where nothing is new.
    /// Buffered, as what an [`Importer`](super::Importer) adds: what is synced after it makes it durable too.
    ///
    /// ```
    /// # let folder = tempfile::tempdir()?;
    /// # let archive = mynah::Archive::open(folder.path().join("archive"))?;
    /// use mynah::model::{About, ConversationId};
    ///
    /// let ops = ConversationId::group("slack:C024BE91L")?;
    /// archive.describe(&ops, About { name: "ops".to_owned(), ..About::default() })?;
    /// assert_eq!(archive.about(&ops).map(|about| about.name).as_deref(), Some("ops"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`ArchiveError::Store`]: it may or may not be taken over.
    pub fn describe(&self, conversation: &ConversationId, newer: About) -> Result<(), ArchiveError> {
        let mut write = self.store().write()?;
        let known = write.number(conversation).and_then(|number| write.conversation(number)).and_then(|record| record.about.clone());
        let known = known.as_deref().cloned().unwrap_or_default();
        let mut about = known.clone();
        about.update(newer);
        if about == known {
            return Ok(());
        }
        let number = number_unlisted(&mut write, conversation)?;
        let record = write.conversation_mut(number)?;
        record.about = Some(Arc::new(about));
        if !record.deleted {
            write.tell_of_conversation(ChangeKind::ConversationChanged, number);
        }
        let no = write.commit(Durability::Buffered)?;
        self.shared.tell_of_changes(no);
        Ok(())
    }

    /// The name under which people see a conversation, where a source has said one.
    pub fn shown_name(&self, conversation: &ConversationId) -> Option<String> {
        let conversations = self.store().conversations();
        let (_, record) = conversations.get(conversation)?;
        record.about.as_ref().map(|about| about.name.clone()).filter(|name| !name.is_empty())
    }

    /// What is known about a conversation, also of one that is not in the list yet; `None` where no source has said anything.
    pub fn about(&self, conversation: &ConversationId) -> Option<About> {
        let conversations = self.store().conversations();
        conversations.get(conversation).and_then(|(_, record)| record.about.as_deref().cloned())
    }
}
