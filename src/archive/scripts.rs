//! What scripts want written, together with the messages that they send; and the journal with its messages, for who tells scripts of it.

use super::outbox::OnKnown;
use super::{Archive, ArchiveError, Refusal, Waiting};
use crate::model::Message;
use crate::store::{Change, ChangeKind, JournalNo, ScriptKey, ScriptKeyOwned, ScriptRows, Usage};

/// What came of a run.
#[derive(Default)]
pub(crate) struct ScriptWrite {
    /// Own messages with their deadlines, Unix seconds.
    pub(crate) messages: Vec<(Message, u64)>,
    /// Rows to keep, or with `None` to forget.
    pub(crate) rows: Vec<(ScriptKeyOwned, Option<Vec<u8>>)>,
    /// How far scripts have read the journal, by their names.
    pub(crate) cursors: Vec<(String, JournalNo)>,
}

/// What stays of a script that is forgotten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keep {
    /// What is on its shelves, for when it comes back.
    Values,
    Nothing,
}

impl Archive {
    /// Writes all of `writes`, in their order and in one write, durable as the archive was opened for. Returns, for each of them, its messages as
    /// they wait in the outbox now; see [`Archive::queue`].
    ///
    /// A message whose id is taken gets the next rand with which it is free. One that cannot be taken otherwise is refused alone, and everything
    /// else of its write is written. Trims the journal now and then, by what all its readers have passed.
    ///
    /// # Errors
    /// [`ArchiveError::Store`]: all of it may be there or nothing.
    pub(crate) fn write_for_scripts(&self, writes: Vec<ScriptWrite>) -> Result<Vec<Vec<Result<Waiting, Refusal>>>, ArchiveError> {
        let counts: Vec<usize> = writes.iter().map(|write| write.messages.len()).collect();
        let (mut messages, mut rows, mut cursors) = (Vec::new(), Vec::new(), Vec::new());
        for write in writes {
            messages.extend(write.messages);
            rows.extend(write.rows);
            cursors.extend(write.cursors);
        }
        let mut write = self.store().write()?;
        let mut queued = self.queue_in(&mut write, messages, OnKnown::NextRand)?.into_iter();
        for (key, value) in &rows {
            write.put_script_row(key.borrow(), value.as_deref())?;
        }
        write.put_script_cursors(&cursors)?;
        if !write.is_empty() {
            let before = self.journal_head();
            let no = write.commit(self.shared.durability)?;
            // What only the host of scripts reads is no news: telling of it would wake who wrote it.
            if no > before {
                self.shared.tell_of_changes(no);
            }
        }
        Ok(counts.into_iter().map(|count| queued.by_ref().take(count).collect()).collect())
    }

    /// What is kept under this key.
    ///
    /// # Errors
    /// [`ArchiveError::Store`] when it cannot be read.
    pub(crate) fn script_row(&self, key: ScriptKey<'_>) -> Result<Option<Vec<u8>>, ArchiveError> {
        Ok(self.store().script_row(key)?)
    }

    /// At most `limit` of these rows in the order of their keys, from the first one or behind `after`.
    ///
    /// # Errors
    /// [`ArchiveError::Store`] when they cannot be read.
    pub(crate) fn script_rows(
        &self,
        rows: ScriptRows<'_>,
        after: Option<ScriptKey<'_>>,
        limit: usize,
    ) -> Result<Vec<(ScriptKeyOwned, Vec<u8>)>, ArchiveError> {
        Ok(self.store().script_rows(rows, after, limit)?)
    }

    /// How much a script keeps on its shelves. The first time it is counted, afterwards it is known.
    ///
    /// # Errors
    /// [`ArchiveError::Store`] when it cannot be counted.
    pub(crate) fn script_usage(&self, script: &str) -> Result<Usage, ArchiveError> {
        Ok(self.store().script_usage(script)?)
    }

    /// How far a script has read the journal; `None` for a new one.
    ///
    /// # Errors
    /// [`ArchiveError::Store`] when it cannot be read.
    pub(crate) fn script_cursor(&self, script: &str) -> Result<Option<JournalNo>, ArchiveError> {
        Ok(self.store().script_cursor(script)?)
    }

    /// Makes a cursor for a new script behind the newest change, and returns that change's number.
    ///
    /// # Errors
    /// [`ArchiveError::Store`]: there may or may not be one.
    pub(crate) fn new_script_cursor(&self, script: &str) -> Result<JournalNo, ArchiveError> {
        Ok(self.store().new_script_cursor(script)?)
    }

    /// Forgets a script: its cursor, its timers, what it has still to do and what it did. What it is about to do to other messages is done
    /// all the same, and its source stays, which others may have too.
    ///
    /// # Errors
    /// [`ArchiveError::Store`]: all of it may be forgotten or nothing.
    pub(crate) fn forget_script(&self, script: &str, keep: Keep) -> Result<(), ArchiveError> {
        let mut write = self.store().write()?;
        write.remove_script_cursor(script)?;
        write.put_script_row(ScriptKey::State { script }, None)?;
        for rows in [
            ScriptRows::Timers { script: Some(script) },
            ScriptRows::Done { script },
            ScriptRows::Dead { script },
            ScriptRows::Dialogs { script },
            ScriptRows::Inbox { script },
            ScriptRows::Traces { script },
        ] {
            write.remove_script_rows(rows)?;
        }
        if keep == Keep::Nothing {
            write.remove_script_rows(ScriptRows::Values { script })?;
        }
        write.commit(self.shared.durability)?;
        Ok(())
    }

    /// The changes behind `since`, at least one write's worth of them and about `limit`, each with its message as it is now. There is none
    /// for a change of a whole conversation, and none where the message is gone, or stands elsewhere, which a later change tells.
    ///
    /// The newest changes come from memory. So that they stay there, what is behind `since` is held from now on, as far as there is room, until
    /// the next call, or [`Archive::release_changes`].
    ///
    /// # Errors
    /// [`ArchiveError::Trimmed`] when some of them are no longer there, [`ArchiveError::Store`] when they cannot be read.
    pub(crate) fn changes_with_messages(&self, since: JournalNo, limit: usize) -> Result<Vec<(Change, Option<Message>)>, ArchiveError> {
        let store = self.store();
        store.hold_tail(Some(since));
        let mut told: Vec<(Change, Option<Message>)> = Vec::new();
        let mut next = since;
        while told.len() < limit
            && let Some(batch) = store.batch_behind(next)?
        {
            if batch.first().0 > next.0.saturating_add(1) {
                return Err(ArchiveError::Trimmed { since, oldest: batch.first() });
            }
            let conversations = store.conversations();
            let from = told.len();
            store.with_current_records(&batch, next, |change, record| {
                let message = record.filter(|_| concerns_a_message(change.kind)).and_then(|record| {
                    let conversation = conversations.record(change.key.conversation)?;
                    Some(record.to_message(change.key.place, &conversation.id, conversation.read_up_to()))
                });
                told.push((change, message));
            });
            for (change, message) in &mut told[from..] {
                if message.is_none() && concerns_a_message(change.kind) {
                    *message = self.message_at(change.key)?;
                }
            }
            next = batch.last();
        }
        Ok(told)
    }

    /// Nobody tells scripts of changes any more.
    pub(crate) fn release_changes(&self) {
        self.store().hold_tail(None);
    }
}

/// Whether a change tells of one message, which is where the change says.
fn concerns_a_message(kind: ChangeKind) -> bool {
    match kind {
        ChangeKind::Added
        | ChangeKind::Received
        | ChangeKind::Queued
        | ChangeKind::Edited
        | ChangeKind::Deleted
        | ChangeKind::Recalled
        | ChangeKind::Annotated
        | ChangeKind::Sent
        | ChangeKind::Failed
        | ChangeKind::Cancelled => true,
        ChangeKind::Moved
        | ChangeKind::Purged
        | ChangeKind::Read
        | ChangeKind::PeerRead
        | ChangeKind::Cleared
        | ChangeKind::ConversationDeleted
        | ChangeKind::ConversationChanged => false,
    }
}

#[cfg(test)]
mod tests;
