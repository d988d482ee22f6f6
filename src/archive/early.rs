//! Recalls and edits that come before their messages: keeping them, and doing them when the message comes.

use super::edit::{recalled, version_of, with_version};
use super::import::now;
use crate::model::{Body, Message, Status};
use crate::store::{EarlyEdit, EarlyRecall, EarlyRow, StoreError, Write};

/// Keeps a recall until its message comes.
pub(super) fn keep_early_recall(write: &mut Write<'_>, key: [u8; 16], by: String, reason: Option<String>) -> Result<(), StoreError> {
    let mut row = row_of(write, key)?;
    if row.recall.is_some() {
        return Ok(());
    }
    row.recall = Some(EarlyRecall { by, reason });
    write.keep_early(key, &row)
}

/// Keeps an edit until its message comes, unless one of a higher version is kept.
pub(super) fn keep_early_edit(write: &mut Write<'_>, key: [u8; 16], version: u64, body: &Body) -> Result<(), StoreError> {
    let mut row = row_of(write, key)?;
    if row.edit.as_ref().is_some_and(|edit| edit.version >= version) {
        return Ok(());
    }
    row.edit = Some(EarlyEdit::new(version, body));
    write.keep_early(key, &row)
}

/// Does to a message what came before it.
pub(super) fn apply_early(row: &EarlyRow, message: &mut Message) {
    if let Some(edit) = row.edit.as_ref().filter(|edit| edit.version > version_of(&message.body))
        // One that is too large with its version is not worth the message.
        && let Ok(body) = with_version(edit.body(), edit.version)
    {
        message.body = body;
    }
    if let Some(recall) = &row.recall {
        message.status = Some(Status::Recalled);
        if let Some(body) = recalled(message.body.clone(), &recall.by, recall.reason.as_deref()) {
            message.body = body;
        }
    }
}

fn row_of(write: &Write<'_>, key: [u8; 16]) -> Result<EarlyRow, StoreError> {
    Ok(write.early(key)?.unwrap_or_else(|| EarlyRow { noted: now(), ..EarlyRow::default() }))
}
