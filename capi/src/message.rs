//! Messages as callers give them: read as leniently as the real library reads them.

use engine::model::{ConversationId, ConversationKind, Message};

use crate::codes::{TIM_ERR_JSON, TIM_ERR_PARAM};

/// A conversation as two arguments name it.
///
/// # Errors
/// [`TIM_ERR_PARAM`] when the type is neither 1 nor 2, or the id cannot be one.
pub(crate) fn conversation(id: &str, kind: i32) -> Result<ConversationId, i32> {
    let kind = u64::try_from(kind).ok().and_then(ConversationKind::from_number).ok_or(TIM_ERR_PARAM)?;
    ConversationId::new(kind, id).map_err(|_| TIM_ERR_PARAM)
}

/// A message of standard JSON.
///
/// # Errors
/// [`TIM_ERR_JSON`] when it is no object.
pub(crate) fn message(json: &str) -> Result<Message, i32> {
    Message::from_json(json).map_err(|_| TIM_ERR_JSON)
}
