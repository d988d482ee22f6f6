//! The two requests of the TIM message API that read: a page of history and a search, with their own rules for starts and pages.

use serde_json::Value;

use super::import::now;
use super::{Archive, ArchiveError, HistoryRequest, Order, SearchRequest, Start};
use crate::model::{ConversationId, ConversationKind, Message, Place, TypeSet};
use crate::query::tim::{HistoryParam, SearchParam};

/// What a parameter of `TIMMsgGetMsgList` asks for.
pub(crate) enum Asked<'a> {
    Nothing,
    /// The messages of a group with these seqs.
    Seqs(&'a [u64]),
    Page(HistoryRequest),
}

/// What `TIMMsgSearchLocalMessages` answers.
#[derive(Clone, Debug)]
pub struct SearchResult {
    /// Messages where one conversation was searched, else conversations.
    pub total: u64,
    /// A page of the conversations with matches, the one with the newest match first.
    pub items: Vec<SearchResultItem>,
}

/// The matches of one conversation.
#[derive(Clone, Debug)]
pub struct SearchResultItem {
    /// The conversation.
    pub conversation: ConversationId,
    /// All matches in it.
    pub count: u64,
    /// A page of them, newest first, where one conversation was searched; else the only one, or none where there are more.
    pub messages: Vec<Message>,
}

impl Archive {
    /// What `TIMMsgGetMsgList` answers from local data: towards older messages newest first, towards newer ones oldest first.
    ///
    /// Without a start, the page begins at the newest message (older) or, where there is a time window, at its beginning (newer);
    /// without both, the newer direction has nothing to list. A start message that is not here is taken by its time.
    ///
    /// # Errors
    /// [`ArchiveError::Store`] when the log cannot be read.
    pub fn history_for(&self, conversation: &ConversationId, param: &HistoryParam) -> Result<Vec<Message>, ArchiveError> {
        match self.asked_for(conversation, param)? {
            Asked::Nothing => Ok(Vec::new()),
            Asked::Seqs(seqs) => self.history_of_seqs(conversation, seqs),
            Asked::Page(request) => Ok(self.history(conversation, &request)?.messages),
        }
    }

    /// What a parameter of `TIMMsgGetMsgList` asks for.
    pub(crate) fn asked_for<'a>(&self, conversation: &ConversationId, param: &'a HistoryParam) -> Result<Asked<'a>, ArchiveError> {
        if !param.seqs.is_empty() && conversation.kind() == ConversationKind::Group {
            return Ok(Asked::Seqs(&param.seqs));
        }
        let types = match param.types {
            Some(TypeSet::EMPTY) => return Ok(Asked::Nothing),
            Some(types) => types,
            None => TypeSet::EMPTY,
        };
        let window = param.window(now());
        let start = match &param.last_message {
            Some(message) => self.start_behind(message)?,
            None if param.last_seq != 0 && conversation.kind() == ConversationKind::Group => Start::Seq(param.last_seq),
            None if param.is_forward && window.from.is_none() => return Ok(Asked::Nothing),
            None => Start::End,
        };
        let order = if param.is_forward { Order::OldestFirst } else { Order::NewestFirst };
        let limit = usize::try_from(param.count).unwrap_or(usize::MAX);
        Ok(Asked::Page(HistoryRequest { start, order, limit, types, from: window.from, until: window.until }))
    }

    /// The place of a message that a client handed back: by its id, or else as its own numbers say.
    fn start_behind(&self, message: &Value) -> Result<Start, ArchiveError> {
        let message = Message::from_json(&message.to_string())?;
        if let Some(known) = self.find(&[&message.id_text()])?.first() {
            return Ok(Start::Beyond(known.place()));
        }
        let time = if message.server_time == 0 { message.client_time } else { message.server_time };
        Ok(Start::Beyond(Place { time, ..message.place() }))
    }

    /// What `TIMMsgSearchLocalMessages` answers.
    ///
    /// In one conversation the total counts messages and the item holds a page of them, newest first. In all conversations the
    /// total counts conversations, pages are of conversations, the one with the newest match first, and only a conversation
    /// with exactly one match carries it.
    ///
    /// # Errors
    /// As for [`Archive::search`].
    pub fn search_for(&self, param: &SearchParam) -> Result<SearchResult, ArchiveError> {
        let page_size = usize::try_from(param.page_size).ok().filter(|&size| size > 0);
        let skipped = page_size.unwrap_or(0).saturating_mul(param.page_index as usize);
        let is_beyond = page_size.is_none() && param.page_index > 0;
        let in_one = !param.conversations.is_empty();
        let end = page_size.map_or(usize::MAX, |size| skipped.saturating_add(size));
        let request = SearchRequest {
            limit: if in_one && !is_beyond { end } else { 0 },
            count: true,
            by_conversation: true,
            snippet_chars: 0,
            ..SearchRequest::new(param.to_expr(now()))
        };
        let answer = self.search(&request)?;
        let mut items = Vec::new();
        if in_one {
            let mut messages = answer.hits.into_iter().skip(skipped).map(|hit| hit.message).peekable();
            for (conversation, count, _) in answer.conversations {
                let messages =
                    std::iter::from_fn(|| messages.next_if(|message| message.conversation.as_ref() == Some(&conversation))).collect();
                items.push(SearchResultItem { conversation, count, messages });
            }
            return Ok(SearchResult { total: answer.total.unwrap_or(0), items });
        }
        let total = answer.conversations.len() as u64;
        let page = answer.conversations.into_iter().skip(if is_beyond { usize::MAX } else { skipped });
        for (conversation, count, newest) in page.take(page_size.unwrap_or(usize::MAX)) {
            let only = if count == 1 { self.message_at(newest)? } else { None };
            items.push(SearchResultItem { conversation, count, messages: only.into_iter().collect() });
        }
        Ok(SearchResult { total, items })
    }
}
