//! Going through all messages, for exports and for whoever builds something of their own from them.

use std::ops::ControlFlow;

use super::{Archive, ArchiveError};
use crate::model::{ConversationId, Message, Place};
use crate::store::Direction;

/// Which messages to go through.
#[derive(Clone, Debug, Default)]
pub struct ExportRequest {
    /// Only those of this conversation.
    pub conversation: Option<ConversationId>,
    /// Only those of this second or later, Unix seconds.
    pub since: Option<u64>,
}

impl Archive {
    /// Calls back with every message that is not deleted: conversation by conversation in the order in which they came to be,
    /// each from its oldest message to its newest. The first error of the callback ends it and is returned.
    ///
    /// Imported in this order into a new archive, they make the same archive again. One message is held at a time. A
    /// conversation is seen as it was when its turn came; what is written meanwhile may be missing.
    ///
    /// ```
    /// # let folder = tempfile::tempdir()?;
    /// # let archive = mynah::Archive::open(folder.path().join("archive"))?;
    /// use mynah::archive::{ArchiveError, ExportRequest};
    ///
    /// let mut lines = String::new();
    /// archive.export(&ExportRequest::default(), |message| {
    ///     message.write_json(&mut lines);
    ///     lines.push('\n');
    ///     Ok::<(), ArchiveError>(())
    /// })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Those of `each`, and [`ArchiveError::Store`] when the log cannot be read.
    pub fn export<E: From<ArchiveError>>(&self, request: &ExportRequest, mut each: impl FnMut(&Message) -> Result<(), E>) -> Result<(), E> {
        let conversations = self.store().conversations();
        let start = request.since.map_or(Place::FIRST, Place::start_of);
        let is_wanted = |id: &ConversationId| request.conversation.as_ref().is_none_or(|wanted| wanted == id);
        for (number, conversation) in conversations.iter().filter(|(_, conversation)| is_wanted(&conversation.id)) {
            let read = conversation.read_up_to();
            let mut failed = None;
            let walked = self.store().view().walk(number, start, Direction::Forward, |key, record| {
                if record.is_visible()
                    && let Err(error) = each(&record.to_message(key.place, &conversation.id, read))
                {
                    failed = Some(error);
                    return Ok(ControlFlow::Break(()));
                }
                Ok(ControlFlow::Continue(()))
            });
            walked.map_err(ArchiveError::from)?;
            if let Some(error) = failed {
                return Err(error);
            }
        }
        Ok(())
    }
}
