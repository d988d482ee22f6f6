//! Messages that callers hand back: which of those that are kept they are.

use engine::Archive;
use engine::archive::ArchiveError;
use engine::model::{ConversationId, Locator, Message};

/// The message that is kept here of one that was handed back: by its id, or else by conversation, time, seq, rand and direction. `conversation`
/// is where it was said, if it does not say so itself.
pub(crate) fn known(archive: &Archive, conversation: Option<&ConversationId>, message: &Message) -> Result<Option<Message>, ArchiveError> {
    if let Some(found) = archive.find(&[&message.id_text()])?.pop() {
        return Ok(Some(found));
    }
    let Some(conversation) = message.conversation.as_ref().or(conversation) else { return Ok(None) };
    let account = archive.account();
    let is_from_self = message.sender.is_empty() || account.as_ref() == Some(&message.sender);
    let locator = Locator { is_self: message.is_from_self.unwrap_or(is_from_self), ..message.locator() };
    Ok(archive.locate(conversation, &[locator])?.pop())
}
