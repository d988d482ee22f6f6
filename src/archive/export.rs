//! Going through all messages, or those of a search, for exports and for whoever builds something of their own from them.

use std::ops::ControlFlow;

use super::{Archive, ArchiveError, Coverage, SearchRequest};
use crate::model::{ConversationId, ConversationNo, Message, MessageKey, Place};
use crate::query::{Expr, Filter, Sort};
use crate::store::Direction;

/// Messages of a page of a search that is gone through.
const SEARCH_PAGE: usize = 500;

/// Which messages to go through.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ExportRequest {
    /// Only those of this conversation.
    pub conversation: Option<ConversationId>,
    /// Only those of this second or later, Unix seconds.
    pub since: Option<u64>,
    /// Only those of this second or earlier, Unix seconds.
    pub until: Option<u64>,
    /// Only those that a search for this finds, so no recalled ones unless it asks for them.
    pub expr: Option<Expr>,
}

/// How much there is to go through.
#[derive(Clone, Debug)]
pub struct Extent {
    /// The conversations, in the order in which they came to be.
    pub conversations: Vec<ConversationId>,
    /// The messages, as far as they can be counted without going through them: more than will come where a time limits them without a search.
    pub messages: u64,
    /// What the index covers, where a search says which messages.
    pub coverage: Option<Coverage>,
}

impl ExportRequest {
    /// As a search, where one says which messages.
    fn search(&self) -> Option<SearchRequest> {
        let conversation = self.conversation.as_ref().map_or(Expr::All, |id| Expr::Filter(Filter::Conversation(id.into())));
        let time = match (self.since, self.until) {
            (None, None) => Expr::All,
            (from, until) => Expr::Filter(Filter::Time { from, until }),
        };
        let expr = Expr::and([self.expr.clone()?, conversation, time]);
        Some(SearchRequest { sort: Sort::Oldest, limit: SEARCH_PAGE, snippet_chars: 0, ..SearchRequest::new(expr) })
    }
}

impl Archive {
    /// Calls back with every message that is not deleted: conversation by conversation in the order in which they came to be,
    /// each from its oldest message to its newest. The first error of the callback ends it and is returned.
    ///
    /// Imported in this order into a new archive, they make the same archive again. One message is held at a time, or one page of a
    /// search. A conversation is seen as it was when its turn came; what is written meanwhile may be missing.
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
    /// Those of `each`, [`ArchiveError::Store`] when the log cannot be read, and of a search those of [`Archive::search`].
    pub fn export<E: From<ArchiveError>>(&self, request: &ExportRequest, mut each: impl FnMut(&Message) -> Result<(), E>) -> Result<(), E> {
        if request.expr.is_none() {
            let conversations = self.store().conversations();
            let chosen: Vec<ConversationNo> = match &request.conversation {
                Some(id) => conversations.get(id).filter(|(_, record)| !record.deleted).map(|(number, _)| number).into_iter().collect(),
                None => conversations.iter().map(|(number, _)| number).collect(),
            };
            return chosen.into_iter().try_for_each(|number| self.walk_conversation(number, request, &mut each));
        }
        let conversations = match &request.conversation {
            Some(id) => vec![id.clone()],
            None => self.extent(request)?.conversations,
        };
        for conversation in conversations {
            let request = ExportRequest { conversation: Some(conversation), ..request.clone() };
            self.walk_hits(&request, &mut each)?;
        }
        Ok(())
    }

    /// How much [`Archive::export`] goes through for this request.
    ///
    /// # Errors
    /// Those of [`Archive::search`] where a search says which messages.
    pub fn extent(&self, request: &ExportRequest) -> Result<Extent, ArchiveError> {
        let conversations = self.store().conversations();
        if let Some(search) = request.search() {
            let answer = self.search(&SearchRequest { limit: 0, count: true, by_conversation: true, ..search })?;
            let mut found: Vec<ConversationId> = answer.conversations.into_iter().map(|(id, ..)| id).collect();
            found.sort_by_cached_key(|id| conversations.number(id));
            return Ok(Extent { conversations: found, messages: answer.total.unwrap_or_default(), coverage: Some(answer.coverage) });
        }
        let chosen = conversations.iter().filter(|(_, record)| request.conversation.as_ref().is_none_or(|wanted| *wanted == record.id));
        let mut extent = Extent { conversations: Vec::new(), messages: 0, coverage: None };
        for (_, record) in chosen {
            extent.conversations.push(record.id.clone());
            extent.messages += record.messages;
        }
        Ok(extent)
    }

    fn walk_conversation<E: From<ArchiveError>>(
        &self,
        number: ConversationNo,
        request: &ExportRequest,
        each: &mut impl FnMut(&Message) -> Result<(), E>,
    ) -> Result<(), E> {
        let conversations = self.store().conversations();
        let Some(conversation) = conversations.record(number) else { return Ok(()) };
        let first = request.since.map_or(Place::FIRST, Place::start_of);
        let last = request.until.map_or(Place::LAST, Place::end_of);
        let read = conversation.read_up_to();
        let mut failed = None;
        let walked = self.store().view().walk(number, first, Direction::Forward, |MessageKey { place, .. }, record| {
            if place > last {
                return Ok(ControlFlow::Break(()));
            }
            if record.is_visible()
                && let Err(error) = each(&record.to_message(place, &conversation.id, read))
            {
                failed = Some(error);
                return Ok(ControlFlow::Break(()));
            }
            Ok(ControlFlow::Continue(()))
        });
        walked.map_err(ArchiveError::from)?;
        failed.map_or(Ok(()), Err)
    }

    /// Goes through the pages of a search.
    fn walk_hits<E: From<ArchiveError>>(&self, request: &ExportRequest, each: &mut impl FnMut(&Message) -> Result<(), E>) -> Result<(), E> {
        let Some(mut search) = request.search() else { return Ok(()) };
        loop {
            let answer = self.search(&search)?;
            answer.hits.iter().try_for_each(|hit| each(&hit.message))?;
            match answer.next {
                Some(next) => search.cursor = Some(next),
                None => return Ok(()),
            }
        }
    }
}
